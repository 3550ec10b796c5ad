/* Walking everything in the order of ids: export, the operator's lists, the check. */
#include "store/chore.h"
#include "store/invite.h"
#include "store/member.h"
#include "store/txn.h"

/* The first id above `after` in a table by id. */
static bool next_id(struct txn *txn, enum table table, uint64_t after, uint64_t *found)
{
	if (after == UINT64_MAX) {
		return false;
	}
	uint8_t buffer[ID_SIZE];
	struct bytes key;
	struct bytes value;
	if (!txn_seek(txn, table, key_id(buffer, after + 1), &key, &value)) {
		return false;
	}
	if (key.size != ID_SIZE) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	*found = key_read_u64(key.data);
	return true;
}

bool store_next_application(struct txn *txn, uint64_t after, struct texts *texts, struct application *found)
{
	uint64_t id;
	return next_id(txn, TABLE_APPLICATION, after, &id) && store_find_application(txn, id, texts, found);
}

bool store_next_token(struct txn *txn, uint64_t after, struct texts *texts, struct token *found)
{
	uint64_t id;
	return next_id(txn, TABLE_TOKEN, after, &id) && store_find_token(txn, id, texts, found);
}

bool store_next_group(struct txn *txn, uint64_t after, struct texts *texts, struct group *found)
{
	uint64_t id;
	if (!next_id(txn, TABLE_GROUP, after, &id) || !store_find_group(txn, id, texts, found)) {
		return false;
	}
	found->description = store_group_description(txn, id, texts);
	return store_failure(txn) == STORE_DONE;
}

bool store_next_invite(struct txn *txn, uint64_t after_group_id, struct texts *texts, struct invite *found)
{
	uint64_t id;
	return next_id(txn, TABLE_INVITE, after_group_id, &id) && invite_read(txn, id, texts, found);
}

bool store_next_invite_token(struct txn *txn, uint64_t after, struct texts *texts, struct invite_token *found)
{
	uint64_t id;
	return next_id(txn, TABLE_INVITE_TOKEN, after, &id) && store_find_invite_token(txn, id, texts, found);
}

bool store_next_invitation(struct txn *txn, uint64_t after, struct texts *texts, struct invitation *found)
{
	for (uint64_t id = after; next_id(txn, TABLE_INVITATION, id, &id);) {
		if (store_find_invitation(txn, id, texts, found)) {
			return true;
		}
	}
	return false;
}

/* The first entry of a person's set for a group above `after_group_id`. */
static bool next_of_user(struct txn *txn, uint64_t user_id, uint64_t after_group_id, struct membership *found)
{
	uint8_t buffer[ID_SIZE];
	uint8_t from[MEMBER_ENTRY_SIZE] = {0};
	struct bytes entry;
	if (after_group_id == UINT64_MAX) {
		return false;
	}
	key_write_u64(from, after_group_id + 1);
	if (!txn_seek_entry(txn, TABLE_MEMBER, key_id(buffer, user_id),
		    (struct bytes){.data = from, .size = sizeof from}, &entry)) {
		return false;
	}
	struct membership read = {.user_id = user_id};
	if (!record_read_member(entry, &read)) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	*found = read;
	return true;
}

/* The next person who has a set, above `after`. */
static bool next_person(struct txn *txn, uint64_t after, uint64_t *found)
{
	uint8_t buffer[ID_SIZE];
	struct bytes key;
	if (after == UINT64_MAX || !txn_seek_set(txn, TABLE_MEMBER, key_id(buffer, after + 1), &key)) {
		return false;
	}
	if (key.size != ID_SIZE) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	*found = key_read_u64(key.data);
	return true;
}

bool store_next_membership(
	struct txn *txn, uint64_t after_user_id, uint64_t after_group_id, struct membership *found)
{
	uint64_t user_id = after_user_id;
	uint64_t group_id = after_group_id;
	do {
		struct membership membership;
		while (next_of_user(txn, user_id, group_id, &membership)) {
			group_id = membership.group_id;
			if (member_now(txn, membership).state != STATE_NONE &&
				!chore_stands_for(txn, group_id)) {
				*found = membership;
				return store_failure(txn) == STORE_DONE;
			}
		}
		group_id = 0;
	} while (next_person(txn, user_id, &user_id));
	return false;
}

#define NOTE_KEY_SIZE (2 * ID_SIZE)

/* The first note's pair above the given one. */
static bool next_note(struct txn *txn, uint64_t *user_id, uint64_t *group_id)
{
	struct key from = member_note_key(*group_id, *user_id);
	key_add_u8(&from, 0);
	struct bytes key;
	struct bytes value;
	if (!txn_seek(txn, TABLE_NOTE, key_bytes(&from), &key, &value)) {
		return false;
	}
	if (key.size != NOTE_KEY_SIZE) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	const uint8_t *bytes = key.data;
	*user_id = key_read_u64(bytes);
	*group_id = key_read_u64(bytes + ID_SIZE);
	return true;
}

bool store_next_decision(struct txn *txn, uint64_t after_user_id, uint64_t after_group_id,
	struct texts *texts, struct membership *pair, struct note *found)
{
	uint64_t user_id = after_user_id;
	uint64_t group_id = after_group_id;
	while (next_note(txn, &user_id, &group_id)) {
		struct note_row row;
		if (!member_find_note(txn, group_id, user_id, NULL, &row) || !row.note.denied ||
			chore_stands_for(txn, group_id)) {
			continue;
		}
		if (!member_find_note(txn, group_id, user_id, texts, &row)) {
			return false;
		}
		*pair = (struct membership){.group_id = group_id, .user_id = user_id};
		*found = row.note;
		return true;
	}
	return false;
}

bool store_next_change(struct txn *txn, uint64_t after, struct texts *texts, struct change *found)
{
	uint64_t seq;
	struct bytes value;
	if (!next_id(txn, TABLE_CHANGE, after, &seq) || !txn_get_id(txn, TABLE_CHANGE, seq, &value)) {
		return false;
	}
	struct change read = {.seq = seq};
	if (!txn_record_is_good(txn, record_read_change(value, texts, &read), texts)) {
		return false;
	}
	*found = read;
	return true;
}
