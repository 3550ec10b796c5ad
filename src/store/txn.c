/* The store's handle and its transactions: what kind they are, whose turn it is to write, and what
 * became of them.
 *
 * DESIGN. Rows allow one transaction that writes at a time. Turns are tickets: whoever asks takes the
 * next number and waits until it is called, so that neither the writer nor an operator's command can
 * starve the other. A try is a transaction that reads; the first verb that wants to write ends it. */
#include "store/txn.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/meta.h"

struct store {
	struct rows *rows;
	pthread_mutex_t mutex;
	pthread_cond_t called;
	uint64_t next_ticket;
	uint64_t served_ticket;
	int64_t latest; /* time of any transaction that wrote; whose turn it is touches it */
};

struct txn {
	struct store *store;
	struct rows_txn *rows;
	int64_t now;
	enum txn_kind kind;
	enum store_end failure;
	bool open;
	bool wants_to_write;
	uint64_t write_count;
};

static void driver_check(const struct rows_driver *driver)
{
	assert(driver->destroy != NULL && driver->txn_create != NULL && driver->txn_destroy != NULL);
	assert(driver->begin != NULL && driver->end != NULL && driver->get != NULL && driver->seek != NULL);
	assert(driver->last != NULL && driver->seek_set != NULL && driver->put != NULL &&
		driver->append != NULL);
	assert(driver->remove != NULL && driver->walk != NULL && driver->count != NULL);
	assert(driver->has_room != NULL && driver->stat != NULL);
}

static struct store *store_create(struct rows *rows)
{
	struct store *store = calloc(1, sizeof *store);
	if (store == NULL) {
		return NULL;
	}
	store->rows = rows;
	if (pthread_mutex_init(&store->mutex, NULL) != 0) {
		free(store);
		return NULL;
	}
	if (pthread_cond_init(&store->called, NULL) != 0) {
		(void)pthread_mutex_destroy(&store->mutex); /* nobody has seen it */
		free(store);
		return NULL;
	}
	return store;
}

struct store *store_open_rows(struct rows *rows, char *why, size_t capacity)
{
	driver_check(rows->driver);
	struct store *store = store_create(rows);
	if (store == NULL) {
		(void)snprintf(why, capacity, "out of memory");
		rows->driver->destroy(rows);
		return NULL;
	}
	if (!meta_prepare(store, why, capacity)) {
		store_close(store);
		return NULL;
	}
	return store;
}

struct rows *txn_rows_of(struct store *store)
{
	return store->rows;
}

void store_close(struct store *store)
{
	if (store == NULL) {
		return;
	}
	store->rows->driver->destroy(store->rows);
	(void)pthread_cond_destroy(&store->called); /* nobody waits: no transaction exists */
	(void)pthread_mutex_destroy(&store->mutex);
	free(store);
}

bool store_copy(struct store *store, int file)
{
	const struct rows_driver *driver = store->rows->driver;
	return driver->copy != NULL && driver->copy(store->rows, file);
}

struct txn *txn_create(struct store *store)
{
	struct txn *txn = calloc(1, sizeof *txn);
	if (txn == NULL) {
		return NULL;
	}
	txn->store = store;
	txn->rows = store->rows->driver->txn_create(store->rows);
	if (txn->rows == NULL) {
		free(txn);
		return NULL;
	}
	return txn;
}

void txn_destroy(struct txn *txn)
{
	if (txn == NULL) {
		return;
	}
	assert(!txn->open);
	txn->store->rows->driver->txn_destroy(txn->rows);
	free(txn);
}

static void take_turn(struct store *store)
{
	(void)pthread_mutex_lock(&store->mutex);
	uint64_t ticket = store->next_ticket++;
	while (ticket != store->served_ticket) {
		(void)pthread_cond_wait(&store->called, &store->mutex);
	}
	(void)pthread_mutex_unlock(&store->mutex);
}

static void give_turn(struct store *store)
{
	(void)pthread_mutex_lock(&store->mutex);
	store->served_ticket++;
	(void)pthread_cond_broadcast(&store->called);
	(void)pthread_mutex_unlock(&store->mutex);
}

struct store_size store_size(struct store *store)
{
	const struct rows_driver *driver = store->rows->driver;
	return driver->size == NULL ? (struct store_size){0} : driver->size(store->rows);
}

bool store_has_room(struct store *store)
{
	take_turn(store);
	bool room = store->rows->driver->has_room(store->rows);
	give_turn(store);
	return room;
}

/* Whoever waited for a turn took the time before it; another may have written at a later one meanwhile. */
static void never_back(struct txn *txn)
{
	if (txn->now < txn->store->latest) {
		txn->now = txn->store->latest;
	}
	txn->store->latest = txn->now;
}

void store_begin(struct txn *txn, enum txn_kind kind, int64_t now)
{
	assert(!txn->open);
	txn->kind = kind;
	txn->now = now;
	if (kind == TXN_WRITE) {
		take_turn(txn->store);
		never_back(txn);
	}
	txn->failure = STORE_DONE;
	txn->wants_to_write = false;
	txn->write_count = 0;
	txn->open = true;
	txn->rows->rows->driver->begin(txn->rows, kind == TXN_WRITE);
}

static enum store_end end(struct txn *txn, bool keep)
{
	assert(txn->open);
	enum store_end ended = txn->rows->rows->driver->end(txn->rows, keep && txn->failure == STORE_DONE);
	txn->open = false;
	if (txn->kind == TXN_WRITE) {
		give_turn(txn->store);
	}
	/* Rows that failed came first: what they did not find may have looked like damage. */
	return ended != STORE_DONE ? ended : txn->failure;
}

enum store_end store_end(struct txn *txn)
{
	return end(txn, true);
}

void store_abandon(struct txn *txn)
{
	(void)end(txn, false); /* nothing of it happened, whatever else went wrong */
}

bool store_wants_to_write(const struct txn *txn)
{
	return txn->wants_to_write;
}

enum store_end store_failure(const struct txn *txn)
{
	return txn->failure;
}

int64_t store_now(const struct txn *txn)
{
	return txn->now;
}

uint64_t store_write_count(const struct txn *txn)
{
	return txn->write_count;
}

void txn_fail(struct txn *txn, enum store_end failure)
{
	if (txn->failure == STORE_DONE) {
		txn->failure = failure;
	}
}

static bool is_over(const struct txn *txn)
{
	assert(txn->open);
	return txn->wants_to_write || txn->failure != STORE_DONE;
}

bool txn_may_write(struct txn *txn)
{
	assert(txn->kind != TXN_READ);
	if (is_over(txn)) {
		return false;
	}
	if (txn->kind == TXN_TRY) {
		txn->wants_to_write = true;
		return false;
	}
	return true;
}

bool txn_only_reads(const struct txn *txn)
{
	return txn->kind == TXN_READ;
}

bool txn_texts_failed(struct txn *txn, const struct texts *texts)
{
	if (texts == NULL || !texts->failed) {
		return false;
	}
	txn_fail(txn, STORE_FAILED);
	return true;
}

bool txn_record_is_good(struct txn *txn, bool read, const struct texts *texts)
{
	if (!read) {
		txn_fail(txn, STORE_FAILED); /* damaged */
	}
	return read && !txn_texts_failed(txn, texts);
}

bool txn_get(struct txn *txn, enum table table, struct bytes key, struct bytes *value)
{
	return !is_over(txn) && key.size > 0 && txn->rows->rows->driver->get(txn->rows, table, key, value);
}

bool txn_get_id(struct txn *txn, enum table table, uint64_t id, struct bytes *value)
{
	uint8_t buffer[ID_SIZE];
	return txn_get(txn, table, key_id(buffer, id), value);
}

bool txn_get_number(struct txn *txn, enum table table, struct bytes key, uint64_t *found)
{
	struct bytes value;
	if (!txn_get(txn, table, key, &value)) {
		return false;
	}
	if (value.size != ID_SIZE) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	*found = key_read_u64(value.data);
	return true;
}

bool txn_seek(
	struct txn *txn, enum table table, struct bytes key, struct bytes *found_key, struct bytes *value)
{
	return !is_over(txn) &&
	       txn->rows->rows->driver->seek(txn->rows, table, key, NO_BYTES, found_key, value);
}

bool txn_seek_entry(
	struct txn *txn, enum table table, struct bytes key, struct bytes from, struct bytes *entry)
{
	struct bytes found_key;
	return !is_over(txn) && txn->rows->rows->driver->seek(txn->rows, table, key, from, &found_key, entry);
}

bool txn_seek_set(struct txn *txn, enum table table, struct bytes key, struct bytes *found_key)
{
	return !is_over(txn) && txn->rows->rows->driver->seek_set(txn->rows, table, key, found_key);
}

bool txn_last(struct txn *txn, enum table table, struct bytes *key, struct bytes *value)
{
	return !is_over(txn) && txn->rows->rows->driver->last(txn->rows, table, key, value);
}

uint64_t txn_walk(struct txn *txn, const struct walk *walk, rows_visit *visit, void *context)
{
	return is_over(txn) ? 0 : txn->rows->rows->driver->walk(txn->rows, walk, visit, context);
}

uint64_t txn_count(struct txn *txn, enum table table, struct bytes key)
{
	return is_over(txn) ? 0 : txn->rows->rows->driver->count(txn->rows, table, key);
}

void txn_stat(struct txn *txn, struct rows_stat *stat)
{
	*stat = (struct rows_stat){0};
	if (!is_over(txn)) {
		txn->rows->rows->driver->stat(txn->rows, stat);
	}
}

bool txn_visit_written(struct txn *txn, rows_changed *visit, void *context)
{
	assert(txn->open && txn->kind == TXN_WRITE);
	if (txn->rows->rows->driver->visit_written == NULL) {
		return false;
	}
	txn->rows->rows->driver->visit_written(txn->rows, visit, context);
	return true;
}

bool store_visit_rows(struct store *store, rows_written *visit, void *context)
{
	if (store->rows->driver->visit_all == NULL) {
		return false;
	}
	store->rows->driver->visit_all(store->rows, visit, context);
	return true;
}

void txn_put(struct txn *txn, enum table table, struct bytes key, struct bytes value)
{
	assert(txn->kind == TXN_WRITE && key.size > 0);
	if (!is_over(txn)) {
		txn->write_count++;
		txn->rows->rows->driver->put(txn->rows, table, key, value);
	}
}

void txn_put_number(struct txn *txn, enum table table, struct bytes key, uint64_t number)
{
	uint8_t buffer[ID_SIZE];
	txn_put(txn, table, key, key_id(buffer, number));
}

void txn_append(struct txn *txn, enum table table, struct bytes key, struct bytes value)
{
	assert(txn->kind == TXN_WRITE && key.size > 0);
	if (!is_over(txn)) {
		txn->write_count++;
		txn->rows->rows->driver->append(txn->rows, table, key, value);
	}
}

bool txn_remove(struct txn *txn, enum table table, struct bytes key, struct bytes entry)
{
	assert(txn->kind == TXN_WRITE && key.size > 0);
	if (is_over(txn) || !txn->rows->rows->driver->remove(txn->rows, table, key, entry)) {
		return false;
	}
	txn->write_count++;
	return true;
}
