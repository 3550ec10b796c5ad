/* Parts of the LMDB backend that need no library. Private to rows_lmdb.c and rows_seek.c. */
#ifndef STORE_ROWS_LMDB_H
#define STORE_ROWS_LMDB_H

#include "store/rows_walk.h"

/* One move of a fresh cursor; `key` and `value` go in as far as the move asks for them. */
bool rows_lmdb_find(struct rows_txn *txn, enum table table, enum rows_move move, struct bytes *key,
		    struct bytes *value);

/* These three are the driver's. */
bool rows_lmdb_seek(struct rows_txn *txn, enum table table, struct bytes key, struct bytes entry,
		    struct bytes *found_key, struct bytes *found_value);
bool rows_lmdb_last(struct rows_txn *txn, enum table table, struct bytes *key, struct bytes *value);
bool rows_lmdb_seek_set(struct rows_txn *txn, enum table table, struct bytes key, struct bytes *found_key);

#endif
