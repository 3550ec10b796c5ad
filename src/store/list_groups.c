/* The groups of a person: their own set is walked, the groups are read and sorted, and the page is cut
 * out. Bounded by the number of groups that one person may be in. */
#include <stdlib.h>
#include <string.h>

#include "store/list.h"
#include "store/member.h"
#include "store/roster.h"

#define CANDIDATES_FIRST 64

struct candidate {
	struct membership membership;
	uint64_t order; /* a time; 0 in orders by name, and of all ids */
	uint8_t name[FOLD_ORDER_SIZE];
};

struct candidates {
	struct candidate *items;
	uint32_t count;
	uint32_t capacity;
	uint64_t user_id;
	bool failed; /* out of memory */
	bool damaged; /* an entry that cannot be read */
};

static bool reserve(struct candidates *candidates)
{
	if (candidates->count < candidates->capacity) {
		return true;
	}
	uint32_t capacity = candidates->capacity == 0 ? CANDIDATES_FIRST : 2 * candidates->capacity;
	struct candidate *grown = reallocarray(candidates->items, capacity, sizeof *grown);
	if (grown == NULL) {
		candidates->failed = true;
		return false;
	}
	candidates->items = grown;
	candidates->capacity = capacity;
	return true;
}

static bool gather(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct candidates *candidates = context;
	struct membership membership = {.user_id = candidates->user_id};
	if (!record_read_member(value, &membership)) {
		candidates->damaged = true;
		return false;
	}
	if (membership.state != STATE_MEMBER) {
		return true;
	}
	if (!reserve(candidates)) {
		return false;
	}
	candidates->items[candidates->count++] = (struct candidate){.membership = membership};
	return true;
}

/* Ids: all of them in their own order, a part in the order of joining, in which new ones come last. */
static uint64_t order_of(
	const struct membership *membership, const struct group *group, const struct listing *listing)
{
	enum order order = listing->order;
	if (order == ORDER_ID_ASC && listing->per_page > 0) {
		return (uint64_t)membership->since;
	}
	if (order == ORDER_CREATED_ASC || order == ORDER_CREATED_DESC) {
		return (uint64_t)group->created_at;
	}
	if (order == ORDER_UPDATED_ASC || order == ORDER_UPDATED_DESC) {
		return (uint64_t)group->updated_at;
	}
	return 0;
}

static bool is_by_name(enum order order)
{
	return order == ORDER_DEFAULT || order == ORDER_NAME_ASC || order == ORDER_NAME_DESC;
}

/* Reads what the order compares, and leaves out what the list does not show. */
static void judge(
	struct txn *txn, struct candidates *candidates, bool public_only, const struct listing *listing)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < candidates->count; i++) {
		struct candidate candidate = candidates->items[i];
		struct group group;
		if (!store_find_group(txn, candidate.membership.group_id, NULL, &group) ||
			(public_only && group.is_private)) {
			continue;
		}
		candidate.order = order_of(&candidate.membership, &group, listing);
		if (is_by_name(listing->order)) {
			memcpy(candidate.name, group.name_order, FOLD_ORDER_SIZE);
		}
		candidates->items[kept++] = candidate;
	}
	candidates->count = kept;
}

static int compare(const void *left, const void *right)
{
	const struct candidate *a = left;
	const struct candidate *b = right;
	int names = memcmp(a->name, b->name, FOLD_ORDER_SIZE);
	if (names != 0) {
		return names;
	}
	if (a->order != b->order) {
		return a->order < b->order ? -1 : 1;
	}
	uint64_t a_id = a->membership.group_id;
	uint64_t b_id = b->membership.group_id;
	return (a_id > b_id) - (a_id < b_id);
}

static int compare_backwards(const void *left, const void *right)
{
	return compare(right, left);
}

static bool add_view(struct txn *txn, const struct candidate *candidate, struct page *page)
{
	struct group_view *view = page_add_group(page);
	if (view == NULL) {
		return false;
	}
	uint64_t id = candidate->membership.group_id;
	if (!store_find_group(txn, id, &page->texts, &view->group) ||
		!store_find_user(txn, view->group.owner_id, &page->texts, &view->owner)) {
		txn_fail(txn, STORE_FAILED);
		return false;
	}
	view->group.description = store_group_description(txn, id, &page->texts);
	view->member_count = roster_count(txn, id, ROSTER_MEMBERS);
	view->caller = candidate->membership;
	view->caller_known = true;
	return true;
}

static bool add_item(struct txn *txn, const struct candidate *candidate, enum order order, struct page *page)
{
	if (order != ORDER_ID_ASC) {
		return add_view(txn, candidate, page);
	}
	uint64_t *id = page_add_id(page);
	if (id != NULL) {
		*id = candidate->membership.group_id;
	}
	return id != NULL;
}

/* The first candidate of the page. */
static uint64_t find_first(const struct candidates *candidates, const struct listing *listing,
	bool after_given, int (*compare_items)(const void *, const void *))
{
	const struct window window = list_window(listing, after_given);
	if (!after_given) {
		return window.skip < candidates->count ? window.skip : candidates->count;
	}
	struct candidate place = {.membership.group_id = listing->after.id, .order = listing->after.order};
	if (is_by_name(listing->order)) {
		memcpy(place.name, listing->after.name, FOLD_ORDER_SIZE);
	}
	uint64_t first = 0;
	while (first < candidates->count && compare_items(&candidates->items[first], &place) <= 0) {
		first++;
	}
	return first;
}

static void fill_page(struct txn *txn, const struct candidates *candidates, uint64_t first,
	const struct listing *listing, bool after_given, struct page *page)
{
	const struct window window = list_window(listing, after_given);
	uint64_t left = candidates->count - first;
	page->has_more = left > window.take;
	uint64_t count = page->has_more ? window.take : left;
	for (uint64_t i = 0; i < count; i++) {
		if (!add_item(txn, &candidates->items[first + i], listing->order, page)) {
			break;
		}
	}
	if (!list_failed(txn, page) && page->count > 0) {
		const struct candidate *last = &candidates->items[first + page->count - 1];
		list_end(page, listing, after_given, last->order, last->membership.group_id, last->name);
	}
}

void store_list_groups_of_user(struct txn *txn, uint64_t user_id, bool public_only,
	const struct listing *listing, bool after_given, struct page *page)
{
	uint8_t buffer[ID_SIZE];
	const struct walk walk = {
		.table = TABLE_MEMBER,
		.prefix = key_id(buffer, user_id),
		.max = UINT64_MAX,
	};
	struct candidates candidates = {.user_id = user_id};
	page_clear(page);
	(void)txn_walk(txn, &walk, gather, &candidates);
	if (candidates.failed || candidates.damaged) {
		txn_fail(txn, STORE_FAILED);
	}
	judge(txn, &candidates, public_only, listing);
	page->total = candidates.count;
	if (candidates.count > 0 && !list_is_too_long(listing, page)) {
		bool backwards = listing->order == ORDER_NAME_DESC || listing->order == ORDER_CREATED_DESC ||
				 listing->order == ORDER_UPDATED_DESC;
		int (*compare_items)(const void *, const void *) = backwards ? compare_backwards : compare;
		qsort(candidates.items, candidates.count, sizeof *candidates.items, compare_items);
		uint64_t first = find_first(&candidates, listing, after_given, compare_items);
		fill_page(txn, &candidates, first, listing, after_given, page);
	}
	free(candidates.items);
}

struct places {
	struct txn *txn;
	uint32_t members;
	uint32_t max;
};

static bool count_place(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct places *places = context;
	struct membership membership;
	if (!record_read_member(value, &membership)) {
		txn_fail(places->txn, STORE_FAILED);
		return false;
	}
	struct group group;
	if (membership.state == STATE_MEMBER &&
		store_find_group(places->txn, membership.group_id, NULL, &group)) {
		places->members++;
	}
	return places->members < places->max;
}

/* The set's size answers for almost everybody; only whoever has many entries is counted exactly. */
bool store_user_has_room(struct txn *txn, uint64_t user_id, uint32_t max)
{
	uint8_t buffer[ID_SIZE];
	struct bytes key = key_id(buffer, user_id);
	if (txn_count(txn, TABLE_MEMBER, key) < max) {
		return true;
	}
	struct places places = {.txn = txn, .max = max};
	const struct walk walk = {.table = TABLE_MEMBER, .prefix = key, .max = UINT64_MAX};
	(void)txn_walk(txn, &walk, count_place, &places);
	return places.members < max;
}
