/* A driver that hands every call on until the armed one comes. */
#include "rows_fault.h"

#include <assert.h>
#include <stdlib.h>

struct rows_fault {
	struct rows rows;
	struct rows *below;
	enum rows_call call;
	uint64_t left; /* calls until the one that fails; 0: nothing is armed */
	enum store_end end;
	bool struck;
};

struct fault_txn {
	struct rows_txn rows;
	struct rows_txn *below;
	enum store_end failure;
};

static struct rows_fault *fault_of(struct rows *rows)
{
	return (struct rows_fault *)rows;
}

static struct fault_txn *txn_of(struct rows_txn *txn)
{
	return (struct fault_txn *)txn;
}

static const struct rows_driver *below_of(const struct fault_txn *txn)
{
	return txn->below->rows->driver;
}

static bool strikes(struct rows *rows, enum rows_call call)
{
	struct rows_fault *fault = fault_of(rows);
	bool meant = fault->call == call || fault->call == ROWS_CALL_ANY;
	if (fault->left == 0 || !meant || --fault->left > 0) {
		return false;
	}
	fault->struck = true;
	return true;
}

/* Whether the call may go on. */
static bool passes(struct rows_txn *rows_txn, enum rows_call call)
{
	struct fault_txn *txn = txn_of(rows_txn);
	if (txn->failure == STORE_DONE && strikes(rows_txn->rows, call)) {
		txn->failure = fault_of(rows_txn->rows)->end;
	}
	return txn->failure == STORE_DONE;
}

static void fault_destroy(struct rows *rows)
{
	struct rows_fault *fault = fault_of(rows);
	fault->below->driver->destroy(fault->below);
	free(fault);
}

static void fault_txn_destroy(struct rows_txn *rows_txn)
{
	struct fault_txn *txn = txn_of(rows_txn);
	if (txn == NULL) {
		return;
	}
	below_of(txn)->txn_destroy(txn->below);
	free(txn);
}

static struct rows_txn *fault_txn_create(struct rows *rows)
{
	struct rows *below = fault_of(rows)->below;
	struct fault_txn *txn = strikes(rows, ROWS_CALL_TXN_CREATE) ? NULL : calloc(1, sizeof *txn);
	if (txn == NULL) {
		return NULL;
	}
	txn->rows.rows = rows;
	txn->below = below->driver->txn_create(below);
	if (txn->below == NULL) {
		free(txn);
		return NULL;
	}
	return &txn->rows;
}

static void fault_begin(struct rows_txn *rows_txn, bool writes)
{
	struct fault_txn *txn = txn_of(rows_txn);
	txn->failure = STORE_DONE;
	below_of(txn)->begin(txn->below, writes);
	(void)passes(rows_txn, ROWS_CALL_BEGIN); /* a failure sticks */
}

static enum store_end fault_end(struct rows_txn *rows_txn, bool keep)
{
	struct fault_txn *txn = txn_of(rows_txn);
	if (txn->failure != STORE_DONE) {
		(void)below_of(txn)->end(txn->below, false);
		return txn->failure;
	}
	if (!strikes(rows_txn->rows, ROWS_CALL_END)) {
		return below_of(txn)->end(txn->below, keep);
	}
	enum store_end end = fault_of(rows_txn->rows)->end;
	(void)below_of(txn)->end(txn->below, keep && end == STORE_UNKNOWN);
	return end;
}

static bool fault_get(struct rows_txn *txn, enum table table, struct bytes key, struct bytes *value)
{
	return passes(txn, ROWS_CALL_GET) && below_of(txn_of(txn))->get(txn_of(txn)->below, table, key, value);
}

static bool fault_seek(struct rows_txn *txn, enum table table, struct bytes key, struct bytes entry,
	struct bytes *found_key, struct bytes *found_value)
{
	return passes(txn, ROWS_CALL_SEEK) &&
		below_of(txn_of(txn))->seek(txn_of(txn)->below, table, key, entry, found_key, found_value);
}

static bool fault_last(struct rows_txn *txn, enum table table, struct bytes *key, struct bytes *value)
{
	return passes(txn, ROWS_CALL_LAST) && below_of(txn_of(txn))->last(txn_of(txn)->below, table, key, value);
}

static bool fault_seek_set(struct rows_txn *txn, enum table table, struct bytes key, struct bytes *found_key)
{
	return passes(txn, ROWS_CALL_SEEK_SET) &&
		below_of(txn_of(txn))->seek_set(txn_of(txn)->below, table, key, found_key);
}

static void fault_put(struct rows_txn *txn, enum table table, struct bytes key, struct bytes value)
{
	if (passes(txn, ROWS_CALL_PUT)) {
		below_of(txn_of(txn))->put(txn_of(txn)->below, table, key, value);
	}
}

static void fault_append(struct rows_txn *txn, enum table table, struct bytes key, struct bytes value)
{
	if (passes(txn, ROWS_CALL_APPEND)) {
		below_of(txn_of(txn))->append(txn_of(txn)->below, table, key, value);
	}
}

static bool fault_remove(struct rows_txn *txn, enum table table, struct bytes key, struct bytes entry)
{
	return passes(txn, ROWS_CALL_REMOVE) &&
		below_of(txn_of(txn))->remove(txn_of(txn)->below, table, key, entry);
}

static uint64_t fault_walk(struct rows_txn *txn, const struct walk *walk, rows_visit *visit, void *context)
{
	return passes(txn, ROWS_CALL_WALK)
		? below_of(txn_of(txn))->walk(txn_of(txn)->below, walk, visit, context)
		: 0;
}

static uint64_t fault_count(struct rows_txn *txn, enum table table, struct bytes key)
{
	return passes(txn, ROWS_CALL_COUNT) ? below_of(txn_of(txn))->count(txn_of(txn)->below, table, key) : 0;
}

static bool fault_has_room(struct rows *rows)
{
	struct rows *below = fault_of(rows)->below;
	return !strikes(rows, ROWS_CALL_HAS_ROOM) && below->driver->has_room(below);
}

static void fault_stat(struct rows_txn *txn, struct rows_stat *stat)
{
	*stat = (struct rows_stat){0};
	if (passes(txn, ROWS_CALL_STAT)) {
		below_of(txn_of(txn))->stat(txn_of(txn)->below, stat);
	}
}

static const struct rows_driver DRIVER = {
	.destroy = fault_destroy,
	.txn_create = fault_txn_create,
	.txn_destroy = fault_txn_destroy,
	.begin = fault_begin,
	.end = fault_end,
	.get = fault_get,
	.seek = fault_seek,
	.last = fault_last,
	.seek_set = fault_seek_set,
	.put = fault_put,
	.append = fault_append,
	.remove = fault_remove,
	.walk = fault_walk,
	.count = fault_count,
	.has_room = fault_has_room,
	.stat = fault_stat,
};

struct rows *rows_fault_create(struct rows *below)
{
	struct rows_fault *fault = calloc(1, sizeof *fault);
	if (fault == NULL) {
		return NULL;
	}
	fault->rows.driver = &DRIVER;
	fault->below = below;
	return &fault->rows;
}

void rows_fault_arm(struct rows *rows, enum rows_call call, uint64_t nth, enum store_end end)
{
	assert(nth > 0 && call < ROWS_CALL_COUNT_OF_CALLS);
	struct rows_fault *fault = fault_of(rows);
	fault->call = call;
	fault->left = nth;
	fault->end = end;
	fault->struck = false;
}

bool rows_fault_disarm(struct rows *rows)
{
	fault_of(rows)->left = 0;
	return fault_of(rows)->struck;
}
