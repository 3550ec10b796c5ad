/* Showing one person: oneself, or anybody. */
#include "engine/operations.h"

/* How a person is reached is told to that person and to operators only. */
static void hide_private_fields(struct rule *rule, struct user *user)
{
	if (user->id == rule->resolved.caller.id || rule_reads_as_manager(rule)) {
		rule->reply->items |= REPLY_USER_WHOLE;
		return;
	}
	user->email = user->url = user->zip = (struct text){0};
}

enum outcome user_get_execute(struct rule *rule)
{
	uint64_t id = 0;
	struct user *user = &rule->reply->user;
	if (!rule_find_user_id(rule, &id) || !store_find_user(rule->txn, id, &rule->reply->texts, user)) {
		return OUTCOME_USER_NOT_FOUND;
	}
	hide_private_fields(rule, user);
	rule->reply->version = user->version;
	rule->reply->items |= REPLY_USER;
	return OUTCOME_OK;
}
