/* Parameters of a query and of a form body, read as leniently as the original did: nothing here is ever an
 * error. An invalid percent stays as it is, '+' is a blank, of a repeated name the last one counts, and the
 * body's counts over the query's. */
#ifndef COMPAT_FORM_H
#define COMPAT_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "http/dialect.h"

/* One parameter that is looked for. `name` stands before form_read; `raw` is what it found, empty when the
 * parameter is missing or empty: hardly anything in the legacy dialect tells these apart. */
struct form_field {
	const char *name; /* static */
	struct span raw;
	bool given; /* perhaps empty */
};

/* Looks for the fields in the query, then in the body. */
void form_read(struct span query, struct span body, struct form_field *fields, size_t count);

/* Takes the next decoded byte off what is left of a raw text. False: nothing is left. */
bool form_next(struct span *raw, char *byte);

/* Decodes the whole raw text, without a NUL. False: it has more than `capacity` bytes. */
bool form_copy(struct span raw, char *bytes, size_t capacity, size_t *length);

#endif
