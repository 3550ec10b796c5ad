/* The members of a group, page by page. */
#include "engine/operations.h"

enum outcome member_list_execute(struct rule *rule)
{
	const struct request *request = rule->request;
	const struct resolved *resolved = &rule->resolved;
	if (request->dialect == DIALECT_PAGE && !rule_is_for_manager(rule)) {
		return OUTCOME_NOT_ALLOWED; /* the one page that lists members is the moderators' */
	}
	if (rule_hides_people(rule)) {
		return OUTCOME_NOT_A_PRIVATE_MEMBER;
	}
	if (!rule_cursor_fits(rule, resolved->group.id)) {
		return rule_refuse(rule, OUTCOME_INVALID_PARAMETER, "after");
	}
	bool after_given = (request->given & GIVEN_AFTER) != 0;
	store_list_members(rule->txn, &resolved->group, &request->listing, after_given, rule->page);
	if (rule->page->too_long) {
		return rule_refuse(rule, OUTCOME_PARAMETER_MISSING, "limit");
	}
	rule_reply_list(rule);
	return OUTCOME_OK;
}
