/* The operator acts as nobody: a run of a rule without caller or request. */
#include "engine/operator.h"

#include "engine/invitation.h"
#include "engine/operations.h"
#include "engine/ownership.h"

/* Says only who asks. */
static const struct request REQUEST = {.dialect = DIALECT_COMMAND, .operation = OPERATION_NONE};

static bool find_group(struct rule *rule, uint64_t group_id)
{
	texts_clear(rule->circumstances->scratch);
	return store_find_group(rule->txn, group_id, rule->circumstances->scratch, &rule->resolved.group);
}

static const enum change_type ENDS[STATE_COUNT] = {
	[STATE_NONE] = CHANGE_COUNT,
	[STATE_REQUESTED] = CHANGE_REQUEST_WITHDRAWN,
	[STATE_INVITED] = CHANGE_INVITATION_DECLINED,
	[STATE_MEMBER] = CHANGE_LEFT,
	[STATE_BANNED] = CHANGE_BAN_LIFTED,
};

static void end_other_state(struct rule *rule, const struct membership *before)
{
	const struct membership after = {.group_id = before->group_id, .user_id = before->user_id};
	struct change change = {
		.type = ENDS[before->state],
		.user_id = before->user_id,
		.before = {before->state, ROLE_NONE},
	};
	if (before->state == STATE_INVITED) {
		(void)store_find_invitation_of_user(
			rule->txn, before->group_id, before->user_id, &change.reference); /* 0: none stands */
	}
	store_put_membership(rule->txn, &after, NULL, rule->circumstances->scratch);
	(void)rule_append_change(rule, &change);
}

bool operator_end_membership(
	const struct circumstances *circumstances, struct txn *txn, const struct membership *membership)
{
	struct reply reply; /* which nobody reads */
	struct rule rule = {.circumstances = circumstances, .txn = txn, .request = &REQUEST, .reply = &reply};
	if (!find_group(&rule, membership->group_id) || circumstances->scratch->failed) {
		return false;
	}
	if (membership->state != STATE_MEMBER) {
		end_other_state(&rule, membership);
		return true;
	}
	reply_init(&reply);
	rule.resolved.membership = *membership;
	rule.transition = (struct transition){.to = STATE_NONE, .outcome = OUTCOME_LEFT};
	bool left = leave_execute(&rule) == OUTCOME_LEFT;
	reply_finish(&reply);
	return left;
}

/* The old owner's role makes way for the heir's. */
static void pass_on(struct rule *rule, const struct membership *owner, const struct membership *heir)
{
	struct membership admin = *owner;
	admin.role = ROLE_ADMIN;
	ownership_pass(rule, heir);
	store_put_membership(rule->txn, &admin, NULL, rule->circumstances->scratch);
	(void)rule_append_change(rule, &(struct change){
					       .type = CHANGE_ROLE_CHANGED,
					       .user_id = owner->user_id,
					       .before = {owner->state, owner->role},
					       .after = {admin.state, admin.role},
				       });
}

/* Who is not yet a member becomes one with the group. */
static enum outcome find_heir(struct rule *rule, uint64_t user_id, struct user *user, struct membership *heir)
{
	if (!store_find_user(rule->txn, user_id, rule->circumstances->scratch, user)) {
		return OUTCOME_USER_NOT_FOUND;
	}
	*heir = store_find_membership(rule->txn, rule->resolved.group.id, user_id);
	if (heir->role == ROLE_OWNER) {
		return OUTCOME_ROLE_UNCHANGED;
	}
	if (!user->active) {
		return OUTCOME_NEW_OWNER_SUSPENDED;
	}
	if (heir->state == STATE_BANNED) {
		return OUTCOME_BANNED;
	}
	uint32_t groups_max = rule->circumstances->options->groups_per_user_max;
	if (heir->state != STATE_MEMBER && !store_user_has_room(rule->txn, user_id, groups_max)) {
		return OUTCOME_TOO_MANY_GROUPS;
	}
	return rule->circumstances->scratch->failed ? OUTCOME_BUSY : OUTCOME_NONE;
}

/* The heir's own record in the feed, where becoming a member is one. */
static void let_in(struct rule *rule, const struct user *user, struct membership *heir)
{
	const struct standing before = {heir->state, heir->role};
	*heir = (struct membership){
		.group_id = rule->resolved.group.id,
		.user_id = user->id,
		.state = STATE_MEMBER,
		.role = ROLE_MEMBER,
		.since = store_now(rule->txn),
	};
	store_put_membership(rule->txn, heir, NULL, rule->circumstances->scratch);
	invitation_end_letter(rule, user, INVITATION_ACCEPTED);
	(void)rule_append_change(rule, &(struct change){
					       .type = CHANGE_ADDED,
					       .user_id = user->id,
					       .before = before,
					       .after = {heir->state, heir->role},
				       });
}

enum outcome operator_transfer(
	const struct circumstances *circumstances, struct txn *txn, uint64_t group_id, uint64_t user_id)
{
	struct rule rule = {.circumstances = circumstances, .txn = txn, .request = &REQUEST};
	if (!find_group(&rule, group_id)) {
		return OUTCOME_NO_SUCH_GROUP;
	}
	struct user user;
	struct membership heir;
	enum outcome refused = find_heir(&rule, user_id, &user, &heir);
	if (refused != OUTCOME_NONE) {
		return refused;
	}
	const struct membership owner = store_find_membership(txn, group_id, rule.resolved.group.owner_id);
	if (heir.state != STATE_MEMBER) {
		let_in(&rule, &user, &heir);
	}
	pass_on(&rule, &owner, &heir);
	return OUTCOME_OWNERSHIP_TRANSFERRED;
}
