/* What an open transaction has changed, told as rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/rows.h"
#include "store/written.h"

#define TOLD_SIZE 512

static struct bytes text(const char *text)
{
	return (struct bytes){.data = text, .size = strlen(text)};
}

/* "key:before>after;" per row, "-" where there is none. */
static void tell(void *context, enum table table, struct bytes key, struct bytes before, struct bytes after)
{
	char *told = context;
	size_t length = strlen(told);
	(void)table;
	(void)snprintf(told + length, TOLD_SIZE - length, "%.*s:%.*s>%.*s;", (int)key.size,
		(const char *)key.data, before.data == NULL ? 1 : (int)before.size,
		before.data == NULL ? "-" : (const char *)before.data,
		after.data == NULL ? 1 : (int)after.size,
		after.data == NULL ? "-" : (const char *)after.data);
}

struct world {
	struct rows *base;
	struct rows *rows;
	struct rows_txn *txn;
	char told[TOLD_SIZE];
};

static void put(struct rows *rows, const char *key, const char *value)
{
	struct rows_txn *txn = rows->driver->txn_create(rows);
	rows->driver->begin(txn, true);
	rows->driver->put(txn, TABLE_NOTE, text(key), text(value));
	assert_int_equal(rows->driver->end(txn, true), STORE_DONE);
	rows->driver->txn_destroy(txn);
}

static void begin(struct world *world)
{
	*world = (struct world){.base = rows_memory_create(NULL)};
	put(world->base, "below", "old");
	world->rows = rows_memory_create(world->base);
	put(world->rows, "above", "old");
	world->txn = world->rows->driver->txn_create(world->rows);
	world->rows->driver->begin(world->txn, true);
}

static const char *end(struct world *world)
{
	world->rows->driver->visit_written(world->txn, tell, world->told);
	assert_int_equal(world->rows->driver->end(world->txn, false), STORE_DONE);
	world->rows->driver->txn_destroy(world->txn);
	world->rows->driver->destroy(world->rows);
	world->base->driver->destroy(world->base);
	return world->told;
}

static void write_row(struct world *world, const char *key, const char *value)
{
	world->rows->driver->put(world->txn, TABLE_NOTE, text(key), text(value));
}

static void remove_row(struct world *world, const char *key)
{
	(void)world->rows->driver->remove(world->txn, TABLE_NOTE, text(key), (struct bytes){0});
}

static void a_row_is_told_once_with_its_first_and_last_value(void **state)
{
	(void)state;
	struct world world;
	begin(&world);
	write_row(&world, "below", "one");
	write_row(&world, "below", "two");
	assert_string_equal(end(&world), "below:old>two;");
}

static void a_row_that_ends_as_it_began_is_not_told(void **state)
{
	(void)state;
	struct world world;
	begin(&world);
	write_row(&world, "below", "one");
	write_row(&world, "below", "old");
	write_row(&world, "new", "one");
	remove_row(&world, "new");
	remove_row(&world, "nothing");
	assert_string_equal(end(&world), "");
}

static void additions_and_removals_have_no_other_side(void **state)
{
	(void)state;
	struct world world;
	begin(&world);
	remove_row(&world, "below");
	assert_string_equal(end(&world), "below:old>-;");
	begin(&world);
	remove_row(&world, "above");
	assert_string_equal(end(&world), "above:old>-;");
	begin(&world);
	write_row(&world, "new", "one");
	assert_string_equal(end(&world), "new:->one;");
}

static void entries_of_a_set_are_rows_of_their_own(void **state)
{
	(void)state;
	struct world world;
	begin(&world);
	world.rows->driver->put(world.txn, TABLE_USER_TOKEN, text("set"), text("entry--1"));
	world.rows->driver->put(world.txn, TABLE_USER_TOKEN, text("set"), text("entry--2"));
	(void)world.rows->driver->remove(world.txn, TABLE_USER_TOKEN, text("set"), text("entry--1"));
	assert_string_equal(end(&world), "set:->entry--2;");
}

static void all_that_a_store_has_written_is_told_in_order(void **state)
{
	(void)state;
	char told[TOLD_SIZE] = "";
	struct store *base = store_open_memory(NULL);
	struct store *store = store_open_memory(base);
	struct txn *txn = txn_create(store);
	assert_true(written_visit_all(store, tell, told));
	assert_string_equal(told, "");
	store_begin(txn, TXN_WRITE, 1);
	(void)store_next_id(txn, COUNTER_TOKEN);
	store_abandon(txn);
	store_begin(txn, TXN_WRITE, 1);
	(void)store_next_id(txn, COUNTER_USER);
	(void)store_next_id(txn, COUNTER_GROUP);
	(void)store_next_id(txn, COUNTER_GROUP);
	assert_int_equal(store_end(txn), STORE_DONE);
	assert_true(written_visit_all(store, tell, told));
	const char *group = strstr(told, "group");
	const char *user = strstr(told, "user");
	assert_true(group != NULL && user > group);
	assert_null(strstr(group + 1, "group"));
	txn_destroy(txn);
	store_close(store);
	store_close(base);
}

static bool add_key(void *context, struct bytes key, struct bytes value)
{
	char *keys = context;
	(void)value;
	(void)strncat(keys, key.data, key.size);
	return true;
}

static void has_keys(struct rows_txn *txn, const char *forwards, const char *backwards)
{
	char keys[2][TOLD_SIZE] = {"", ""};
	for (size_t i = 0; i < 2; i++) {
		const struct walk walk = {.table = TABLE_NOTE, .backwards = i == 1, .max = UINT64_MAX};
		(void)txn->rows->driver->walk(txn, &walk, add_key, keys[i]);
	}
	assert_string_equal(keys[0], forwards);
	assert_string_equal(keys[1], backwards);
}

static void a_copy_has_all_rows_and_goes_its_own_way(void **state)
{
	(void)state;
	struct rows *rows = rows_memory_create(NULL);
	put(rows, "b", "old");
	put(rows, "d", "old");
	put(rows, "a", "old");
	struct rows *copy = rows_memory_copy(rows);
	struct rows_txn *txn = copy->driver->txn_create(copy);
	copy->driver->begin(txn, true);
	has_keys(txn, "abd", "dba");
	assert_true(copy->driver->remove(txn, TABLE_NOTE, text("b"), (struct bytes){0}));
	copy->driver->put(txn, TABLE_NOTE, text("c"), text("new"));
	has_keys(txn, "acd", "dca");
	assert_int_equal(copy->driver->count(txn, TABLE_NOTE, (struct bytes){0}), 3);
	assert_int_equal(copy->driver->end(txn, false), STORE_DONE);
	copy->driver->begin(txn, false);
	has_keys(txn, "abd", "dba");
	assert_int_equal(copy->driver->end(txn, false), STORE_DONE);
	copy->driver->txn_destroy(txn);
	put(copy, "e", "new");
	copy->driver->destroy(copy);
	txn = rows->driver->txn_create(rows);
	rows->driver->begin(txn, false);
	has_keys(txn, "abd", "dba");
	assert_int_equal(rows->driver->end(txn, false), STORE_DONE);
	rows->driver->txn_destroy(txn);
	struct rows *fork = rows_memory_create(rows);
	assert_null(rows_memory_copy(fork));
	fork->driver->destroy(fork);
	rows->driver->destroy(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_told_once_with_its_first_and_last_value),
		cmocka_unit_test(a_row_that_ends_as_it_began_is_not_told),
		cmocka_unit_test(additions_and_removals_have_no_other_side),
		cmocka_unit_test(entries_of_a_set_are_rows_of_their_own),
		cmocka_unit_test(all_that_a_store_has_written_is_told_in_order),
		cmocka_unit_test(a_copy_has_all_rows_and_goes_its_own_way),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
