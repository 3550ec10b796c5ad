/* Inviting persons and addresses, and how invitations end.
 *
 * DESIGN. An invitation of a person and the state `invited` are one fact. A letter, to an address, has its
 * effect at once where the address is somebody's: who stands outside is invited by this very letter, who had
 * asked is let in, and for a member or a banned person it does nothing. In each case the letter is then found
 * as pending, so that the same is answered to whoever asks again as for an address that nobody has: until it
 * is cancelled, or its person joins, declines or is banned. It has met its person, and invites nobody who has the
 * address later. Neither the answer nor the list names its person. The feed does, as it names all to whom
 * something happened; managers read it, and it holds no address. */
#include "engine/invitation.h"

#include <stdio.h>

#include "engine/manage.h"
#include "engine/operations.h"
#include "engine/version.h"
#include "model/limits.h"

enum state invitation_effect(
	struct txn *txn, const struct membership *before, const struct engine_options *options)
{
	switch (before->state) {
	case STATE_NONE:
		return STATE_INVITED;
	case STATE_REQUESTED:
		/* Who has no room is not let in: the invitation waits. */
		return store_user_has_room(txn, before->user_id, options->groups_per_user_max) ? STATE_MEMBER
											  : STATE_INVITED;
	case STATE_INVITED:
	case STATE_MEMBER:
	case STATE_BANNED:
	case STATE_COUNT:
		break;
	}
	return before->state;
}

void invitation_end_letter(struct rule *rule, const struct user *user, enum invitation_state state)
{
	struct texts *scratch = rule->circumstances->scratch;
	struct invitation letter;
	uint64_t id = 0;
	char email[EMAIL_SIZE_MAX + 1]; /* a copy: the verbs add texts to where it stands */
	if (user->email.length == 0) {
		return;
	}
	(void)snprintf(email, sizeof email, "%s", texts_get(scratch, user->email));
	if (!store_find_invitation_of_email(rule->txn, rule->resolved.group.id, email, &id) ||
		!store_find_invitation(rule->txn, id, scratch, &letter)) {
		return;
	}
	if (letter.user_id == 0 || letter.user_id == user->id) {
		letter.state = state;
		store_put_invitation(rule->txn, &letter, scratch);
	}
}

/* --- replies */

/* Texts of the invitation are in the scratch. Its id follows when it is written. */
static void reply_invitation(
	struct rule *rule, const struct invitation *invitation, const struct user *invitee)
{
	struct reply *reply = rule->reply;
	struct invitation_view *view = &reply->invitation;
	view->invitation = *invitation;
	view->invitation.email = rule_show_text(rule, invitation->email);
	view->group = reply->group.group;
	if (invitee != NULL) {
		(void)store_find_user(rule->txn, invitee->id, &reply->texts, &view->invitee);
	}
	(void)store_find_inviter(rule->txn, invitation, &view->group, &reply->texts, &view->by);
	reply->items |= REPLY_INVITATION;
}

static void reply_id(struct rule *rule, const struct invitation *invitation)
{
	rule->reply->invitation.invitation.id = invitation->id;
	rule->reply->version = version_of_invitation(invitation);
}

/* The one that stands already; to who named a person, it is that person's, whichever way it came. */
static enum outcome answer_pending(struct rule *rule, uint64_t id, const struct user *invitee)
{
	struct invitation invitation;
	if (!store_find_invitation(rule->txn, id, rule->circumstances->scratch, &invitation)) {
		return OUTCOME_BUSY; /* the transaction has failed */
	}
	if (invitee != NULL) {
		invitation.email = (struct text){0};
	}
	reply_invitation(rule, &invitation, invitee);
	reply_id(rule, &invitation);
	return rule_lacks_memory(rule) ? OUTCOME_BUSY : OUTCOME_INVITATION_PENDING;
}

/* --- inviting a person */

static enum outcome answer_unchanged(struct rule *rule, const struct target *target)
{
	uint64_t id = 0;
	enum outcome outcome = rule->transition.outcome;
	if (outcome == OUTCOME_CANNOT_INVITE_BANNED) {
		return outcome;
	}
	rule_reply_group(rule);
	if (outcome == OUTCOME_INVITATION_PENDING) {
		(void)store_find_invitation_of_user(
			rule->txn, target->membership.group_id, target->user.id, &id); /* such is the state */
		return answer_pending(rule, id, &target->user);
	}
	manage_reply_member(rule, target, &target->membership);
	return rule_lacks_memory(rule) ? OUTCOME_BUSY : outcome;
}

static enum outcome put_invitation(struct rule *rule, const struct target *target)
{
	bool joins = rule->transition.to == STATE_MEMBER;
	struct invitation invitation = {
		.group_id = target->membership.group_id,
		.user_id = target->user.id,
		.by = rule->resolved.caller.id,
		.created_at = store_now(rule->txn),
		.ended_at = joins ? store_now(rule->txn) : 0,
		.state = joins ? INVITATION_ACCEPTED : INVITATION_PENDING,
	};
	const struct membership after = {
		.group_id = invitation.group_id,
		.user_id = invitation.user_id,
		.state = rule->transition.to,
		.role = joins ? ROLE_MEMBER : ROLE_NONE,
		.since = invitation.created_at,
		.has_note = !joins,
	};
	const struct note note = {.by = invitation.by, .at = invitation.created_at};
	rule_reply_group(rule);
	reply_invitation(rule, &invitation, &target->user);
	if (joins) {
		manage_reply_member(rule, target, &after);
	}
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	invitation.id = store_next_id(rule->txn, COUNTER_INVITATION);
	store_put_invitation(rule->txn, &invitation, rule->circumstances->scratch);
	manage_write(rule, target, &after, joins ? NULL : &note, invitation.id);
	rule->reply->group.member_count = store_count_members(rule->txn, after.group_id);
	reply_id(rule, &invitation);
	return rule->transition.outcome;
}

static enum outcome invite_person(struct rule *rule)
{
	struct target target;
	enum outcome refusal = manage_find_target(rule, &target);
	if (refusal != OUTCOME_NONE) {
		return rule_refuse(rule, refusal, "user_id");
	}
	if (rule->transition.to == target.membership.state) {
		return answer_unchanged(rule, &target);
	}
	if (rule->transition.to == STATE_MEMBER && !manage_has_room(rule, &target)) {
		return OUTCOME_TOO_MANY_GROUPS;
	}
	return put_invitation(rule, &target);
}

/* --- inviting an address */

/* The letter that was just written reaches somebody. */
static void take_effect(struct rule *rule, struct invitation *letter, uint64_t user_id)
{
	struct texts *scratch = rule->circumstances->scratch;
	const struct membership before = store_find_membership(rule->txn, letter->group_id, user_id);
	enum state state = invitation_effect(rule->txn, &before, rule->circumstances->options);
	bool invited = state == STATE_INVITED && state != before.state;
	letter->user_id = invited ? user_id : 0;
	letter->ended_at = invited ? 0 : letter->created_at;
	store_put_invitation(rule->txn, letter, scratch);
	if (state == before.state) {
		return;
	}
	const struct membership after = {
		.group_id = letter->group_id,
		.user_id = user_id,
		.state = state,
		.role = invited ? ROLE_NONE : ROLE_MEMBER,
		.since = letter->created_at,
		.has_note = invited,
	};
	const struct note note = {.by = letter->by, .at = letter->created_at};
	store_put_membership(rule->txn, &after, invited ? &note : NULL, scratch);
	(void)rule_append_change(rule, &(struct change){
					       .type = invited ? CHANGE_INVITED : CHANGE_ADDED,
					       .user_id = user_id,
					       .before = {before.state, before.role},
					       .after = {after.state, after.role},
					       .reference = letter->id,
				       });
}

static enum outcome invite_address(struct rule *rule)
{
	const char *email = request_text(rule->request, rule->request->email);
	struct invitation letter = {
		.group_id = rule->resolved.group.id,
		.by = rule->resolved.caller.id,
		.created_at = store_now(rule->txn),
		.state = INVITATION_PENDING,
		.email = rule_keep_text(rule, rule->request->email),
	};
	uint64_t id = 0;
	uint64_t user_id = 0;
	rule_reply_group(rule);
	if (store_find_invitation_of_email(rule->txn, letter.group_id, email, &id)) {
		return answer_pending(rule, id, NULL);
	}
	reply_invitation(rule, &letter, NULL);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	bool known = store_find_user_id_by_email(rule->txn, email, &user_id);
	letter.id = store_next_id(rule->txn, COUNTER_INVITATION);
	store_put_invitation(rule->txn, &letter, rule->circumstances->scratch);
	(void)rule_append_change(rule, &(struct change){.type = CHANGE_INVITED, .reference = letter.id});
	if (known) {
		take_effect(rule, &letter, user_id);
	}
	reply_id(rule, &letter);
	return OUTCOME_INVITED;
}

enum outcome invitation_send(struct rule *rule)
{
	return (rule->request->given & GIVEN_EMAIL) != 0 ? invite_address(rule) : invite_person(rule);
}

/* --- their end */

enum outcome invitation_cancel(struct rule *rule)
{
	struct texts *scratch = rule->circumstances->scratch;
	struct invitation invitation;
	if (!store_find_invitation(rule->txn, rule->request->item_id, scratch, &invitation) ||
		invitation.group_id != rule->resolved.group.id) {
		return transition_guards(rule->deed)->absent;
	}
	struct membership before = {.state = STATE_INVITED}; /* so is whom a letter waits for */
	if (invitation.user_id != 0) {
		before = store_find_membership(rule->txn, invitation.group_id, invitation.user_id);
	}
	rule->transition = transition_find_deed(rule->deed, before.state);
	if (rule->transition.to == before.state || invitation.state != INVITATION_PENDING) {
		return OUTCOME_INVITATION_NOT_PENDING;
	}
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	struct change change = {.type = CHANGE_INVITATION_CANCELLED, .reference = invitation.id};
	invitation.state = INVITATION_REVOKED;
	store_put_invitation(rule->txn, &invitation, scratch);
	if (invitation.user_id != 0) {
		const struct membership none = {
			.group_id = invitation.group_id, .user_id = invitation.user_id};
		store_put_membership(rule->txn, &none, NULL, scratch);
		change.user_id = invitation.user_id;
		change.before.state = STATE_INVITED;
	}
	(void)rule_append_change(rule, &change);
	return rule->transition.outcome;
}

enum outcome invitation_decline(struct rule *rule)
{
	const struct target target = {.user = rule->resolved.caller, .membership = rule->resolved.membership};
	uint64_t group_id = target.membership.group_id;
	uint64_t id = 0;
	if (rule->transition.to == target.membership.state) {
		return rule->transition.outcome;
	}
	(void)store_find_invitation_of_user(rule->txn, group_id, target.user.id, &id); /* such is the state */
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	const struct membership none = {.group_id = group_id, .user_id = target.user.id};
	manage_write(rule, &target, &none, NULL, id);
	invitation_end_letter(rule, &target.user, INVITATION_DECLINED);
	return rule->transition.outcome;
}

/* --- looking at them */

enum outcome invitation_list(struct rule *rule)
{
	return rule_list(rule, rule->resolved.group.id, store_list_invitations);
}

enum outcome invitation_list_mine(struct rule *rule)
{
	return rule_list(rule, rule->resolved.caller.id, store_list_invitations_of_user);
}
