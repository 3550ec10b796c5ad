/* Deleting a group: a bounded part at once, the rest in slices. A chore row, kind(1) group(8), stands
 * for what is left; while it stands, no verb shows any of it. */
#include "store/chore.h"

#include "model/limits.h"
#include "store/invitation.h"
#include "store/member.h"
#include "store/roster.h"

#define CHORE_SWEEP_GROUP 1
#define CHORE_KEY_SIZE (1 + ID_SIZE)

static struct key chore_key(uint64_t group_id)
{
	struct key key;
	key_start(&key);
	key_add_u8(&key, CHORE_SWEEP_GROUP);
	key_add_u64(&key, group_id);
	return key;
}

bool chore_stands_for(struct txn *txn, uint64_t group_id)
{
	struct key key = chore_key(group_id);
	struct bytes value;
	return txn_get(txn, TABLE_CHORE, key_bytes(&key), &value);
}

static void sweep_person(struct txn *txn, uint64_t group_id, uint64_t id)
{
	member_remove(txn, group_id, id);
}

static void sweep_invitation(struct txn *txn, uint64_t group_id, uint64_t id)
{
	(void)group_id;
	invitation_remove(txn, id);
}

static void sweep_decision(struct txn *txn, uint64_t group_id, uint64_t id)
{
	member_remove_note(txn, group_id, id);
}

/* Invite tokens outlive their group; only their place on its list goes. */
static void sweep_nothing(struct txn *txn, uint64_t group_id, uint64_t id)
{
	(void)txn;
	(void)group_id;
	(void)id;
}

/* How what an entry names is removed; the entry itself goes in any case. */
static void (*const sweep_entry[ROSTER_LIST_LAST + 1])(struct txn *, uint64_t, uint64_t) = {
	[ROSTER_MEMBERS] = sweep_person,
	[ROSTER_ADMINS] = sweep_person,
	[ROSTER_REQUESTED] = sweep_person,
	[ROSTER_INVITED] = sweep_person,
	[ROSTER_BANNED] = sweep_person,
	[ROSTER_INVITE_TOKENS] = sweep_nothing,
	[ROSTER_INVITATIONS] = sweep_invitation,
	[ROSTER_OVER] = sweep_invitation,
	[ROSTER_DECISIONS] = sweep_decision,
};

/* Empties a list as far as `left` allows; what is left of `left`. */
static uint32_t sweep_list(struct txn *txn, uint64_t group_id, enum roster_list list, uint32_t left)
{
	struct key key = roster_key(group_id, list);
	struct bytes bytes;
	while (left > 0 && txn_seek_entry(txn, TABLE_ROSTER, key_bytes(&key), NO_BYTES, &bytes)) {
		struct roster_entry entry = roster_entry_read(bytes);
		sweep_entry[list](txn, group_id, entry.id);
		roster_remove(txn, group_id, list, entry);
		left--;
	}
	return left;
}

/* Up to a slice of a group's rows. True: nothing is left. */
static bool sweep_group(struct txn *txn, uint64_t group_id)
{
	uint32_t left = SLICE_ROWS_MAX;
	for (unsigned list = ROSTER_LIST_FIRST; list <= ROSTER_LIST_LAST; list++) {
		left = sweep_list(txn, group_id, (enum roster_list)list, left);
	}
	return left > 0;
}

void chore_start(struct txn *txn, uint64_t group_id)
{
	struct key key = chore_key(group_id);
	if (!sweep_group(txn, group_id)) {
		txn_put(txn, TABLE_CHORE, key_bytes(&key), NO_BYTES);
	}
}

/* The first chore, if there is one. */
static bool find_chore(struct txn *txn, uint64_t *group_id)
{
	struct key from = chore_key(0);
	struct bytes key;
	struct bytes value;
	if (!txn_seek(txn, TABLE_CHORE, key_bytes(&from), &key, &value)) {
		return false;
	}
	const uint8_t *bytes = key.data;
	if (key.size != CHORE_KEY_SIZE || bytes[0] != CHORE_SWEEP_GROUP) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	*group_id = key_read_u64(bytes + 1);
	return true;
}

bool store_sweep(struct txn *txn)
{
	uint64_t group_id;
	if (!find_chore(txn, &group_id)) {
		return false;
	}
	if (txn_only_reads(txn)) {
		return true;
	}
	if (!txn_may_write(txn)) {
		return false;
	}
	if (sweep_group(txn, group_id)) {
		struct key key = chore_key(group_id);
		(void)txn_remove(txn, TABLE_CHORE, key_bytes(&key), NO_BYTES); /* it was there */
	}
	return find_chore(txn, &group_id);
}
