/* Opening and closing backends for tests, and short names for a driver's functions. */
#include "rows_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct rows_driver *driver_of(const struct rows_world *world)
{
	return world->rows->driver;
}

struct rows *rows_world_open_folder(const char *directory, uint64_t map_size)
{
	const struct rows_lmdb_options options = {
		.directory = directory,
		.map_size = map_size,
		.threads = WORLD_THREADS,
	};
	char why[256] = "";
	struct rows *rows = rows_lmdb_open(&options, why, sizeof why);
	if (rows == NULL) {
		fail_msg("the store does not open: %s", why);
	}
	return rows;
}

static void open_folder(struct rows_world *world)
{
	(void)snprintf(world->directory, sizeof world->directory, "/tmp/joinery-rows-XXXXXX");
	assert_non_null(mkdtemp(world->directory));
	world->rows = rows_world_open_folder(world->directory, 0);
}

static void remove_folder(const struct rows_world *world)
{
	static const char *const names[] = {"data.mdb", "lock.mdb"};
	char path[128];
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", world->directory, names[i]);
		(void)unlink(path); /* it may not be there */
	}
	assert_int_equal(rmdir(world->directory), 0);
}

void rows_world_create(struct rows_world *world, enum backend backend)
{
	*world = (struct rows_world){.backend = backend};
	if (backend == BACKEND_MEMORY) {
		world->rows = rows_memory_create(NULL);
	} else {
		open_folder(world);
	}
	assert_non_null(world->rows);
	world->txn = driver_of(world)->txn_create(world->rows);
	assert_non_null(world->txn);
}

void rows_world_destroy(struct rows_world *world)
{
	driver_of(world)->txn_destroy(world->txn);
	driver_of(world)->destroy(world->rows);
	if (world->base != NULL) {
		world->base->driver->destroy(world->base);
	}
	if (world->backend != BACKEND_MEMORY) {
		remove_folder(world);
	}
}

void rows_world_settle(struct rows_world *world)
{
	if (world->backend != BACKEND_FORK) {
		return;
	}
	assert_null(world->base);
	driver_of(world)->txn_destroy(world->txn);
	world->base = world->rows;
	world->rows = rows_memory_create(world->base);
	assert_non_null(world->rows);
	world->txn = driver_of(world)->txn_create(world->rows);
	assert_non_null(world->txn);
}

void rows_world_reopen(struct rows_world *world)
{
	assert_int_equal(world->backend, BACKEND_LMDB);
	driver_of(world)->txn_destroy(world->txn);
	driver_of(world)->destroy(world->rows);
	world->rows = rows_world_open_folder(world->directory, 0);
	world->txn = driver_of(world)->txn_create(world->rows);
	assert_non_null(world->txn);
}

void rows_begin(struct rows_world *world, bool writes)
{
	driver_of(world)->begin(world->txn, writes);
}

void rows_end(struct rows_world *world, bool keep)
{
	assert_int_equal(driver_of(world)->end(world->txn, keep), STORE_DONE);
}

bool rows_get(struct rows_world *world, enum table table, struct bytes key, struct bytes *value)
{
	return driver_of(world)->get(world->txn, table, key, value);
}

void rows_put(struct rows_world *world, enum table table, struct bytes key, struct bytes value)
{
	driver_of(world)->put(world->txn, table, key, value);
}

void rows_append(struct rows_world *world, enum table table, struct bytes key, struct bytes value)
{
	driver_of(world)->append(world->txn, table, key, value);
}

bool rows_remove(struct rows_world *world, enum table table, struct bytes key, struct bytes entry)
{
	return driver_of(world)->remove(world->txn, table, key, entry);
}

bool rows_seek(struct rows_world *world, enum table table, struct bytes key, struct bytes entry,
	       struct bytes *found_key, struct bytes *found_value)
{
	return driver_of(world)->seek(world->txn, table, key, entry, found_key, found_value);
}

bool rows_last(struct rows_world *world, enum table table, struct bytes *key, struct bytes *value)
{
	return driver_of(world)->last(world->txn, table, key, value);
}

bool rows_seek_set(struct rows_world *world, enum table table, struct bytes key, struct bytes *found_key)
{
	return driver_of(world)->seek_set(world->txn, table, key, found_key);
}

uint64_t rows_count(struct rows_world *world, enum table table, struct bytes key)
{
	return driver_of(world)->count(world->txn, table, key);
}

uint64_t rows_walk_over(struct rows_world *world, const struct walk *walk, rows_visit *visit, void *context)
{
	return driver_of(world)->walk(world->txn, walk, visit, context);
}

struct bytes bytes_of(const char *text)
{
	return (struct bytes){.data = text, .size = strlen(text)};
}

void assert_bytes(struct bytes found, struct bytes wanted)
{
	assert_int_equal(found.size, wanted.size);
	if (wanted.size > 0) {
		assert_memory_equal(found.data, wanted.data, wanted.size);
	}
}

struct bytes entry_of(uint8_t buffer[32], uint64_t number, enum table table)
{
	size_t size = table_row(table)->entry_size;
	memset(buffer, 0, 32);
	for (unsigned i = 0; i < 8; i++) {
		buffer[i] = (uint8_t)(number >> (56 - 8 * i));
	}
	return (struct bytes){.data = buffer, .size = size};
}

uint64_t entry_number(struct bytes entry)
{
	const uint8_t *bytes = entry.data;
	uint64_t number = 0;
	for (unsigned i = 0; i < 8; i++) {
		number = number << 8 | bytes[i];
	}
	return number;
}
