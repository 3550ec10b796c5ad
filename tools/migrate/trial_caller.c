/* Looks at the state itself, past the engine, so that no fault of the engine answers for itself. */
#include <stdio.h>
#include <string.h>

#include "engine/secrets.h"
#include "migrate/trial_inside.h"
#include "text/check.h"
#include "text/fold.h"

/* A token that is active, and so is its application if it has one. */
static bool is_active(struct txn *txn, const struct token *token, struct texts *texts)
{
	struct application application = {.active = token->application_id == 0};
	(void)store_find_application(txn, token->application_id, texts, &application); /* else it is as it stands */
	return token->active && application.active;
}

static void find_group(
	struct txn *txn, uint64_t id, uint64_t user_id, struct texts *texts, struct trial_caller *caller)
{
	struct group group;
	if (!store_find_group(txn, id, texts, &group)) {
		return;
	}
	const struct membership membership = store_find_membership(txn, id, user_id);
	caller->is_member = membership.state == STATE_MEMBER;
	caller->is_manager = caller->is_member && membership.role >= ROLE_ADMIN;
	caller->sees_group = !group.is_private || caller->is_operator || caller->is_member ||
			     membership.state == STATE_REQUESTED || membership.state == STATE_INVITED;
}

void trial_find_caller(struct trial *trial, struct span token, struct span group, int64_t now,
	struct trial_caller *caller)
{
	uint8_t digest[DIGEST_SIZE];
	uint64_t id;
	struct token found = {0};
	struct user user;
	struct texts texts;
	*caller = (struct trial_caller){0};
	struct txn *txn = txn_create(trial->store);
	if (txn == NULL) {
		return;
	}
	secret_digest(token.length > 0 ? token.bytes : "", token.length, digest);
	texts_init(&texts, NULL, 0);
	store_begin(txn, TXN_READ, now);
	if (store_find_token_id(txn, digest, &id) && store_find_token(txn, id, &texts, &found)) {
		caller->is_known = is_active(txn, &found, &texts);
		caller->is_operator = found.scope == SCOPE_OPERATOR;
		caller->is_suspended = store_find_user(txn, found.user_id, &texts, &user) && !user.active;
	}
	if (group.length > 0 && text_read_id(group.bytes, group.length, &id)) {
		find_group(txn, id, found.user_id, &texts, caller);
	}
	store_abandon(txn);
	texts_finish(&texts);
	txn_destroy(txn);
}

/* --- names */

#define WORD_SIZE 256 /* slugs and usernames are shorter */

static bool find_slug_of_group(struct txn *txn, const char *word, size_t length, uint64_t *id)
{
	(void)length; /* it ends with a NUL */
	return store_find_group_id_by_slug(txn, word, id);
}

static bool find_slug_of_user(struct txn *txn, const char *word, size_t length, uint64_t *id)
{
	(void)length; /* it ends with a NUL */
	return store_find_user_id_by_slug(txn, word, id);
}

static bool find_username(struct txn *txn, const char *word, size_t length, uint64_t *id)
{
	uint8_t fold[FOLD_DIGEST_SIZE];
	return text_is_utf8(word, length) && fold_digest(word, length, fold) &&
	       store_find_user_id_by_fold(txn, fold, id);
}

static bool find_user_of_token(struct txn *txn, const char *word, size_t length, uint64_t *id)
{
	uint8_t digest[DIGEST_SIZE];
	struct token token;
	struct texts texts;
	texts_init(&texts, NULL, 0);
	secret_digest(word, length, digest);
	bool found = store_find_token_id(txn, digest, id) && store_find_token(txn, *id, &texts, &token);
	*id = found ? token.user_id : 0;
	texts_finish(&texts);
	return found;
}

uint64_t trial_find_named(struct trial *trial, enum trial_name kind, struct span word)
{
	static bool (*const find[TRIAL_NAME_COUNT])(struct txn *, const char *, size_t, uint64_t *) = {
		[TRIAL_GROUP_SLUG] = find_slug_of_group,
		[TRIAL_USER_SLUG] = find_slug_of_user,
		[TRIAL_USERNAME] = find_username,
		[TRIAL_USER_OF_TOKEN] = find_user_of_token,
	};
	char text[WORD_SIZE];
	uint64_t id = 0;
	struct txn *txn = word.length > 0 && word.length < WORD_SIZE ? txn_create(trial->store) : NULL;
	if (txn == NULL) {
		return 0;
	}
	(void)snprintf(text, sizeof text, "%.*s", (int)word.length, word.bytes);
	store_begin(txn, TXN_READ, 0);
	bool found = find[kind](txn, text, strlen(text), &id);
	store_abandon(txn);
	txn_destroy(txn);
	return found ? id : 0;
}

bool trial_is_of_another(struct trial *trial, struct span token, struct span api_key)
{
	uint8_t digest[DIGEST_SIZE];
	uint64_t id;
	uint64_t application_id;
	struct token found = {0};
	struct texts texts;
	struct txn *txn = token.length > 0 && api_key.length > 0 ? txn_create(trial->store) : NULL;
	if (txn == NULL) {
		return false;
	}
	texts_init(&texts, NULL, 0);
	store_begin(txn, TXN_READ, 0);
	secret_digest(token.bytes, token.length, digest);
	bool anothers = store_find_token_id(txn, digest, &id) && store_find_token(txn, id, &texts, &found) &&
			is_active(txn, &found, &texts);
	secret_digest(api_key.bytes, api_key.length, digest);
	anothers = anothers && found.application_id != 0 &&
		   store_find_application_id(txn, digest, &application_id) &&
		   application_id != found.application_id;
	store_abandon(txn);
	texts_finish(&texts);
	txn_destroy(txn);
	return anothers;
}
