/* What an open transaction has changed, as rows: how two ways of doing the same thing are compared. For
 * tools and tests; the server has no use for it. */
#ifndef STORE_WRITTEN_H
#define STORE_WRITTEN_H

#include "store/rows.h"
#include "store/store.h"

/* Visits each row that the open transaction, a WRITE, has changed so far, in no order. Bytes are lent for
 * the time of the call. False: the store's backend does not know (only one in memory does). */
bool written_visit(struct txn *txn, rows_changed *visit, void *context);

/* Visits each row that has been written in a store since it was opened, in the order of tables, keys and entries;
 * `before` is only told of entries that were removed from sets. So two stores over the same base whose visits tell
 * the same hold the same rows. No transaction may be open. False: the store's backend does not know. */
bool written_visit_all(struct store *store, rows_changed *visit, void *context);

/* Takes out of a stored change record what says by which API it was asked (dialect, operation,
 * application): all else of it is the same in every API. Does nothing to rows of other tables. */
void written_mask_cause(enum table table, uint8_t *bytes, size_t size);

#define WRITTEN_TEXT_SIZE 192

/* A row's name and one of its values in words, for people: "member 7 in group 3", "requested since
 * 1736937000"; where there are no better words the table's name and bytes. Digests of secrets are cut
 * short. `entry` is the row's value before or after: in sets it is part of the name. */
void written_name(enum table table, struct bytes key, struct bytes entry, char name[WRITTEN_TEXT_SIZE]);
/* "none" where there is no value. */
void written_value(enum table table, struct bytes value, char text[WRITTEN_TEXT_SIZE]);

#endif
