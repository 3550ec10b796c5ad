/* Acting on a person: guards, writing, replies. */
#include "engine/manage.h"

#include <assert.h>

#include "engine/invitation.h"
#include "engine/version.h"

/* --- who may, and at whom */

static const enum deed DEED_OF[OPERATION_COUNT] = {
	[OPERATION_MEMBER_REMOVE] = DEED_REMOVE,
	[OPERATION_MEMBER_SET_ROLE] = DEED_SET_ROLE,
	[OPERATION_REQUEST_APPROVE] = DEED_APPROVE,
	[OPERATION_REQUEST_DENY] = DEED_DENY,
	[OPERATION_REQUEST_DISCARD] = DEED_DISCARD,
	[OPERATION_BAN_PUT] = DEED_BAN,
	[OPERATION_BAN_LIFT] = DEED_LIFT,
	[OPERATION_INVITATION_CREATE] = DEED_INVITE,
	[OPERATION_INVITATION_CANCEL] = DEED_CANCEL,
};

enum deed manage_find_deed(const struct request *request)
{
	bool transfers = request->operation == OPERATION_MEMBER_SET_ROLE && request->role == ROLE_OWNER;
	return transfers ? DEED_TRANSFER : DEED_OF[request->operation];
}

static bool acts_on_oneself(struct rule *rule)
{
	uint64_t user_id = 0;
	return rule_find_user_id(rule, &user_id) && user_id == rule->resolved.caller.id;
}

/* Who sent an invitation may take it back, also when no longer a manager. */
static bool is_sender(struct rule *rule)
{
	struct invitation invitation;
	uint64_t id = rule->request->item_id;
	return store_find_invitation(rule->txn, id, rule->circumstances->scratch, &invitation) &&
	       invitation.group_id == rule->resolved.group.id &&
	       invitation.by == rule->resolved.caller.id;
}

bool manage_may(struct rule *rule, enum deed deed)
{
	const struct guards *guards = transition_guards(deed);
	const struct membership *membership = &rule->resolved.membership;
	bool may_more = guards->role_for_oneself < guards->role && acts_on_oneself(rule);
	enum role needed = may_more ? guards->role_for_oneself : guards->role;
	if (membership->state == STATE_MEMBER && membership->role >= needed) {
		return true;
	}
	return guards->sender_may && is_sender(rule);
}

static enum outcome check_guards(const struct rule *rule, const struct target *target)
{
	const struct guards *guards = transition_guards(rule->deed);
	enum role role = target->membership.role;
	bool oneself = target->user.id == rule->resolved.caller.id;
	if (oneself && guards->oneself != OUTCOME_OK) {
		return guards->oneself;
	}
	if (role == ROLE_OWNER && guards->owner != OUTCOME_OK) {
		return guards->owner;
	}
	bool spared = guards->spares_admins && !oneself && role == ROLE_ADMIN;
	return spared && rule->resolved.membership.role != ROLE_OWNER ? OUTCOME_NOT_ALLOWED : OUTCOME_NONE;
}

enum outcome manage_find_target(struct rule *rule, struct target *target)
{
	struct texts *scratch = rule->circumstances->scratch;
	uint64_t group_id = rule->resolved.group.id;
	uint64_t user_id = 0;
	*target = (struct target){0};
	if (!rule_find_user_id(rule, &user_id) ||
		!store_find_user(rule->txn, user_id, scratch, &target->user)) {
		return transition_guards(rule->deed)->absent;
	}
	target->membership = store_find_membership(rule->txn, group_id, user_id);
	target->noted = target->membership.has_note &&
			store_find_note(rule->txn, group_id, user_id, scratch, &target->note);
	enum outcome refusal = check_guards(rule, target);
	if (refusal == OUTCOME_NONE) {
		rule->transition = transition_find_deed(rule->deed, target->membership.state);
	}
	return refusal;
}

bool manage_has_room(const struct rule *rule, const struct target *target)
{
	return store_user_has_room(
		rule->txn, target->user.id, rule->circumstances->options->groups_per_user_max);
}

/* --- writing */

static const enum change_type CHANGE_OF[OUTCOME_COUNT] = {
	[OUTCOME_APPROVED] = CHANGE_APPROVED,
	[OUTCOME_DENIED] = CHANGE_DENIED,
	[OUTCOME_DISCARDED] = CHANGE_DISCARDED,
	[OUTCOME_INVITED] = CHANGE_INVITED,
	[OUTCOME_ADDED] = CHANGE_ADDED,
	[OUTCOME_INVITATION_CANCELLED] = CHANGE_INVITATION_CANCELLED,
	[OUTCOME_INVITATION_DECLINED] = CHANGE_INVITATION_DECLINED,
	[OUTCOME_REQUEST_WITHDRAWN] = CHANGE_REQUEST_WITHDRAWN,
	[OUTCOME_REMOVED] = CHANGE_REMOVED,
	[OUTCOME_BAN_CREATED] = CHANGE_BAN_CREATED,
	[OUTCOME_BAN_CHANGED] = CHANGE_BAN_CHANGED,
	[OUTCOME_BAN_LIFTED] = CHANGE_BAN_LIFTED,
	[OUTCOME_ROLE_CHANGED] = CHANGE_ROLE_CHANGED,
};

void manage_write(struct rule *rule, const struct target *target, const struct membership *after,
	const struct note *note, uint64_t reference)
{
	const struct membership *before = &target->membership;
	store_put_membership(rule->txn, after, note, rule->circumstances->scratch);
	if (after->state != before->state && after->state == STATE_MEMBER) {
		invitation_end_letter(rule, &target->user, INVITATION_ACCEPTED);
	} else if (after->state != before->state && after->state == STATE_BANNED) {
		invitation_end_letter(rule, &target->user, INVITATION_REVOKED);
	}
	(void)rule_append_change(rule, &(struct change){
					       .type = CHANGE_OF[rule->transition.outcome],
					       .user_id = target->user.id,
					       .before = {before->state, before->role},
					       .after = {after->state, after->role},
					       .reference = reference,
				       });
}

enum outcome manage_end_standing(struct rule *rule)
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
	const struct membership none = {
		.group_id = target.membership.group_id, .user_id = target.user.id};
	manage_write(rule, &target, &none, NULL, 0);
	return rule->transition.outcome;
}

/* --- replies */

void manage_reply_member(struct rule *rule, const struct target *target, const struct membership *membership)
{
	struct reply *reply = rule->reply;
	(void)store_find_user(rule->txn, target->user.id, &reply->texts, &reply->member.user);
	reply->member.membership = *membership;
	reply->items |= REPLY_MEMBER;
	reply->version = version_of_standing(membership, NULL, "");
}

void manage_reply_standing(struct rule *rule, enum reply_item item, const struct membership *membership,
	const struct note *note)
{
	struct reply *reply = rule->reply;
	struct standing_view *view = &reply->standing;
	(void)store_find_user(rule->txn, membership->user_id, &reply->texts, &view->user);
	view->membership = *membership;
	if (note != NULL) {
		view->note = *note;
		view->note.words = rule_show_text(rule, note->words);
		if (note->by != 0) {
			(void)store_find_user(rule->txn, note->by, &reply->texts, &view->by);
		}
	}
	reply->items |= (uint32_t)item;
	reply->version = version_of_standing(membership, note, reply_text(reply, view->note.words));
}
