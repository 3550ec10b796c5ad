/* The owner is named twice, by role and by the group's record; both change here and nowhere else. */
#include "engine/ownership.h"

void ownership_pass(struct rule *rule, const struct membership *heir)
{
	struct group *group = &rule->resolved.group;
	struct membership owner = *heir;
	owner.role = ROLE_OWNER;
	store_put_membership(rule->txn, &owner, NULL, rule->circumstances->scratch);
	group->owner_id = heir->user_id;
	group->updated_at = store_now(rule->txn);
	group->version = rule_append_change(rule, &(struct change){
							  .type = CHANGE_OWNERSHIP_TRANSFERRED,
							  .user_id = heir->user_id,
							  .before = {heir->state, heir->role},
							  .after = {owner.state, owner.role},
						  });
	store_put_group(rule->txn, group, rule->circumstances->scratch, false);
}
