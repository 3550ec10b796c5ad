/* The feed: consecutive numbers, each group's share of it, and the uses of invite tokens that it tells. */
#include <stdlib.h>

#include "store/check.h"

#define USES_FIRST 64

/* Of each group the number of the last change that was trimmed is kept, and beside them since when. */
static bool is_mark(struct check *check, struct bytes key, uint64_t seq)
{
	uint8_t least[ID_SIZE];
	struct bytes first;
	return seq < store_first_change(check->txn) &&
	       txn_seek_entry(check->txn, TABLE_GROUP_CHANGE, key, key_id(least, 0), &first) &&
	       key_read_u64(first.data) == seq;
}

static bool visit_group_change(void *context, struct bytes key, struct bytes value)
{
	struct check *check = context;
	uint64_t seq = key_read_u64(value.data);
	struct change change;
	if (is_mark(check, key, seq)) {
		return true;
	}
	bool found = seq > 0 && key.size == ID_SIZE && store_next_change(check->txn, seq - 1, NULL, &change);
	check_that(check, found && change.seq == seq && change.group_id == key_read_u64(key.data), "change",
		seq, "is in the feed of a group that it does not name");
	return true;
}

/* How often a token was used that was minted in the part of the feed that is kept. */
struct uses {
	uint64_t token_id;
	uint64_t count;
};

/* By ascending id, in which tokens are minted. */
struct minted {
	struct uses *items;
	size_t count;
	size_t capacity;
};

static bool add_minted(struct minted *minted, uint64_t token_id)
{
	if (minted->count > 0 && minted->items[minted->count - 1].token_id >= token_id) {
		return true; /* not by this server: nothing is said of it */
	}
	if (minted->count == minted->capacity) {
		size_t capacity = minted->capacity == 0 ? USES_FIRST : 2 * minted->capacity;
		struct uses *grown = reallocarray(minted->items, capacity, sizeof *grown);
		if (grown == NULL) {
			return false;
		}
		minted->items = grown;
		minted->capacity = capacity;
	}
	minted->items[minted->count++] = (struct uses){.token_id = token_id};
	return true;
}

static int compare_uses(const void *left, const void *right)
{
	const struct uses *a = left;
	const struct uses *b = right;
	return (a->token_id > b->token_id) - (a->token_id < b->token_id);
}

static void add_use(struct minted *minted, uint64_t token_id)
{
	const struct uses wanted = {.token_id = token_id};
	struct uses *found = minted->count == 0 ? NULL
						: bsearch(&wanted, minted->items, minted->count,
							  sizeof *minted->items, compare_uses);
	if (found != NULL) {
		found->count++;
	}
}

/* False: out of memory. */
static bool follow_uses(struct minted *minted, const struct change *change)
{
	if (change->type == CHANGE_TOKEN_MINTED) {
		return add_minted(minted, change->reference);
	}
	if (change->type == CHANGE_JOINED && change->reference != 0) {
		add_use(minted, change->reference);
	}
	return true;
}

static void check_uses(struct check *check, const struct minted *minted)
{
	for (size_t i = 0; i < minted->count; i++) {
		struct invite_token token;
		const struct uses *uses = &minted->items[i];
		if (store_find_invite_token(check->txn, uses->token_id, NULL, &token)) {
			check_that(check, token.max_uses - token.uses_left == uses->count, "invite token", token.id,
				"has other uses than its feed tells");
		}
	}
}

static void check_change(struct check *check, const struct change *change, uint64_t after)
{
	uint8_t buffer[ID_SIZE];
	uint8_t entry[ID_SIZE];
	(void)key_id(entry, change->seq);
	check_that(check, after == 0 || change->seq == after + 1, "change", change->seq,
		"does not follow the one before it");
	check_that(check,
		change->group_id == 0 || check_has_entry(check, TABLE_GROUP_CHANGE,
						 key_id(buffer, change->group_id), entry, ID_SIZE),
		"change", change->seq, "is missing in its group's feed");
}

void check_feed(struct check *check)
{
	struct change change;
	struct minted minted = {0};
	for (uint64_t after = 0; store_next_change(check->txn, after, NULL, &change); after = change.seq) {
		check_change(check, &change, after);
		check->result->changes++;
		if (!follow_uses(&minted, &change)) {
			txn_fail(check->txn, STORE_FAILED);
			break;
		}
	}
	check_uses(check, &minted);
	free(minted.items);
	check_sets(check, TABLE_GROUP_CHANGE, visit_group_change);
}
