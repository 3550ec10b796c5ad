/* Writes and reads a group's sorted lists; builds and drops the one by name as the group grows and
 * shrinks. Small groups have none: sorting them costs less than a third tree per join. */
#include "store/roster.h"

#include <string.h>

#include "store/record.h"

struct key roster_key(uint64_t group_id, enum roster_list list)
{
	struct key key;
	key_start(&key);
	key_add_u64(&key, group_id);
	key_add_u8(&key, (uint8_t)list);
	return key;
}

uint64_t roster_order(int64_t time)
{
	return time == TIME_FOREVER ? UINT64_MAX : (uint64_t)time;
}

void roster_entry_write(uint8_t bytes[ROSTER_ENTRY_SIZE], struct roster_entry entry)
{
	key_write_u64(bytes, entry.order);
	key_write_u64(bytes + 8, entry.id);
}

struct roster_entry roster_entry_read(struct bytes bytes)
{
	const uint8_t *data = bytes.data;
	return (struct roster_entry){.order = key_read_u64(data), .id = key_read_u64(data + 8)};
}

void roster_add(struct txn *txn, uint64_t group_id, enum roster_list list, struct roster_entry entry)
{
	struct key key = roster_key(group_id, list);
	uint8_t bytes[ROSTER_ENTRY_SIZE];
	roster_entry_write(bytes, entry);
	txn_put(txn, TABLE_ROSTER, key_bytes(&key), (struct bytes){.data = bytes, .size = sizeof bytes});
}

void roster_remove(struct txn *txn, uint64_t group_id, enum roster_list list, struct roster_entry entry)
{
	struct key key = roster_key(group_id, list);
	uint8_t bytes[ROSTER_ENTRY_SIZE];
	roster_entry_write(bytes, entry);
	(void)txn_remove(
		txn, TABLE_ROSTER, key_bytes(&key), (struct bytes){.data = bytes, .size = sizeof bytes});
}

uint64_t roster_count(struct txn *txn, uint64_t group_id, enum roster_list list)
{
	struct key key = roster_key(group_id, list);
	return txn_count(txn, TABLE_ROSTER, key_bytes(&key));
}

unsigned roster_places(const struct membership *membership, struct roster_place places[ROSTER_PLACES_MAX])
{
	static const enum roster_list list_of_state[STATE_COUNT] = {
		[STATE_REQUESTED] = ROSTER_REQUESTED,
		[STATE_INVITED] = ROSTER_INVITED,
		[STATE_MEMBER] = ROSTER_MEMBERS,
		[STATE_BANNED] = ROSTER_BANNED,
	};
	if (membership->state == STATE_NONE) {
		return 0;
	}
	int64_t time = membership->state == STATE_BANNED ? membership->until : membership->since;
	struct roster_entry entry = {.order = roster_order(time), .id = membership->user_id};
	places[0] = (struct roster_place){.list = list_of_state[membership->state], .entry = entry};
	if (membership->role != ROLE_ADMIN && membership->role != ROLE_OWNER) {
		return 1;
	}
	places[1] = (struct roster_place){.list = ROSTER_ADMINS, .entry = entry};
	return 2;
}

void roster_name_entry_write(
	uint8_t bytes[ROSTER_NAME_ENTRY_SIZE], const uint8_t order[FOLD_ORDER_SIZE], uint64_t user_id)
{
	memcpy(bytes, order, FOLD_ORDER_SIZE);
	key_write_u64(bytes + FOLD_ORDER_SIZE, user_id);
}

bool roster_name_stands(struct txn *txn, uint64_t group_id)
{
	uint8_t buffer[ID_SIZE];
	return txn_count(txn, TABLE_ROSTER_NAME, key_id(buffer, group_id)) > 0;
}

static void name_entry_put(
	struct txn *txn, uint64_t group_id, const uint8_t order[FOLD_ORDER_SIZE], uint64_t user_id)
{
	uint8_t buffer[ID_SIZE];
	uint8_t entry[ROSTER_NAME_ENTRY_SIZE];
	roster_name_entry_write(entry, order, user_id);
	txn_put(txn, TABLE_ROSTER_NAME, key_id(buffer, group_id),
		(struct bytes){.data = entry, .size = sizeof entry});
}

static void name_entry_remove(
	struct txn *txn, uint64_t group_id, const uint8_t order[FOLD_ORDER_SIZE], uint64_t user_id)
{
	uint8_t buffer[ID_SIZE];
	uint8_t entry[ROSTER_NAME_ENTRY_SIZE];
	roster_name_entry_write(entry, order, user_id);
	(void)txn_remove(txn, TABLE_ROSTER_NAME, key_id(buffer, group_id),
		(struct bytes){.data = entry, .size = sizeof entry});
}

/* Ids of a list that is about to be changed: a walk must not write. */
struct collected {
	uint32_t count;
	uint64_t ids[ROSTER_NAME_ABOVE + 1];
};

static bool collect_id(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct collected *collected = context;
	collected->ids[collected->count++] = roster_entry_read(value).id;
	return collected->count < ROSTER_NAME_ABOVE + 1;
}

static void build_by_name(struct txn *txn, uint64_t group_id)
{
	struct key key = roster_key(group_id, ROSTER_MEMBERS);
	const struct walk walk = {
		.table = TABLE_ROSTER,
		.prefix = key_bytes(&key),
		.max = ROSTER_NAME_ABOVE + 1,
	};
	struct collected collected = {0};
	(void)txn_walk(txn, &walk, collect_id, &collected);
	for (uint32_t i = 0; i < collected.count; i++) {
		struct user user;
		if (store_find_user(txn, collected.ids[i], NULL, &user)) {
			name_entry_put(txn, group_id, user.username_order, user.id);
		}
	}
}

static void drop_by_name(struct txn *txn, uint64_t group_id)
{
	uint8_t buffer[ID_SIZE];
	struct bytes found;
	while (txn_seek_entry(txn, TABLE_ROSTER_NAME, key_id(buffer, group_id), NO_BYTES, &found)) {
		uint8_t entry[ROSTER_NAME_ENTRY_SIZE];
		memcpy(entry, found.data, sizeof entry);
		(void)txn_remove(txn, TABLE_ROSTER_NAME, key_id(buffer, group_id),
			(struct bytes){.data = entry, .size = sizeof entry});
	}
}

void roster_name_follow(struct txn *txn, uint64_t group_id, uint64_t user_id, bool added)
{
	if (!roster_name_stands(txn, group_id)) {
		if (added && roster_count(txn, group_id, ROSTER_MEMBERS) > ROSTER_NAME_ABOVE) {
			build_by_name(txn, group_id);
		}
		return;
	}
	if (!added && roster_count(txn, group_id, ROSTER_MEMBERS) <= ROSTER_NAME_DROPPED_AT) {
		drop_by_name(txn, group_id);
		return;
	}
	struct user user;
	if (!store_find_user(txn, user_id, NULL, &user)) {
		return;
	}
	if (added) {
		name_entry_put(txn, group_id, user.username_order, user_id);
	} else {
		name_entry_remove(txn, group_id, user.username_order, user_id);
	}
}

void roster_name_rename(struct txn *txn, uint64_t user_id, const uint8_t old_order[FOLD_ORDER_SIZE],
	const uint8_t new_order[FOLD_ORDER_SIZE])
{
	uint8_t buffer[ID_SIZE];
	uint8_t from[MEMBER_ENTRY_SIZE] = {0};
	struct bytes found;
	while (txn_seek_entry(txn, TABLE_MEMBER, key_id(buffer, user_id),
		(struct bytes){.data = from, .size = sizeof from}, &found)) {
		struct membership membership;
		if (!record_read_member(found, &membership)) {
			txn_fail(txn, STORE_FAILED);
			return;
		}
		if (membership.state == STATE_MEMBER && roster_name_stands(txn, membership.group_id)) {
			name_entry_remove(txn, membership.group_id, old_order, user_id);
			name_entry_put(txn, membership.group_id, new_order, user_id);
		}
		key_write_u64(from, membership.group_id + 1);
	}
}
