/* Threads that read beside one that writes: each transaction sees one state, and never an older one again. */
#include "rows_world.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>

#include <cmocka.h>

#define READERS 4
#define WINDOW 700 /* entries of a set: more than a page of them */

struct load {
	enum backend backend;
	uint64_t commits;
	uint64_t transactions; /* of each reader at most: in memory the writer waits for a moment without any */
};

struct reader {
	pthread_t thread;
	struct rows *rows;
	const atomic_bool *over;
	uint64_t limit;
	uint64_t seen; /* the newest version */
	uint64_t transactions;
	const char *wrong; /* NULL: nothing */
};

static uint64_t read_version(struct rows_txn *txn, const char *key)
{
	struct bytes value;
	return txn->rows->driver->get(txn, TABLE_NOTE, bytes_of(key), &value) ? entry_number(value) : 0;
}

struct walked {
	uint64_t count;
	uint64_t first;
	uint64_t last;
};

static bool note_entry(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct walked *walked = context;
	walked->last = entry_number(value);
	walked->first = walked->count++ == 0 ? walked->last : walked->first;
	return true;
}

/* What the writer keeps true: both rows say the version, the set is the WINDOW entries that end with it. */
static const char *judge(struct reader *reader, struct rows_txn *txn)
{
	const struct rows_driver *driver = reader->rows->driver;
	uint64_t version = read_version(txn, "first");
	struct walked walked = {0};
	const struct walk walk = {.table = TABLE_ROSTER, .prefix = bytes_of("set"), .max = WINDOW + 1};
	if (version < reader->seen) {
		return "an older state came back";
	}
	reader->seen = version;
	if (driver->walk(txn, &walk, note_entry, &walked) != WINDOW) {
		return "the set has more or fewer entries";
	}
	if (walked.last != version + WINDOW - 1 || walked.first != version) {
		return "the set is of another state than the row";
	}
	if (driver->count(txn, TABLE_ROSTER, bytes_of("set")) != WINDOW) {
		return "the count is of another state";
	}
	return read_version(txn, "second") == version ? NULL : "two rows are of two states";
}

static void *read_on(void *context)
{
	struct reader *reader = context;
	const struct rows_driver *driver = reader->rows->driver;
	while (reader->wrong == NULL && reader->transactions < reader->limit &&
		(reader->transactions == 0 || !atomic_load(reader->over))) {
		struct rows_txn *txn = driver->txn_create(reader->rows);
		if (txn == NULL) {
			reader->wrong = "no transaction could be made";
			break;
		}
		for (unsigned i = 0; i < 10 && reader->wrong == NULL; i++) {
			driver->begin(txn, false);
			reader->wrong = judge(reader, txn);
			bool done = driver->end(txn, true) == STORE_DONE;
			reader->wrong = done ? reader->wrong : "a transaction that reads has failed";
			reader->transactions++;
		}
		driver->txn_destroy(txn);
	}
	return NULL;
}

static void write_version(struct rows_world *world, uint64_t version)
{
	uint8_t buffer[32];
	struct bytes number = entry_of(buffer, version, TABLE_USER_TOKEN);
	rows_put(world, TABLE_NOTE, bytes_of("first"), number);
	rows_put(world, TABLE_NOTE, bytes_of("second"), number);
	if (version > 0) {
		assert_true(rows_remove(world, TABLE_ROSTER, bytes_of("set"), entry_of(buffer, version - 1, TABLE_ROSTER)));
		rows_append(world, TABLE_ROSTER, bytes_of("set"), entry_of(buffer, version + WINDOW - 1, TABLE_ROSTER));
	}
}

static void write_first(struct rows_world *world)
{
	uint8_t buffer[32];
	rows_begin(world, true);
	for (uint64_t i = 0; i < WINDOW; i++) {
		rows_put(world, TABLE_ROSTER, bytes_of("set"), entry_of(buffer, i, TABLE_ROSTER));
	}
	write_version(world, 0);
	rows_end(world, true);
	rows_world_settle(world);
}

/* Every third transaction is undone and must never be seen. */
static void write_on(struct rows_world *world, uint64_t commits)
{
	for (uint64_t version = 1; version <= commits; version++) {
		assert_true(world->rows->driver->has_room(world->rows));
		if (version % 3 == 0) {
			rows_begin(world, true);
			write_version(world, version);
			rows_end(world, false);
		}
		rows_begin(world, true);
		write_version(world, version);
		rows_end(world, true);
	}
}

static void readers_see_one_state_at_a_time(void **state)
{
	const struct load *load = *state;
	struct rows_world world;
	struct reader readers[READERS];
	atomic_bool over = false;
	rows_world_create(&world, load->backend);
	write_first(&world);
	for (unsigned i = 0; i < READERS; i++) {
		readers[i] = (struct reader){.rows = world.rows, .over = &over, .limit = load->transactions};
		assert_int_equal(pthread_create(&readers[i].thread, NULL, read_on, &readers[i]), 0);
	}
	write_on(&world, load->commits);
	atomic_store(&over, true);
	for (unsigned i = 0; i < READERS; i++) {
		assert_int_equal(pthread_join(readers[i].thread, NULL), 0);
	}
	for (unsigned i = 0; i < READERS; i++) {
		if (readers[i].wrong != NULL) {
			fail_msg("%s", readers[i].wrong);
		}
		assert_true(readers[i].transactions > 0);
	}
	rows_world_destroy(&world);
}

int main(void)
{
	static struct load loads[] = {
		{BACKEND_LMDB, 200, UINT64_MAX}, {BACKEND_MEMORY, 30, 50}, {BACKEND_FORK, 30, 20}};
	static const struct CMUnitTest tests[] = {
		{"readers of a folder see one state at a time", readers_see_one_state_at_a_time, NULL, NULL, &loads[0]},
		{"readers of memory see one state at a time", readers_see_one_state_at_a_time, NULL, NULL, &loads[1]},
		{"readers of a fork see one state at a time", readers_see_one_state_at_a_time, NULL, NULL, &loads[2]},
	};
	return cmocka_run_group_tests_name("rows among threads", tests, NULL, NULL);
}
