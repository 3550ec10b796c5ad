/* The files that stand inside the program: templates, and what browsers fetch beside the pages. */
#ifndef PAGES_FILES_H
#define PAGES_FILES_H

#include <stddef.h>

#include "http/dialect.h"

/* Made by the build; ends with a row without a name. */
struct pages_file {
	const char *name;
	const char *text; /* NUL-terminated */
	size_t size;
	const char *tag; /* of its content, for an ETag */
};
extern const struct pages_file PAGES_FILES[];

/* NULL: the program was built without it. */
const struct pages_file *files_get(const char *name);

/* Finds a file that browsers may fetch: `file` is its number for files_write. False: there is none. */
bool files_find(struct span name, uint32_t *file);

/* Writes the file, or only its tag where the request has it already. */
void files_write(uint32_t file, const struct request *request, struct http_response *response);

#endif
