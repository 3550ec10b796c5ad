/* What ends at a known second: bans, decisions, invite tokens, sessions, frobs, kept replies. The rows only
 * find it; every rule judges by the record's own time. */
#include "store/expiry.h"

#include <assert.h>
#include <string.h>

#include "model/limits.h"
#include "store/chore.h"
#include "store/invite.h"
#include "store/kept_reply.h"
#include "store/member.h"

#define HEAD_SIZE (TIME_SIZE + 1)

/* What follows the time and the kind. */
static const size_t REST_SIZES[DUE_COUNT] = {
	[DUE_BAN] = 2 * ID_SIZE,
	[DUE_DECISION] = 2 * ID_SIZE,
	[DUE_INVITE_TOKEN] = ID_SIZE,
	[DUE_FROB] = DIGEST_SIZE,
	[DUE_SESSION] = DIGEST_SIZE,
	[DUE_KEPT_REPLY] = KEPT_KEY_SIZE,
};

struct key expiry_key(const struct due *due)
{
	struct key key;
	key_start(&key);
	key_add_time(&key, due->at);
	key_add_u8(&key, (uint8_t)due->kind);
	switch (due->kind) {
	case DUE_BAN:
	case DUE_DECISION:
		key_add_u64(&key, due->group_id);
		key_add_u64(&key, due->user_id);
		break;
	case DUE_INVITE_TOKEN:
		key_add_u64(&key, due->id);
		break;
	case DUE_FROB:
	case DUE_SESSION:
		key_add_bytes(&key, due->digest, DIGEST_SIZE);
		break;
	case DUE_KEPT_REPLY:
		key_add_u64(&key, due->id);
		key_add_bytes(&key, due->digest, IDEMPOTENCY_DIGEST_SIZE);
		break;
	case DUE_COUNT:
		break;
	}
	return key;
}

bool expiry_read_key(struct bytes key, struct due *found)
{
	const uint8_t *bytes = key.data;
	if (key.size < HEAD_SIZE || bytes[TIME_SIZE] >= DUE_COUNT) {
		return false;
	}
	struct due due = {.at = key_read_time(bytes), .kind = bytes[TIME_SIZE]};
	if (key.size != HEAD_SIZE + REST_SIZES[due.kind]) {
		return false;
	}
	const uint8_t *rest = bytes + HEAD_SIZE;
	switch (due.kind) {
	case DUE_BAN:
	case DUE_DECISION:
		due.group_id = key_read_u64(rest);
		due.user_id = key_read_u64(rest + ID_SIZE);
		break;
	case DUE_INVITE_TOKEN:
		due.id = key_read_u64(rest);
		break;
	case DUE_FROB:
	case DUE_SESSION:
		memcpy(due.digest, rest, DIGEST_SIZE);
		break;
	case DUE_KEPT_REPLY:
		due.id = key_read_u64(rest);
		memcpy(due.digest, rest + ID_SIZE, IDEMPOTENCY_DIGEST_SIZE);
		break;
	case DUE_COUNT:
		break;
	}
	*found = due;
	return true;
}

void expiry_add(struct txn *txn, const struct due *due)
{
	if (due->at == TIME_FOREVER) {
		return;
	}
	struct key key = expiry_key(due);
	txn_put(txn, TABLE_EXPIRY, key_bytes(&key), NO_BYTES);
}

void expiry_remove(struct txn *txn, const struct due *due)
{
	if (due->at == TIME_FOREVER) {
		return;
	}
	struct key key = expiry_key(due);
	(void)txn_remove(txn, TABLE_EXPIRY, key_bytes(&key), NO_BYTES);
}

struct due expiry_of_ban(const struct membership *membership)
{
	return (struct due){
		.kind = DUE_BAN,
		.at = membership->until,
		.group_id = membership->group_id,
		.user_id = membership->user_id,
	};
}

struct due expiry_of_decision(uint64_t group_id, uint64_t user_id, int64_t at)
{
	return (struct due){
		.kind = DUE_DECISION,
		.at = at + DECISION_KEPT_S,
		.group_id = group_id,
		.user_id = user_id,
	};
}

struct due expiry_of_invite_token(const struct invite_token *token)
{
	return (struct due){.kind = DUE_INVITE_TOKEN, .at = token->expires_at, .id = token->id};
}

struct due expiry_of_session(const struct session *session)
{
	struct due due = {.kind = DUE_SESSION, .at = session->seen_at + SESSION_UNUSED_MAX_S};
	memcpy(due.digest, session->digest, DIGEST_SIZE);
	return due;
}

struct due expiry_of_frob(const struct frob *frob)
{
	struct due due = {.kind = DUE_FROB, .at = frob->expires_at};
	memcpy(due.digest, frob->digest, DIGEST_SIZE);
	return due;
}

struct due expiry_of_kept_reply(const struct kept *kept)
{
	struct due due = {
		.kind = DUE_KEPT_REPLY, .at = kept->at + IDEMPOTENCY_KEPT_S, .id = kept->token_id};
	memcpy(due.digest, kept->key, sizeof kept->key);
	return due;
}

bool store_next_due(struct txn *txn, struct due *found)
{
	const uint8_t first = 0;
	struct bytes key;
	struct bytes value;
	if (!txn_seek(txn, TABLE_EXPIRY, (struct bytes){.data = &first, .size = 1}, &key, &value)) {
		return false;
	}
	struct due due;
	if (!expiry_read_key(key, &due)) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	if (due.at > store_now(txn)) {
		return false;
	}
	due.of_deleted_group = due.group_id != 0 && chore_stands_for(txn, due.group_id);
	*found = due;
	return true;
}

static void drop_ban(struct txn *txn, const struct due *due)
{
	struct membership membership = member_read(txn, due->group_id, due->user_id);
	if (membership.state == STATE_BANNED && membership.until <= store_now(txn)) {
		member_remove(txn, due->group_id, due->user_id);
	}
}

static void drop_decision(struct txn *txn, const struct due *due)
{
	struct note_row row;
	if (member_find_note(txn, due->group_id, due->user_id, NULL, &row) && row.note.denied &&
		row.note.at + DECISION_KEPT_S <= store_now(txn)) {
		member_remove_note(txn, due->group_id, due->user_id);
	}
}

static void drop_invite_token(struct txn *txn, const struct due *due)
{
	struct invite_token token;
	if (store_find_invite_token(txn, due->id, NULL, &token) && token.expires_at <= store_now(txn)) {
		invite_token_remove(txn, due->id);
	}
}

static void drop_frob(struct txn *txn, const struct due *due)
{
	struct frob frob;
	if (store_find_frob(txn, due->digest, &frob) && frob.expires_at <= store_now(txn)) {
		store_delete_frob(txn, due->digest);
	}
}

static void drop_session(struct txn *txn, const struct due *due)
{
	struct session session;
	if (store_find_session(txn, due->digest, &session) &&
		session.seen_at + SESSION_UNUSED_MAX_S <= store_now(txn)) {
		store_delete_session(txn, due->digest);
	}
}

static void drop_kept_reply(struct txn *txn, const struct due *due)
{
	struct kept kept;
	struct bytes value;
	struct key key = kept_reply_key(due->id, due->digest);
	if (txn_get(txn, TABLE_IDEMPOTENCY, key_bytes(&key), &value) &&
		txn_record_is_good(txn, kept_reply_read_head(value, &kept), NULL) &&
		kept.at + IDEMPOTENCY_KEPT_S <= store_now(txn)) {
		(void)txn_remove(txn, TABLE_IDEMPOTENCY, key_bytes(&key), NO_BYTES); /* it was there */
	}
}

void store_drop_due(struct txn *txn, const struct due *due)
{
	static void (*const drop[DUE_COUNT])(struct txn *, const struct due *) = {
		[DUE_BAN] = drop_ban,
		[DUE_DECISION] = drop_decision,
		[DUE_INVITE_TOKEN] = drop_invite_token,
		[DUE_FROB] = drop_frob,
		[DUE_SESSION] = drop_session,
		[DUE_KEPT_REPLY] = drop_kept_reply,
	};
	assert(due->kind < DUE_COUNT);
	if (!txn_may_write(txn)) {
		return;
	}
	expiry_remove(txn, due);
	drop[due->kind](txn, due);
}
