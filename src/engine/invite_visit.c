/* The page behind an invite's link: the group as it shows itself to whom the link would let in. */
#include "engine/operations.h"

/* Answers as a join with this invite would, but that it changes nothing. */
enum outcome invite_visit_execute(struct rule *rule)
{
	enum outcome outcome = rule->transition.outcome;
	if (rule->invite != INVITE_VERDICT_VALID && outcome != OUTCOME_ALREADY_MEMBER) {
		return OUTCOME_INVITE_INVALID; /* also to an operator, who sees the group without any */
	}
	if (outcome != OUTCOME_JOINED && outcome != OUTCOME_ALREADY_MEMBER) {
		return outcome;
	}
	rule_load_description(rule);
	rule_reply_group(rule);
	rule_reply_form(rule);
	return OUTCOME_OK;
}
