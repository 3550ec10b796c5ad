/* Slots under one lock. A transaction copies them when it begins and puts them back when it is done. */
#include "fake.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct fake fake;

static struct {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool slots[SLOTS_COUNT];
	uint64_t calls[APPLICATIONS_MAX];
	bool commit_held;
	bool commit_waiting;
	unsigned script_position;
	struct entry diary[DIARY_MAX];
	unsigned diary_count;
} world = {.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};

struct txn {
	enum txn_kind kind;
	bool wants_to_write;
	enum store_end failure;
	struct entry entry;
	bool slots[SLOTS_COUNT];
	uint64_t calls[APPLICATIONS_MAX]; /* added by this transaction */
};

static int64_t fake_now(void *context)
{
	(void)context;
	return atomic_load(&fake.clock);
}

static void fake_random(void *context, void *bytes, size_t size)
{
	(void)context;
	memset(bytes, 7, size);
}

static const uint8_t master_key[MASTER_KEY_SIZE];

const struct source fake_source = {.now = fake_now, .random = fake_random, .master_key = master_key};

void fake_reset(void)
{
	memset(&fake, 0, sizeof fake);
	atomic_store(&fake.clock, 1000);
	atomic_store(&fake.room, true);
	pthread_mutex_lock(&world.lock);
	memset(world.slots, 0, sizeof world.slots);
	memset(world.calls, 0, sizeof world.calls);
	world.commit_held = false;
	world.commit_waiting = false;
	world.script_position = 0;
	world.diary_count = 0;
	pthread_mutex_unlock(&world.lock);
}

static void set_commit_held(bool held)
{
	pthread_mutex_lock(&world.lock);
	world.commit_held = held;
	pthread_cond_broadcast(&world.changed);
	pthread_mutex_unlock(&world.lock);
}

void fake_hold_commit(void)
{
	set_commit_held(true);
}

void fake_let_commit(void)
{
	set_commit_held(false);
}

void fake_wait_for_commit(void)
{
	pthread_mutex_lock(&world.lock);
	while (!world.commit_waiting) {
		pthread_cond_wait(&world.changed, &world.lock);
	}
	pthread_mutex_unlock(&world.lock);
}

void fake_wait_for_chores(void)
{
	pthread_mutex_lock(&world.lock);
	while (atomic_load(&fake.due) > 0 || atomic_load(&fake.chores) > 0) {
		pthread_cond_wait(&world.changed, &world.lock);
	}
	pthread_mutex_unlock(&world.lock);
}

unsigned fake_diary_count(void)
{
	pthread_mutex_lock(&world.lock);
	unsigned count = world.diary_count;
	pthread_mutex_unlock(&world.lock);
	return count;
}

struct entry fake_diary(unsigned index)
{
	pthread_mutex_lock(&world.lock);
	assert(index < world.diary_count);
	struct entry entry = world.diary[index];
	pthread_mutex_unlock(&world.lock);
	return entry;
}

uint64_t fake_calls(uint64_t application_id)
{
	pthread_mutex_lock(&world.lock);
	uint64_t calls = world.calls[application_id];
	pthread_mutex_unlock(&world.lock);
	return calls;
}

void fake_wait_for_calls(uint64_t application_id, uint64_t calls)
{
	pthread_mutex_lock(&world.lock);
	while (world.calls[application_id] != calls) {
		pthread_cond_wait(&world.changed, &world.lock);
	}
	pthread_mutex_unlock(&world.lock);
}

/* --- the store */

bool store_has_room(struct store *store)
{
	(void)store;
	return atomic_load(&fake.room);
}

struct txn *txn_create(struct store *store)
{
	(void)store;
	return calloc(1, sizeof(struct txn));
}

void txn_destroy(struct txn *txn)
{
	free(txn);
}

void store_begin(struct txn *txn, enum txn_kind kind, int64_t now)
{
	*txn = (struct txn){.kind = kind, .failure = STORE_DONE, .entry = {.now = now}};
	pthread_mutex_lock(&world.lock);
	memcpy(txn->slots, world.slots, sizeof txn->slots);
	pthread_mutex_unlock(&world.lock);
}

static enum store_end next_of_script(void)
{
	return world.script_position < fake.script_length ? fake.script[world.script_position++] : STORE_DONE;
}

static void write_diary(struct txn *txn, enum store_end end)
{
	assert(world.diary_count < DIARY_MAX);
	txn->entry.end = end;
	world.diary[world.diary_count++] = txn->entry;
}

static enum store_end end_write(struct txn *txn)
{
	while (world.commit_held) {
		world.commit_waiting = true;
		pthread_cond_broadcast(&world.changed);
		pthread_cond_wait(&world.changed, &world.lock);
	}
	world.commit_waiting = false;
	enum store_end end = txn->failure != STORE_DONE ? txn->failure : next_of_script();
	if (end == STORE_DONE) {
		memcpy(world.slots, txn->slots, sizeof world.slots);
		atomic_fetch_add(&fake.commits, 1);
		for (size_t i = 0; i < APPLICATIONS_MAX; i++) {
			world.calls[i] += txn->calls[i];
		}
		atomic_fetch_sub(&fake.due, txn->entry.expired);
		atomic_fetch_sub(&fake.chores, txn->entry.swept ? 1 : 0);
		pthread_cond_broadcast(&world.changed);
	}
	write_diary(txn, end);
	return end;
}

enum store_end store_end(struct txn *txn)
{
	if (txn->kind != TXN_WRITE) {
		return txn->kind == TXN_TRY ? fake.try_end : fake.read_end;
	}
	pthread_mutex_lock(&world.lock);
	enum store_end end = end_write(txn);
	pthread_mutex_unlock(&world.lock);
	return end;
}

void store_abandon(struct txn *txn)
{
	pthread_mutex_lock(&world.lock);
	write_diary(txn, STORE_FAILED);
	pthread_mutex_unlock(&world.lock);
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
	return txn->entry.now;
}

uint64_t store_counter(struct txn *txn, enum counter counter)
{
	(void)txn;
	assert(counter == COUNTER_CHANGE);
	return (fake.last_change_at != 0 ? 8 : 1) + atomic_load(&fake.commits);
}

struct store_size store_size(struct store *store)
{
	(void)store;
	return (struct store_size){.used = 1, .max = 2};
}

/* A group has changes when its slot is taken. */
bool store_list_changes(
	struct txn *txn, uint64_t group_id, const struct feed *feed, struct page *page, uint64_t *first)
{
	assert(group_id < SLOTS_COUNT && feed->limit == 1);
	page_clear(page);
	page->count = txn->slots[group_id];
	*first = FAKE_FIRST_CHANGE;
	return feed->after + 1 >= FAKE_FIRST_CHANGE;
}

bool store_next_change(struct txn *txn, uint64_t after, struct texts *texts, struct change *found)
{
	(void)txn;
	(void)texts;
	assert(after == 6);
	*found = (struct change){.seq = 7, .at = fake.last_change_at};
	return true;
}

void store_add_usage(struct txn *txn, const struct usage *usage)
{
	assert(txn->kind == TXN_WRITE && usage->application_id < APPLICATIONS_MAX);
	txn->calls[usage->application_id] += usage->calls;
}

bool store_next_due(struct txn *txn, struct due *found)
{
	(void)found;
	assert(txn->kind != TXN_TRY);
	return atomic_load(&fake.due) > 0;
}

bool store_sweep(struct txn *txn)
{
	unsigned left = atomic_load(&fake.chores);
	if (txn->kind == TXN_READ || left == 0) {
		return left > 0;
	}
	txn->entry.swept = true;
	return left > 1;
}

/* --- the engine */

bool engine_operation_grows(enum operation operation)
{
	return operation == OPERATION_GROUP_JOIN;
}

uint32_t engine_expire_due(struct txn *txn, uint32_t max)
{
	assert(txn->kind == TXN_WRITE);
	unsigned left = atomic_load(&fake.due);
	txn->entry.expired = left < max ? left : max;
	return txn->entry.expired;
}

/* Sets a slot; false: this is only a try. */
static bool write_slot(struct txn *txn, uint64_t slot, bool value)
{
	if (txn->kind == TXN_TRY) {
		txn->wants_to_write = true;
		return false;
	}
	txn->slots[slot] = value;
	return true;
}

static enum outcome run_operation(struct txn *txn, const struct request *request)
{
	uint64_t slot = request->group.id;
	assert(slot < SLOTS_COUNT);
	if (request->operation == OPERATION_GROUP_GET) {
		return txn->slots[slot] ? OUTCOME_OK : OUTCOME_NO_SUCH_GROUP;
	}
	bool joins = request->operation == OPERATION_GROUP_JOIN;
	if (txn->slots[slot] == joins) {
		return joins ? OUTCOME_ALREADY_MEMBER : OUTCOME_NOT_A_MEMBER;
	}
	if (!write_slot(txn, slot, joins)) {
		return OUTCOME_NONE;
	}
	return joins ? OUTCOME_JOINED : OUTCOME_LEFT;
}

void engine_execute(const struct circumstances *circumstances, struct txn *txn, const struct request *request,
	struct reply *reply, struct page *page)
{
	assert(reply->outcome == OUTCOME_NONE);
	assert(circumstances->seed[0] == (operation_changes(request->operation) ? 7 : 0));
	assert((page == NULL) == (txn->kind == TXN_WRITE));
	txn->entry.executed++;
	if (request->user.id == TROUBLE_POISON && txn->kind == TXN_WRITE) {
		txn->failure = STORE_FAILED;
		return;
	}
	reply->application_id = request->item_id;
	if (request->user.id == TROUBLE_STARVES && txn->kind == TXN_WRITE) {
		reply->texts.failed = true;
		reply->outcome = OUTCOME_BUSY;
		return;
	}
	reply->texts.failed = request->user.id == TROUBLE_FORGETS;
	reply->outcome = run_operation(txn, request);
	if (txn->kind == TXN_TRY && txn->wants_to_write) {
		reply->texts.failed = false;
	}
}
