/* Signing in to the pages by a personal token, signing out, and who is signed in. */
#include <string.h>

#include "engine/operations.h"
#include "engine/secrets.h"

enum outcome sign_in_execute(struct rule *rule)
{
	struct session session = {
		.user_id = rule->resolved.caller.id,
		.token_id = rule->resolved.token_id,
		.seen_at = store_now(rule->txn),
	};
	char cookie[SESSION_SIZE + 1];
	secret_session(rule->circumstances->seed, cookie);
	secret_digest(cookie, SESSION_SIZE, session.digest);
	rule_reply_secret(rule, cookie);
	secret_forget(cookie, sizeof cookie);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	if (rule->request->session.given) {
		store_delete_session(rule->txn, rule->request->session.digest); /* nobody could end it any more */
	}
	store_put_session(rule->txn, &session);
	return OUTCOME_SIGNED_IN;
}

enum outcome sign_out_execute(struct rule *rule)
{
	struct session session;
	const struct credential *given = &rule->request->session;
	if (given->given && store_find_session(rule->txn, given->digest, &session)) {
		store_delete_session(rule->txn, given->digest);
	}
	return OUTCOME_SIGNED_OUT;
}

enum outcome sign_in_show(struct rule *rule)
{
	rule_reply_form(rule);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	rule_note_session(rule);
	return OUTCOME_OK;
}
