/* The contract of rows.h, run against each backend. */
#include "rows_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static enum backend backend;

static int set_up(void **state)
{
	struct rows_world *world = test_malloc(sizeof *world);
	rows_world_create(world, backend);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	rows_world_destroy(*state);
	test_free(*state);
	return 0;
}

static void put_text(struct rows_world *world, const char *key, const char *value)
{
	rows_put(world, TABLE_NOTE, bytes_of(key), bytes_of(value));
}

static void put_number(struct rows_world *world, enum table table, const char *key, uint64_t number)
{
	uint8_t buffer[32];
	rows_put(world, table, bytes_of(key), entry_of(buffer, number, table));
}

static bool has_number(struct rows_world *world, enum table table, const char *key, uint64_t number)
{
	uint8_t buffer[32];
	struct bytes entry = entry_of(buffer, number, table);
	struct bytes found_key;
	struct bytes found;
	return rows_seek(world, table, bytes_of(key), entry, &found_key, &found) &&
		memcmp(found.data, entry.data, entry.size) == 0;
}

static void assert_text(struct rows_world *world, const char *key, const char *wanted)
{
	struct bytes value;
	assert_true(rows_get(world, TABLE_NOTE, bytes_of(key), &value));
	assert_bytes(value, bytes_of(wanted));
}

static void assert_no_text(struct rows_world *world, const char *key)
{
	struct bytes value;
	assert_false(rows_get(world, TABLE_NOTE, bytes_of(key), &value));
}

/* Ends the writing, puts what stands below a fork, and goes on. */
static void settle(struct rows_world *world)
{
	rows_end(world, true);
	rows_world_settle(world);
	rows_begin(world, true);
}

static void empty_store_finds_nothing(void **state)
{
	struct rows_world *world = *state;
	rows_world_settle(world);
	rows_begin(world, false);
	struct bytes key;
	struct bytes value;
	uint8_t buffer[32];
	assert_no_text(world, "a");
	assert_false(rows_seek(world, TABLE_NOTE, NOTHING, NOTHING, &key, &value));
	assert_false(rows_seek(world, TABLE_ROSTER, bytes_of("a"), NOTHING, &key, &value));
	assert_false(rows_seek(world, TABLE_ROSTER, bytes_of("a"), entry_of(buffer, 1, TABLE_ROSTER), &key, &value));
	assert_false(rows_last(world, TABLE_NOTE, &key, &value));
	assert_false(rows_seek_set(world, TABLE_ROSTER, NOTHING, &key));
	assert_int_equal(rows_count(world, TABLE_NOTE, NOTHING), 0);
	assert_int_equal(rows_count(world, TABLE_ROSTER, bytes_of("a")), 0);
	rows_end(world, true);
}

static void put_row_is_found_replaced_and_removed(void **state)
{
	struct rows_world *world = *state;
	rows_begin(world, true);
	put_text(world, "a", "old");
	put_text(world, "b", "other");
	assert_text(world, "a", "old");
	settle(world);
	assert_text(world, "a", "old");
	put_text(world, "a", "a newer, longer value");
	assert_text(world, "a", "a newer, longer value");
	assert_true(rows_remove(world, TABLE_NOTE, bytes_of("a"), NOTHING));
	assert_false(rows_remove(world, TABLE_NOTE, bytes_of("a"), NOTHING));
	assert_no_text(world, "a");
	put_text(world, "a", "back");
	rows_end(world, true);
	rows_begin(world, false);
	assert_text(world, "a", "back");
	assert_text(world, "b", "other");
	assert_int_equal(rows_count(world, TABLE_NOTE, NOTHING), 2);
	rows_end(world, true);
}

static void tables_are_apart(void **state)
{
	struct rows_world *world = *state;
	struct bytes value;
	rows_begin(world, true);
	put_text(world, "a", "note");
	settle(world);
	assert_false(rows_get(world, TABLE_GROUP, bytes_of("a"), &value));
	rows_put(world, TABLE_GROUP, bytes_of("a"), bytes_of("group"));
	assert_text(world, "a", "note");
	rows_end(world, true);
}

static void longest_key_and_long_value_are_kept(void **state)
{
	struct rows_world *world = *state;
	uint8_t key[KEY_SIZE_MAX];
	static uint8_t value[16384];
	memset(key, 0xff, sizeof key);
	memset(value, 'v', sizeof value);
	struct bytes key_bytes = {.data = key, .size = sizeof key};
	struct bytes found;
	rows_begin(world, true);
	rows_put(world, TABLE_NOTE, key_bytes, (struct bytes){.data = value, .size = sizeof value});
	settle(world);
	assert_true(rows_get(world, TABLE_NOTE, key_bytes, &found));
	assert_bytes(found, (struct bytes){.data = value, .size = sizeof value});
	assert_true(rows_remove(world, TABLE_NOTE, key_bytes, NOTHING));
	rows_end(world, true);
}

static void row_without_a_value_is_found(void **state)
{
	struct rows_world *world = *state;
	struct bytes found;
	rows_begin(world, true);
	rows_put(world, TABLE_EXPIRY, bytes_of("a"), NOTHING);
	settle(world);
	assert_true(rows_get(world, TABLE_EXPIRY, bytes_of("a"), &found));
	assert_int_equal(found.size, 0);
	rows_end(world, true);
}

static void entry_is_added_once(void **state)
{
	struct rows_world *world = *state;
	rows_begin(world, true);
	put_number(world, TABLE_ROSTER, "set", 5);
	put_number(world, TABLE_ROSTER, "set", 5);
	assert_int_equal(rows_count(world, TABLE_ROSTER, bytes_of("set")), 1);
	settle(world);
	put_number(world, TABLE_ROSTER, "set", 5);
	put_number(world, TABLE_ROSTER, "set", 3);
	put_number(world, TABLE_ROSTER, "set", 3);
	put_number(world, TABLE_ROSTER, "other", 9);
	assert_int_equal(rows_count(world, TABLE_ROSTER, bytes_of("set")), 2);
	assert_true(has_number(world, TABLE_ROSTER, "set", 3));
	assert_true(has_number(world, TABLE_ROSTER, "set", 5));
	assert_false(has_number(world, TABLE_ROSTER, "set", 9));
	rows_end(world, true);
}

static void removed_entry_is_gone_and_the_last_takes_its_set_along(void **state)
{
	struct rows_world *world = *state;
	uint8_t buffer[32];
	struct bytes key;
	rows_begin(world, true);
	put_number(world, TABLE_ROSTER, "a", 1);
	put_number(world, TABLE_ROSTER, "a", 2);
	put_number(world, TABLE_ROSTER, "b", 1);
	settle(world);
	assert_true(rows_remove(world, TABLE_ROSTER, bytes_of("a"), entry_of(buffer, 1, TABLE_ROSTER)));
	assert_false(rows_remove(world, TABLE_ROSTER, bytes_of("a"), entry_of(buffer, 1, TABLE_ROSTER)));
	assert_false(rows_remove(world, TABLE_ROSTER, bytes_of("c"), entry_of(buffer, 1, TABLE_ROSTER)));
	assert_int_equal(rows_count(world, TABLE_ROSTER, bytes_of("a")), 1);
	assert_true(rows_remove(world, TABLE_ROSTER, bytes_of("a"), entry_of(buffer, 2, TABLE_ROSTER)));
	assert_int_equal(rows_count(world, TABLE_ROSTER, bytes_of("a")), 0);
	assert_true(rows_seek_set(world, TABLE_ROSTER, NOTHING, &key));
	assert_bytes(key, bytes_of("b"));
	rows_end(world, true);
}

static void seek_finds_the_row_at_or_after(void **state)
{
	struct rows_world *world = *state;
	struct bytes key;
	struct bytes value;
	rows_begin(world, true);
	put_text(world, "b", "1");
	put_text(world, "d", "2");
	settle(world);
	put_text(world, "da", "3");
	assert_true(rows_seek(world, TABLE_NOTE, NOTHING, NOTHING, &key, &value));
	assert_bytes(key, bytes_of("b"));
	assert_true(rows_seek(world, TABLE_NOTE, bytes_of("b"), NOTHING, &key, &value));
	assert_bytes(key, bytes_of("b"));
	assert_true(rows_seek(world, TABLE_NOTE, bytes_of("ba"), NOTHING, &key, &value));
	assert_bytes(key, bytes_of("d"));
	assert_bytes(value, bytes_of("2"));
	assert_true(rows_seek(world, TABLE_NOTE, bytes_of("d\001"), NOTHING, &key, &value));
	assert_bytes(key, bytes_of("da"));
	assert_bytes(value, bytes_of("3"));
	assert_false(rows_seek(world, TABLE_NOTE, bytes_of("e"), NOTHING, &key, &value));
	assert_true(rows_remove(world, TABLE_NOTE, bytes_of("b"), NOTHING));
	assert_true(rows_seek(world, TABLE_NOTE, NOTHING, NOTHING, &key, &value));
	assert_bytes(key, bytes_of("d"));
	rows_end(world, true);
}

static void seek_in_a_set_stays_in_it(void **state)
{
	struct rows_world *world = *state;
	struct bytes key;
	struct bytes value;
	uint8_t buffer[32];
	rows_begin(world, true);
	put_number(world, TABLE_MEMBER, "a", 10);
	put_number(world, TABLE_MEMBER, "a", 20);
	settle(world);
	put_number(world, TABLE_MEMBER, "a", 30);
	put_number(world, TABLE_MEMBER, "b", 40);
	assert_true(rows_seek(world, TABLE_MEMBER, bytes_of("a"), NOTHING, &key, &value));
	assert_bytes(key, bytes_of("a"));
	assert_int_equal(entry_number(value), 10);
	assert_int_equal(value.size, 24);
	assert_true(rows_seek(world, TABLE_MEMBER, bytes_of("a"), entry_of(buffer, 11, TABLE_MEMBER), &key, &value));
	assert_bytes(key, bytes_of("a"));
	assert_int_equal(entry_number(value), 20);
	assert_true(rows_seek(world, TABLE_MEMBER, bytes_of("a"), entry_of(buffer, 30, TABLE_MEMBER), &key, &value));
	assert_int_equal(entry_number(value), 30);
	assert_false(rows_seek(world, TABLE_MEMBER, bytes_of("a"), entry_of(buffer, 31, TABLE_MEMBER), &key, &value));
	assert_true(rows_seek(world, TABLE_MEMBER, bytes_of("b"), entry_of(buffer, 31, TABLE_MEMBER), &key, &value));
	assert_int_equal(entry_number(value), 40);
	assert_false(rows_seek(world, TABLE_MEMBER, bytes_of("aa"), NOTHING, &key, &value));
	rows_end(world, true);
}

static void last_finds_the_greatest_key(void **state)
{
	struct rows_world *world = *state;
	struct bytes key;
	struct bytes value;
	rows_begin(world, true);
	put_text(world, "a", "1");
	put_text(world, "c", "3");
	settle(world);
	assert_true(rows_last(world, TABLE_NOTE, &key, &value));
	assert_bytes(key, bytes_of("c"));
	put_text(world, "b", "2");
	assert_true(rows_remove(world, TABLE_NOTE, bytes_of("c"), NOTHING));
	assert_true(rows_last(world, TABLE_NOTE, &key, &value));
	assert_bytes(key, bytes_of("b"));
	assert_bytes(value, bytes_of("2"));
	rows_end(world, true);
}

static void seek_set_finds_each_set_once(void **state)
{
	struct rows_world *world = *state;
	struct bytes key;
	rows_begin(world, true);
	for (uint64_t i = 0; i < 900; i++) {
		put_number(world, TABLE_ROSTER, "a", i);
	}
	put_number(world, TABLE_ROSTER, "c", 1);
	settle(world);
	put_number(world, TABLE_ROSTER, "b", 1);
	assert_true(rows_seek_set(world, TABLE_ROSTER, NOTHING, &key));
	assert_bytes(key, bytes_of("a"));
	assert_true(rows_seek_set(world, TABLE_ROSTER, bytes_of("a"), &key));
	assert_bytes(key, bytes_of("a"));
	assert_true(rows_seek_set(world, TABLE_ROSTER, bytes_of("a\001"), &key));
	assert_bytes(key, bytes_of("b"));
	assert_true(rows_seek_set(world, TABLE_ROSTER, bytes_of("bb"), &key));
	assert_bytes(key, bytes_of("c"));
	assert_false(rows_seek_set(world, TABLE_ROSTER, bytes_of("ca"), &key));
	rows_end(world, true);
}

static void appended_rows_and_entries_come_last(void **state)
{
	struct rows_world *world = *state;
	uint8_t key[32];
	uint8_t entry[32];
	struct bytes found_key;
	struct bytes value;
	rows_begin(world, true);
	for (uint64_t i = 1; i <= 400; i++) {
		if (i == 200) {
			settle(world);
		}
		rows_append(world, TABLE_CHANGE, entry_of(key, i, TABLE_GROUP_CHANGE), bytes_of("change"));
		rows_append(world, TABLE_GROUP_CHANGE, bytes_of(i % 2 == 0 ? "even" : "odd"),
			entry_of(entry, i, TABLE_GROUP_CHANGE));
	}
	assert_int_equal(rows_count(world, TABLE_CHANGE, NOTHING), 400);
	assert_int_equal(rows_count(world, TABLE_GROUP_CHANGE, bytes_of("even")), 200);
	assert_true(rows_last(world, TABLE_CHANGE, &found_key, &value));
	assert_int_equal(entry_number(found_key), 400);
	assert_true(has_number(world, TABLE_GROUP_CHANGE, "odd", 399));
	rows_end(world, true);
}

static void undone_transaction_leaves_nothing(void **state)
{
	struct rows_world *world = *state;
	uint8_t buffer[32];
	rows_begin(world, true);
	put_text(world, "kept", "1");
	put_number(world, TABLE_ROSTER, "set", 1);
	settle(world);
	rows_end(world, true);
	rows_begin(world, true);
	put_text(world, "kept", "2");
	put_text(world, "new", "2");
	put_number(world, TABLE_ROSTER, "set", 2);
	put_number(world, TABLE_ROSTER, "another", 2);
	assert_true(rows_remove(world, TABLE_ROSTER, bytes_of("set"), entry_of(buffer, 1, TABLE_ROSTER)));
	rows_end(world, false);
	rows_begin(world, true);
	assert_text(world, "kept", "1");
	assert_no_text(world, "new");
	assert_int_equal(rows_count(world, TABLE_ROSTER, bytes_of("set")), 1);
	assert_true(has_number(world, TABLE_ROSTER, "set", 1));
	assert_int_equal(rows_count(world, TABLE_ROSTER, bytes_of("another")), 0);
	assert_true(rows_remove(world, TABLE_NOTE, bytes_of("kept"), NOTHING));
	rows_end(world, false);
	rows_begin(world, false);
	assert_text(world, "kept", "1");
	rows_end(world, true);
}

static bool count_visit(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	(void)value;
	unsigned *left = context;
	(*left)--;
	return *left > 0;
}

static void visitor_stops_its_walk(void **state)
{
	struct rows_world *world = *state;
	rows_begin(world, true);
	for (uint64_t i = 0; i < 10; i++) {
		put_number(world, TABLE_ROSTER, "set", i);
		put_text(world, (const char[]){(char)('a' + i), '\0'}, "row");
	}
	settle(world);
	for (unsigned i = 0; i < 2; i++) {
		unsigned left = 3;
		struct walk set = {.table = TABLE_ROSTER, .prefix = bytes_of("set"), .backwards = i == 1, .max = 9};
		assert_int_equal(rows_walk_over(world, &set, count_visit, &left), 3);
		assert_int_equal(left, 0);
		left = 4;
		struct walk rows = {.table = TABLE_NOTE, .backwards = i == 1, .max = 9};
		assert_int_equal(rows_walk_over(world, &rows, count_visit, &left), 4);
		assert_int_equal(left, 0);
	}
	rows_end(world, true);
}

static bool read_visit(void *context, struct bytes key, struct bytes value)
{
	struct rows_world *world = context;
	struct bytes found;
	assert_true(rows_get(world, TABLE_NOTE, bytes_of("a"), &found));
	assert_int_equal(rows_count(world, TABLE_ROSTER, key), 700);
	assert_int_equal(value.size, 16);
	return true;
}

static void visitor_may_read_in_its_transaction(void **state)
{
	struct rows_world *world = *state;
	rows_begin(world, true);
	put_text(world, "a", "1");
	for (uint64_t i = 0; i < 700; i++) {
		put_number(world, TABLE_ROSTER, "set", i);
	}
	settle(world);
	rows_end(world, true);
	rows_begin(world, false);
	struct walk walk = {.table = TABLE_ROSTER, .prefix = bytes_of("set"), .max = 1000};
	assert_int_equal(rows_walk_over(world, &walk, read_visit, world), 700);
	rows_end(world, true);
}

static void borrowed_bytes_last_until_the_next_write(void **state)
{
	struct rows_world *world = *state;
	struct bytes value;
	struct bytes key;
	struct bytes entry;
	struct bytes row_key;
	struct bytes row;
	rows_begin(world, true);
	put_text(world, "a", "first");
	put_text(world, "b", "second");
	put_number(world, TABLE_ROSTER, "set", 7);
	settle(world);
	put_text(world, "b", "written here");
	put_number(world, TABLE_ROSTER, "set", 8);
	assert_true(rows_get(world, TABLE_NOTE, bytes_of("a"), &value));
	assert_true(rows_seek(world, TABLE_ROSTER, bytes_of("set"), NOTHING, &key, &entry));
	assert_true(rows_last(world, TABLE_NOTE, &row_key, &row));
	struct bytes other_key;
	struct bytes other;
	assert_true(rows_seek(world, TABLE_NOTE, bytes_of("b"), NOTHING, &other_key, &other));
	assert_int_equal(rows_count(world, TABLE_ROSTER, bytes_of("set")), 2);
	unsigned left = 9;
	struct walk walk = {.table = TABLE_ROSTER, .prefix = bytes_of("set"), .max = 9};
	(void)rows_walk_over(world, &walk, count_visit, &left);
	assert_bytes(value, bytes_of("first"));
	assert_bytes(key, bytes_of("set"));
	assert_int_equal(entry_number(entry), 7);
	assert_bytes(row_key, bytes_of("b"));
	assert_bytes(row, bytes_of("written here"));
	rows_end(world, true);
}

/* A wrong size and a missing or too long key are what a test can make fail in every backend. */
static void first_failure_sticks_and_undoes_all(void **state)
{
	struct rows_world *world = *state;
	static const uint8_t long_key[KEY_SIZE_MAX + 1];
	const struct {
		enum table table;
		struct bytes key;
		struct bytes value;
	} wrong[] = {
		{TABLE_ROSTER, bytes_of("set"), bytes_of("short")},
		{TABLE_NOTE, NOTHING, bytes_of("value")},
		{TABLE_NOTE, {.data = long_key, .size = sizeof long_key}, bytes_of("value")},
	};
	rows_begin(world, true);
	put_text(world, "a", "1");
	put_number(world, TABLE_ROSTER, "set", 1);
	settle(world);
	rows_end(world, true);
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct bytes key;
		struct bytes value;
		unsigned left = 9;
		const struct walk walk = {.table = TABLE_NOTE, .max = 9};
		rows_begin(world, true);
		put_text(world, "b", "2");
		rows_put(world, wrong[i].table, wrong[i].key, wrong[i].value);
		put_text(world, "c", "3");
		assert_no_text(world, "a");
		assert_false(rows_seek(world, TABLE_NOTE, NOTHING, NOTHING, &key, &value));
		assert_false(rows_last(world, TABLE_NOTE, &key, &value));
		assert_false(rows_seek_set(world, TABLE_ROSTER, NOTHING, &key));
		assert_int_equal(rows_count(world, TABLE_NOTE, NOTHING), 0);
		assert_int_equal(rows_count(world, TABLE_ROSTER, bytes_of("set")), 0);
		assert_int_equal(rows_walk_over(world, &walk, count_visit, &left), 0);
		assert_false(rows_remove(world, TABLE_NOTE, bytes_of("a"), NOTHING));
		assert_int_equal(world->rows->driver->end(world->txn, true), STORE_FAILED);
		rows_begin(world, false);
		assert_text(world, "a", "1");
		assert_int_equal(rows_count(world, TABLE_NOTE, NOTHING), 1);
		rows_end(world, true);
	}
}

/* --- what a fork wrote */

struct written {
	unsigned count;
	char lines[16][64];
};

static void note_written(void *context, enum table table, struct bytes key, struct bytes value, bool removed)
{
	struct written *written = context;
	bool is_set = table_row(table)->kind == TABLE_KIND_S;
	assert_true(written->count < 16);
	assert_true(is_set || !removed || value.data == NULL);
	char *line = written->lines[written->count++];
	int size = snprintf(line, 64, "%c %s %.*s ", removed ? '-' : '+', table_row(table)->name, (int)key.size,
		(const char *)key.data);
	assert_in_range(size, 1, 40);
	if (is_set) {
		(void)snprintf(line + size, 64 - (size_t)size, "%u", (unsigned)entry_number(value));
	} else if (!removed) {
		(void)snprintf(line + size, 64 - (size_t)size, "%.*s", (int)value.size, (const char *)value.data);
	}
}

static void assert_written(struct rows_world *world, const char *const *wanted, unsigned count)
{
	struct written written = {0};
	rows_memory_visit_written(world->rows, note_written, &written);
	for (unsigned i = 0; i < count && i < written.count; i++) {
		assert_string_equal(written.lines[i], wanted[i]);
	}
	assert_int_equal(written.count, count);
}

static void fork_tells_what_was_written_in_it(void **state)
{
	struct rows_world *world = *state;
	uint8_t buffer[32];
	static const char *const wanted[] = {
		"+ roster set 3", "- roster set 5", "+ note changed new", "- note gone ", "+ note new value"};
	rows_begin(world, true);
	put_text(world, "changed", "old");
	put_text(world, "gone", "old");
	put_text(world, "stays", "old");
	put_number(world, TABLE_ROSTER, "set", 4);
	put_number(world, TABLE_ROSTER, "set", 5);
	rows_end(world, true);
	rows_world_settle(world);
	assert_written(world, NULL, 0);
	rows_begin(world, true);
	put_text(world, "undone", "value");
	rows_end(world, false);
	assert_written(world, NULL, 0);
	rows_begin(world, true);
	put_text(world, "new", "value");
	put_text(world, "changed", "new");
	put_text(world, "brief", "value");
	put_number(world, TABLE_ROSTER, "set", 3);
	put_number(world, TABLE_ROSTER, "set", 4);
	assert_true(rows_remove(world, TABLE_NOTE, bytes_of("brief"), NOTHING));
	assert_true(rows_remove(world, TABLE_NOTE, bytes_of("gone"), NOTHING));
	assert_true(rows_remove(world, TABLE_ROSTER, bytes_of("set"), entry_of(buffer, 5, TABLE_ROSTER)));
	rows_end(world, true);
	assert_written(world, wanted, sizeof wanted / sizeof wanted[0]);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static int run(enum backend tested, const char *name)
{
	static const struct CMUnitTest tests[] = {
		CASE(empty_store_finds_nothing),
		CASE(put_row_is_found_replaced_and_removed),
		CASE(tables_are_apart),
		CASE(longest_key_and_long_value_are_kept),
		CASE(row_without_a_value_is_found),
		CASE(entry_is_added_once),
		CASE(removed_entry_is_gone_and_the_last_takes_its_set_along),
		CASE(seek_finds_the_row_at_or_after),
		CASE(seek_in_a_set_stays_in_it),
		CASE(last_finds_the_greatest_key),
		CASE(seek_set_finds_each_set_once),
		CASE(appended_rows_and_entries_come_last),
		CASE(undone_transaction_leaves_nothing),
		CASE(visitor_stops_its_walk),
		CASE(visitor_may_read_in_its_transaction),
		CASE(borrowed_bytes_last_until_the_next_write),
		CASE(first_failure_sticks_and_undoes_all),
	};
	backend = tested;
	return cmocka_run_group_tests_name(name, tests, NULL, NULL);
}

static int run_forks(void)
{
	static const struct CMUnitTest tests[] = {
		CASE(fork_tells_what_was_written_in_it),
	};
	backend = BACKEND_FORK;
	return cmocka_run_group_tests_name("what a fork wrote", tests, NULL, NULL);
}

int main(void)
{
	int failed = run(BACKEND_LMDB, "rows in a folder");
	failed += run(BACKEND_MEMORY, "rows in memory");
	failed += run(BACKEND_FORK, "rows in memory over a folder");
	failed += run_forks();
	return failed;
}
