/* A row per application, day and operation: application(8) day(4) operation(1) -> calls(8). */
#include <assert.h>

#include "store/txn.h"

#define DAY_SIZE 4
#define USAGE_KEY_SIZE (ID_SIZE + DAY_SIZE + 1)

static struct key usage_key(const struct usage *usage)
{
	struct key key;
	key_start(&key);
	key_add_u64(&key, usage->application_id);
	for (int i = DAY_SIZE - 1; i >= 0; i--) {
		key_add_u8(&key, (uint8_t)(usage->day >> (8 * i)));
	}
	key_add_u8(&key, (uint8_t)usage->operation);
	return key;
}

void store_add_usage(struct txn *txn, const struct usage *usage)
{
	assert(usage->application_id != 0 && usage->operation < OPERATION_COUNT);
	if (!txn_may_write(txn)) {
		return;
	}
	struct key key = usage_key(usage);
	uint64_t calls = 0;
	(void)txn_get_number(txn, TABLE_USAGE, key_bytes(&key), &calls); /* none yet: 0 */
	txn_put_number(txn, TABLE_USAGE, key_bytes(&key), calls + usage->calls);
}

static bool read_row(struct bytes key, struct bytes value, struct usage *found)
{
	const uint8_t *bytes = key.data;
	if (key.size != USAGE_KEY_SIZE || value.size != ID_SIZE || bytes[USAGE_KEY_SIZE - 1] >= OPERATION_COUNT) {
		return false;
	}
	*found = (struct usage){
		.application_id = key_read_u64(bytes),
		.operation = (enum operation)bytes[USAGE_KEY_SIZE - 1],
		.calls = key_read_u64(value.data),
	};
	for (int i = 0; i < DAY_SIZE; i++) {
		found->day = found->day << 8 | bytes[ID_SIZE + i];
	}
	return true;
}

bool store_next_usage(struct txn *txn, const struct usage *after, struct usage *found)
{
	struct key from = usage_key(after);
	struct bytes key;
	struct bytes value;
	key_add_u8(&from, 0); /* the least key behind it */
	if (!txn_seek(txn, TABLE_USAGE, key_bytes(&from), &key, &value)) {
		return false;
	}
	struct usage read;
	if (!read_row(key, value, &read)) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	*found = read;
	return true;
}
