/* A backend of rows for a test: in a new folder, in memory, or in memory over a folder. */
#ifndef TEST_STORE_ROWS_WORLD_H
#define TEST_STORE_ROWS_WORLD_H

#include "store/rows.h"

enum backend {
	BACKEND_LMDB,
	BACKEND_MEMORY,
	BACKEND_FORK, /* in memory, over a base in a folder that rows_world_settle leaves behind */
};

#define WORLD_THREADS 8

struct rows_world {
	enum backend backend;
	char directory[64]; /* of the one in a folder */
	struct rows *rows;
	struct rows *base; /* NULL before rows_world_settle */
	struct rows_txn *txn;
};

/* Every function of a world fails the test when it cannot do what it says. */
void rows_world_create(struct rows_world *world, enum backend backend);
void rows_world_destroy(struct rows_world *world);
/* The rows written so far become the base of a fork; elsewhere nothing happens. Outside a transaction. */
void rows_world_settle(struct rows_world *world);
/* Closes what is in a folder and opens it again. */
void rows_world_reopen(struct rows_world *world);
struct rows *rows_world_open_folder(const char *directory, uint64_t map_size);

/* The driver's functions on the world's transaction. */
void rows_begin(struct rows_world *world, bool writes);
void rows_end(struct rows_world *world, bool keep);
bool rows_get(struct rows_world *world, enum table table, struct bytes key, struct bytes *value);
void rows_put(struct rows_world *world, enum table table, struct bytes key, struct bytes value);
void rows_append(struct rows_world *world, enum table table, struct bytes key, struct bytes value);
bool rows_remove(struct rows_world *world, enum table table, struct bytes key, struct bytes entry);
bool rows_seek(struct rows_world *world, enum table table, struct bytes key, struct bytes entry,
	       struct bytes *found_key, struct bytes *found_value);
bool rows_last(struct rows_world *world, enum table table, struct bytes *key, struct bytes *value);
bool rows_seek_set(struct rows_world *world, enum table table, struct bytes key, struct bytes *found_key);
uint64_t rows_count(struct rows_world *world, enum table table, struct bytes key);
uint64_t rows_walk_over(struct rows_world *world, const struct walk *walk, rows_visit *visit, void *context);

#define NOTHING ((struct bytes){0})
struct bytes bytes_of(const char *text);
void assert_bytes(struct bytes found, struct bytes wanted);
/* An entry of any size up to 32 that orders as the number does. */
struct bytes entry_of(uint8_t buffer[32], uint64_t number, enum table table);
uint64_t entry_number(struct bytes entry);

#endif
