/* The fields of a form or query as browsers send them. */
#ifndef PAGES_FIELDS_H
#define PAGES_FIELDS_H

#include <stdbool.h>
#include <stddef.h>

#include "http/dialect.h"

/* The raw value of the first field with this name, which is plain ASCII; empty: there is none. */
struct span fields_find(struct span fields, const char *name);

/* Decodes a raw value, without a NUL. False: a bad percent escape, or more than `capacity` bytes. */
bool fields_decode(struct span raw, char *bytes, size_t capacity, size_t *length);

#endif
