/* People, and the names by which they are found. */
#include <string.h>

#include "store/record.h"
#include "store/roster.h"
#include "store/txn.h"

#define TEXTS_SIZE 4096 /* the old texts of one user fit; more moves to the heap */

/* Erased people, too. */
static bool find_record(struct txn *txn, uint64_t id, struct texts *texts, struct user *found)
{
	struct bytes value;
	if (!txn_get_id(txn, TABLE_USER, id, &value)) {
		return false;
	}
	struct user read = {.id = id};
	if (!txn_record_is_good(txn, record_read_user(value, texts, &read), texts)) {
		return false;
	}
	*found = read;
	return true;
}

bool store_find_user(struct txn *txn, uint64_t id, struct texts *texts, struct user *found)
{
	struct user read;
	if (!find_record(txn, id, texts, &read) || read.erased) {
		return false;
	}
	*found = read;
	return true;
}

bool store_next_user(struct txn *txn, uint64_t after, struct texts *texts, struct user *found)
{
	uint8_t buffer[ID_SIZE];
	struct bytes key;
	struct bytes value;
	if (after == UINT64_MAX || !txn_seek(txn, TABLE_USER, key_id(buffer, after + 1), &key, &value)) {
		return false;
	}
	if (key.size != ID_SIZE) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	return find_record(txn, key_read_u64(key.data), texts, found);
}

bool store_find_user_id_by_slug(struct txn *txn, const char *slug, uint64_t *found)
{
	return txn_get_number(txn, TABLE_USER_SLUG, key_text(slug), found);
}

static struct bytes fold_bytes(const uint8_t fold[FOLD_DIGEST_SIZE])
{
	return (struct bytes){.data = fold, .size = FOLD_DIGEST_SIZE};
}

bool store_find_user_id_by_fold(struct txn *txn, const uint8_t fold[FOLD_DIGEST_SIZE], uint64_t *found)
{
	return txn_get_number(txn, TABLE_USER_NAME, fold_bytes(fold), found);
}

bool store_find_user_id_by_email(struct txn *txn, const char *email, uint64_t *found)
{
	return txn_get_number(txn, TABLE_USER_EMAIL, key_text(email), found);
}

/* Moves an index from the old text to the new one; either may be empty. */
static void follow_text(struct txn *txn, enum table table, const char *old, const char *new, uint64_t id)
{
	if (strcmp(old, new) == 0) {
		return;
	}
	struct bytes old_key = key_text(old);
	struct bytes new_key = key_text(new);
	if (old_key.size > 0) {
		(void)txn_remove(txn, table, old_key, NO_BYTES); /* it was there: the record said so */
	}
	if (new_key.size > 0) {
		txn_put_number(txn, table, new_key, id);
	} else if (new[0] != '\0') {
		txn_fail(txn, STORE_FAILED); /* too long to be found again */
	}
}

/* Moves the index from the old username to the new one; who was erased has none. */
static void follow_username(struct txn *txn, const struct user *old, const struct user *user)
{
	bool had = old->id != 0 && !old->erased;
	if (had && !user->erased && memcmp(old->username_fold, user->username_fold, FOLD_DIGEST_SIZE) == 0) {
		return;
	}
	if (had) {
		(void)txn_remove(txn, TABLE_USER_NAME, fold_bytes(old->username_fold), NO_BYTES);
	}
	if (!user->erased) {
		txn_put_number(txn, TABLE_USER_NAME, fold_bytes(user->username_fold), user->id);
	}
}

static void put_indexes(struct txn *txn, const struct user *old, const struct texts *old_texts,
	const struct user *user, const struct texts *texts)
{
	follow_text(txn, TABLE_USER_SLUG, texts_get(old_texts, old->slug), texts_get(texts, user->slug),
		user->id);
	follow_text(txn, TABLE_USER_EMAIL, texts_get(old_texts, old->email), texts_get(texts, user->email),
		user->id);
	follow_username(txn, old, user);
	if (old->id != 0 && memcmp(old->username_order, user->username_order, FOLD_ORDER_SIZE) != 0) {
		roster_name_rename(txn, user->id, old->username_order, user->username_order);
	}
}

void store_put_user(struct txn *txn, const struct user *user, const struct texts *texts)
{
	if (!txn_may_write(txn)) {
		return;
	}
	struct record record;
	record_write_user(&record, user, texts);
	if (record.too_long) {
		txn_fail(txn, STORE_FAILED);
		return;
	}
	char lent[TEXTS_SIZE];
	struct texts old_texts;
	texts_init(&old_texts, lent, sizeof lent);
	struct user old = {0};
	(void)find_record(txn, user->id, &old_texts, &old); /* a new one leaves it empty */
	put_indexes(txn, &old, &old_texts, user, texts);
	texts_finish(&old_texts);
	uint8_t buffer[ID_SIZE];
	txn_put(txn, TABLE_USER, key_id(buffer, user->id),
		(struct bytes){.data = record.bytes, .size = record.size});
}
