/* Joining a group: by its id, with a code, or with an invite token. */
#include "engine/invitation.h"
#include "engine/invite_token.h"
#include "engine/operations.h"
#include "engine/version.h"

static const enum change_type CHANGE_OF[STATE_COUNT] = {
	[STATE_MEMBER] = CHANGE_JOINED,
	[STATE_REQUESTED] = CHANGE_QUEUED,
};

/* Of the member or the request that is shown. Only v3 tells versions, and hashing one for nobody is felt where many
 * join. */
static void reply_version(struct rule *rule, const struct membership *membership)
{
	struct reply *reply = rule->reply;
	if (rule->request->dialect != DIALECT_V3) {
		return;
	}
	bool noted = membership->state == STATE_REQUESTED && (reply->items & REPLY_NOTE) != 0;
	reply->version = version_of_standing(membership, noted ? &reply->note : NULL,
		noted ? reply_text(reply, reply->note.words) : "");
}

/* Who repeats a request sees what came of the first one. */
static enum outcome answer_unchanged(struct rule *rule, enum outcome outcome)
{
	const struct membership *membership = &rule->resolved.membership;
	if (outcome != OUTCOME_ALREADY_MEMBER && outcome != OUTCOME_ALREADY_QUEUED) {
		return outcome;
	}
	rule_load_description(rule);
	rule_reply_group(rule);
	rule_reply_caller(rule, membership);
	struct note *note = &rule->reply->note;
	if (membership->has_note && store_find_note(rule->txn, membership->group_id, membership->user_id,
					    &rule->reply->texts, note)) {
		rule->reply->items |= REPLY_NOTE;
	}
	reply_version(rule, membership);
	return rule_lacks_memory(rule) ? OUTCOME_BUSY : outcome;
}

/* The request's message to the moderators; a note for the store, and the same for the reply. */
static struct note keep_message(struct rule *rule)
{
	struct note note = {
		.at = store_now(rule->txn), .words = rule_keep_text(rule, rule->request->message)};
	rule->reply->note = note;
	rule->reply->note.words = rule_show_text(rule, note.words);
	rule->reply->items |= REPLY_NOTE;
	return note;
}

/* A use is spent exactly where a token made somebody a member, as a valid one does of everybody who is not
 * refused. Answers the id of the token that was spent. */
static uint64_t spend_invite(struct rule *rule)
{
	if (rule->request->invite_kind != INVITE_TOKEN || rule->invite != INVITE_VERDICT_VALID) {
		return 0;
	}
	invite_token_spend(rule);
	return rule->resolved.invite_token.id;
}

enum outcome join_execute(struct rule *rule)
{
	const struct membership before = rule->resolved.membership;
	const struct transition transition = rule->transition;
	const struct user *caller = &rule->resolved.caller;
	if (transition.to == before.state) {
		return answer_unchanged(rule, transition.outcome);
	}
	if (transition.to == STATE_MEMBER && !store_user_has_room(rule->txn, caller->id,
						     rule->circumstances->options->groups_per_user_max)) {
		return OUTCOME_TOO_MANY_GROUPS;
	}
	bool leaves_message = transition.to == STATE_REQUESTED && rule->request->message.length > 0;
	const struct membership after = {
		.group_id = rule->resolved.group.id,
		.user_id = caller->id,
		.state = transition.to,
		.role = transition.to == STATE_MEMBER ? ROLE_MEMBER : ROLE_NONE,
		.since = store_now(rule->txn),
		.has_note = leaves_message,
	};
	rule_load_description(rule);
	rule_reply_group(rule);
	rule_reply_caller(rule, &after);
	struct note note = leaves_message ? keep_message(rule) : (struct note){0};
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	reply_version(rule, &after);
	store_put_membership(rule->txn, &after, leaves_message ? &note : NULL, rule->circumstances->scratch);
	if (after.state == STATE_MEMBER) {
		invitation_end_letter(rule, caller, INVITATION_ACCEPTED);
	}
	uint64_t spent = spend_invite(rule);
	(void)rule_append_change(rule, &(struct change){
					       .type = CHANGE_OF[transition.to],
					       .user_id = caller->id,
					       .before = {before.state, before.role},
					       .after = {after.state, after.role},
					       .reference = spent,
				       });
	rule_update_reply(rule, &after);
	return transition.outcome;
}
