/* The members of a group, in each documented order. A page costs its own entries and a skip of pages of
 * entries, wherever in a list of a million it lies. */
#include <stdlib.h>
#include <string.h>

#include "model/limits.h"
#include "store/list.h"
#include "store/member.h"

/* Above any time: the place of the owner in a list that begins with the owner. */
#define ORDER_OF_OWNER UINT64_MAX

struct gathering {
	struct places *places;
	uint64_t but_not; /* a person who is left out */
};

static bool gather_by_time(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct gathering *gathering = context;
	struct roster_entry entry = roster_entry_read(value);
	return entry.id == gathering->but_not ||
	       places_add(gathering->places, &(struct place){.order = entry.order, .id = entry.id});
}

static bool gather_by_name(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	const uint8_t *bytes = value.data;
	struct place place = {.id = key_read_u64(bytes + FOLD_ORDER_SIZE)};
	memcpy(place.name, bytes, FOLD_ORDER_SIZE);
	return places_add(context, &place);
}

static bool add_member(struct txn *txn, uint64_t group_id, uint64_t user_id, struct page *page)
{
	struct member_view *view = page_add_member(page);
	if (view == NULL) {
		return false;
	}
	view->membership = member_read(txn, group_id, user_id);
	return store_find_user(txn, user_id, &page->texts, &view->user) &&
	       view->membership.state == STATE_MEMBER;
}

static void list_oldest_first(const struct list *list, const struct group *group)
{
	(void)group;
	list_set(list, &(struct list_set){.roster = ROSTER_MEMBERS});
}

static void list_newest_first(const struct list *list, const struct group *group)
{
	(void)group;
	list_set(list, &(struct list_set){.roster = ROSTER_MEMBERS, .backwards = true});
}

/* Skips one entry more when the owner, who is shown elsewhere, stands at or before the first of them. */
static void shift_for_owner(struct txn *txn, const struct membership *owner, uint64_t *skip)
{
	struct key key = roster_key(owner->group_id, ROSTER_MEMBERS);
	struct places first = {0};
	struct gathering gathering = {.places = &first};
	const struct walk walk = {
		.table = TABLE_ROSTER,
		.prefix = key_bytes(&key),
		.backwards = true,
		.skip = *skip,
		.max = 1,
	};
	(void)txn_walk(txn, &walk, gather_by_time, &gathering);
	uint64_t since = roster_order(owner->since);
	if (first.count > 0 && (since > first.items[0].order ||
				       (since == first.items[0].order && owner->user_id >= first.items[0].id))) {
		++*skip;
	}
	if (first.failed) {
		txn_fail(txn, STORE_FAILED);
	}
	places_finish(&first);
}

/* The others newest first: where they begin on this page, and two more than fit, of whom one may be the owner
 * and the other says that there is more. */
static void gather_others(
	const struct list *list, const struct membership *owner, uint64_t skip, struct places *places)
{
	struct key key = roster_key(list->of, ROSTER_MEMBERS);
	uint8_t from[ROSTER_ENTRY_SIZE];
	struct gathering gathering = {.places = places, .but_not = owner->user_id};
	struct walk walk = {
		.table = TABLE_ROSTER,
		.prefix = key_bytes(&key),
		.backwards = true,
		.skip = skip,
		.max = (uint64_t)list_window(list->listing, list->after_given).take + 2,
	};
	if (list->after_given) {
		const struct cursor *after = &list->listing->after;
		roster_entry_write(from, (struct roster_entry){.order = after->order, .id = after->id});
		if (!list_step(from, sizeof from, true)) {
			return;
		}
		walk.from = (struct bytes){.data = from, .size = sizeof from};
	}
	(void)txn_walk(list->txn, &walk, gather_by_time, &gathering);
}

/* The owner, then the others newest first. In the newest-first list the others on this page begin one
 * item earlier than the page does, and one further if the owner's entry is at or before that place. */
static void list_owner_first(const struct list *list, const struct group *group)
{
	const struct membership owner = member_read(list->txn, group->id, group->owner_id);
	if (owner.state != STATE_MEMBER) {
		list_newest_first(list, group);
		return;
	}
	struct places places = {0};
	uint64_t skip = list_window(list->listing, list->after_given).skip;
	if (!list->after_given && skip == 0) {
		(void)places_add(&places,
			&(struct place){.order = ORDER_OF_OWNER, .id = owner.user_id}); /* or it has failed */
	} else if (!list->after_given) {
		skip--;
		shift_for_owner(list->txn, &owner, &skip);
	}
	gather_others(list, &owner, skip, &places);
	list_show(list, &places);
	places_finish(&places);
}

/* A group without a roster by name: all of it is read and sorted. */
static void list_small(const struct list *list, bool backwards)
{
	struct key key = roster_key(list->of, ROSTER_MEMBERS);
	const struct walk walk = {.table = TABLE_ROSTER, .prefix = key_bytes(&key), .max = UINT64_MAX};
	struct places places = {0};
	struct gathering gathering = {.places = &places};
	(void)txn_walk(list->txn, &walk, gather_by_time, &gathering);
	for (uint64_t i = 0; i < places.count; i++) {
		struct user user = {0};
		(void)store_find_user(list->txn, places.items[i].id, NULL, &user); /* adding to the page judges it */
		memcpy(places.items[i].name, user.username_order, FOLD_ORDER_SIZE);
		places.items[i].order = 0;
	}
	list_cut(list, &places, backwards);
	places_finish(&places);
}

/* A group with a roster by name. */
static void list_large(const struct list *list, bool backwards)
{
	const struct window window = list_window(list->listing, list->after_given);
	uint8_t buffer[ID_SIZE];
	uint8_t from[ROSTER_NAME_ENTRY_SIZE];
	struct walk walk = {
		.table = TABLE_ROSTER_NAME,
		.prefix = key_id(buffer, list->of),
		.backwards = backwards,
		.skip = window.skip,
		.max = (uint64_t)window.take + 1,
	};
	if (list->after_given) {
		roster_name_entry_write(from, list->listing->after.name, list->listing->after.id);
		if (!list_step(from, sizeof from, backwards)) {
			return;
		}
		walk.from = (struct bytes){.data = from, .size = sizeof from};
	}
	struct places places = {0};
	(void)txn_walk(list->txn, &walk, gather_by_name, &places);
	list_show(list, &places);
	places_finish(&places);
}

static void list_by_name(const struct list *list, bool backwards)
{
	if (roster_name_stands(list->txn, list->of)) {
		list_large(list, backwards);
	} else {
		list_small(list, backwards);
	}
}

static void list_a_to_z(const struct list *list, const struct group *group)
{
	(void)group;
	list_by_name(list, false);
}

static void list_z_to_a(const struct list *list, const struct group *group)
{
	(void)group;
	list_by_name(list, true);
}

static int compare_ids(const void *left, const void *right)
{
	const uint64_t *a = left;
	const uint64_t *b = right;
	return (*a > *b) - (*a < *b);
}

/* Complete: ascending. A part of the list is in the order of joining, the only one that is indexed. */
static void list_ids(const struct list *list, const struct group *group)
{
	struct list ids = *list;
	ids.add = list_add_id;
	list_oldest_first(&ids, group);
	if (!list->page->failed && list->page->count > 0 && list->listing->per_page == 0) {
		qsort(list->page->ids, list->page->count, sizeof *list->page->ids, compare_ids);
	}
}

void store_list_members(struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	static void (*const list_in_order[ORDER_COUNT])(const struct list *, const struct group *) = {
		[ORDER_DEFAULT] = list_owner_first,
		[ORDER_NAME_ASC] = list_a_to_z,
		[ORDER_NAME_DESC] = list_z_to_a,
		[ORDER_CREATED_ASC] = list_oldest_first,
		[ORDER_CREATED_DESC] = list_newest_first,
		[ORDER_UPDATED_ASC] = list_oldest_first,
		[ORDER_UPDATED_DESC] = list_newest_first,
		[ORDER_ID_ASC] = list_ids,
	};
	const struct list list = {
		.txn = txn,
		.of = group->id,
		.add = add_member,
		.listing = listing,
		.after_given = after_given,
		.page = page,
	};
	page_clear(page);
	page->total = store_count_members(txn, group->id);
	if (page->total > 0 && !list_is_too_long(listing, page)) {
		list_in_order[listing->order](&list, group);
	}
}
