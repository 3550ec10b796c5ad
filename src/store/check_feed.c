/* The feed: consecutive numbers, and each group's share of it. */
#include "store/check.h"

static bool visit_group_change(void *context, struct bytes key, struct bytes value)
{
	struct check *check = context;
	uint64_t seq = key_read_u64(value.data);
	struct change change;
	bool found = seq > 0 && key.size == ID_SIZE && store_next_change(check->txn, seq - 1, NULL, &change);
	check_that(check, found && change.seq == seq && change.group_id == key_read_u64(key.data), "change",
		seq, "is in the feed of a group that it does not name");
	return true;
}

void check_feed(struct check *check)
{
	struct change change;
	for (uint64_t after = 0; store_next_change(check->txn, after, NULL, &change); after = change.seq) {
		uint8_t buffer[ID_SIZE];
		uint8_t entry[ID_SIZE];
		(void)key_id(entry, change.seq);
		check_that(check, after == 0 || change.seq == after + 1, "change", change.seq,
			"does not follow the one before it");
		check_that(check,
			change.group_id == 0 || check_has_entry(check, TABLE_GROUP_CHANGE,
							key_id(buffer, change.group_id), entry, ID_SIZE),
			"change", change.seq, "is missing in its group's feed");
		check->result->changes++;
	}
	check_sets(check, TABLE_GROUP_CHANGE, visit_group_change);
}
