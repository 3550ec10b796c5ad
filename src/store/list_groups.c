/* The groups of a person: their own set is walked, the groups are read and sorted, and the page is cut
 * out. Bounded by the number of groups that one person may be in. */
#include <string.h>

#include "store/list.h"
#include "store/member.h"

static bool is_by_name(enum order order)
{
	return order == ORDER_DEFAULT || order == ORDER_NAME_ASC || order == ORDER_NAME_DESC;
}

struct question {
	const struct listing *listing;
	bool public_only;
};

/* Ids: all of them in their own order, a part in the order of joining, in which new ones come last. */
static bool judge(const void *context, const struct group *group, struct place *place)
{
	const struct question *question = context;
	enum order order = question->listing->order;
	if (question->public_only && group->is_private) {
		return false;
	}
	if (order == ORDER_ID_ASC && question->listing->per_page > 0) {
		return true;
	}
	place->order = 0;
	if (is_by_name(order)) {
		memcpy(place->name, group->name_order, FOLD_ORDER_SIZE);
	} else if (order == ORDER_CREATED_ASC || order == ORDER_CREATED_DESC) {
		place->order = roster_order(group->created_at);
	} else if (order == ORDER_UPDATED_ASC || order == ORDER_UPDATED_DESC) {
		place->order = roster_order(group->updated_at);
	}
	return true;
}

static bool add_view(struct txn *txn, uint64_t user_id, uint64_t group_id, struct page *page)
{
	struct group_view *view = page_add_group(page);
	if (view == NULL || !store_find_group(txn, group_id, &page->texts, &view->group) ||
		!store_find_user(txn, view->group.owner_id, &page->texts, &view->owner)) {
		return false;
	}
	view->group.description = store_group_description(txn, group_id, &page->texts);
	view->member_count = roster_count(txn, group_id, ROSTER_MEMBERS);
	view->caller = member_read(txn, group_id, user_id);
	view->caller_known = true;
	return true;
}

void store_list_groups_of_user(struct txn *txn, uint64_t user_id, bool public_only,
	const struct listing *listing, bool after_given, struct page *page)
{
	const struct list list = {
		.txn = txn,
		.of = user_id,
		.add = listing->order == ORDER_ID_ASC ? list_add_id : add_view,
		.listing = listing,
		.after_given = after_given,
		.page = page,
	};
	const struct membership sought = {.user_id = user_id, .state = STATE_MEMBER};
	const struct question question = {.listing = listing, .public_only = public_only};
	struct places places = {0};
	page_clear(page);
	places_add_groups(txn, &sought, judge, &question, &places);
	list_cut(&list, &places,
		listing->order == ORDER_NAME_DESC || listing->order == ORDER_CREATED_DESC ||
			listing->order == ORDER_UPDATED_DESC);
	places_finish(&places);
}

struct memberships {
	struct txn *txn;
	uint32_t members;
	uint32_t max;
};

static bool count_place(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct memberships *counted = context;
	struct membership membership;
	if (!record_read_member(value, &membership)) {
		txn_fail(counted->txn, STORE_FAILED);
		return false;
	}
	struct group group;
	if (membership.state == STATE_MEMBER &&
		store_find_group(counted->txn, membership.group_id, NULL, &group)) {
		counted->members++;
	}
	return counted->members < counted->max;
}

/* The set's size answers for almost everybody; only whoever has many entries is counted exactly. */
bool store_user_has_room(struct txn *txn, uint64_t user_id, uint32_t max)
{
	uint8_t buffer[ID_SIZE];
	struct bytes key = key_id(buffer, user_id);
	if (txn_count(txn, TABLE_MEMBER, key) < max) {
		return true;
	}
	struct memberships counted = {.txn = txn, .max = max};
	const struct walk walk = {.table = TABLE_MEMBER, .prefix = key, .max = UINT64_MAX};
	(void)txn_walk(txn, &walk, count_place, &counted);
	return counted.members < max;
}
