/* Leaving a group. An owner passes it on; with the last member it ends. */
#include "engine/operations.h"

static const struct standing GONE = {STATE_NONE, ROLE_NONE};

static void append_left(struct rule *rule)
{
	const struct membership *before = &rule->resolved.membership;
	(void)rule_append_change(rule, &(struct change){
					       .type = CHANGE_LEFT,
					       .user_id = before->user_id,
					       .before = {before->state, before->role},
					       .after = GONE,
				       });
}

static void remove_caller(struct rule *rule)
{
	const struct membership *before = &rule->resolved.membership;
	const struct membership after = {.group_id = before->group_id, .user_id = before->user_id};
	store_put_membership(rule->txn, &after, NULL, rule->circumstances->scratch);
	append_left(rule);
}

/* Nobody is left who could own it. */
static void end_group(struct rule *rule)
{
	append_left(rule);
	store_delete_group(rule->txn, rule->resolved.group.id);
	(void)rule_append_change(rule, &(struct change){.type = CHANGE_GROUP_DELETED});
}

static void pass_on(struct rule *rule, const struct membership *heir)
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

enum outcome leave_execute(struct rule *rule)
{
	const struct membership *before = &rule->resolved.membership;
	if (rule->transition.to == before->state) {
		return rule->transition.outcome;
	}
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	struct membership heir;
	if (before->role != ROLE_OWNER) {
		remove_caller(rule);
	} else if (store_find_heir(rule->txn, before->group_id, before->user_id, &heir)) {
		remove_caller(rule);
		pass_on(rule, &heir);
	} else {
		end_group(rule);
	}
	return rule->transition.outcome;
}
