/* Sessions and frobs: secrets that end by themselves, each with the row by which its end is found. */
#include <string.h>

#include "store/expiry.h"
#include "store/record.h"
#include "store/secret.h"

static void put_secret(
	struct txn *txn, enum secret_kind kind, const uint8_t digest[DIGEST_SIZE], const struct record *record)
{
	struct key key = secret_key(kind, digest);
	txn_put(txn, TABLE_SECRET, key_bytes(&key),
		(struct bytes){.data = record->bytes, .size = record->size});
}

static void remove_secret(struct txn *txn, enum secret_kind kind, const uint8_t digest[DIGEST_SIZE])
{
	struct key key = secret_key(kind, digest);
	(void)txn_remove(txn, TABLE_SECRET, key_bytes(&key), NO_BYTES); /* the caller has found it */
}

bool store_find_session(struct txn *txn, const uint8_t digest[DIGEST_SIZE], struct session *found)
{
	struct key key = secret_key(SECRET_SESSION, digest);
	struct bytes value;
	if (!txn_get(txn, TABLE_SECRET, key_bytes(&key), &value)) {
		return false;
	}
	struct session read = {0};
	if (!record_read_session(value, &read)) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	memcpy(read.digest, digest, DIGEST_SIZE);
	*found = read;
	return true;
}

void store_put_session(struct txn *txn, const struct session *session)
{
	if (!txn_may_write(txn)) {
		return;
	}
	struct session old;
	if (store_find_session(txn, session->digest, &old)) {
		struct due due = expiry_of_session(&old);
		expiry_remove(txn, &due);
	}
	struct record record;
	struct due due = expiry_of_session(session);
	record_write_session(&record, session);
	put_secret(txn, SECRET_SESSION, session->digest, &record);
	expiry_add(txn, &due);
}

void store_delete_session(struct txn *txn, const uint8_t digest[DIGEST_SIZE])
{
	struct session session;
	if (!txn_may_write(txn) || !store_find_session(txn, digest, &session)) {
		return;
	}
	struct due due = expiry_of_session(&session);
	expiry_remove(txn, &due);
	remove_secret(txn, SECRET_SESSION, digest);
}

bool store_find_frob(struct txn *txn, const uint8_t digest[DIGEST_SIZE], struct frob *found)
{
	struct key key = secret_key(SECRET_FROB, digest);
	struct bytes value;
	if (!txn_get(txn, TABLE_SECRET, key_bytes(&key), &value)) {
		return false;
	}
	struct frob read = {0};
	if (!record_read_frob(value, &read)) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	memcpy(read.digest, digest, DIGEST_SIZE);
	*found = read;
	return true;
}

bool store_next_frob(struct txn *txn, const uint8_t *after, struct frob *found)
{
	struct key from;
	struct bytes key;
	struct bytes value;
	key_start(&from);
	key_add_u8(&from, SECRET_FROB);
	if (after != NULL) {
		key_add_bytes(&from, after, DIGEST_SIZE);
		key_add_u8(&from, 0); /* the least key behind it */
	}
	if (!txn_seek(txn, TABLE_SECRET, key_bytes(&from), &key, &value)) {
		return false;
	}
	const uint8_t *bytes = key.data;
	return key.size == 1 + DIGEST_SIZE && bytes[0] == SECRET_FROB && store_find_frob(txn, bytes + 1, found);
}

void store_put_frob(struct txn *txn, const struct frob *frob)
{
	if (!txn_may_write(txn)) {
		return;
	}
	struct record record;
	struct due due = expiry_of_frob(frob);
	record_write_frob(&record, frob);
	put_secret(txn, SECRET_FROB, frob->digest, &record);
	expiry_add(txn, &due);
}

void store_delete_frob(struct txn *txn, const uint8_t digest[DIGEST_SIZE])
{
	struct frob frob;
	if (!txn_may_write(txn) || !store_find_frob(txn, digest, &frob)) {
		return;
	}
	struct due due = expiry_of_frob(&frob);
	expiry_remove(txn, &due);
	remove_secret(txn, SECRET_FROB, digest);
}
