/* Invitations: records that outlive their end, a place on the group's list while pending, and for those
 * by e-mail the address that they wait for. */
#include "store/invitation.h"

#include "store/chore.h"
#include "store/member.h"
#include "store/record.h"
#include "store/roster.h"

#define TEXTS_SIZE 512 /* an address and its end */

bool invitation_read(struct txn *txn, uint64_t id, struct texts *texts, struct invitation *found)
{
	struct bytes value;
	if (!txn_get_id(txn, TABLE_INVITATION, id, &value)) {
		return false;
	}
	struct invitation read = {.id = id};
	if (!txn_record_is_good(txn, record_read_invitation(value, texts, &read), texts)) {
		return false;
	}
	*found = read;
	return true;
}

bool store_find_invitation(struct txn *txn, uint64_t id, struct texts *texts, struct invitation *found)
{
	struct invitation read;
	if (!invitation_read(txn, id, texts, &read) || chore_stands_for(txn, read.group_id)) {
		return false;
	}
	*found = read;
	return true;
}

bool invitation_is_pending(struct txn *txn, uint64_t id)
{
	struct invitation invitation;
	return invitation_read(txn, id, NULL, &invitation) && invitation.state == INVITATION_PENDING;
}

static struct roster_entry list_entry(const struct invitation *invitation)
{
	return (struct roster_entry){.order = roster_order(invitation->created_at), .id = invitation->id};
}

static enum roster_list list_of(const struct invitation *invitation)
{
	return invitation->state == INVITATION_PENDING ? ROSTER_INVITATIONS : ROSTER_OVER;
}

/* The address under which a pending one is found, also when the address is somebody's by now; empty for all
 * others. */
static struct bytes address_key(const struct invitation *invitation, const struct texts *texts)
{
	return invitation->state == INVITATION_PENDING ? key_text(texts_get(texts, invitation->email)) : NO_BYTES;
}

/* Removes what finds the stored invitation of this id, if there is one. */
static bool unlink_stored(struct txn *txn, uint64_t id)
{
	char lent[TEXTS_SIZE];
	struct texts texts;
	texts_init(&texts, lent, sizeof lent);
	struct invitation old;
	uint8_t entry[ID_SIZE];
	bool there = invitation_read(txn, id, &texts, &old);
	if (there) {
		roster_remove(txn, old.group_id, list_of(&old), list_entry(&old));
		struct bytes address = address_key(&old, &texts);
		if (address.size > 0) {
			(void)txn_remove(txn, TABLE_INVITATION_EMAIL, address, key_id(entry, id));
		}
	}
	texts_finish(&texts);
	return there;
}

void invitation_remove(struct txn *txn, uint64_t id)
{
	uint8_t buffer[ID_SIZE];
	if (unlink_stored(txn, id)) {
		(void)txn_remove(txn, TABLE_INVITATION, key_id(buffer, id), NO_BYTES); /* it was there */
	}
}

/* One that has ended and does not say when ends now, and so does one that was pending. */
static int64_t end_of(struct txn *txn, const struct invitation *invitation)
{
	bool ends_now = invitation->state != INVITATION_PENDING &&
			(invitation->ended_at == 0 || invitation_is_pending(txn, invitation->id));
	return ends_now ? store_now(txn) : invitation->ended_at;
}

static void put_record(struct txn *txn, const struct invitation *invitation, const struct texts *texts)
{
	struct record record;
	struct invitation stored = *invitation;
	stored.ended_at = end_of(txn, invitation);
	record_write_invitation(&record, &stored, texts);
	if (record.too_long) {
		txn_fail(txn, STORE_FAILED);
		return;
	}
	(void)unlink_stored(txn, invitation->id); /* a new one has nothing to unlink */
	uint8_t buffer[ID_SIZE];
	txn_put(txn, TABLE_INVITATION, key_id(buffer, invitation->id),
		(struct bytes){.data = record.bytes, .size = record.size});
	roster_add(txn, invitation->group_id, list_of(invitation), list_entry(invitation));
	struct bytes address = address_key(invitation, texts);
	if (address.size > 0) {
		txn_put(txn, TABLE_INVITATION_EMAIL, address, key_id(buffer, invitation->id));
	}
}

/* Lets the pair's note name this invitation. Another pending one of the pair was made for want of this
 * one and goes. */
static void name_in_note(struct txn *txn, const struct invitation *invitation)
{
	struct texts texts;
	texts_init(&texts, NULL, 0);
	struct note_row row = {.note = {.by = invitation->by, .at = invitation->created_at}};
	(void)member_find_note(
		txn, invitation->group_id, invitation->user_id, &texts, &row); /* else a new one */
	if (row.invitation_id != 0 && row.invitation_id != invitation->id &&
		invitation_is_pending(txn, row.invitation_id)) {
		invitation_remove(txn, row.invitation_id);
	}
	if (row.note.denied) {
		member_remove_note(txn, invitation->group_id, invitation->user_id);
		row.note = (struct note){.by = invitation->by, .at = invitation->created_at};
	}
	row.invitation_id = invitation->id;
	member_put_note(txn, invitation->group_id, invitation->user_id, &row, &texts);
	texts_finish(&texts);
}

void store_put_invitation(struct txn *txn, const struct invitation *invitation, const struct texts *texts)
{
	if (!txn_may_write(txn)) {
		return;
	}
	put_record(txn, invitation, texts);
	if (invitation->state == INVITATION_PENDING && invitation->user_id != 0) {
		name_in_note(txn, invitation);
	}
}

void invitation_close(struct txn *txn, uint64_t id, enum invitation_state state)
{
	struct texts texts;
	texts_init(&texts, NULL, 0);
	struct invitation invitation;
	if (invitation_read(txn, id, &texts, &invitation) && invitation.state == INVITATION_PENDING) {
		invitation.state = state;
		put_record(txn, &invitation, &texts);
	}
	texts_finish(&texts);
}

uint64_t invitation_create(
	struct txn *txn, uint64_t group_id, uint64_t user_id, uint64_t by, int64_t created_at)
{
	const struct invitation invitation = {
		.id = store_next_id(txn, COUNTER_INVITATION),
		.group_id = group_id,
		.user_id = user_id,
		.by = by,
		.created_at = created_at,
		.state = INVITATION_PENDING,
	};
	struct texts none;
	texts_init(&none, NULL, 0);
	put_record(txn, &invitation, &none);
	return invitation.id;
}

/* The first entry above `after` under an address. */
static bool next_of_address(struct txn *txn, const char *email, uint64_t after, uint64_t *id)
{
	struct bytes key = key_text(email);
	uint8_t from[ID_SIZE];
	struct bytes entry;
	if (key.size == 0 || after == UINT64_MAX ||
		!txn_seek_entry(txn, TABLE_INVITATION_EMAIL, key, key_id(from, after + 1), &entry)) {
		return false;
	}
	*id = key_read_u64(entry.data);
	return true;
}

bool store_next_invitation_of_email(
	struct txn *txn, const char *email, uint64_t after, struct texts *texts, struct invitation *found)
{
	uint64_t id = after;
	while (next_of_address(txn, email, id, &id)) {
		struct invitation invitation;
		if (store_find_invitation(txn, id, NULL, &invitation) && invitation.user_id == 0 &&
			invitation.ended_at == 0) {
			return store_find_invitation(txn, id, texts, found);
		}
	}
	return false;
}

bool store_find_invitation_of_email(struct txn *txn, uint64_t group_id, const char *email, uint64_t *id)
{
	uint64_t next = 0;
	while (next_of_address(txn, email, next, &next)) {
		struct invitation invitation;
		if (store_find_invitation(txn, next, NULL, &invitation) && invitation.group_id == group_id) {
			*id = next;
			return true;
		}
	}
	return false;
}
