/* DESIGN. Each counting thread has a shard: rows in the order they were first counted, found by a hash with
 * chains, under a lock that nobody else wants but once in a while. Rows are taken inside the transaction that
 * stores them: whoever gets the next turn to write knows that what is not in memory is in the store. */
#include "writer/tally.h"

#include <assert.h>
#include <stdlib.h>

#include "log.h"
#include "model/limits.h"

#define BUCKETS 256
#define ROWS_FIRST 64
#define ROWS_MAX 65536 /* per shard: far more than clients call about between two commits */
#define NO_ROW UINT32_MAX

struct row {
	struct usage usage;
	uint32_t next; /* of its bucket */
};

struct tally_shard {
	pthread_mutex_t lock;
	uint32_t count;
	uint32_t capacity;
	bool complained;
	struct row *rows;
	uint32_t buckets[BUCKETS]; /* the number of the first row */
};

static bool init_shard(struct tally_shard *shard)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		shard->buckets[i] = NO_ROW;
	}
	return pthread_mutex_init(&shard->lock, NULL) == 0;
}

static void finish_shards(struct tally *tally, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		(void)pthread_mutex_destroy(&tally->shards[i].lock); /* nobody holds it */
		free(tally->shards[i].rows);
	}
	free(tally->shards);
	tally->shards = NULL;
}

bool tally_init(struct tally *tally)
{
	tally->shards = calloc(TALLY_SHARDS, sizeof *tally->shards);
	if (tally->shards == NULL) {
		return false;
	}
	for (unsigned i = 0; i < TALLY_SHARDS; i++) {
		if (!init_shard(&tally->shards[i])) {
			finish_shards(tally, i);
			return false;
		}
	}
	return true;
}

void tally_finish(struct tally *tally)
{
	finish_shards(tally, TALLY_SHARDS);
}

static uint32_t *bucket_of(struct tally_shard *shard, const struct usage *usage)
{
	uint64_t mixed = (usage->application_id * OPERATION_COUNT + usage->operation + usage->day) *
			 UINT64_C(0x9E3779B97F4A7C15); /* the golden ratio spreads neighbours */
	return &shard->buckets[mixed >> 56];
}

static bool same_row(const struct usage *a, const struct usage *b)
{
	return a->application_id == b->application_id && a->operation == b->operation && a->day == b->day;
}

static struct usage *find(struct tally_shard *shard, const struct usage *usage)
{
	for (uint32_t i = *bucket_of(shard, usage); i != NO_ROW; i = shard->rows[i].next) {
		if (same_row(&shard->rows[i].usage, usage)) {
			return &shard->rows[i].usage;
		}
	}
	return NULL;
}

static bool reserve(struct tally_shard *shard)
{
	if (shard->count < shard->capacity) {
		return true;
	}
	uint32_t capacity = shard->capacity == 0 ? ROWS_FIRST : 2 * shard->capacity;
	struct row *grown = capacity > ROWS_MAX ? NULL : reallocarray(shard->rows, capacity, sizeof *grown);
	if (grown == NULL) {
		return false;
	}
	shard->rows = grown;
	shard->capacity = capacity;
	return true;
}

/* False: no memory is left for a new row. */
static bool add(struct tally_shard *shard, const struct usage *usage)
{
	struct usage *found = find(shard, usage);
	if (found != NULL) {
		found->calls += usage->calls;
		return true;
	}
	if (!reserve(shard)) {
		return false;
	}
	uint32_t *bucket = bucket_of(shard, usage);
	shard->rows[shard->count] = (struct row){.usage = *usage, .next = *bucket};
	*bucket = shard->count++;
	return true;
}

void tally_add(struct tally *tally, unsigned shard_number, const struct usage *usage)
{
	struct tally_shard *shard = &tally->shards[shard_number % TALLY_SHARDS];
	(void)pthread_mutex_lock(&shard->lock); /* fails only when it was misused */
	bool complain = !add(shard, usage) && !shard->complained;
	shard->complained |= complain;
	(void)pthread_mutex_unlock(&shard->lock);
	if (complain) {
		log_write(LOG_WARNING, "some calls of applications are not counted: no memory");
	}
}

bool tally_is_empty(struct tally *tally)
{
	bool empty = true;
	for (unsigned i = 0; i < TALLY_SHARDS && empty; i++) {
		(void)pthread_mutex_lock(&tally->shards[i].lock);
		empty = tally->shards[i].count == 0;
		(void)pthread_mutex_unlock(&tally->shards[i].lock);
	}
	return empty;
}

/* Takes the youngest row: it stands at the head of its bucket, because rows leave in the order opposite to
 * that in which they came. */
static struct usage take_last(struct tally_shard *shard)
{
	const struct row *last = &shard->rows[--shard->count];
	uint32_t *bucket = bucket_of(shard, &last->usage);
	assert(*bucket == shard->count);
	*bucket = last->next;
	return last->usage;
}

static uint32_t take(struct tally *tally, struct usage *rows, uint32_t max)
{
	uint32_t count = 0;
	for (unsigned i = 0; i < TALLY_SHARDS; i++) {
		struct tally_shard *shard = &tally->shards[i];
		(void)pthread_mutex_lock(&shard->lock);
		while (shard->count > 0 && count < max) {
			rows[count++] = take_last(shard);
		}
		(void)pthread_mutex_unlock(&shard->lock);
	}
	return count;
}

enum store_end tally_store(struct tally *tally, struct txn *txn, int64_t now, bool *more)
{
	struct usage rows[SLICE_ROWS_MAX];
	store_begin(txn, TXN_WRITE, now);
	uint32_t count = take(tally, rows, SLICE_ROWS_MAX);
	*more = count == SLICE_ROWS_MAX;
	for (uint32_t i = 0; i < count; i++) {
		store_add_usage(txn, &rows[i]);
	}
	enum store_end end = store_end(txn);
	for (uint32_t i = 0; i < count && end != STORE_DONE && end != STORE_UNKNOWN; i++) {
		tally_add(tally, 0, &rows[i]);
	}
	return end;
}
