/* What stands about one person in one group: the record in the person's set, its places on the group's
 * lists, its note, and what follows from it. A join without history writes the first two and nothing
 * else. */
#include "store/member.h"

#include <assert.h>
#include <string.h>

#include "store/chore.h"
#include "store/expiry.h"
#include "store/invitation.h"
#include "store/roster.h"

struct membership member_read(struct txn *txn, uint64_t group_id, uint64_t user_id)
{
	struct membership membership = {.group_id = group_id, .user_id = user_id};
	uint8_t buffer[ID_SIZE];
	uint8_t from[MEMBER_ENTRY_SIZE] = {0};
	key_write_u64(from, group_id);
	struct bytes entry;
	if (!txn_seek_entry(txn, TABLE_MEMBER, key_id(buffer, user_id),
		    (struct bytes){.data = from, .size = sizeof from}, &entry)) {
		return membership;
	}
	struct membership found = {.user_id = user_id};
	if (!record_read_member(entry, &found)) {
		txn_fail(txn, STORE_FAILED);
		return membership;
	}
	return found.group_id == group_id ? found : membership;
}

struct membership member_now(struct txn *txn, struct membership membership)
{
	if (membership.state != STATE_BANNED || membership.until > store_now(txn)) {
		return membership;
	}
	return (struct membership){.group_id = membership.group_id, .user_id = membership.user_id};
}

struct membership store_find_membership(struct txn *txn, uint64_t group_id, uint64_t user_id)
{
	struct membership membership = member_now(txn, member_read(txn, group_id, user_id));
	if (membership.state != STATE_NONE && chore_stands_for(txn, group_id)) {
		return (struct membership){.group_id = group_id, .user_id = user_id};
	}
	return membership;
}

struct key member_note_key(uint64_t group_id, uint64_t user_id)
{
	struct key key;
	key_start(&key);
	key_add_u64(&key, user_id);
	key_add_u64(&key, group_id);
	return key;
}

bool member_find_note(
	struct txn *txn, uint64_t group_id, uint64_t user_id, struct texts *texts, struct note_row *found)
{
	struct key key = member_note_key(group_id, user_id);
	struct bytes value;
	if (!txn_get(txn, TABLE_NOTE, key_bytes(&key), &value)) {
		return false;
	}
	struct note_row read = {0};
	if (!txn_record_is_good(txn, record_read_note(value, texts, &read), texts)) {
		return false;
	}
	*found = read;
	return true;
}

/* The note of an ended ban does not exist, as the ban does not. A decision lives as long as its row. */
bool store_find_note(
	struct txn *txn, uint64_t group_id, uint64_t user_id, struct texts *texts, struct note *found)
{
	struct note_row row;
	if (!member_find_note(txn, group_id, user_id, texts, &row)) {
		return false;
	}
	if (!row.note.denied && store_find_membership(txn, group_id, user_id).state == STATE_NONE) {
		return false;
	}
	if (row.note.denied && chore_stands_for(txn, group_id)) {
		return false;
	}
	*found = row.note;
	return true;
}

static struct roster_entry decision_entry(uint64_t user_id, int64_t at)
{
	return (struct roster_entry){.order = roster_order(at), .id = user_id};
}

void member_put_note(struct txn *txn, uint64_t group_id, uint64_t user_id, const struct note_row *row,
	const struct texts *texts)
{
	struct record record;
	record_write_note(&record, row, texts);
	if (record.too_long) {
		txn_fail(txn, STORE_FAILED);
		return;
	}
	struct key key = member_note_key(group_id, user_id);
	txn_put(txn, TABLE_NOTE, key_bytes(&key), (struct bytes){.data = record.bytes, .size = record.size});
	if (row->note.denied) {
		struct due due = expiry_of_decision(group_id, user_id, row->note.at);
		expiry_add(txn, &due);
		roster_add(txn, group_id, ROSTER_DECISIONS, decision_entry(user_id, row->note.at));
	}
}

void member_remove_note(struct txn *txn, uint64_t group_id, uint64_t user_id)
{
	struct note_row row = {0};
	if (!member_find_note(txn, group_id, user_id, NULL, &row)) {
		return;
	}
	if (row.note.denied) {
		struct due due = expiry_of_decision(group_id, user_id, row.note.at);
		expiry_remove(txn, &due);
		roster_remove(txn, group_id, ROSTER_DECISIONS, decision_entry(user_id, row.note.at));
	}
	struct key key = member_note_key(group_id, user_id);
	(void)txn_remove(txn, TABLE_NOTE, key_bytes(&key), NO_BYTES); /* it was there */
}

static bool place_is_among(
	const struct roster_place *place, const struct roster_place *places, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (places[i].list == place->list && places[i].entry.order == place->entry.order) {
			return true;
		}
	}
	return false;
}

/* Moves the pair from its old places on the group's lists to the new ones. */
static void move_places(struct txn *txn, const struct membership *old, const struct membership *new)
{
	struct roster_place before[ROSTER_PLACES_MAX];
	struct roster_place after[ROSTER_PLACES_MAX];
	unsigned before_count = roster_places(old, before);
	unsigned after_count = roster_places(new, after);
	for (unsigned i = 0; i < before_count; i++) {
		if (!place_is_among(&before[i], after, after_count)) {
			roster_remove(txn, old->group_id, before[i].list, before[i].entry);
		}
	}
	for (unsigned i = 0; i < after_count; i++) {
		if (!place_is_among(&after[i], before, before_count)) {
			roster_add(txn, new->group_id, after[i].list, after[i].entry);
		}
	}
	if ((old->state == STATE_MEMBER) != (new->state == STATE_MEMBER)) {
		roster_name_follow(txn, new->group_id, new->user_id, new->state == STATE_MEMBER);
	}
}

/* Replaces the entry in the person's set, its places and its expiry. */
static void replace(struct txn *txn, const struct membership *old, const struct membership *new)
{
	uint8_t buffer[ID_SIZE];
	uint8_t before[MEMBER_ENTRY_SIZE] = {0};
	uint8_t after[MEMBER_ENTRY_SIZE] = {0};
	if (old->state != STATE_NONE) {
		record_write_member(before, old);
	}
	if (new->state != STATE_NONE) {
		record_write_member(after, new);
	}
	if (memcmp(before, after, sizeof before) == 0) {
		return;
	}
	if (old->state != STATE_NONE) {
		(void)txn_remove(txn, TABLE_MEMBER, key_id(buffer, new->user_id),
			(struct bytes){.data = before, .size = sizeof before});
	}
	if (new->state != STATE_NONE) {
		txn_put(txn, TABLE_MEMBER, key_id(buffer, new->user_id),
			(struct bytes){.data = after, .size = sizeof after});
	}
	move_places(txn, old, new);
	if (old->state == STATE_BANNED) {
		struct due due = expiry_of_ban(old);
		expiry_remove(txn, &due);
	}
	if (new->state == STATE_BANNED) {
		struct due due = expiry_of_ban(new);
		expiry_add(txn, &due);
	}
}

void member_remove(struct txn *txn, uint64_t group_id, uint64_t user_id)
{
	struct membership old = member_read(txn, group_id, user_id);
	const struct membership none = {.group_id = group_id, .user_id = user_id};
	replace(txn, &old, &none);
	member_remove_note(txn, group_id, user_id);
}

/* Keeps the pair's pending invitation in step; returns the one that its note is to name. */
static uint64_t follow_invitation(
	struct txn *txn, const struct membership *new, uint64_t stands, const struct note *note)
{
	static const enum invitation_state ends_as[STATE_COUNT] = {
		[STATE_NONE] = INVITATION_DECLINED,
		[STATE_REQUESTED] = INVITATION_DECLINED,
		[STATE_MEMBER] = INVITATION_ACCEPTED,
		[STATE_BANNED] = INVITATION_REVOKED,
	};
	if (new->state != STATE_INVITED) {
		if (stands != 0) {
			invitation_close(txn, stands, ends_as[new->state]);
		}
		return 0;
	}
	if (stands != 0 && invitation_is_pending(txn, stands)) {
		return stands;
	}
	return invitation_create(txn, new->group_id, new->user_id, note == NULL ? 0 : note->by, new->since);
}

void store_put_membership(struct txn *txn, const struct membership *membership, const struct note *note,
	const struct texts *texts)
{
	assert((membership->state == STATE_MEMBER) == (membership->role != ROLE_NONE));
	if (!txn_may_write(txn)) {
		return;
	}
	struct note_row old_row = {0};
	struct membership old = member_read(txn, membership->group_id, membership->user_id);
	bool had_note = member_find_note(txn, membership->group_id, membership->user_id, NULL, &old_row);
	if (had_note) {
		member_remove_note(txn, membership->group_id, membership->user_id);
	}
	struct note_row row = {0};
	row.invitation_id = follow_invitation(txn, membership, old_row.invitation_id, note);
	if (note != NULL) {
		row.note = *note;
	}
	row.note.denied = row.note.denied && membership->state == STATE_NONE;
	struct membership new = *membership;
	new.has_note = membership->state != STATE_NONE && (note != NULL || row.invitation_id != 0);
	replace(txn, &old, &new);
	if (new.has_note || row.note.denied) {
		member_put_note(txn, new.group_id, new.user_id, &row, texts);
	}
}

uint64_t store_count_members(struct txn *txn, uint64_t group_id)
{
	return chore_stands_for(txn, group_id) ? 0 : roster_count(txn, group_id, ROSTER_MEMBERS);
}
