/* What every request asks first, in one call and as few look-ups as its rows allow. */
#include <string.h>

#include "store/member.h"
#include "store/secret.h"
#include "store/txn.h"

static void resolve_application(struct txn *txn, const struct lookup *lookup, struct resolved *resolved)
{
	struct application application;
	if (lookup->api_key_digest == NULL ||
		!secret_find_application(txn, lookup->api_key_digest, NULL, &application)) {
		return;
	}
	resolved->application_found = true;
	resolved->application_id = application.id;
	resolved->application_active = application.active;
}

/* Disabling an application stops its tokens. */
static bool application_is_active(struct txn *txn, uint64_t id, const struct resolved *resolved)
{
	if (id == 0) {
		return true;
	}
	if (resolved->application_found && resolved->application_id == id) {
		return resolved->application_active;
	}
	struct application application;
	return store_find_application(txn, id, NULL, &application) && application.active;
}

/* A token with its person. False: its person does not exist, which is damage. */
static bool take_token(
	struct txn *txn, const struct token *token, struct texts *texts, struct resolved *resolved)
{
	if (!store_find_user(txn, token->user_id, texts, &resolved->caller)) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	resolved->token_id = token->id;
	resolved->token_active = token->active && application_is_active(txn, token->application_id, resolved);
	resolved->token_application_id = token->application_id;
	resolved->token_scope = token->scope;
	return true;
}

static void resolve_token(
	struct txn *txn, const struct lookup *lookup, struct texts *texts, struct resolved *resolved)
{
	struct token token;
	if (lookup->token_digest != NULL && secret_find_token(txn, lookup->token_digest, NULL, &token)) {
		resolved->token_found = take_token(txn, &token, texts, resolved);
	}
}

static void resolve_session(
	struct txn *txn, const struct lookup *lookup, struct texts *texts, struct resolved *resolved)
{
	struct token token;
	if (lookup->session_digest != NULL &&
		store_find_session(txn, lookup->session_digest, &resolved->session) &&
		store_find_token(txn, resolved->session.token_id, NULL, &token)) {
		resolved->session_found = take_token(txn, &token, texts, resolved);
	}
}

static void resolve_named(
	struct txn *txn, const struct lookup *lookup, struct texts *texts, struct resolved *resolved)
{
	uint64_t id;
	resolved->named_found = lookup->username_fold != NULL &&
				store_find_user_id_by_fold(txn, lookup->username_fold, &id) &&
				store_find_user(txn, id, texts, &resolved->caller);
}

static void resolve_invite_token(
	struct txn *txn, const struct lookup *lookup, struct texts *texts, struct resolved *resolved)
{
	uint64_t id;
	if (lookup->invite_token_identifier != NULL &&
		store_find_invite_token_id(txn, lookup->invite_token_identifier, &id)) {
		resolved->invite_token_found =
			store_find_invite_token(txn, id, texts, &resolved->invite_token);
	}
}

/* The id that the request's words for a group stand for. */
static bool find_group_id(
	struct txn *txn, const struct lookup *lookup, const struct resolved *resolved, uint64_t *id)
{
	if (lookup->group == NULL || lookup->group->kind == REFERENCE_NONE) {
		*id = resolved->invite_token.group_id;
		return resolved->invite_token_found;
	}
	if (lookup->group->kind == REFERENCE_ID) {
		*id = lookup->group->id;
		return true;
	}
	return lookup->group->kind == REFERENCE_SLUG &&
	       store_find_group_id_by_slug(txn, lookup->group_slug, id);
}

void store_resolve(
	struct txn *txn, const struct lookup *lookup, struct texts *texts, struct resolved *resolved)
{
	memset(resolved, 0, sizeof *resolved);
	resolve_application(txn, lookup, resolved);
	resolve_token(txn, lookup, texts, resolved);
	resolve_session(txn, lookup, texts, resolved);
	resolve_named(txn, lookup, texts, resolved);
	resolve_invite_token(txn, lookup, texts, resolved);
	uint64_t group_id = 0;
	if (!find_group_id(txn, lookup, resolved, &group_id)) {
		return;
	}
	resolved->group_found = store_find_group(txn, group_id, texts, &resolved->group);
	bool caller_found = resolved->token_found || resolved->session_found || resolved->named_found;
	if (resolved->group_found && caller_found) {
		resolved->membership = member_now(txn, member_read(txn, group_id, resolved->caller.id));
	}
}
