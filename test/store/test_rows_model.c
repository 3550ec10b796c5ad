/* Random operations on each backend and on two arrays; whatever is asked, both must say the same. */
#include "rows_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS 600
#define SETS 5
#define ENTRIES 1500 /* enough for a tree of pages; there are none of odd numbers */
#define TRANSACTIONS 150
#define STEPS 30
#define BURST 250

struct model {
	uint16_t versions[ROWS]; /* 0: no such row */
	bool entries[SETS][ENTRIES];
};

struct run {
	struct rows_world world;
	struct model kept;
	struct model now;
	uint64_t random;
	uint16_t version;
};

static uint64_t draw(struct run *run, uint64_t below)
{
	run->random ^= run->random << 13;
	run->random ^= run->random >> 7;
	run->random ^= run->random << 17;
	return (run->random >> 11) % below;
}

/* Of several lengths, and every number's key orders as the number. */
static struct bytes row_key(uint8_t buffer[16], uint64_t row)
{
	memset(buffer, 0, 16);
	buffer[0] = (uint8_t)(row >> 6);
	buffer[1] = (uint8_t)(row << 2);
	return (struct bytes){.data = buffer, .size = 2 + row % 5};
}

static struct bytes row_value(uint8_t buffer[256], uint64_t row, uint16_t version)
{
	memset(buffer, version & 0xff, 256);
	buffer[0] = (uint8_t)(version >> 8);
	return (struct bytes){.data = buffer, .size = (row * 7 + version) % 256};
}

static struct bytes set_key(uint64_t set)
{
	static const char *const names[SETS] = {"a", "a\001", "aa", "b", "\xff\xff"};
	return bytes_of(names[set]);
}

static void write_row(struct run *run)
{
	uint8_t key[16];
	uint8_t value[256];
	uint64_t row = draw(run, ROWS);
	if (draw(run, 3) > 0) {
		run->now.versions[row] = ++run->version;
		rows_put(&run->world, TABLE_NOTE, row_key(key, row), row_value(value, row, run->version));
		return;
	}
	bool removed = rows_remove(&run->world, TABLE_NOTE, row_key(key, row), NOTHING);
	assert_int_equal(removed, run->now.versions[row] != 0);
	run->now.versions[row] = 0;
}

static void write_entries(struct run *run)
{
	uint8_t buffer[32];
	uint64_t set = draw(run, SETS);
	uint64_t first = draw(run, ENTRIES);
	uint64_t end = first + (draw(run, 4) == 0 ? draw(run, BURST) : 1);
	bool adds = draw(run, 5) > 1;
	for (uint64_t i = first; i < end && i < ENTRIES; i++) {
		struct bytes entry = entry_of(buffer, i * 2, TABLE_ROSTER);
		if (adds) {
			rows_put(&run->world, TABLE_ROSTER, set_key(set), entry);
		} else {
			bool removed = rows_remove(&run->world, TABLE_ROSTER, set_key(set), entry);
			assert_int_equal(removed, run->now.entries[set][i]);
		}
		run->now.entries[set][i] = adds;
	}
}

static uint64_t count_set(const struct run *run, uint64_t set)
{
	uint64_t count = 0;
	for (uint64_t i = 0; i < ENTRIES; i++) {
		count += run->now.entries[set][i];
	}
	return count;
}

static void check_counts(struct run *run)
{
	uint64_t rows = 0;
	for (uint64_t row = 0; row < ROWS; row++) {
		rows += run->now.versions[row] != 0;
	}
	assert_int_equal(rows_count(&run->world, TABLE_NOTE, NOTHING), rows);
	uint64_t set = draw(run, SETS);
	assert_int_equal(rows_count(&run->world, TABLE_ROSTER, set_key(set)), count_set(run, set));
}

static void assert_row(struct bytes key, struct bytes value, uint64_t row, uint16_t version)
{
	uint8_t key_buffer[16];
	uint8_t value_buffer[256];
	assert_bytes(key, row_key(key_buffer, row));
	assert_bytes(value, row_value(value_buffer, row, version));
}

static void check_row(struct run *run)
{
	uint8_t buffer[16];
	struct bytes key;
	struct bytes value;
	uint64_t row = draw(run, ROWS);
	bool found = rows_get(&run->world, TABLE_NOTE, row_key(buffer, row), &value);
	assert_int_equal(found, run->now.versions[row] != 0);
	if (found) {
		assert_row(row_key(buffer, row), value, row, run->now.versions[row]);
	}
	uint64_t next = row;
	while (next < ROWS && run->now.versions[next] == 0) {
		next++;
	}
	found = rows_seek(&run->world, TABLE_NOTE, row_key(buffer, row), NOTHING, &key, &value);
	assert_int_equal(found, next < ROWS);
	if (found) {
		assert_row(key, value, next, run->now.versions[next]);
	}
}

static void check_last_row(struct run *run)
{
	struct bytes key;
	struct bytes value;
	uint64_t end = ROWS;
	while (end > 0 && run->now.versions[end - 1] == 0) {
		end--;
	}
	bool found = rows_last(&run->world, TABLE_NOTE, &key, &value);
	assert_int_equal(found, end > 0);
	if (found) {
		assert_row(key, value, end - 1, run->now.versions[end - 1]);
	}
}

static void check_entry(struct run *run)
{
	uint8_t buffer[32];
	struct bytes key;
	struct bytes value;
	uint64_t set = draw(run, SETS);
	uint64_t from = draw(run, 2 * ENTRIES + 2);
	uint64_t next = (from + 1) / 2;
	while (next < ENTRIES && !run->now.entries[set][next]) {
		next++;
	}
	bool found = rows_seek(&run->world, TABLE_ROSTER, set_key(set), entry_of(buffer, from, TABLE_ROSTER), &key,
		&value);
	assert_int_equal(found, next < ENTRIES);
	if (found) {
		assert_bytes(key, set_key(set));
		assert_int_equal(entry_number(value), next * 2);
	}
}

static void check_set(struct run *run)
{
	struct bytes key;
	uint64_t from = draw(run, SETS);
	uint64_t next = from;
	while (next < SETS && count_set(run, next) == 0) {
		next++;
	}
	bool found = rows_seek_set(&run->world, TABLE_ROSTER, set_key(from), &key);
	assert_int_equal(found, next < SETS);
	if (found) {
		assert_bytes(key, set_key(next));
	}
}

/* A walk that knows which row comes next. */
struct pace {
	struct run *run;
	const struct walk *walk;
	uint64_t set;
	int64_t at;
	int64_t step;
};

static bool is_there(const struct pace *pace)
{
	bool of_set = pace->walk->table == TABLE_ROSTER;
	int64_t end = of_set ? ENTRIES : ROWS;
	assert_true(pace->at >= 0 && pace->at < end);
	return of_set ? pace->run->now.entries[pace->set][pace->at] : pace->run->now.versions[pace->at] != 0;
}

static bool keep_pace(void *context, struct bytes key, struct bytes value)
{
	struct pace *pace = context;
	while (!is_there(pace)) {
		pace->at += pace->step;
	}
	if (pace->walk->table == TABLE_ROSTER) {
		assert_bytes(key, set_key(pace->set));
		assert_int_equal(entry_number(value), pace->at * 2);
	} else {
		assert_row(key, value, (uint64_t)pace->at, pace->run->now.versions[pace->at]);
	}
	pace->at += pace->step;
	return true;
}

/* How many rows the model has from there on; moves behind the first `skip` of them. */
static uint64_t count_from(struct pace *pace, int64_t end)
{
	uint64_t count = 0;
	int64_t start = pace->at;
	for (int64_t at = start; pace->step > 0 ? at < end : at >= 0; at += pace->step) {
		pace->at = at;
		count += is_there(pace);
	}
	pace->at = start;
	for (uint64_t left = pace->walk->skip; left > 0 && left <= count; pace->at += pace->step) {
		left -= is_there(pace);
	}
	return count > pace->walk->skip ? count - pace->walk->skip : 0;
}

static void check_walk(struct run *run, enum table table)
{
	uint8_t buffer[32];
	struct walk walk = {
		.table = table,
		.backwards = draw(run, 2) == 1,
		.skip = draw(run, 3) == 0 ? draw(run, ENTRIES) : draw(run, 8),
		.max = 1 + draw(run, 400),
	};
	struct pace pace = {.run = run, .walk = &walk, .set = draw(run, SETS), .step = walk.backwards ? -1 : 1};
	bool of_set = table == TABLE_ROSTER;
	int64_t end = of_set ? ENTRIES : ROWS;
	walk.prefix = of_set ? set_key(pace.set) : NOTHING;
	pace.at = walk.backwards ? end - 1 : 0;
	if (draw(run, 2) == 0) {
		pace.at = (int64_t)draw(run, (uint64_t)end);
		walk.from = of_set ? entry_of(buffer, (uint64_t)pace.at * 2, table) : row_key(buffer, (uint64_t)pace.at);
	}
	uint64_t wanted = count_from(&pace, end);
	uint64_t visited = rows_walk_over(&run->world, &walk, keep_pace, &pace);
	assert_int_equal(visited, wanted < walk.max ? wanted : walk.max);
}

static void check(struct run *run)
{
	switch (draw(run, 7)) {
	case 0:
		check_counts(run);
		break;
	case 1:
		check_last_row(run);
		break;
	case 2:
		check_entry(run);
		break;
	case 3:
		check_set(run);
		break;
	case 4:
		check_walk(run, TABLE_ROSTER);
		break;
	case 5:
		check_walk(run, TABLE_NOTE);
		break;
	default:
		check_row(run);
		break;
	}
}

static void run_transaction(struct run *run)
{
	bool writes = draw(run, 4) > 0;
	rows_begin(&run->world, writes);
	for (unsigned i = 0; i < STEPS; i++) {
		uint64_t what = writes ? draw(run, 3) : 0;
		if (what == 1) {
			write_row(run);
		} else if (what == 2) {
			write_entries(run);
		}
		check(run);
	}
	bool keep = draw(run, 4) > 0;
	rows_end(&run->world, keep);
	if (keep) {
		run->kept = run->now;
	} else {
		run->now = run->kept;
	}
}

static void random_operations_agree_with_the_model(void **state)
{
	const enum backend *backend = *state;
	for (uint64_t seed = 1; seed <= 2; seed++) {
		struct run *run = test_calloc(1, sizeof *run);
		run->random = seed * UINT64_C(0x9e3779b97f4a7c15);
		rows_world_create(&run->world, *backend);
		for (unsigned i = 0; i < TRANSACTIONS; i++) {
			if (i == TRANSACTIONS / 3) {
				rows_world_settle(&run->world);
			}
			if (*backend == BACKEND_LMDB && i % 40 == 39) {
				rows_world_reopen(&run->world);
			}
			run_transaction(run);
		}
		rows_world_destroy(&run->world);
		test_free(run);
	}
}

int main(void)
{
	static enum backend backends[] = {BACKEND_LMDB, BACKEND_MEMORY, BACKEND_FORK};
	const struct CMUnitTest tests[] = {
		{"in a folder", random_operations_agree_with_the_model, NULL, NULL, &backends[0]},
		{"in memory", random_operations_agree_with_the_model, NULL, NULL, &backends[1]},
		{"over a folder", random_operations_agree_with_the_model, NULL, NULL, &backends[2]},
	};
	return cmocka_run_group_tests_name("random operations agree with the model", tests, NULL, NULL);
}
