/* What an open transaction has changed, as rows: how two ways of doing the same thing are compared. For tools and
 * tests; the server has no use for it. */
#ifndef STORE_WRITTEN_H
#define STORE_WRITTEN_H

#include "store/rows.h"
#include "store/store.h"

/* Visits each row that the open transaction, a WRITE, has changed so far, in no order. Bytes are lent for the time of
 * the call. False: the store's backend does not know (only one in memory does). */
bool written_visit(struct txn *txn, rows_changed *visit, void *context);

/* Takes out of a stored change record what says by which API it was asked (dialect, operation, application): all
 * else of it is the same in every API. Does nothing to rows of other tables. */
void written_mask_cause(enum table table, uint8_t *bytes, size_t size);

/* A row in words, for people: "member 7 in group 3: requested -> member", or where there are no better words the
 * table and the bytes. No secrets: digests are cut short. Returns the length of the line, which is cut to fit. */
size_t written_describe(enum table table, struct bytes key, struct bytes before, struct bytes after, char *line,
			size_t capacity);

#endif
