/* A person's tokens, for operators: minting, showing, revoking. A token never changes while it is good, so its id is
 * its version. */
#include "engine/operations.h"

#include "engine/person.h"
#include "engine/secrets.h"

/* The person of the path; erased people have no tokens. */
static bool find_person(struct rule *rule, uint64_t *id)
{
	struct user user;
	return rule_find_user_id(rule, id) && store_find_user(rule->txn, *id, NULL, &user);
}

/* Whose texts are in the reply already. */
static void reply_token(struct rule *rule, const struct token *token)
{
	rule->reply->user_token = *token;
	rule->reply->version = token->id;
	rule->reply->items |= REPLY_USER_TOKEN;
}

enum outcome user_token_list(struct rule *rule)
{
	uint64_t user_id = 0;
	if (!find_person(rule, &user_id)) {
		return OUTCOME_USER_NOT_FOUND;
	}
	return rule_list(rule, user_id, store_list_tokens);
}

enum outcome user_token_get(struct rule *rule)
{
	uint64_t user_id = 0;
	struct token token;
	if (!find_person(rule, &user_id)) {
		return OUTCOME_USER_NOT_FOUND;
	}
	if (!person_find_token(rule->txn, user_id, rule->request->item_id, &rule->reply->texts, &token)) {
		return OUTCOME_USER_TOKEN_NOT_FOUND;
	}
	reply_token(rule, &token);
	return OUTCOME_OK;
}

/* Only the joinery program makes operators. */
static bool scope_is_given_here(enum scope scope)
{
	return scope == SCOPE_READ || scope == SCOPE_WRITE;
}

enum outcome user_token_mint(struct rule *rule)
{
	const struct request *request = rule->request;
	uint64_t user_id = 0;
	if (!scope_is_given_here(request->scope)) {
		return rule_refuse(rule, OUTCOME_UNACCEPTABLE_VALUE, "scope");
	}
	if (!find_person(rule, &user_id)) {
		return OUTCOME_USER_NOT_FOUND;
	}
	struct token token = {
		.id = store_counter(rule->txn, COUNTER_TOKEN),
		.user_id = user_id,
		.scope = request->scope,
		.active = true,
		.created_at = store_now(rule->txn),
		.label = rule_keep_text(rule, request->label),
	};
	char secret[USER_TOKEN_SIZE + 1];
	secret_user_token(rule->circumstances->master_key, token.id, secret);
	secret_digest(secret, USER_TOKEN_SIZE, token.digest);
	rule_reply_secret(rule, secret);
	secret_forget(secret, sizeof secret);
	reply_token(rule, &token);
	rule->reply->user_token.label = rule_show_text(rule, token.label);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	(void)store_next_id(rule->txn, COUNTER_TOKEN); /* the one that was looked at */
	store_put_token(rule->txn, &token, rule->circumstances->scratch);
	return OUTCOME_USER_TOKEN_MINTED;
}

enum outcome user_token_revoke(struct rule *rule)
{
	uint64_t user_id = 0;
	struct token token;
	if (!find_person(rule, &user_id)) {
		return OUTCOME_USER_NOT_FOUND;
	}
	if (!person_find_token(
		    rule->txn, user_id, rule->request->item_id, rule->circumstances->scratch, &token)) {
		return OUTCOME_USER_TOKEN_NOT_FOUND;
	}
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	token.active = false; /* what is signed in by it ends with it */
	store_put_token(rule->txn, &token, rule->circumstances->scratch);
	return OUTCOME_USER_TOKEN_REVOKED;
}

bool user_token_version(struct rule *rule, uint64_t *version)
{
	uint64_t user_id = 0;
	struct token token;
	if (!find_person(rule, &user_id) ||
		!person_find_token(rule->txn, user_id, rule->request->item_id, NULL, &token)) {
		return false;
	}
	*version = token.id;
	return true;
}
