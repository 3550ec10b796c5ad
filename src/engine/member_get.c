/* One member of a group, and so: whether somebody is one. */
#include "engine/operations.h"
#include "engine/version.h"

enum outcome member_get_execute(struct rule *rule)
{
	const struct resolved *resolved = &rule->resolved;
	uint64_t user_id = 0;
	bool found = rule_find_user_id(rule, &user_id);
	bool about_oneself = found && rule->caller_known && user_id == resolved->caller.id;
	if (!about_oneself && rule_hides_people(rule)) {
		return OUTCOME_NOT_A_PRIVATE_MEMBER;
	}
	if (!found) {
		return OUTCOME_MEMBER_NOT_FOUND;
	}
	struct member_view *view = &rule->reply->member;
	struct membership membership = store_find_membership(rule->txn, resolved->group.id, user_id);
	if (membership.state != STATE_MEMBER) {
		return OUTCOME_MEMBER_NOT_FOUND;
	}
	view->membership = membership;
	(void)store_find_user(rule->txn, user_id, &rule->reply->texts, &view->user);
	rule_reply_group(rule);
	rule->reply->items |= REPLY_MEMBER;
	rule->reply->version = version_of_standing(&membership, NULL, "");
	return OUTCOME_OK;
}
