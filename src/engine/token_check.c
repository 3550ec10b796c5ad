/* Whose token is this: what an old client asks before it asks anything else. */
#include "engine/operations.h"

enum outcome token_check_execute(struct rule *rule)
{
	(void)store_find_user(rule->txn, rule->resolved.caller.id, &rule->reply->texts, &rule->reply->user);
	rule->reply->items |= REPLY_TOKEN;
	return OUTCOME_OK;
}
