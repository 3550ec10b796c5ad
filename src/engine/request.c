/* Requests to join: who waits, and what a manager decides. A decision of which the person is to hear stays;
 * what is discarded leaves nothing. */
#include "engine/manage.h"
#include "engine/operations.h"

/* A request that was answered is shown as it stands now, but for when it was made. */
static void reply_request(struct rule *rule, const struct target *target, const struct membership *after,
	const struct note *note)
{
	struct membership shown = *after;
	shown.since = target->membership.since;
	rule_reply_group(rule);
	manage_reply_standing(rule, REPLY_REQUEST, &shown, note);
}

/* The guards and the cell; what is pending no more is refused. */
static enum outcome find_pending(struct rule *rule, struct target *target)
{
	enum outcome refusal = manage_find_target(rule, target);
	if (refusal != OUTCOME_NONE) {
		return refusal;
	}
	bool stays = rule->transition.to == target->membership.state;
	return stays ? rule->transition.outcome : OUTCOME_NONE;
}

static const struct note *message_of(const struct target *target)
{
	return target->noted ? &target->note : NULL;
}

enum outcome request_approve(struct rule *rule)
{
	struct target target;
	enum outcome refusal = find_pending(rule, &target);
	if (refusal != OUTCOME_NONE) {
		return refusal;
	}
	if (!manage_has_room(rule, &target)) {
		return OUTCOME_TOO_MANY_GROUPS;
	}
	const struct membership after = {
		.group_id = target.membership.group_id,
		.user_id = target.user.id,
		.state = STATE_MEMBER,
		.role = ROLE_MEMBER,
		.since = store_now(rule->txn),
	};
	reply_request(rule, &target, &after, message_of(&target));
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	manage_write(rule, &target, &after, NULL, 0);
	rule->reply->group.member_count = store_count_members(rule->txn, after.group_id);
	return rule->transition.outcome;
}

/* `decision`: what is kept of it; NULL: nothing. */
static enum outcome end_request(struct rule *rule, const struct target *target, const struct note *decision)
{
	const struct membership none = {
		.group_id = target->membership.group_id, .user_id = target->user.id};
	reply_request(rule, target, &none, decision != NULL ? decision : message_of(target));
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	manage_write(rule, target, &none, decision, 0);
	return rule->transition.outcome;
}

enum outcome request_deny(struct rule *rule)
{
	struct target target;
	enum outcome refusal = find_pending(rule, &target);
	if (refusal != OUTCOME_NONE) {
		return refusal;
	}
	const struct note decision = {
		.by = rule->resolved.caller.id,
		.denied = true,
		.at = store_now(rule->txn),
		.words = rule_keep_text(rule, rule->request->message),
	};
	return end_request(rule, &target, &decision);
}

enum outcome request_discard(struct rule *rule)
{
	struct target target;
	enum outcome refusal = find_pending(rule, &target);
	return refusal != OUTCOME_NONE ? refusal : end_request(rule, &target, NULL);
}

enum outcome request_withdraw(struct rule *rule)
{
	struct target target = {.user = rule->resolved.caller, .membership = rule->resolved.membership};
	if (rule->transition.to == target.membership.state) {
		return rule->transition.outcome;
	}
	target.noted = target.membership.has_note &&
		       store_find_note(rule->txn, target.membership.group_id, target.user.id,
			       rule->circumstances->scratch, &target.note);
	return end_request(rule, &target, NULL);
}

/* --- looking at them */

enum outcome request_get(struct rule *rule)
{
	struct texts *scratch = rule->circumstances->scratch;
	uint64_t group_id = rule->resolved.group.id;
	uint64_t user_id = 0;
	if (!rule_find_user_id(rule, &user_id)) {
		return OUTCOME_REQUEST_NOT_FOUND;
	}
	const struct membership membership = store_find_membership(rule->txn, group_id, user_id);
	if (membership.state != STATE_REQUESTED) {
		return OUTCOME_REQUEST_NOT_FOUND;
	}
	struct note note;
	bool noted = membership.has_note && store_find_note(rule->txn, group_id, user_id, scratch, &note);
	rule_reply_group(rule);
	manage_reply_standing(rule, REPLY_REQUEST, &membership, noted ? &note : NULL);
	return OUTCOME_OK;
}

enum outcome request_list(struct rule *rule)
{
	return rule_list(rule, rule->resolved.group.id, store_list_requests);
}

enum outcome request_list_mine(struct rule *rule)
{
	return rule_list(rule, rule->resolved.caller.id, store_list_requests_of_user);
}
