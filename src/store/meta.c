/* The table `meta`: the format, the store's own id, the next id of each kind. */
#include "store/meta.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model/limits.h"
#include "store/txn.h"

#define FORMAT 1
#define FORMAT_SIZE 4
#define STORE_ID_SIZE 16

static const char *const counter_names[COUNTER_COUNT] = {
	[COUNTER_APPLICATION] = "application",
	[COUNTER_USER] = "user",
	[COUNTER_TOKEN] = "token",
	[COUNTER_GROUP] = "group",
	[COUNTER_INVITE] = "invite",
	[COUNTER_INVITE_TOKEN] = "invite_token",
	[COUNTER_INVITATION] = "invitation",
	[COUNTER_CHANGE] = "change",
};

static struct bytes name_bytes(const char *name)
{
	return (struct bytes){.data = name, .size = strlen(name)};
}

static uint32_t read_format(struct bytes value)
{
	if (value.size != FORMAT_SIZE) {
		return UINT32_MAX;
	}
	const uint8_t *bytes = value.data;
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* True: the store has a format; `found` is it. */
static bool find_format(struct txn *txn, uint32_t *found, enum store_end *ended)
{
	store_begin(txn, TXN_READ, 0);
	struct bytes value;
	bool there = txn_get(txn, TABLE_META, name_bytes("format"), &value);
	if (there) {
		*found = read_format(value);
	}
	*ended = store_end(txn);
	return there;
}

static enum store_end write_format(struct txn *txn)
{
	uint8_t id[STORE_ID_SIZE];
	if (getentropy(id, sizeof id) != 0) {
		return STORE_FAILED;
	}
	const uint8_t format[FORMAT_SIZE] = {0, 0, 0, FORMAT};
	store_begin(txn, TXN_WRITE, 0);
	txn_put(txn, TABLE_META, name_bytes("format"), (struct bytes){.data = format, .size = sizeof format});
	txn_put(txn, TABLE_META, name_bytes("store"), (struct bytes){.data = id, .size = sizeof id});
	return store_end(txn);
}

static bool prepare(struct txn *txn, char *why, size_t capacity)
{
	uint32_t format = 0;
	enum store_end ended = STORE_DONE;
	bool there = find_format(txn, &format, &ended);
	if (ended != STORE_DONE) {
		(void)snprintf(why, capacity, "the store cannot be read");
		return false;
	}
	if (there && format != FORMAT) {
		(void)snprintf(why, capacity, "the store has format %lu; this program knows %d",
			(unsigned long)format, FORMAT);
		return false;
	}
	if (!there && write_format(txn) != STORE_DONE) {
		(void)snprintf(why, capacity, "the store cannot be written");
		return false;
	}
	return true;
}

bool meta_prepare(struct store *store, char *why, size_t capacity)
{
	struct txn *txn = txn_create(store);
	if (txn == NULL) {
		(void)snprintf(why, capacity, "out of memory");
		return false;
	}
	bool prepared = prepare(txn, why, capacity);
	txn_destroy(txn);
	return prepared;
}

const char *counter_name(enum counter counter)
{
	assert(counter < COUNTER_COUNT && counter_names[counter] != NULL);
	return counter_names[counter];
}

/* The feed's last number plus one is its next: a change writes no counter. */
static uint64_t next_of_feed(struct txn *txn)
{
	struct bytes key;
	struct bytes value;
	return txn_last(txn, TABLE_CHANGE, &key, &value) && key.size == ID_SIZE ? key_read_u64(key.data) + 1
										: 1;
}

uint64_t store_counter(struct txn *txn, enum counter counter)
{
	assert(counter < COUNTER_COUNT);
	uint64_t next = 1;
	(void)txn_get_number(txn, TABLE_META, name_bytes(counter_names[counter]), &next); /* none yet: 1 */
	if (counter != COUNTER_CHANGE) {
		return next;
	}
	uint64_t of_feed = next_of_feed(txn);
	return of_feed > next ? of_feed : next;
}

uint64_t store_next_id(struct txn *txn, enum counter counter)
{
	if (!txn_may_write(txn)) {
		return 0;
	}
	uint64_t id = store_counter(txn, counter);
	if (id > ID_MAX) {
		txn_fail(txn, STORE_FAILED);
		return 0;
	}
	txn_put_number(txn, TABLE_META, name_bytes(counter_names[counter]), id + 1);
	return store_failure(txn) == STORE_DONE ? id : 0;
}

void store_raise_counter(struct txn *txn, enum counter counter, uint64_t next)
{
	if (txn_may_write(txn) && store_counter(txn, counter) < next) {
		txn_put_number(txn, TABLE_META, name_bytes(counter_names[counter]), next);
	}
}
