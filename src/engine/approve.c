/* A person approves an application, which is then given a frob to exchange for that person's token. */
#include "engine/operations.h"
#include "engine/secrets.h"
#include "model/limits.h"

static void reply_application(struct rule *rule)
{
	struct reply *reply = rule->reply;
	if (store_find_application(
		    rule->txn, rule->resolved.application_id, &reply->texts, &reply->application)) {
		reply->items |= REPLY_APPLICATION;
	}
}

enum outcome approve_show(struct rule *rule)
{
	rule_reply_form(rule);
	reply_application(rule);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	rule_note_session(rule);
	return OUTCOME_OK;
}

enum outcome approve_execute(struct rule *rule)
{
	struct frob frob = {
		.application_id = rule->resolved.application_id,
		.user_id = rule->resolved.caller.id,
		.expires_at = store_now(rule->txn) + FROB_KEPT_S,
	};
	char text[FROB_SIZE + 1];
	secret_frob(rule->circumstances->seed, text);
	secret_digest(text, FROB_SIZE, frob.digest);
	rule_reply_visitor(rule);
	rule_reply_secret(rule, text);
	reply_application(rule);
	secret_forget(text, sizeof text);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	rule_note_session(rule);
	store_put_frob(rule->txn, &frob);
	return rule->reply->application.callback_url.length > 0 ? OUTCOME_APPLICATION_APPROVED
								: OUTCOME_FROB_SHOWN;
}
