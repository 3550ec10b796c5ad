/* Lists that the originals have and this server does not fill. */
#include "engine/operations.h"

/* What a group holds besides its people: nothing, by whatever page. */
enum outcome group_content_list(struct rule *rule)
{
	if (!rule_cursor_fits(rule, rule->resolved.group.id)) {
		return rule_refuse(rule, OUTCOME_INVALID_PARAMETER, "after");
	}
	rule_reply_list(rule);
	return OUTCOME_OK;
}

/* Every group there is: for nobody. */
enum outcome group_list_all(struct rule *rule)
{
	(void)rule;
	return OUTCOME_NOT_ALLOWED;
}
