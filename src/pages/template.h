/* HTML files with {{holes}}, which stand in the program. What fills a hole is always escaped. */
#ifndef PAGES_TEMPLATE_H
#define PAGES_TEMPLATE_H

#include "http/dialect.h"

/* A name and what fills its holes. The last of an array has no name. */
struct template_value {
	const char *name;
	const char *text;
};

/* Appends the file with its holes filled; the file exists and its holes all have values. */
void template_write(
	const char *file, const struct template_value *values, struct http_response *response);

#endif
