/* Counting an LMDB file's pages with a cursor. Private to store/. */
#ifndef STORE_ROWS_PAGES_H
#define STORE_ROWS_PAGES_H

#include "store/rows_walk.h"

/* `cursor` is on LMDB's table of free pages. */
uint64_t rows_pages_free(const struct rows_cursor *cursor);
/* The trees of a table's sets, the table's own tree left out: leaves counted, branches estimated from
 * them. A set of one step and under half a page is taken to lie in a leaf of the table. */
uint64_t rows_pages_of_sets(const struct rows_cursor *cursor, size_t entry_size, uint64_t page_size);

#endif
