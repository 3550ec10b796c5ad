/* The groups that a user is a member of: all of them for oneself, the public ones for others. */
#include "engine/operations.h"

/* The store lists them as that user sees them; the caller stands to each in its own way. */
static void show_to_caller(struct rule *rule)
{
	struct page *page = rule->page;
	for (uint32_t i = 0; i < page->count; i++) {
		struct group_view *view = &page->groups[i];
		view->caller = (struct membership){0};
		view->caller_known = rule->caller_known;
		if (rule->caller_known) {
			view->caller =
				store_find_membership(rule->txn, view->group.id, rule->resolved.caller.id);
		}
	}
}

enum outcome user_groups_execute(struct rule *rule)
{
	const struct request *request = rule->request;
	uint64_t user_id = 0;
	struct user user;
	if (!rule_find_user_id(rule, &user_id) ||
		!store_find_user(rule->txn, user_id, &rule->reply->texts, &user)) {
		return OUTCOME_USER_NOT_FOUND;
	}
	if (!rule_cursor_fits(rule, user_id)) {
		return rule_refuse(rule, OUTCOME_INVALID_PARAMETER, "after");
	}
	bool about_oneself = rule->caller_known && user_id == rule->resolved.caller.id;
	bool public_only = !about_oneself && !rule_reads_as_manager(rule);
	bool after_given = (request->given & GIVEN_AFTER) != 0;
	store_list_groups_of_user(
		rule->txn, user_id, public_only, &request->listing, after_given, rule->page);
	if (rule->page->too_long) {
		return rule_refuse(rule, OUTCOME_PARAMETER_MISSING, "limit");
	}
	if (!about_oneself && request->listing.order != ORDER_ID_ASC) {
		show_to_caller(rule);
	}
	rule->reply->items |= REPLY_PAGE;
	return OUTCOME_OK;
}
