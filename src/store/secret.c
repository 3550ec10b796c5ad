/* Applications and tokens: the record stands where the digest is looked up, so that judging a credential
 * costs one look-up; the tables by id hold the digest. */
#include "store/secret.h"

#include <string.h>

#include "store/record.h"

struct key secret_key(enum secret_kind kind, const uint8_t digest[DIGEST_SIZE])
{
	struct key key;
	key_start(&key);
	key_add_u8(&key, (uint8_t)kind);
	key_add_bytes(&key, digest, DIGEST_SIZE);
	return key;
}

bool secret_key_of_identifier(const char *identifier, struct key *key)
{
	size_t length = strnlen(identifier, IDENTIFIER_LENGTH_MAX + 1);
	if (length == 0 || length > IDENTIFIER_LENGTH_MAX) {
		return false;
	}
	key_start(key);
	key_add_u8(key, SECRET_INVITE_TOKEN);
	key_add_bytes(key, identifier, length);
	return true;
}

bool secret_find_application(
	struct txn *txn, const uint8_t digest[DIGEST_SIZE], struct texts *texts, struct application *found)
{
	struct key key = secret_key(SECRET_APPLICATION, digest);
	struct bytes value;
	if (!txn_get(txn, TABLE_SECRET, key_bytes(&key), &value)) {
		return false;
	}
	struct application read = {0};
	if (!txn_record_is_good(txn, record_read_application(value, texts, &read), texts)) {
		return false;
	}
	memcpy(read.api_key_digest, digest, DIGEST_SIZE);
	*found = read;
	return true;
}

bool secret_find_token(
	struct txn *txn, const uint8_t digest[DIGEST_SIZE], struct texts *texts, struct token *found)
{
	struct key key = secret_key(SECRET_TOKEN, digest);
	struct bytes value;
	if (!txn_get(txn, TABLE_SECRET, key_bytes(&key), &value)) {
		return false;
	}
	struct token read = {0};
	if (!txn_record_is_good(txn, record_read_token(value, texts, &read), texts)) {
		return false;
	}
	memcpy(read.digest, digest, DIGEST_SIZE);
	*found = read;
	return true;
}

/* The digest that a table by id holds. */
static bool find_digest(struct txn *txn, enum table table, uint64_t id, uint8_t digest[DIGEST_SIZE])
{
	struct bytes value;
	if (!txn_get_id(txn, table, id, &value)) {
		return false;
	}
	if (value.size != DIGEST_SIZE) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	memcpy(digest, value.data, DIGEST_SIZE);
	return true;
}

bool store_find_application(struct txn *txn, uint64_t id, struct texts *texts, struct application *found)
{
	uint8_t digest[DIGEST_SIZE];
	return find_digest(txn, TABLE_APPLICATION, id, digest) &&
	       secret_find_application(txn, digest, texts, found);
}

bool store_find_application_id(struct txn *txn, const uint8_t digest[DIGEST_SIZE], uint64_t *found)
{
	struct application application;
	if (!secret_find_application(txn, digest, NULL, &application)) {
		return false;
	}
	*found = application.id;
	return true;
}

bool store_find_token(struct txn *txn, uint64_t id, struct texts *texts, struct token *found)
{
	uint8_t digest[DIGEST_SIZE];
	return find_digest(txn, TABLE_TOKEN, id, digest) && secret_find_token(txn, digest, texts, found);
}

bool store_find_token_id(struct txn *txn, const uint8_t digest[DIGEST_SIZE], uint64_t *found)
{
	struct token token;
	if (!secret_find_token(txn, digest, NULL, &token)) {
		return false;
	}
	*found = token.id;
	return true;
}

/* Puts a record under its digest, and the digest under the id. */
static void put_secret(struct txn *txn, enum table table, enum secret_kind kind, uint64_t id,
	const uint8_t digest[DIGEST_SIZE], const struct record *record)
{
	if (record->too_long) {
		txn_fail(txn, STORE_FAILED);
		return;
	}
	uint8_t old[DIGEST_SIZE];
	if (find_digest(txn, table, id, old) && memcmp(old, digest, DIGEST_SIZE) != 0) {
		struct key old_key = secret_key(kind, old);
		(void)txn_remove(txn, TABLE_SECRET, key_bytes(&old_key), NO_BYTES); /* it was there */
	}
	struct key key = secret_key(kind, digest);
	uint8_t buffer[ID_SIZE];
	txn_put(txn, TABLE_SECRET, key_bytes(&key),
		(struct bytes){.data = record->bytes, .size = record->size});
	txn_put(txn, table, key_id(buffer, id), (struct bytes){.data = digest, .size = DIGEST_SIZE});
}

void store_put_application(struct txn *txn, const struct application *application, const struct texts *texts)
{
	if (!txn_may_write(txn)) {
		return;
	}
	struct record record;
	record_write_application(&record, application, texts);
	put_secret(txn, TABLE_APPLICATION, SECRET_APPLICATION, application->id, application->api_key_digest,
		&record);
}

void store_put_token(struct txn *txn, const struct token *token, const struct texts *texts)
{
	if (!txn_may_write(txn)) {
		return;
	}
	struct record record;
	record_write_token(&record, token, texts);
	uint8_t buffer[ID_SIZE];
	uint8_t entry[ID_SIZE];
	struct token old;
	if (store_find_token(txn, token->id, NULL, &old) && old.user_id != token->user_id) {
		(void)txn_remove(
			txn, TABLE_USER_TOKEN, key_id(buffer, old.user_id), key_id(entry, token->id));
	}
	put_secret(txn, TABLE_TOKEN, SECRET_TOKEN, token->id, token->digest, &record);
	txn_put(txn, TABLE_USER_TOKEN, key_id(buffer, token->user_id), key_id(entry, token->id));
}

void store_delete_token(struct txn *txn, uint64_t id)
{
	struct token token;
	if (!txn_may_write(txn) || !store_find_token(txn, id, NULL, &token)) {
		return;
	}
	uint8_t buffer[ID_SIZE];
	uint8_t entry[ID_SIZE];
	struct key key = secret_key(SECRET_TOKEN, token.digest);
	(void)txn_remove(txn, TABLE_SECRET, key_bytes(&key), NO_BYTES); /* all three were there */
	(void)txn_remove(txn, TABLE_TOKEN, key_id(buffer, id), NO_BYTES);
	(void)txn_remove(txn, TABLE_USER_TOKEN, key_id(buffer, token.user_id), key_id(entry, id));
}

bool store_next_token_of_user(
	struct txn *txn, uint64_t user_id, uint64_t after, struct texts *texts, struct token *found)
{
	if (after == UINT64_MAX) {
		return false;
	}
	uint8_t buffer[ID_SIZE];
	uint8_t from[ID_SIZE];
	struct bytes entry;
	if (!txn_seek_entry(
		    txn, TABLE_USER_TOKEN, key_id(buffer, user_id), key_id(from, after + 1), &entry)) {
		return false;
	}
	return store_find_token(txn, key_read_u64(entry.data), texts, found);
}
