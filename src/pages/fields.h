/* The fields of a form or query as browsers send them. */
#ifndef PAGES_FIELDS_H
#define PAGES_FIELDS_H

#include "http/dialect.h"

/* The raw value of the first field with this name, which is plain ASCII; empty: there is none. It is decoded by
 * span_decode_form: strictly, because only browsers and our own forms write these. */
struct span fields_find(struct span fields, const char *name);

#endif
