/* Finds one parameter of a query and decodes it as a form does: '+' is a blank, %XX a byte. */
#include "api/query.h"

static void take_pair(struct span pair, const char *name, struct api_query_value *value)
{
	struct span raw_name = span_cut(&pair, '=');
	char decoded[API_QUERY_VALUE_MAX];
	size_t length;
	if (!span_decode_form(raw_name, decoded, sizeof decoded, &length) ||
		!span_is((struct span){decoded, length}, name)) {
		return;
	}
	value->malformed = value->given ||
			   !span_decode_form(pair, value->bytes, sizeof value->bytes, &value->length);
	value->given = true;
}

void api_query_find(struct span query, const char *name, struct api_query_value *value)
{
	value->given = false;
	value->malformed = false;
	value->length = 0;
	while (query.length > 0) {
		struct span pair = span_cut(&query, '&');
		if (pair.length > 0) {
			take_pair(pair, name, value);
		}
	}
}
