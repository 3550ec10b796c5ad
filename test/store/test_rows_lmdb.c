/* What only a store in a folder has: a file that stays, grows and fills, and readers beside a writer. */
#include "rows_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "limited.h"

#define MIB ((uint64_t)1 << 20)
#define GIB ((uint64_t)1 << 30)

struct MDB_txn;
int __real_mdb_txn_renew(struct MDB_txn *txn);
int __wrap_mdb_txn_renew(struct MDB_txn *txn);

static struct rows_world *overtaking; /* commits while the next transaction that reads begins; NULL: none does */

static int set_up(void **state)
{
	struct rows_world *world = test_malloc(sizeof *world);
	rows_world_create(world, BACKEND_LMDB);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	limited_lift();
	rows_world_destroy(*state);
	test_free(*state);
	return 0;
}

static void put_numbers(struct rows_world *world, enum table table, uint64_t sets, uint64_t entries)
{
	uint8_t key[32];
	uint8_t entry[32];
	for (uint64_t set = 0; set < sets; set++) {
		for (uint64_t i = 0; i < entries; i++) {
			rows_put(world, table, entry_of(key, set, TABLE_USER_TOKEN), entry_of(entry, i, table));
		}
	}
}

static void commit_note(struct rows_world *world, const char *value)
{
	rows_begin(world, true);
	rows_put(world, TABLE_NOTE, bytes_of("note"), bytes_of(value));
	rows_end(world, true);
}

/* The linker puts this before LMDB's. */
int __wrap_mdb_txn_renew(struct MDB_txn *txn)
{
	struct rows_world *world = overtaking;
	overtaking = NULL;
	int error = __real_mdb_txn_renew(txn);
	if (world != NULL) {
		commit_note(world, "2");
		commit_note(world, "3");
	}
	return error;
}

/* LMDB may have mixed the number of one state with the roots of another, which may not be on the disk yet. */
static void begin_that_commits_overtake_is_made_again(void **state)
{
	struct rows_world *world = *state;
	const struct rows_driver *driver = world->rows->driver;
	struct rows_txn *reader = driver->txn_create(world->rows);
	struct bytes value;
	assert_non_null(reader);
	commit_note(world, "1");
	overtaking = world;
	driver->begin(reader, false);
	assert_true(driver->get(reader, TABLE_NOTE, bytes_of("note"), &value));
	assert_bytes(value, bytes_of("3"));
	assert_int_equal(driver->end(reader, true), STORE_DONE);
	driver->txn_destroy(reader);
}

static void reopened_store_has_what_was_kept(void **state)
{
	struct rows_world *world = *state;
	struct bytes value;
	rows_begin(world, true);
	rows_put(world, TABLE_NOTE, bytes_of("kept"), bytes_of("1"));
	put_numbers(world, TABLE_MEMBER, 1, 700);
	rows_end(world, true);
	rows_begin(world, true);
	rows_put(world, TABLE_NOTE, bytes_of("undone"), bytes_of("1"));
	rows_end(world, false);
	rows_world_reopen(world);
	rows_begin(world, true);
	assert_true(rows_get(world, TABLE_NOTE, bytes_of("kept"), &value));
	assert_false(rows_get(world, TABLE_NOTE, bytes_of("undone"), &value));
	uint8_t key[32];
	assert_int_equal(rows_count(world, TABLE_MEMBER, entry_of(key, 0, TABLE_USER_TOKEN)), 700);
	rows_put(world, TABLE_NOTE, bytes_of("later"), bytes_of("2"));
	rows_end(world, true);
	rows_world_reopen(world);
	rows_begin(world, false);
	assert_true(rows_get(world, TABLE_NOTE, bytes_of("later"), &value));
	rows_end(world, true);
}

static void reader_sees_the_state_it_began_with(void **state)
{
	struct rows_world *world = *state;
	const struct rows_driver *driver = world->rows->driver;
	struct rows_txn *reader = driver->txn_create(world->rows);
	struct bytes value;
	rows_begin(world, true);
	rows_put(world, TABLE_NOTE, bytes_of("a"), bytes_of("old"));
	rows_end(world, true);
	driver->begin(reader, false);
	for (unsigned i = 0; i < 50; i++) { /* enough to use every free page again */
		rows_begin(world, true);
		rows_put(world, TABLE_NOTE, bytes_of("a"), bytes_of("new"));
		put_numbers(world, TABLE_MEMBER, i, 20);
		rows_end(world, true);
	}
	assert_true(driver->get(reader, TABLE_NOTE, bytes_of("a"), &value));
	assert_bytes(value, bytes_of("old"));
	uint8_t key[32];
	assert_int_equal(driver->count(reader, TABLE_MEMBER, entry_of(key, 0, TABLE_USER_TOKEN)), 0);
	assert_int_equal(driver->end(reader, true), STORE_DONE);
	driver->begin(reader, false);
	assert_true(driver->get(reader, TABLE_NOTE, bytes_of("a"), &value));
	assert_bytes(value, bytes_of("new"));
	assert_int_equal(driver->end(reader, true), STORE_DONE);
	driver->txn_destroy(reader);
}

static void reader_does_not_see_what_is_not_committed(void **state)
{
	struct rows_world *world = *state;
	const struct rows_driver *driver = world->rows->driver;
	struct rows_txn *reader = driver->txn_create(world->rows);
	struct bytes value;
	rows_begin(world, true);
	rows_put(world, TABLE_NOTE, bytes_of("a"), bytes_of("1"));
	driver->begin(reader, false);
	assert_false(driver->get(reader, TABLE_NOTE, bytes_of("a"), &value));
	assert_int_equal(driver->end(reader, true), STORE_DONE);
	rows_end(world, true);
	driver->txn_destroy(reader);
}

static void more_readers_than_were_asked_for_are_refused(void **state)
{
	struct rows_world *world = *state;
	const struct rows_driver *driver = world->rows->driver;
	struct rows_txn *readers[256];
	unsigned count = 0;
	while (count < 256 && (readers[count] = driver->txn_create(world->rows)) != NULL) {
		count++;
	}
	assert_in_range(count, WORLD_THREADS, 255);
	driver->txn_destroy(readers[--count]);
	readers[count] = driver->txn_create(world->rows);
	assert_non_null(readers[count]);
	for (unsigned i = 0; i <= count; i++) {
		driver->txn_destroy(readers[i]);
	}
}

static void room_is_refused_when_the_file_cannot_grow(void **state)
{
	struct rows_world *world = *state;
	const struct rows_driver *driver = world->rows->driver;
	limited_file_size(16 * MIB);
	assert_false(driver->has_room(world->rows));
	limited_lift();
	assert_true(driver->has_room(world->rows));
	limited_file_size(16 * MIB);
	assert_true(driver->has_room(world->rows)); /* the room is there already */
}

static void room_for_one_batch_is_enough(void **state)
{
	struct rows_world *world = *state;
	limited_file_size(40 * MIB);
	assert_true(world->rows->driver->has_room(world->rows));
}

static uint64_t file_size(const struct rows_world *world)
{
	char path[128];
	struct stat found;
	(void)snprintf(path, sizeof path, "%s/data.mdb", world->directory);
	assert_int_equal(stat(path, &found), 0);
	return (uint64_t)found.st_size;
}

/* The file is then longer than its last page; the next opening must not mind. */
static void store_with_room_is_reopened(void **state)
{
	struct rows_world *world = *state;
	struct bytes value;
	assert_true(world->rows->driver->has_room(world->rows));
	assert_true(file_size(world) >= 64 * MIB);
	rows_begin(world, true);
	rows_put(world, TABLE_NOTE, bytes_of("a"), bytes_of("1"));
	rows_end(world, true);
	rows_world_reopen(world);
	rows_begin(world, false);
	assert_true(rows_get(world, TABLE_NOTE, bytes_of("a"), &value));
	rows_end(world, true);
}

/* Ends a transaction whose commit cannot write, and looks at what stands after it. */
static enum store_end refuse_commit(struct rows_world *world)
{
	struct bytes value;
	rows_begin(world, true);
	rows_put(world, TABLE_NOTE, bytes_of("before"), bytes_of("1"));
	rows_end(world, true);
	rows_begin(world, true);
	put_numbers(world, TABLE_MEMBER, 100, 100);
	limited_file_size(file_size(world) + 2048); /* half a page more */
	enum store_end end = world->rows->driver->end(world->txn, true);
	limited_lift();
	rows_begin(world, true);
	assert_true(rows_get(world, TABLE_NOTE, bytes_of("before"), &value));
	uint8_t key[32];
	assert_int_equal(rows_count(world, TABLE_MEMBER, entry_of(key, 0, TABLE_USER_TOKEN)), 0);
	rows_put(world, TABLE_NOTE, bytes_of("after"), bytes_of("1"));
	rows_end(world, true);
	return end;
}

static void commit_that_the_device_refuses_is_unknown(void **state)
{
	assert_int_equal(refuse_commit(*state), STORE_UNKNOWN);
}

static void commit_on_a_full_disk_is_full(void **state)
{
	limited_disk_is_full(true);
	assert_int_equal(refuse_commit(*state), STORE_FULL);
}

static void full_map_is_full_and_takes_removals(void **state)
{
	struct rows_world *world = *state;
	const struct rows_driver *driver = world->rows->driver;
	driver->txn_destroy(world->txn);
	driver->destroy(world->rows);
	world->rows = rows_world_open_folder(world->directory, MIB);
	world->txn = driver->txn_create(world->rows);
	rows_begin(world, true);
	put_numbers(world, TABLE_MEMBER, 1, 300);
	rows_end(world, true);
	rows_begin(world, true);
	put_numbers(world, TABLE_ROSTER_NAME, 100, 600);
	struct bytes key;
	assert_false(rows_seek_set(world, TABLE_MEMBER, NOTHING, &key));
	assert_int_equal(driver->end(world->txn, true), STORE_FULL);
	uint8_t set[32];
	uint8_t entry[32];
	rows_begin(world, true);
	assert_false(rows_seek_set(world, TABLE_ROSTER_NAME, NOTHING, &key));
	assert_true(rows_remove(world, TABLE_MEMBER, entry_of(set, 0, TABLE_USER_TOKEN), entry_of(entry, 7, TABLE_MEMBER)));
	rows_end(world, true);
}

static void map_is_halved_until_the_system_grants_it(void **state)
{
	struct rows_world *world = *state;
	const struct rows_driver *driver = world->rows->driver;
	if (!limited_memory(20 * GIB)) {
		skip(); /* a sanitizer has taken more than that for itself */
	}
	driver->txn_destroy(world->txn);
	driver->destroy(world->rows);
	world->rows = rows_world_open_folder(world->directory, 0);
	world->txn = driver->txn_create(world->rows);
	rows_begin(world, true);
	put_numbers(world, TABLE_MEMBER, 10, 10);
	rows_end(world, true);
}

static void assert_does_not_open(const char *directory, uint64_t map_size)
{
	const struct rows_lmdb_options options = {.directory = directory, .map_size = map_size, .threads = 1};
	char why[256] = "";
	assert_null(rows_lmdb_open(&options, why, sizeof why));
	assert_string_not_equal(why, "");
	assert_null(strchr(why, '\n'));
}

static void folder_that_cannot_be_used_is_refused_with_a_reason(void **state)
{
	struct rows_world *world = *state;
	const struct rows_driver *driver = world->rows->driver;
	char path[128];
	(void)snprintf(path, sizeof path, "%s/data.mdb", world->directory);
	assert_does_not_open("/nonexistent/folder", 0);
	assert_does_not_open(path, 0);
	static char long_path[5000];
	memset(long_path, 'x', sizeof long_path - 1);
	assert_does_not_open(long_path, 0);
	driver->txn_destroy(world->txn);
	driver->destroy(world->rows);
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	for (unsigned i = 0; i < 2 * 4096; i++) {
		assert_int_equal(fputc('x', file), 'x');
	}
	assert_int_equal(fclose(file), 0);
	assert_does_not_open(world->directory, 0);
	assert_int_equal(truncate(path, 0), 0);
	world->rows = rows_world_open_folder(world->directory, 0);
	world->txn = driver->txn_create(world->rows);
}

static void assert_is_no_store(const char *directory, const char *words)
{
	const struct rows_lmdb_options options = {.directory = directory, .threads = 1, .exists = true};
	char why[256] = "";
	assert_null(rows_lmdb_open(&options, why, sizeof why));
	assert_non_null(strstr(why, words));
}

static void what_must_exist_is_not_made_and_is_whole(void **state)
{
	struct rows_world *world = *state;
	const struct rows_driver *driver = world->rows->driver;
	char path[128];
	(void)snprintf(path, sizeof path, "%s/data.mdb", world->directory);
	rows_begin(world, true);
	put_numbers(world, TABLE_MEMBER, 10, 1000);
	rows_end(world, true);
	driver->txn_destroy(world->txn);
	driver->destroy(world->rows);
	const struct rows_lmdb_options whole = {.directory = world->directory, .threads = 1, .exists = true};
	char why[256] = "";
	world->rows = rows_lmdb_open(&whole, why, sizeof why);
	assert_non_null(world->rows);
	uint64_t used = driver->size(world->rows).used;
	driver->destroy(world->rows);
	assert_int_equal(truncate(path, (off_t)used - 1), 0);
	assert_is_no_store(world->directory, "cut short");
	assert_int_equal(truncate(path, 2 * 4096), 0);
	assert_is_no_store(world->directory, "cut short");
	assert_int_equal(truncate(path, 0), 0);
	assert_is_no_store(world->directory, "holds no store");
	assert_int_equal(unlink(path), 0);
	assert_is_no_store(world->directory, "holds no store");
	assert_int_equal(access(path, F_OK), -1);
	world->rows = rows_world_open_folder(world->directory, 0);
	world->txn = driver->txn_create(world->rows);
}

static struct rows_stat stat_of(struct rows_world *world)
{
	struct rows_stat stat;
	rows_begin(world, false);
	world->rows->driver->stat(world->txn, &stat);
	rows_end(world, true);
	return stat;
}

static void statistics_grow_and_shrink_with_the_rows(void **state)
{
	struct rows_world *world = *state;
	const struct rows_stat empty = stat_of(world);
	assert_true(empty.page_size >= 4096);
	assert_true(empty.used_pages > TABLE_COUNT / 10 && empty.used_pages < 40);
	assert_int_equal(empty.membership_pages, 0);
	rows_begin(world, true);
	put_numbers(world, TABLE_MEMBER, 500, 5); /* within leaves of the table */
	put_numbers(world, TABLE_ROSTER, 3, 20000); /* trees of their own */
	put_numbers(world, TABLE_ROSTER_NAME, 1, 1); /* behind no tree */
	put_numbers(world, TABLE_USER_TOKEN, 1, 5000);
	rows_end(world, true);
	const struct rows_stat full = stat_of(world);
	uint64_t entries = 500 * 5 * 24 + 3 * 20000 * 16 + 32;
	uint64_t bytes = full.membership_pages * full.page_size;
	assert_true(bytes > entries && bytes < entries * 3);
	assert_true(full.used_pages > full.membership_pages + 5000 * 8 / full.page_size);
	assert_true(full.used_pages * full.page_size <= file_size(world));
	uint8_t key[32];
	uint8_t entry[32];
	rows_begin(world, true);
	for (uint64_t set = 0; set < 3; set++) {
		for (uint64_t i = 0; i < 20000; i++) {
			assert_true(rows_remove(world, TABLE_ROSTER, entry_of(key, set, TABLE_USER_TOKEN),
				entry_of(entry, i, TABLE_ROSTER)));
		}
	}
	rows_end(world, true);
	const struct rows_stat after = stat_of(world);
	assert_true(after.membership_pages < full.membership_pages / 5);
	assert_true(after.used_pages < full.used_pages / 2);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		CASE(reopened_store_has_what_was_kept),
		CASE(reader_sees_the_state_it_began_with),
		CASE(reader_does_not_see_what_is_not_committed),
		CASE(begin_that_commits_overtake_is_made_again),
		CASE(more_readers_than_were_asked_for_are_refused),
		CASE(room_is_refused_when_the_file_cannot_grow),
		CASE(room_for_one_batch_is_enough),
		CASE(store_with_room_is_reopened),
		CASE(commit_that_the_device_refuses_is_unknown),
		CASE(commit_on_a_full_disk_is_full),
		CASE(full_map_is_full_and_takes_removals),
		CASE(map_is_halved_until_the_system_grants_it),
		CASE(folder_that_cannot_be_used_is_refused_with_a_reason),
		CASE(what_must_exist_is_not_made_and_is_whole),
		CASE(statistics_grow_and_shrink_with_the_rows),
	};
#undef CASE
	return cmocka_run_group_tests_name("rows in a folder", tests, NULL, NULL);
}
