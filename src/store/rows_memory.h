/* What rows in memory are made of, for the two files that know. Private to store/. */
#ifndef STORE_ROWS_MEMORY_H
#define STORE_ROWS_MEMORY_H

#include <pthread.h>

#include "store/rows_base.h"
#include "store/treap.h"

struct undo {
	struct undo *earlier;
	enum table table;
	struct node *before; /* was in the tree; NULL: nothing was */
	struct node *after;  /* is in the tree; NULL: nothing is */
};

struct memory {
	struct rows rows;
	struct base base;
	struct node *roots[TABLE_COUNT];
	uint64_t random; /* for priorities; only a transaction that writes draws */
	pthread_rwlock_t lock;
};

struct memory_txn {
	struct rows_txn rows;
	bool writes;
	enum store_end failure;
	struct undo *undo;
};

struct memory *rows_memory_of(const struct rows_txn *txn);
struct memory_txn *rows_memory_txn_of(struct rows_txn *txn);
bool rows_memory_is_set(enum table table);

/* The driver's visit_written. */
void rows_memory_visit_changed(struct rows_txn *txn, rows_changed *visit, void *context);

#endif
