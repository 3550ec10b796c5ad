/* An application exchanges a frob for the token of the person who approved it. */
#include "engine/operations.h"
#include "engine/secrets.h"

/* The frob that the request presents, if it is good for its application, with its person in the reply. */
static bool find_frob(struct rule *rule, struct frob *frob)
{
	const struct credential *given = &rule->request->frob;
	struct user *user = &rule->reply->user;
	return given->given && store_find_frob(rule->txn, given->digest, frob) &&
	       frob->application_id == rule->resolved.application_id &&
	       store_now(rule->txn) < frob->expires_at &&
	       store_find_user(rule->txn, frob->user_id, &rule->reply->texts, user) && user->active;
}

enum outcome token_from_frob(struct rule *rule)
{
	struct frob frob;
	if (!find_frob(rule, &frob)) {
		return OUTCOME_FROB_INVALID;
	}
	struct token token = {
		.user_id = frob.user_id,
		.application_id = frob.application_id,
		.scope = SCOPE_WRITE,
		.active = true,
		.created_at = store_now(rule->txn),
	};
	token.id = store_counter(rule->txn, COUNTER_TOKEN);
	char secret[USER_TOKEN_SIZE + 1];
	secret_user_token(rule->circumstances->master_key, token.id, secret);
	secret_digest(secret, USER_TOKEN_SIZE, token.digest);
	rule_reply_secret(rule, secret);
	secret_forget(secret, sizeof secret);
	rule->reply->items |= REPLY_TOKEN;
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	(void)store_next_id(rule->txn, COUNTER_TOKEN); /* the one that was looked at */
	store_put_token(rule->txn, &token, rule->circumstances->scratch);
	store_delete_frob(rule->txn, frob.digest);
	return OUTCOME_OK;
}
