/* Parameters behind the '?' of a JSON dialect's path. */
#ifndef API_QUERY_H
#define API_QUERY_H

#include <stdbool.h>

#include "http/dialect.h"

#define API_QUERY_VALUE_MAX 256

/* One parameter's value, decoded. */
struct api_query_value {
	bool given;
	bool malformed; /* a bad percent, too long, or given more than once */
	size_t length;
	char bytes[API_QUERY_VALUE_MAX];
};

void api_query_find(struct span query, const char *name, struct api_query_value *value);

#endif
