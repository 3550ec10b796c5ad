/* The feed, and each group's own share of it. Both grow at their right edge only. */
#include "model/limits.h"
#include "store/record.h"
#include "store/txn.h"

uint64_t store_append_change(struct txn *txn, const struct change *change, const struct texts *texts)
{
	if (!txn_may_write(txn)) {
		return 0;
	}
	struct record record;
	record_write_change(&record, change, texts);
	uint64_t seq = store_counter(txn, COUNTER_CHANGE);
	if (record.too_long || seq > ID_MAX) {
		txn_fail(txn, STORE_FAILED);
		return 0;
	}
	uint8_t seq_bytes[ID_SIZE];
	uint8_t group_bytes[ID_SIZE];
	struct bytes seq_key = key_id(seq_bytes, seq);
	txn_append(txn, TABLE_CHANGE, seq_key, (struct bytes){.data = record.bytes, .size = record.size});
	if (change->group_id != 0) {
		txn_append(txn, TABLE_GROUP_CHANGE, key_id(group_bytes, change->group_id), seq_key);
	}
	return store_failure(txn) == STORE_DONE ? seq : 0;
}
