/* Invite codes and invite tokens. A code's digest is found through its group's row: the value beside the
 * record ends with it, so that deleting a code needs no hash of its text. */
#include "store/invite.h"

#include <assert.h>
#include <string.h>

#include "store/expiry.h"
#include "store/record.h"
#include "store/roster.h"
#include "store/secret.h"

#define TEXTS_SIZE 256

/* The row of a code: digest(32) and the record. */
static bool split_row(struct bytes value, const uint8_t **digest, struct bytes *record)
{
	if (value.size <= DIGEST_SIZE) {
		return false;
	}
	*digest = value.data;
	*record = (struct bytes){.data = *digest + DIGEST_SIZE, .size = value.size - DIGEST_SIZE};
	return true;
}

bool invite_read(struct txn *txn, uint64_t group_id, struct texts *texts, struct invite *found)
{
	struct bytes value;
	if (!txn_get_id(txn, TABLE_INVITE, group_id, &value)) {
		return false;
	}
	const uint8_t *digest;
	struct bytes record;
	struct invite read = {.group_id = group_id};
	bool whole = split_row(value, &digest, &record) && record_read_invite(record, texts, &read);
	if (!txn_record_is_good(txn, whole, texts)) {
		return false;
	}
	*found = read;
	return true;
}

/* A deleted group has no code from its deletion on, so nothing else need be asked. */
bool store_find_invite(struct txn *txn, uint64_t group_id, struct texts *texts, struct invite *found)
{
	return invite_read(txn, group_id, texts, found);
}

bool store_find_group_id_by_code(struct txn *txn, const uint8_t digest[DIGEST_SIZE], uint64_t *found)
{
	struct key key = secret_key(SECRET_CODE, digest);
	return txn_get_number(txn, TABLE_SECRET, key_bytes(&key), found);
}

void store_put_invite(struct txn *txn, const struct invite *invite, const struct texts *texts,
	const uint8_t digest[DIGEST_SIZE])
{
	if (!txn_may_write(txn)) {
		return;
	}
	struct record record;
	record_write_invite(&record, invite, texts);
	uint8_t row[DIGEST_SIZE + RECORD_SIZE_MAX];
	if (record.too_long) {
		txn_fail(txn, STORE_FAILED);
		return;
	}
	memcpy(row, digest, DIGEST_SIZE);
	memcpy(row + DIGEST_SIZE, record.bytes, record.size);
	uint8_t buffer[ID_SIZE];
	txn_put(txn, TABLE_INVITE, key_id(buffer, invite->group_id),
		(struct bytes){.data = row, .size = DIGEST_SIZE + record.size});
	struct key key = secret_key(SECRET_CODE, digest);
	txn_put_number(txn, TABLE_SECRET, key_bytes(&key), invite->group_id);
}

void invite_remove(struct txn *txn, uint64_t group_id)
{
	struct bytes value;
	if (!txn_get_id(txn, TABLE_INVITE, group_id, &value)) {
		return;
	}
	const uint8_t *digest;
	struct bytes record;
	if (!split_row(value, &digest, &record)) {
		txn_fail(txn, STORE_FAILED);
		return;
	}
	struct key key = secret_key(SECRET_CODE, digest);
	uint8_t buffer[ID_SIZE];
	(void)txn_remove(txn, TABLE_SECRET, key_bytes(&key), NO_BYTES); /* it was there: the row said so */
	(void)txn_remove(txn, TABLE_INVITE, key_id(buffer, group_id), NO_BYTES);
}

void store_delete_invite(struct txn *txn, uint64_t group_id)
{
	if (txn_may_write(txn)) {
		invite_remove(txn, group_id);
	}
}

bool store_find_invite_token(struct txn *txn, uint64_t id, struct texts *texts, struct invite_token *found)
{
	struct bytes value;
	if (!txn_get_id(txn, TABLE_INVITE_TOKEN, id, &value)) {
		return false;
	}
	struct invite_token read = {.id = id};
	if (!txn_record_is_good(txn, record_read_invite_token(value, texts, &read), texts)) {
		return false;
	}
	*found = read;
	return true;
}

bool store_find_invite_token_id(struct txn *txn, const char *identifier, uint64_t *found)
{
	struct key key;
	return secret_key_of_identifier(identifier, &key) &&
	       txn_get_number(txn, TABLE_SECRET, key_bytes(&key), found);
}

bool invite_token_is_live(const struct invite_token *token, int64_t now)
{
	return token->uses_left > 0 && !token->revoked && token->expires_at > now;
}

static struct roster_entry list_entry(const struct invite_token *token)
{
	return (struct roster_entry){.order = roster_order(token->created_at), .id = token->id};
}

/* Removes what finds a token: its place on the list, its expiry, its identifier. */
static void unlink_token(struct txn *txn, const struct invite_token *token, const char *identifier)
{
	struct key key;
	if (!secret_key_of_identifier(identifier, &key)) {
		txn_fail(txn, STORE_FAILED);
		return;
	}
	struct due due = expiry_of_invite_token(token);
	(void)txn_remove(txn, TABLE_SECRET, key_bytes(&key), NO_BYTES); /* it was there */
	expiry_remove(txn, &due);
	roster_remove(txn, token->group_id, ROSTER_INVITE_TOKENS, list_entry(token));
}

/* Unlinks the stored token of this id, if there is one. */
static bool unlink_stored(struct txn *txn, uint64_t id)
{
	char lent[TEXTS_SIZE];
	struct texts texts;
	texts_init(&texts, lent, sizeof lent);
	struct invite_token token;
	bool there = store_find_invite_token(txn, id, &texts, &token);
	if (there) {
		unlink_token(txn, &token, texts_get(&texts, token.identifier));
	}
	texts_finish(&texts);
	return there;
}

void invite_token_remove(struct txn *txn, uint64_t id)
{
	uint8_t buffer[ID_SIZE];
	if (unlink_stored(txn, id)) {
		(void)txn_remove(txn, TABLE_INVITE_TOKEN, key_id(buffer, id), NO_BYTES); /* it was there */
	}
}

void store_put_invite_token(struct txn *txn, const struct invite_token *token, const struct texts *texts)
{
	if (!txn_may_write(txn)) {
		return;
	}
	struct record record;
	record_write_invite_token(&record, token, texts);
	struct key key;
	if (record.too_long || !secret_key_of_identifier(texts_get(texts, token->identifier), &key)) {
		txn_fail(txn, STORE_FAILED);
		return;
	}
	(void)unlink_stored(txn, token->id); /* a new one has nothing to unlink */
	uint8_t buffer[ID_SIZE];
	txn_put(txn, TABLE_INVITE_TOKEN, key_id(buffer, token->id),
		(struct bytes){.data = record.bytes, .size = record.size});
	txn_put_number(txn, TABLE_SECRET, key_bytes(&key), token->id);
	struct due due = expiry_of_invite_token(token);
	expiry_add(txn, &due);
	if (invite_token_is_live(token, store_now(txn))) {
		roster_add(txn, token->group_id, ROSTER_INVITE_TOKENS, list_entry(token));
	}
}
