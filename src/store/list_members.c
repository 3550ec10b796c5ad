/* The members of a group, in each documented order. A page costs its own entries and a skip of pages of
 * entries, wherever in a list of a million it lies. */
#include <stdlib.h>
#include <string.h>

#include "model/limits.h"
#include "store/list.h"
#include "store/member.h"
#include "store/roster.h"

/* Above any time: the place of the owner in a list that begins with the owner. */
#define ORDER_OF_OWNER UINT64_MAX

/* A person and a place in the order. */
struct placed {
	uint64_t order;
	uint64_t id;
	uint8_t name[FOLD_ORDER_SIZE];
};

struct gathered {
	struct placed *items;
	uint32_t count;
	uint32_t capacity;
	uint64_t but_not; /* a person who is left out */
};

static bool gather_by_time(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct gathered *gathered = context;
	struct roster_entry entry = roster_entry_read(value);
	if (entry.id != gathered->but_not) {
		gathered->items[gathered->count++] = (struct placed){.order = entry.order, .id = entry.id};
	}
	return gathered->count < gathered->capacity;
}

static bool gather_by_name(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct gathered *gathered = context;
	const uint8_t *bytes = value.data;
	struct placed *placed = &gathered->items[gathered->count++];
	*placed = (struct placed){.id = key_read_u64(bytes + FOLD_ORDER_SIZE)};
	memcpy(placed->name, bytes, FOLD_ORDER_SIZE);
	return gathered->count < gathered->capacity;
}

/* Room for a page, one more to see whether there is more, and one that may be left out. */
static bool gathered_init(
	struct txn *txn, struct gathered *gathered, const struct window *window, uint64_t total)
{
	uint64_t most = window->take < total ? window->take : total;
	*gathered = (struct gathered){.capacity = (uint32_t)most + 2};
	gathered->items = calloc(gathered->capacity, sizeof *gathered->items);
	if (gathered->items == NULL) {
		txn_fail(txn, STORE_FAILED);
	}
	return gathered->items != NULL;
}

static bool add_member(struct txn *txn, uint64_t group_id, uint64_t user_id, struct page *page)
{
	struct member_view *view = page_add_member(page);
	if (view == NULL) {
		return false;
	}
	view->membership = member_read(txn, group_id, user_id);
	if (!store_find_user(txn, user_id, &page->texts, &view->user) ||
		view->membership.state != STATE_MEMBER) {
		txn_fail(txn, STORE_FAILED); /* the list names somebody who is not there */
		return false;
	}
	return true;
}

static void fill_page(struct txn *txn, uint64_t group_id, const struct gathered *gathered,
	const struct window *window, struct page *page)
{
	page->has_more = gathered->count > window->take;
	uint32_t count = page->has_more ? window->take : gathered->count;
	for (uint32_t i = 0; i < count; i++) {
		if (!add_member(txn, group_id, gathered->items[i].id, page)) {
			break;
		}
	}
	(void)list_failed(txn, page); /* store_end says so */
}

static void finish_page(
	const struct gathered *gathered, const struct listing *listing, bool after_given, struct page *page)
{
	if (page->count > 0) {
		const struct placed *last = &gathered->items[page->count - 1];
		list_end(page, listing, after_given, last->order, last->id, last->name);
	}
}

/* Entries of the list of members from the window on, in order of time. */
static void gather_times(struct txn *txn, uint64_t group_id, const struct window *window, bool backwards,
	const struct cursor *after, struct gathered *gathered)
{
	struct key key = roster_key(group_id, ROSTER_MEMBERS);
	uint8_t from[ROSTER_ENTRY_SIZE];
	struct walk walk = {
		.table = TABLE_ROSTER,
		.prefix = key_bytes(&key),
		.backwards = backwards,
		.skip = window->skip,
		.max = (uint64_t)window->take + 2,
	};
	if (after != NULL) {
		roster_entry_write(from, (struct roster_entry){.order = after->order, .id = after->id});
		if (!list_step(from, sizeof from, backwards)) {
			return;
		}
		walk.from = (struct bytes){.data = from, .size = sizeof from};
	}
	(void)txn_walk(txn, &walk, gather_by_time, gathered);
}

static void list_by_time(struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, bool backwards, struct page *page)
{
	const struct window window = list_window(listing, after_given);
	struct gathered gathered;
	if (!gathered_init(txn, &gathered, &window, page->total)) {
		return;
	}
	const struct cursor *after = after_given ? &listing->after : NULL;
	gather_times(txn, group->id, &window, backwards, after, &gathered);
	fill_page(txn, group->id, &gathered, &window, page);
	finish_page(&gathered, listing, after_given, page);
	free(gathered.items);
}

static void list_oldest_first(struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	list_by_time(txn, group, listing, after_given, false, page);
}

static void list_newest_first(struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	list_by_time(txn, group, listing, after_given, true, page);
}

/* Drops the first entry when the owner, who was taken out of the list, stood at or before it. */
static void shift_for_owner(struct txn *txn, const struct membership *owner, struct window *window)
{
	struct key key = roster_key(owner->group_id, ROSTER_MEMBERS);
	struct placed first;
	struct gathered gathered = {.items = &first, .capacity = 1};
	const struct walk walk = {
		.table = TABLE_ROSTER,
		.prefix = key_bytes(&key),
		.backwards = true,
		.skip = window->skip,
		.max = 1,
	};
	if (txn_walk(txn, &walk, gather_by_time, &gathered) == 0) {
		return;
	}
	uint64_t since = roster_order(owner->since);
	if (since > first.order || (since == first.order && owner->user_id >= first.id)) {
		window->skip++;
	}
}

/* The owner, then the others newest first. In the newest-first list the others on this page begin one
 * item earlier than the page does, and one further if the owner's entry is at or before that place. */
static void list_owner_first(struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	const struct membership owner = member_read(txn, group->id, group->owner_id);
	if (owner.state != STATE_MEMBER) {
		list_newest_first(txn, group, listing, after_given, page);
		return;
	}
	const struct window window = list_window(listing, after_given);
	struct gathered gathered;
	if (!gathered_init(txn, &gathered, &window, page->total)) {
		return;
	}
	struct window others = window;
	gathered.but_not = owner.user_id;
	if (!after_given && window.skip == 0) {
		gathered.items[gathered.count++] =
			(struct placed){.order = ORDER_OF_OWNER, .id = owner.user_id};
	} else if (!after_given) {
		others.skip--;
		shift_for_owner(txn, &owner, &others);
	}
	const struct cursor *after = after_given ? &listing->after : NULL;
	gather_times(txn, group->id, &others, true, after, &gathered);
	fill_page(txn, group->id, &gathered, &window, page);
	finish_page(&gathered, listing, after_given, page);
	free(gathered.items);
}

static int compare_names(const void *left, const void *right)
{
	const struct placed *a = left;
	const struct placed *b = right;
	int order = memcmp(a->name, b->name, FOLD_ORDER_SIZE);
	return order != 0 ? order : (a->id > b->id) - (a->id < b->id);
}

static int compare_names_backwards(const void *left, const void *right)
{
	return compare_names(right, left);
}

/* A group without a roster by name: all of it is read and sorted. */
static void gather_small(struct txn *txn, uint64_t group_id, bool backwards, struct gathered *gathered)
{
	const struct window all = {.take = gathered->capacity};
	gather_times(txn, group_id, &all, false, NULL, gathered);
	for (uint32_t i = 0; i < gathered->count; i++) {
		struct user user = {0};
		(void)store_find_user(
			txn, gathered->items[i].id, NULL, &user); /* adding to the page judges it */
		memcpy(gathered->items[i].name, user.username_order, FOLD_ORDER_SIZE);
		gathered->items[i].order = 0;
	}
	qsort(gathered->items, gathered->count, sizeof *gathered->items,
		backwards ? compare_names_backwards : compare_names);
}

/* Cuts the page, and one item more, out of the sorted whole. */
static void cut(
	struct gathered *gathered, const struct window *window, bool backwards, const struct cursor *after)
{
	uint64_t first = window->skip < gathered->count ? window->skip : gathered->count;
	if (after != NULL) {
		struct placed place = {.id = after->id};
		memcpy(place.name, after->name, FOLD_ORDER_SIZE);
		int (*compare)(const void *, const void *) =
			backwards ? compare_names_backwards : compare_names;
		for (first = 0; first < gathered->count; first++) {
			if (compare(&gathered->items[first], &place) > 0) {
				break;
			}
		}
	}
	gathered->count -= (uint32_t)first;
	memmove(gathered->items, gathered->items + first, gathered->count * sizeof *gathered->items);
}

/* A group with a roster by name. */
static void gather_large(struct txn *txn, uint64_t group_id, const struct window *window, bool backwards,
	const struct cursor *after, struct gathered *gathered)
{
	uint8_t buffer[ID_SIZE];
	uint8_t from[ROSTER_NAME_ENTRY_SIZE];
	struct walk walk = {
		.table = TABLE_ROSTER_NAME,
		.prefix = key_id(buffer, group_id),
		.backwards = backwards,
		.skip = window->skip,
		.max = (uint64_t)window->take + 1,
	};
	if (after != NULL) {
		roster_name_entry_write(from, after->name, after->id);
		if (!list_step(from, sizeof from, backwards)) {
			return;
		}
		walk.from = (struct bytes){.data = from, .size = sizeof from};
	}
	(void)txn_walk(txn, &walk, gather_by_name, gathered);
}

static void list_by_name(struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, bool backwards, struct page *page)
{
	const struct window window = list_window(listing, after_given);
	const struct window whole = {.take = COMPLETE_LIST_MAX};
	bool large = roster_name_stands(txn, group->id);
	struct gathered gathered;
	if (!gathered_init(txn, &gathered, large ? &window : &whole, page->total)) {
		return;
	}
	const struct cursor *after = after_given ? &listing->after : NULL;
	if (large) {
		gather_large(txn, group->id, &window, backwards, after, &gathered);
	} else {
		gather_small(txn, group->id, backwards, &gathered);
		cut(&gathered, &window, backwards, after);
	}
	fill_page(txn, group->id, &gathered, &window, page);
	finish_page(&gathered, listing, after_given, page);
	free(gathered.items);
}

static void list_a_to_z(struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	list_by_name(txn, group, listing, after_given, false, page);
}

static void list_z_to_a(struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	list_by_name(txn, group, listing, after_given, true, page);
}

static int compare_ids(const void *left, const void *right)
{
	const uint64_t *a = left;
	const uint64_t *b = right;
	return (*a > *b) - (*a < *b);
}

/* Complete: ascending. A part of the list is in the order of joining, the only one that is indexed. */
static void list_ids(struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	const struct window window = list_window(listing, after_given);
	struct gathered gathered;
	if (!gathered_init(txn, &gathered, &window, page->total)) {
		return;
	}
	gather_times(txn, group->id, &window, false, after_given ? &listing->after : NULL, &gathered);
	page->has_more = gathered.count > window.take;
	uint32_t count = page->has_more ? window.take : gathered.count;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t *id = page_add_id(page);
		if (id == NULL) {
			break;
		}
		*id = gathered.items[i].id;
	}
	finish_page(&gathered, listing, after_given, page);
	if (!list_failed(txn, page) && page->count > 0 && listing->per_page == 0) {
		qsort(page->ids, page->count, sizeof *page->ids, compare_ids);
	}
	free(gathered.items);
}

void store_list_members(struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	static void (*const list[ORDER_COUNT])(
		struct txn *, const struct group *, const struct listing *, bool, struct page *) = {
		[ORDER_DEFAULT] = list_owner_first,
		[ORDER_NAME_ASC] = list_a_to_z,
		[ORDER_NAME_DESC] = list_z_to_a,
		[ORDER_CREATED_ASC] = list_oldest_first,
		[ORDER_CREATED_DESC] = list_newest_first,
		[ORDER_UPDATED_ASC] = list_oldest_first,
		[ORDER_UPDATED_DESC] = list_newest_first,
		[ORDER_ID_ASC] = list_ids,
	};
	page_clear(page);
	page->total = store_count_members(txn, group->id);
	if (!list_is_too_long(listing, page)) {
		list[listing->order](txn, group, listing, after_given, page);
	}
}
