/* Leaving a group. An owner passes it on; with the last member it ends. */
#include "engine/operations.h"
#include "engine/ownership.h"

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
		ownership_pass(rule, &heir);
	} else {
		end_group(rule);
	}
	return rule->transition.outcome;
}
