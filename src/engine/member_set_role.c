/* Giving a member another role; the role of the owner is given by handing over the group. */
#include "engine/manage.h"
#include "engine/operations.h"
#include "engine/ownership.h"

static enum outcome answer(
	struct rule *rule, const struct target *target, enum role role, enum outcome outcome)
{
	struct membership shown = target->membership;
	shown.role = role;
	rule_reply_group(rule);
	manage_reply_member(rule, target, &shown);
	return rule_lacks_memory(rule) ? OUTCOME_BUSY : outcome;
}

/* Brings the shown group in step with what was written. */
static void show_group_as_it_is(struct rule *rule)
{
	struct group_view *view = &rule->reply->group;
	view->group.owner_id = rule->resolved.group.owner_id;
	view->group.updated_at = rule->resolved.group.updated_at;
	view->group.version = rule->resolved.group.version;
	view->caller = store_find_membership(rule->txn, view->group.id, rule->resolved.caller.id);
}

static void change_role(struct rule *rule, const struct target *target, enum role role)
{
	struct membership after = target->membership;
	after.role = role;
	manage_write(rule, target, &after, NULL, 0);
}

/* The old owner stays as an admin; both are records of their own in the feed. */
static void transfer(struct rule *rule, const struct target *heir)
{
	const struct membership before = rule->resolved.membership;
	struct membership after = before;
	after.role = ROLE_ADMIN;
	ownership_pass(rule, &heir->membership);
	store_put_membership(rule->txn, &after, NULL, rule->circumstances->scratch);
	(void)rule_append_change(rule, &(struct change){
					       .type = CHANGE_ROLE_CHANGED,
					       .user_id = before.user_id,
					       .before = {before.state, before.role},
					       .after = {after.state, after.role},
				       });
	rule->reply->group.owner = rule->reply->member.user;
}

enum outcome member_set_role_execute(struct rule *rule)
{
	enum role role = rule->request->role;
	struct target target;
	enum outcome refusal = manage_find_target(rule, &target);
	if (refusal == OUTCOME_ROLE_UNCHANGED) {
		return answer(rule, &target, target.membership.role, refusal);
	}
	if (refusal != OUTCOME_NONE) {
		return refusal;
	}
	if (target.membership.state != STATE_MEMBER) {
		return rule->transition.outcome;
	}
	if (role == ROLE_OWNER && !target.user.active) {
		return OUTCOME_NEW_OWNER_SUSPENDED;
	}
	if (role == target.membership.role) {
		return answer(rule, &target, role, OUTCOME_ROLE_UNCHANGED);
	}
	enum outcome outcome = answer(rule, &target, role, rule->transition.outcome);
	if (outcome == OUTCOME_BUSY) {
		return outcome;
	}
	if (role == ROLE_OWNER) {
		transfer(rule, &target);
	} else {
		change_role(rule, &target, role);
	}
	show_group_as_it_is(rule);
	return outcome;
}
