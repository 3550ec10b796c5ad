/* Deleting a group: one change stands for all its members. */
#include "engine/operations.h"

enum outcome group_delete_execute(struct rule *rule)
{
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	store_delete_group(rule->txn, rule->resolved.group.id);
	(void)rule_append_change(rule, &(struct change){.type = CHANGE_GROUP_DELETED});
	return OUTCOME_GROUP_DELETED;
}
