/* Taking a member out of a group; who is no manager may take out oneself. */
#include "engine/manage.h"
#include "engine/operations.h"

enum outcome member_remove_execute(struct rule *rule)
{
	struct target target;
	enum outcome refusal = manage_find_target(rule, &target);
	if (refusal != OUTCOME_NONE) {
		return refusal;
	}
	if (rule->transition.to == target.membership.state) {
		return rule->transition.outcome;
	}
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	const struct membership gone = {
		.group_id = target.membership.group_id, .user_id = target.user.id};
	manage_write(rule, &target, &gone, NULL, 0);
	return rule->transition.outcome;
}
