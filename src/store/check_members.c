/* Memberships, notes, the lists of groups and what ends by itself. */
#include "model/limits.h"
#include "store/check.h"
#include "store/chore.h"
#include "store/expiry.h"
#include "store/invitation.h"
#include "store/invite.h"
#include "store/kept_reply.h"
#include "store/member.h"
#include "store/roster.h"

static bool has_place(
	struct check *check, uint64_t group_id, enum roster_list list, struct roster_entry entry)
{
	struct key key = roster_key(group_id, list);
	uint8_t bytes[ROSTER_ENTRY_SIZE];
	roster_entry_write(bytes, entry);
	return check_has_entry(check, TABLE_ROSTER, key_bytes(&key), bytes, sizeof bytes);
}

static bool has_expiry(struct check *check, const struct due *due)
{
	struct key key = expiry_key(due);
	struct bytes value;
	return due->at == TIME_FOREVER || txn_get(check->txn, TABLE_EXPIRY, key_bytes(&key), &value);
}

static bool invitation_stands(struct check *check, const struct membership *membership)
{
	struct note_row row;
	struct invitation invitation;
	return member_find_note(check->txn, membership->group_id, membership->user_id, NULL, &row) &&
	       invitation_read(check->txn, row.invitation_id, NULL, &invitation) &&
	       invitation.state == INVITATION_PENDING && invitation.group_id == membership->group_id &&
	       invitation.user_id == membership->user_id;
}

static void check_membership(struct check *check, const struct membership *membership)
{
	struct group group;
	struct user user;
	struct note_row row;
	uint64_t user_id = membership->user_id;
	struct roster_place places[ROSTER_PLACES_MAX];
	unsigned count = roster_places(membership, places);
	for (unsigned i = 0; i < count; i++) {
		check_that(check, has_place(check, membership->group_id, places[i].list, places[i].entry),
			"user", user_id, "is missing on a list of a group");
	}
	bool group_found = store_find_group(check->txn, membership->group_id, NULL, &group);
	check_that(check, group_found, "user", user_id, "is in a group that does not exist");
	check_that(check, store_find_user(check->txn, user_id, NULL, &user), "user", user_id,
		"does not exist and is in a group");
	check_that(check, !group_found || membership->role != ROLE_OWNER || group.owner_id == user_id,
		"group", membership->group_id, "has a second owner");
	bool noted = member_find_note(check->txn, membership->group_id, user_id, NULL, &row);
	check_that(check, noted == membership->has_note, "user", user_id, "has a note too many or too few");
	check_that(check, membership->state != STATE_INVITED || invitation_stands(check, membership), "user",
		user_id, "is invited without an invitation");
	struct due due = expiry_of_ban(membership);
	check_that(check, membership->state != STATE_BANNED || has_expiry(check, &due), "user", user_id,
		"has a ban that nothing will end");
}

static bool visit_member(void *context, struct bytes key, struct bytes value)
{
	struct check *check = context;
	struct membership membership = {.user_id = key_read_u64(key.data)};
	if (!record_read_member(value, &membership)) {
		txn_fail(check->txn, STORE_FAILED);
		return false;
	}
	check->result->memberships++;
	if (chore_stands_for(check->txn, membership.group_id)) {
		check->result->to_be_swept++;
		return true;
	}
	check_membership(check, &membership);
	return true;
}

static bool visit_note(void *context, struct bytes key, struct bytes value)
{
	struct check *check = context;
	struct note_row row;
	const uint8_t *bytes = key.data;
	if (key.size != 2 * ID_SIZE || !record_read_note(value, NULL, &row)) {
		txn_fail(check->txn, STORE_FAILED);
		return false;
	}
	uint64_t user_id = key_read_u64(bytes);
	uint64_t group_id = key_read_u64(bytes + ID_SIZE);
	if (chore_stands_for(check->txn, group_id)) {
		check->result->to_be_swept++;
		return true;
	}
	bool beside_none = member_read(check->txn, group_id, user_id).state == STATE_NONE;
	check_that(check, beside_none == row.note.denied, "user", user_id,
		"has a decision beside a membership, or a note beside none");
	struct due due = expiry_of_decision(group_id, user_id, row.note.at);
	const struct roster_entry entry = {.order = roster_order(row.note.at), .id = user_id};
	check_that(check,
		!row.note.denied ||
			(has_expiry(check, &due) && has_place(check, group_id, ROSTER_DECISIONS, entry)),
		"user", user_id, "has a decision that nothing will end");
	return true;
}

/* Whether a person's record, or a decision, implies the entry. */
static bool person_implies(
	struct check *check, uint64_t group_id, enum roster_list list, struct roster_entry entry)
{
	struct note_row row;
	if (list == ROSTER_DECISIONS) {
		return member_find_note(check->txn, group_id, entry.id, NULL, &row) && row.note.denied &&
		       roster_order(row.note.at) == entry.order;
	}
	struct membership membership = member_read(check->txn, group_id, entry.id);
	struct roster_place places[ROSTER_PLACES_MAX];
	unsigned count = roster_places(&membership, places);
	for (unsigned i = 0; i < count; i++) {
		if (places[i].list == list && places[i].entry.order == entry.order) {
			return true;
		}
	}
	return false;
}

/* Whether the record of an invite token or invitation implies the entry. */
static bool invite_implies(
	struct check *check, uint64_t group_id, enum roster_list list, struct roster_entry entry)
{
	struct invite_token token;
	struct invitation invitation;
	if (list == ROSTER_INVITE_TOKENS) {
		/* One past its end stays until it is removed: liveness is judged as of its making. */
		return store_find_invite_token(check->txn, entry.id, NULL, &token) &&
		       token.group_id == group_id && roster_order(token.created_at) == entry.order &&
		       invite_token_is_live(&token, 0);
	}
	return invitation_read(check->txn, entry.id, NULL, &invitation) && invitation.group_id == group_id &&
	       roster_order(invitation.created_at) == entry.order &&
	       (invitation.state == INVITATION_PENDING) == (list == ROSTER_INVITATIONS);
}

static bool visit_roster(void *context, struct bytes key, struct bytes value)
{
	struct check *check = context;
	const uint8_t *bytes = key.data;
	struct roster_entry entry = roster_entry_read(value);
	if (key.size != ID_SIZE + 1 || bytes[ID_SIZE] < ROSTER_LIST_FIRST ||
		bytes[ID_SIZE] > ROSTER_LIST_LAST) {
		txn_fail(check->txn, STORE_FAILED);
		return false;
	}
	uint64_t group_id = key_read_u64(bytes);
	enum roster_list list = bytes[ID_SIZE];
	if (chore_stands_for(check->txn, group_id)) {
		check->result->to_be_swept++;
		return true;
	}
	bool of_invite = list == ROSTER_INVITE_TOKENS || list == ROSTER_INVITATIONS || list == ROSTER_OVER;
	bool implied = of_invite ? invite_implies(check, group_id, list, entry)
				 : person_implies(check, group_id, list, entry);
	check_that(check, implied, "group", group_id, "lists somebody or something that is not there");
	return true;
}

static bool kept_reply_ends(struct check *check, const struct due *due)
{
	struct kept kept;
	struct bytes value;
	struct key key = kept_reply_key(due->id, due->digest);
	return txn_get(check->txn, TABLE_IDEMPOTENCY, key_bytes(&key), &value) &&
	       kept_reply_read_head(value, &kept) && kept.at + IDEMPOTENCY_KEPT_S == due->at;
}

static bool expiry_is_implied(struct check *check, const struct due *due)
{
	struct note_row row;
	struct invite_token token;
	struct frob frob;
	struct session session;
	struct membership membership = member_read(check->txn, due->group_id, due->user_id);
	switch (due->kind) {
	case DUE_BAN:
		return membership.state == STATE_BANNED && membership.until == due->at;
	case DUE_DECISION:
		return member_find_note(check->txn, due->group_id, due->user_id, NULL, &row) &&
		       row.note.denied && row.note.at + DECISION_KEPT_S == due->at;
	case DUE_INVITE_TOKEN:
		return store_find_invite_token(check->txn, due->id, NULL, &token) &&
		       token.expires_at == due->at;
	case DUE_FROB:
		return store_find_frob(check->txn, due->digest, &frob) && frob.expires_at == due->at;
	case DUE_SESSION:
		return store_find_session(check->txn, due->digest, &session) &&
		       session.seen_at + SESSION_UNUSED_MAX_S == due->at;
	case DUE_KEPT_REPLY:
		return kept_reply_ends(check, due);
	case DUE_COUNT:
		break;
	}
	return false;
}

static bool visit_expiry(void *context, struct bytes key, struct bytes value)
{
	(void)value;
	struct check *check = context;
	struct due due;
	if (!expiry_read_key(key, &due)) {
		txn_fail(check->txn, STORE_FAILED);
		return false;
	}
	if (due.group_id != 0 && chore_stands_for(check->txn, due.group_id)) {
		check->result->to_be_swept++;
		return true;
	}
	check_that(check, expiry_is_implied(check, &due), "expiry at", (uint64_t)due.at, "ends nothing");
	return true;
}

void check_members(struct check *check)
{
	check_sets(check, TABLE_MEMBER, visit_member);
	check_rows(check, TABLE_NOTE, visit_note);
	check_sets(check, TABLE_ROSTER, visit_roster);
	check_rows(check, TABLE_EXPIRY, visit_expiry);
}
