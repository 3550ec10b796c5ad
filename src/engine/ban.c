/* Bans: made or replaced whole, shown, lifted. */
#include "engine/manage.h"
#include "engine/operations.h"

static struct membership make_ban(const struct rule *rule, const struct target *target)
{
	bool stands = target->membership.state == STATE_BANNED;
	bool ends = (rule->request->given & GIVEN_UNTIL) != 0;
	return (struct membership){
		.group_id = target->membership.group_id,
		.user_id = target->user.id,
		.state = STATE_BANNED,
		.since = stands ? target->membership.since : store_now(rule->txn),
		.until = ends ? rule->request->until : TIME_FOREVER,
		.has_note = true,
	};
}

enum outcome ban_put(struct rule *rule)
{
	int64_t now = store_now(rule->txn);
	if ((rule->request->given & GIVEN_UNTIL) != 0 && rule->request->until <= now) {
		return rule_refuse(rule, OUTCOME_UNACCEPTABLE_VALUE, "until");
	}
	struct target target;
	enum outcome refusal = manage_find_target(rule, &target);
	if (refusal != OUTCOME_NONE) {
		return refusal;
	}
	const struct membership after = make_ban(rule, &target);
	const struct note note = {
		.by = rule->resolved.caller.id,
		.at = now,
		.words = rule_keep_text(rule, rule->request->message),
	};
	rule_reply_group(rule);
	manage_reply_standing(rule, REPLY_BAN, &after, &note);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	manage_write(rule, &target, &after, &note, 0);
	rule->reply->group.member_count = store_count_members(rule->txn, after.group_id);
	return rule->transition.outcome;
}

enum outcome ban_lift(struct rule *rule)
{
	return manage_end_standing(rule);
}

enum outcome ban_get(struct rule *rule)
{
	struct texts *scratch = rule->circumstances->scratch;
	uint64_t group_id = rule->resolved.group.id;
	uint64_t user_id = 0;
	if (!rule_find_user_id(rule, &user_id)) {
		return OUTCOME_BAN_NOT_FOUND;
	}
	const struct membership membership = store_find_membership(rule->txn, group_id, user_id);
	if (membership.state != STATE_BANNED) {
		return OUTCOME_BAN_NOT_FOUND;
	}
	struct note note;
	bool noted = store_find_note(rule->txn, group_id, user_id, scratch, &note);
	rule_reply_group(rule);
	manage_reply_standing(rule, REPLY_BAN, &membership, noted ? &note : NULL);
	return OUTCOME_OK;
}

enum outcome ban_list(struct rule *rule)
{
	return rule_list(rule, rule->resolved.group.id, store_list_bans);
}
