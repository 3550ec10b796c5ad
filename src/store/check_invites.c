/* Invite codes, invite tokens and invitations, and whatever finds them. */
#include <string.h>

#include "store/check.h"
#include "store/chore.h"
#include "store/expiry.h"
#include "store/invitation.h"
#include "store/invite.h"
#include "store/member.h"
#include "store/roster.h"
#include "store/secret.h"

static bool has_place(
	struct check *check, uint64_t group_id, enum roster_list list, int64_t time, uint64_t id)
{
	struct key key = roster_key(group_id, list);
	uint8_t bytes[ROSTER_ENTRY_SIZE];
	roster_entry_write(bytes, (struct roster_entry){.order = roster_order(time), .id = id});
	return check_has_entry(check, TABLE_ROSTER, key_bytes(&key), bytes, sizeof bytes);
}

static bool visit_invite(void *context, struct bytes key, struct bytes value)
{
	struct check *check = context;
	if (key.size != ID_SIZE || value.size <= DIGEST_SIZE) {
		txn_fail(check->txn, STORE_FAILED);
		return false;
	}
	uint64_t group_id = key_read_u64(key.data);
	struct invite invite;
	struct group group;
	struct key secret = secret_key(SECRET_CODE, value.data);
	check_that(check,
		invite_read(check->txn, group_id, NULL, &invite) &&
			invite.id < store_counter(check->txn, COUNTER_INVITE),
		"invite", group_id, "is above the next id");
	check_that(check, store_find_group(check->txn, group_id, NULL, &group), "invite", group_id,
		"belongs to a group that does not exist");
	check_that(check, check_names(check, TABLE_SECRET, key_bytes(&secret), group_id), "invite", group_id,
		"is not found by its code");
	return true;
}

static void check_token(struct check *check, const struct invite_token *token)
{
	struct key secret;
	struct group group;
	struct bytes value;
	struct due due = expiry_of_invite_token(token);
	struct key expiry = expiry_key(&due);
	bool named = secret_key_of_identifier(texts_get(&check->texts, token->identifier), &secret) &&
		     check_names(check, TABLE_SECRET, key_bytes(&secret), token->id);
	check_that(check, named, "invite token", token->id, "is not found by its identifier");
	check_that(check, txn_get(check->txn, TABLE_EXPIRY, key_bytes(&expiry), &value), "invite token",
		token->id, "has no end");
	check_that(check,
		!invite_token_is_live(token, store_now(check->txn)) ||
			!store_find_group(check->txn, token->group_id, NULL, &group) ||
			has_place(check, token->group_id, ROSTER_INVITE_TOKENS, token->created_at, token->id),
		"invite token", token->id, "is not on its group's list");
}

static void check_tokens(struct check *check)
{
	struct invite_token token;
	for (uint64_t after = 0;; after = token.id) {
		texts_clear(&check->texts);
		if (!store_next_invite_token(check->txn, after, &check->texts, &token)) {
			return;
		}
		check_token(check, &token);
	}
}

static bool pair_is_invited(struct check *check, const struct invitation *invitation)
{
	struct note_row row;
	return member_read(check->txn, invitation->group_id, invitation->user_id).state == STATE_INVITED &&
	       member_find_note(check->txn, invitation->group_id, invitation->user_id, NULL, &row) &&
	       row.invitation_id == invitation->id;
}

static bool is_found_by_address(struct check *check, const struct invitation *invitation)
{
	uint8_t entry[ID_SIZE];
	(void)key_id(entry, invitation->id);
	struct bytes email = key_text(texts_get(&check->texts, invitation->email));
	return email.size > 0 && check_has_entry(check, TABLE_INVITATION_EMAIL, email, entry, ID_SIZE);
}

static bool visit_invitation(void *context, struct bytes key, struct bytes value)
{
	struct check *check = context;
	struct invitation invitation = {.id = key.size == ID_SIZE ? key_read_u64(key.data) : 0};
	texts_clear(&check->texts);
	if (!record_read_invitation(value, &check->texts, &invitation)) {
		txn_fail(check->txn, STORE_FAILED);
		return false;
	}
	if (chore_stands_for(check->txn, invitation.group_id)) {
		check->result->to_be_swept++;
		return true;
	}
	bool pending = invitation.state == INVITATION_PENDING;
	struct group group;
	check_that(check, store_find_group(check->txn, invitation.group_id, NULL, &group), "invitation",
		invitation.id, "belongs to a group that does not exist");
	check_that(check,
		has_place(check, invitation.group_id, pending ? ROSTER_INVITATIONS : ROSTER_OVER,
			invitation.created_at, invitation.id),
		"invitation", invitation.id, "is not on its group's list");
	check_that(check, !pending || invitation.user_id == 0 || pair_is_invited(check, &invitation), "invitation",
		invitation.id, "is pending for somebody who is not invited");
	bool addressed = invitation.user_id == 0 || invitation.email.length > 0;
	check_that(check, !pending || !addressed || is_found_by_address(check, &invitation), "invitation",
		invitation.id, "is not found by its address");
	return true;
}

static bool visit_address(void *context, struct bytes key, struct bytes value)
{
	struct check *check = context;
	struct invitation invitation;
	uint64_t id = key_read_u64(value.data);
	texts_clear(&check->texts);
	bool found = invitation_read(check->txn, id, &check->texts, &invitation);
	check_that(check,
		found && invitation.state == INVITATION_PENDING && key.size == invitation.email.length &&
			memcmp(key.data, texts_get(&check->texts, invitation.email), key.size) == 0,
		"invitation", id, "is found by an address that is not its own");
	return true;
}

void check_invites(struct check *check)
{
	check_rows(check, TABLE_INVITE, visit_invite);
	check_tokens(check);
	check_rows(check, TABLE_INVITATION, visit_invitation);
	check_sets(check, TABLE_INVITATION_EMAIL, visit_address);
	check_counter(check, TABLE_INVITE_TOKEN, COUNTER_INVITE_TOKEN);
	check_counter(check, TABLE_INVITATION, COUNTER_INVITATION);
}
