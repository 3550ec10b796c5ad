/* The folder DATA: made on first start, locked by the one process that opens the store, with its master
 * key. */
#ifndef ADMIN_DATA_H
#define ADMIN_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/source.h"
#include "store/store.h"

enum data_result {
	DATA_OPENED,
	DATA_IN_USE, /* another process holds server.lock */
	DATA_BAD, /* `why` says what */
};

struct data {
	int directory; /* descriptor, for paths relative to it */
	int lock;
	uint8_t master_key[MASTER_KEY_SIZE];
	struct store *store;
};

struct data_options {
	const char *path;
	uint64_t map_size; /* bytes; 0: default */
	unsigned threads;
};

/* Creates the folder (mode 0700), master.key (0600) and the store where missing; takes an exclusive
 * flock on server.lock and writes the process id into it. data.mdb without master.key is DATA_BAD. */
enum data_result data_open(const struct data_options *options, struct data *data, char *why, size_t capacity);
/* Closes the store, zeroes the key, gives the lock back. */
void data_close(struct data *data);
/* Who holds the lock, as server.lock says; 0: unknown. */
long data_lock_holder(const char *path);

/* The source of the real world: clock_gettime, libsodium's randomness, this key. */
struct source data_source(const struct data *data);

#endif
