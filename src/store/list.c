/* Windows, cursors, and the two kinds of lists: those that are a set of rows, of which only the page is
 * read, and those that are gathered, sorted and cut. */
#include "store/list.h"

#include <stdlib.h>
#include <string.h>

#include "model/limits.h"
#include "store/chore.h"
#include "store/record.h"

#define PLACES_FIRST 64

bool places_add(struct places *places, const struct place *place)
{
	if (places->count == places->capacity) {
		uint64_t capacity = places->capacity == 0 ? PLACES_FIRST : 2 * places->capacity;
		struct place *grown = reallocarray(places->items, capacity, sizeof *grown);
		if (grown == NULL) {
			places->failed = true;
			return false;
		}
		places->items = grown;
		places->capacity = capacity;
	}
	places->items[places->count++] = *place;
	return true;
}

struct gathering {
	struct txn *txn;
	enum state state;
	place_judge *judge;
	const void *context;
	struct places *places;
};

static bool gather_group(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct gathering *gathering = context;
	struct membership membership;
	struct group group;
	if (!record_read_member(value, &membership)) {
		gathering->places->failed = true;
		return false;
	}
	if (membership.state != gathering->state ||
		!store_find_group(gathering->txn, membership.group_id, NULL, &group)) {
		return true;
	}
	struct place place = {.order = roster_order(membership.since), .id = membership.group_id};
	if (gathering->judge != NULL && !gathering->judge(gathering->context, &group, &place)) {
		return true;
	}
	return places_add(gathering->places, &place);
}

void places_add_groups(struct txn *txn, const struct membership *sought, place_judge *judge, const void *context,
	struct places *places)
{
	uint8_t buffer[ID_SIZE];
	const struct walk walk = {
		.table = TABLE_MEMBER, .prefix = key_id(buffer, sought->user_id), .max = UINT64_MAX};
	struct gathering gathering = {
		.txn = txn, .state = sought->state, .judge = judge, .context = context, .places = places};
	(void)txn_walk(txn, &walk, gather_group, &gathering);
}

static int compare(const void *left, const void *right)
{
	const struct place *a = left;
	const struct place *b = right;
	int names = memcmp(a->name, b->name, FOLD_ORDER_SIZE);
	if (names != 0) {
		return names;
	}
	if (a->order != b->order) {
		return a->order < b->order ? -1 : 1;
	}
	return (a->id > b->id) - (a->id < b->id);
}

static int compare_backwards(const void *left, const void *right)
{
	return compare(right, left);
}

void places_sort(struct places *places, bool backwards)
{
	if (places->count > 0) {
		qsort(places->items, places->count, sizeof *places->items,
			backwards ? compare_backwards : compare);
	}
}

void places_finish(struct places *places)
{
	free(places->items);
	*places = (struct places){0};
}

struct window list_window(const struct listing *listing, bool after_given)
{
	uint32_t take = listing->per_page;
	if (take == 0 || take > COMPLETE_LIST_MAX) {
		take = COMPLETE_LIST_MAX;
	}
	uint64_t before = after_given || listing->page == 0 ? 0 : listing->page - 1;
	return (struct window){.skip = before > UINT64_MAX / take ? UINT64_MAX : before * take, .take = take};
}

bool list_step(uint8_t *bytes, size_t size, bool backwards)
{
	const uint8_t wraps = backwards ? 0x00 : 0xff;
	for (size_t i = size; i-- > 0;) {
		bool carries = bytes[i] == wraps;
		bytes[i] = (uint8_t)(backwards ? bytes[i] - 1 : bytes[i] + 1);
		if (!carries) {
			return true;
		}
	}
	return false;
}

bool list_is_too_long(const struct listing *listing, struct page *page)
{
	page->too_long = listing->per_page == 0 && page->total > COMPLETE_LIST_MAX;
	return page->too_long;
}

bool list_add_id(struct txn *txn, uint64_t of, uint64_t id, struct page *page)
{
	(void)txn;
	(void)of;
	uint64_t *added = page_add_id(page);
	if (added != NULL) {
		*added = id;
	}
	return added != NULL;
}

/* Notes where the page ends, so that the next one can go on there. */
static void end_page(const struct list *list, const struct place *last)
{
	uint64_t ordinal = (list->after_given ? list->listing->after.ordinal : list->listing->page) + 1;
	list->page->last = (struct cursor){
		.ordinal = ordinal > UINT32_MAX ? UINT32_MAX : (uint32_t)ordinal,
		.of = list->of,
		.order = last->order,
		.id = last->id,
	};
	memcpy(list->page->last.name, last->name, FOLD_ORDER_SIZE);
}

/* True: the transaction has failed. */
static bool has_failed(const struct list *list, const struct places *places)
{
	list->page->failed |= list->page->texts.failed || places->failed;
	if (list->page->failed) {
		txn_fail(list->txn, STORE_FAILED);
	}
	return list->page->failed;
}

void list_show(const struct list *list, const struct places *places)
{
	const struct window window = list_window(list->listing, list->after_given);
	list->page->has_more = places->count > window.take;
	uint64_t count = list->page->has_more ? window.take : places->count;
	for (uint64_t i = 0; i < count; i++) {
		if (!list->add(list->txn, list->of, places->items[i].id, list->page)) {
			txn_fail(list->txn, STORE_FAILED);
			break;
		}
	}
	if (!has_failed(list, places) && list->page->count > 0) {
		end_page(list, &places->items[list->page->count - 1]);
	}
}

/* How many of the sorted places come before the page. */
static uint64_t count_before(const struct list *list, const struct places *places, bool backwards)
{
	if (!list->after_given) {
		uint64_t skip = list_window(list->listing, false).skip;
		return skip < places->count ? skip : places->count;
	}
	const struct cursor *after = &list->listing->after;
	struct place place = {.order = after->order, .id = after->id};
	memcpy(place.name, after->name, FOLD_ORDER_SIZE);
	int (*compare_places)(const void *, const void *) = backwards ? compare_backwards : compare;
	uint64_t before = 0;
	while (before < places->count && compare_places(&places->items[before], &place) <= 0) {
		before++;
	}
	return before;
}

void list_cut(const struct list *list, struct places *places, bool backwards)
{
	list->page->total = places->count;
	if (list_is_too_long(list->listing, list->page)) {
		return;
	}
	places_sort(places, backwards);
	uint64_t before = count_before(list, places, backwards);
	const struct places behind = {
		.items = before < places->count ? places->items + before : NULL,
		.count = places->count - before,
		.failed = places->failed,
	};
	list_show(list, &behind);
}

static bool gather_entry(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct roster_entry entry = roster_entry_read(value);
	return places_add(context, &(struct place){.order = entry.order, .id = entry.id});
}

struct hidden {
	uint64_t to;
	uint64_t count;
};

static bool count_hidden(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct hidden *hidden = context;
	bool is_hidden = roster_entry_read(value).order <= hidden->to;
	hidden->count += is_hidden;
	return is_hidden;
}

/* Hidden entries are the first of the set. */
static uint64_t count_shown(const struct list *list, const struct list_set *set)
{
	struct key key = roster_key(list->of, set->roster);
	const struct walk walk = {.table = TABLE_ROSTER, .prefix = key_bytes(&key), .max = UINT64_MAX};
	struct hidden hidden = {.to = set->hidden_to};
	uint64_t count = roster_count(list->txn, list->of, set->roster);
	if (set->hidden_to > 0 && count > 0) {
		(void)txn_walk(list->txn, &walk, count_hidden, &hidden);
	}
	return count - hidden.count;
}

/* The first entry that the page may show. False: there is none. */
static bool find_start(const struct list *list, const struct list_set *set, uint8_t from[ROSTER_ENTRY_SIZE],
	bool *from_start)
{
	const struct cursor *after = &list->listing->after;
	*from_start = !list->after_given && set->hidden_to == 0;
	if (list->after_given && (set->hidden_to == 0 || after->order > set->hidden_to)) {
		roster_entry_write(from, (struct roster_entry){.order = after->order, .id = after->id});
		return list_step(from, ROSTER_ENTRY_SIZE, set->backwards);
	}
	roster_entry_write(from, (struct roster_entry){.order = set->hidden_to, .id = UINT64_MAX});
	return list_step(from, ROSTER_ENTRY_SIZE, false);
}

void list_set(const struct list *list, const struct list_set *set)
{
	uint8_t from[ROSTER_ENTRY_SIZE];
	bool from_start;
	page_clear(list->page);
	if (chore_stands_for(list->txn, list->of)) {
		return;
	}
	list->page->total = count_shown(list, set);
	if (list_is_too_long(list->listing, list->page) || !find_start(list, set, from, &from_start)) {
		return;
	}
	const struct window window = list_window(list->listing, list->after_given);
	struct key key = roster_key(list->of, set->roster);
	const struct walk walk = {
		.table = TABLE_ROSTER,
		.prefix = key_bytes(&key),
		.from = from_start ? NO_BYTES : (struct bytes){.data = from, .size = sizeof from},
		.backwards = set->backwards,
		.skip = window.skip,
		.max = (uint64_t)window.take + 1,
	};
	struct places places = {0};
	(void)txn_walk(list->txn, &walk, gather_entry, &places);
	list_show(list, &places);
	places_finish(&places);
}
