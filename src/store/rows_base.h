/* The rows below rows in memory: read through one transaction, one call at a time. Private to store/. */
#ifndef STORE_ROWS_BASE_H
#define STORE_ROWS_BASE_H

#include <pthread.h>

#include "store/rows.h"

struct base {
	struct rows_txn *txn; /* NULL: nothing lies below */
	pthread_mutex_t lock; /* recursive: a visitor reads while it is called */
};

/* One row as a walk meets it. */
struct base_row {
	bool found;
	struct bytes key;
	struct bytes value;
};

/* False: no memory for a transaction. `rows` may be NULL. */
bool base_init(struct base *base, struct rows *rows);
void base_finish(struct base *base);

/* The driver's functions of these names; all find nothing where nothing lies below. */
bool base_get(struct base *base, enum table table, struct bytes key, struct bytes *value);
uint64_t base_count(struct base *base, enum table table, struct bytes key);
bool base_seek_set(struct base *base, enum table table, struct bytes key, struct bytes *found);
/* Whether there is this row, or in a set this entry. */
bool base_has(struct base *base, enum table table, struct bytes key, struct bytes entry);

/* The first row of the walk; `walk` is changed so that the next call gives the one behind it. */
struct base_row base_step(struct base *base, struct walk *walk);

#endif
