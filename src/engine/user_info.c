/* Showing people: those of several ids or usernames that exist, in the order asked. */
#include "engine/operations.h"

static void add_if_known(struct rule *rule, uint64_t id)
{
	struct user user;
	if (!store_find_user(rule->txn, id, &rule->page->texts, &user)) {
		return;
	}
	struct user *added = page_add_user(rule->page);
	if (added != NULL) {
		*added = user;
	}
}

static enum outcome answer(struct rule *rule, enum outcome nobody)
{
	if (rule->page->count == 0) {
		return nobody;
	}
	rule->page->total = rule->page->count;
	rule->reply->items |= REPLY_PAGE;
	return OUTCOME_OK;
}

enum outcome user_info_by_id(struct rule *rule)
{
	uint32_t asked = request_asked_count(rule->request);
	for (uint32_t i = 0; i < asked; i++) {
		add_if_known(rule, request_asked_id(rule->request, i));
	}
	return answer(rule, OUTCOME_USER_NOT_FOUND);
}

enum outcome user_info_by_username(struct rule *rule)
{
	const struct text folds = rule->request->username_folds;
	const char *bytes = request_text(rule->request, folds);
	for (uint32_t at = 0; at + FOLD_DIGEST_SIZE <= folds.length; at += FOLD_DIGEST_SIZE) {
		uint64_t id;
		if (store_find_user_id_by_fold(rule->txn, (const uint8_t *)bytes + at, &id)) {
			add_if_known(rule, id);
		}
	}
	return answer(rule, OUTCOME_USERNAME_NOT_FOUND);
}
