/* Puts aliases in the place of secrets. */
#include "migrate/trial_inside.h"

#include <stdlib.h>
#include <string.h>

#include "engine/secrets.h"

static void alias_digest(
	const struct trial *trial, enum alias_kind kind, uint8_t digest[DIGEST_SIZE], char alias[ALIAS_SIZE])
{
	alias_write(&trial->alias_key, kind, digest, alias);
	secret_digest(alias, strlen(alias), digest);
}

static void alias_applications(struct trial *trial, struct txn *txn, struct texts *texts)
{
	struct application application = {0};
	while (store_next_application(txn, application.id, texts, &application)) {
		struct trial_key *grown = realloc(trial->keys, (trial->key_count + 1) * sizeof *grown);
		if (grown == NULL) {
			return;
		}
		trial->keys = grown;
		struct trial_key *key = &trial->keys[trial->key_count++];
		*key = (struct trial_key){.application_id = application.id, .active = application.active};
		alias_digest(trial, ALIAS_API_KEY, application.api_key_digest, key->alias);
		store_put_application(txn, &application, texts);
		texts_clear(texts);
	}
}

static void alias_tokens(struct trial *trial, struct txn *txn, struct texts *texts)
{
	struct token token = {0};
	char alias[ALIAS_SIZE];
	while (store_next_token(txn, token.id, texts, &token)) {
		alias_digest(trial, ALIAS_TOKEN, token.digest, alias);
		store_put_token(txn, &token, texts);
		texts_clear(texts);
	}
}

static void alias_codes(struct trial *trial, struct txn *txn, struct texts *texts)
{
	struct invite invite = {0};
	char alias[ALIAS_SIZE];
	while (store_next_invite(txn, invite.group_id, texts, &invite)) {
		const char *code = texts_get(texts, invite.code);
		uint8_t digest[DIGEST_SIZE];
		secret_digest(code, strlen(code), digest);
		alias_digest(trial, ALIAS_CODE, digest, alias);
		invite.code = texts_add(texts, alias, strlen(alias));
		store_delete_invite(txn, invite.group_id);
		store_put_invite(txn, &invite, texts, digest);
		texts_clear(texts);
	}
}

/* Frobs are in the order of their digests, which aliasing changes: so all are read first. */
static void alias_frobs(struct trial *trial, struct txn *txn)
{
	struct frob *frobs = NULL;
	struct frob frob;
	size_t count = 0;
	char alias[ALIAS_SIZE];
	while (store_next_frob(txn, count == 0 ? NULL : frobs[count - 1].digest, &frob)) {
		struct frob *grown = realloc(frobs, (count + 1) * sizeof *grown);
		if (grown == NULL) {
			break; /* the calls that need it are refused by both sides */
		}
		frobs = grown;
		frobs[count++] = frob;
	}
	for (size_t i = 0; i < count; i++) {
		store_delete_frob(txn, frobs[i].digest);
		alias_digest(trial, ALIAS_FROB, frobs[i].digest, alias);
		store_put_frob(txn, &frobs[i]);
	}
	free(frobs);
}

static struct text alias_email(const struct trial *trial, struct texts *texts, struct text email)
{
	char alias[ALIAS_SIZE];
	uint8_t digest[DIGEST_SIZE];
	if (email.length == 0) {
		return email;
	}
	secret_digest(texts_get(texts, email), email.length, digest);
	alias_write(&trial->alias_key, ALIAS_EMAIL, digest, alias);
	return texts_add(texts, alias, strlen(alias));
}

static void alias_emails(struct trial *trial, struct txn *txn, struct texts *texts)
{
	struct user user = {0};
	while (store_next_user(txn, user.id, texts, &user)) {
		if (user.email.length > 0) {
			user.email = alias_email(trial, texts, user.email);
			store_put_user(txn, &user, texts);
		}
		texts_clear(texts);
	}
	struct invitation invitation = {0};
	while (store_next_invitation(txn, invitation.id, texts, &invitation)) {
		if (invitation.email.length > 0) {
			invitation.email = alias_email(trial, texts, invitation.email);
			store_put_invitation(txn, &invitation, texts);
		}
		texts_clear(texts);
	}
}

bool trial_alias(struct trial *trial)
{
	struct txn *txn = txn_create(trial->store);
	if (txn == NULL) {
		return false;
	}
	struct texts texts;
	texts_init(&texts, NULL, 0);
	store_begin(txn, TXN_WRITE, 0);
	alias_applications(trial, txn, &texts);
	alias_tokens(trial, txn, &texts);
	alias_codes(trial, txn, &texts);
	alias_frobs(trial, txn);
	alias_emails(trial, txn, &texts);
	bool done = !texts.failed && store_end(txn) == STORE_DONE;
	texts_finish(&texts);
	txn_destroy(txn);
	return done;
}

bool trial_allow(struct trial *trial, struct span frob, struct span api_key, uint64_t user_id, int64_t now)
{
	struct frob made = {.user_id = user_id, .expires_at = now + FROB_KEPT_S};
	struct frob there;
	uint8_t digest[DIGEST_SIZE];
	struct txn *txn = txn_create(trial->store);
	if (txn == NULL) {
		return false;
	}
	secret_digest(frob.bytes, frob.length, made.digest);
	secret_digest(api_key.bytes, api_key.length, digest);
	store_begin(txn, TXN_WRITE, now);
	struct user user;
	bool known = store_find_application_id(txn, digest, &made.application_id) &&
		     store_find_user(txn, user_id, NULL, &user);
	if (known && !store_find_frob(txn, made.digest, &there)) {
		store_put_frob(txn, &made);
	}
	bool done = store_end(txn) == STORE_DONE && known;
	txn_destroy(txn);
	return done;
}

bool trial_alias_newest_token(struct trial *trial, struct span recorded)
{
	struct txn *txn = txn_create(trial->store);
	struct token token;
	char alias[ALIAS_SIZE];
	if (txn == NULL) {
		return false;
	}
	struct texts texts;
	texts_init(&texts, NULL, 0);
	store_begin(txn, TXN_WRITE, 0);
	if (store_find_token(txn, store_counter(txn, COUNTER_TOKEN) - 1, &texts, &token)) {
		if (recorded.length > 0) {
			secret_digest(recorded.bytes, recorded.length, token.digest);
		} else {
			alias_digest(trial, ALIAS_TOKEN, token.digest, alias);
		}
		store_put_token(txn, &token, &texts);
	}
	bool done = store_end(txn) == STORE_DONE;
	texts_finish(&texts);
	txn_destroy(txn);
	return done;
}

const char *trial_api_key(struct trial *trial, const char *token, size_t length)
{
	uint8_t digest[DIGEST_SIZE];
	struct token found = {0};
	uint64_t id;
	struct txn *txn = txn_create(trial->store);
	if (txn == NULL) {
		return "";
	}
	secret_digest(token, length, digest);
	struct texts texts;
	texts_init(&texts, NULL, 0);
	store_begin(txn, TXN_READ, 0);
	bool known = store_find_token_id(txn, digest, &id) && store_find_token(txn, id, &texts, &found);
	store_abandon(txn);
	texts_finish(&texts);
	txn_destroy(txn);
	const char *key = "";
	for (size_t i = 0; i < trial->key_count; i++) {
		if (known && trial->keys[i].application_id == found.application_id) {
			return trial->keys[i].alias;
		}
		key = *key == '\0' && trial->keys[i].active ? trial->keys[i].alias : key;
	}
	return known && found.application_id != 0 ? "" : key;
}
