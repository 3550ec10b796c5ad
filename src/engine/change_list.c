/* The change feed: of everything, or of one group. */
#include "engine/operations.h"

/* `group_id` 0: everything. */
static enum outcome list(struct rule *rule, uint64_t group_id)
{
	uint64_t first = 0;
	if (!store_list_changes(rule->txn, group_id, &rule->request->feed, rule->page, &first)) {
		rule->reply->first_seq = first;
		return OUTCOME_CHANGES_GONE;
	}
	rule->page->feed_of = group_id;
	rule->reply->items |= REPLY_PAGE;
	return OUTCOME_OK;
}

enum outcome change_list_execute(struct rule *rule)
{
	return list(rule, 0);
}

enum outcome group_change_list(struct rule *rule)
{
	return list(rule, rule->resolved.group.id);
}
