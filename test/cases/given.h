/* The states of the cases: import, export, and what lies between two exports. All results are malloc'ed. */
#ifndef TEST_CASES_GIVEN_H
#define TEST_CASES_GIVEN_H

#include <stdbool.h>
#include <stddef.h>

#include "store/store.h"

bool given_exists(const char *path);
/* The file's bytes, NUL-terminated; NULL: it cannot be read. */
char *given_read_file(const char *path, size_t *length);
/* Imports a file as `joinery import` does; false, with the reason on stderr, when it is refused. */
bool given_import(struct store *store, const char *path);
bool given_import_text(struct store *store, const char *text);
/* The canonical export, changes included, with the dialect and the operation of each change left out: they are what the
 * cases differ in. */
char *given_export(struct store *store);
/* Lines of `before` that are not in `after`, each behind "- ", then the reverse behind "+ ". */
char *given_difference(const char *before, const char *after);
/* Replaces {{IDENTIFIER|CAVEAT|CAVEAT...}} by the macaroon with this identifier under the cases' master key; with
 * '!' before the identifier, under another key: forged. */
char *given_with_macaroons(const char *text);

#endif
