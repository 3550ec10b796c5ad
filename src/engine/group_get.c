/* Showing groups: one, or the visible ones of several. */
#include "engine/operations.h"

enum outcome group_get_execute(struct rule *rule)
{
	rule_load_description(rule);
	rule_reply_group(rule);
	rule->reply->version = rule->resolved.group.version;
	return OUTCOME_OK;
}

static bool is_visible(
	const struct rule *rule, const struct group *group, const struct membership *membership)
{
	if (!group->is_private || rule_reads_as_manager(rule)) {
		return true;
	}
	return membership->state == STATE_MEMBER || membership->state == STATE_INVITED ||
	       membership->state == STATE_REQUESTED;
}

static void add_if_visible(struct rule *rule, uint64_t id)
{
	struct page *page = rule->page;
	struct group group;
	struct membership membership = {0};
	if (!store_find_group(rule->txn, id, &page->texts, &group)) {
		return;
	}
	if (rule->caller_known) {
		membership = store_find_membership(rule->txn, id, rule->resolved.caller.id);
	}
	if (!is_visible(rule, &group, &membership)) {
		return;
	}
	struct group_view *view = page_add_group(page);
	if (view == NULL) {
		return;
	}
	view->group = group;
	view->group.description = store_group_description(rule->txn, id, &page->texts);
	(void)store_find_user(rule->txn, group.owner_id, &page->texts, &view->owner);
	view->member_count = store_count_members(rule->txn, id);
	view->caller = membership;
	view->caller_known = rule->caller_known;
}

enum outcome group_get_info(struct rule *rule)
{
	uint32_t asked = request_asked_count(rule->request);
	for (uint32_t i = 0; i < asked; i++) {
		add_if_visible(rule, request_asked_id(rule->request, i));
	}
	if (rule->page->count == 0) {
		return OUTCOME_NO_GROUP_FOUND;
	}
	rule->page->total = rule->page->count;
	rule->reply->items |= REPLY_PAGE;
	return OUTCOME_OK;
}
