/* The members of a group, page by page. */
#include "engine/operations.h"

/* The one page that lists members is the moderators'. */
static bool is_refused(const struct rule *rule)
{
	const struct membership *membership = &rule->resolved.membership;
	bool manages = membership->state == STATE_MEMBER && membership->role >= ROLE_ADMIN;
	return rule->request->dialect == DIALECT_PAGE && !manages && !rule_reads_as_manager(rule);
}

enum outcome member_list_execute(struct rule *rule)
{
	const struct request *request = rule->request;
	const struct resolved *resolved = &rule->resolved;
	if (is_refused(rule)) {
		return OUTCOME_NOT_ALLOWED;
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
	rule_reply_list(rule, resolved->group.id);
	return OUTCOME_OK;
}
