/* Lists. A page is compared with the part of the other side's whole list that it should be; each whole is in the order
 * that its own dialect promises, whichever side shows what that goes by. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/compare_inside.h"
#include "migrate/compare_reply.h"
#include "text/check.h"
#include "text/cursor.h"
#include "text/fold.h"

#define OWNER_ROLE "owner"

/* --- orders */

enum key_kind {
	KEY_NONE, /* the order goes by what no reply shows */
	KEY_ID,
	KEY_TIME, /* texts of one length */
	KEY_FOLD,
};

struct list_order {
	enum call_verb verb;
	enum dialect dialect;
	const char *order; /* as it was asked for; NULL: in any other way, or not at all */
	const char *direction;
	enum key_kind kind;
	const char *field;
	bool backwards;
	bool owner_first;
};

/* The first that fits holds. Those of Onezone's lists that are asked for in parts are in the order of joining. */
static const struct list_order ORDERS[] = {
	{CALL_MEMBERS, DIALECT_LEGACY, "member_timestamp", "desc", KEY_TIME, "member_timestamp", true, false},
	{CALL_MEMBERS, DIALECT_LEGACY, "member_timestamp", NULL, KEY_TIME, "member_timestamp", false, false},
	{CALL_MEMBERS, DIALECT_LEGACY, NULL, "desc", KEY_FOLD, "username", true, false},
	{CALL_MEMBERS, DIALECT_LEGACY, NULL, NULL, KEY_FOLD, "username", false, false},
	{CALL_MEMBERS, DIALECT_V3, NULL, NULL, KEY_TIME, "member_timestamp", true, true},
	{CALL_MEMBERS, DIALECT_ONEZONE, NULL, NULL, KEY_ID, "id", false, false},
	{CALL_MY_GROUPS, DIALECT_LEGACY, NULL, NULL, KEY_FOLD, "name", false, false},
	{CALL_MY_GROUPS, DIALECT_V3, "name_desc", NULL, KEY_FOLD, "name", true, false},
	{CALL_MY_GROUPS, DIALECT_V3, "created_at_asc", NULL, KEY_TIME, "timestamp", false, false},
	{CALL_MY_GROUPS, DIALECT_V3, "created_at_desc", NULL, KEY_TIME, "timestamp", true, false},
	{CALL_MY_GROUPS, DIALECT_V3, "updated_at_asc", NULL, KEY_NONE, "", false, false},
	{CALL_MY_GROUPS, DIALECT_V3, "updated_at_desc", NULL, KEY_NONE, "", false, false},
	{CALL_MY_GROUPS, DIALECT_V3, NULL, NULL, KEY_FOLD, "name", false, false},
	{CALL_MY_GROUPS, DIALECT_ONEZONE, NULL, NULL, KEY_ID, "id", false, false},
};
static const struct list_order IN_PARTS[] = {
	{CALL_MEMBERS, DIALECT_ONEZONE, NULL, NULL, KEY_TIME, "member_timestamp", false, false},
	{CALL_MY_GROUPS, DIALECT_ONEZONE, NULL, NULL, KEY_NONE, "", false, false},
};

/* A number that no dialect reads in its own way; 0: it is none. */
static uint64_t plain_number(const struct call *call, enum call_argument argument, uint64_t max)
{
	uint64_t number = 0;
	bool plain = call_has(call, argument) && text_read_id(call->arguments[argument].bytes,
							 call->arguments[argument].length, &number);
	return plain && number <= max ? number : 0;
}

static bool was_asked(const struct call *call, bool own, enum call_argument argument, const char *word)
{
	return word == NULL || (own && call_is(call, argument, word));
}

static const struct list_order *order_of(const struct call *call, const struct side *side, bool own)
{
	bool part = own && (plain_number(call, CALL_PER_PAGE, UINT64_MAX) > 0 || call_has(call, CALL_AFTER));
	if (side->dialect == DIALECT_ONEZONE && part) {
		return &IN_PARTS[call->verb != IN_PARTS[0].verb];
	}
	for (size_t i = 0; i < sizeof ORDERS / sizeof *ORDERS; i++) {
		if (ORDERS[i].verb == call->verb && ORDERS[i].dialect == side->dialect &&
			was_asked(call, own, CALL_ORDER, ORDERS[i].order) &&
			was_asked(call, own, CALL_DIRECTION, ORDERS[i].direction)) {
			return &ORDERS[i];
		}
	}
	return NULL;
}

/* --- keys */

static int compare_ids(struct span a, struct span b)
{
	uint64_t left = 0;
	uint64_t right = 0;
	(void)text_read_id(a.bytes, a.length, &left); /* what is none comes first */
	(void)text_read_id(b.bytes, b.length, &right);
	return (left > right) - (left < right);
}

static int compare_folds(struct span a, struct span b)
{
	uint8_t left[FOLD_ORDER_SIZE];
	uint8_t right[FOLD_ORDER_SIZE];
	bool folded = fold_order(a.bytes, a.length, left) && fold_order(b.bytes, b.length, right);
	return folded ? memcmp(left, right, FOLD_ORDER_SIZE) : 0;
}

static int compare_texts(struct span a, struct span b)
{
	size_t length = a.length < b.length ? a.length : b.length;
	int order = memcmp(a.bytes, b.bytes, length);
	return order != 0 ? order : (a.length > b.length) - (a.length < b.length);
}

/* Two neighbours in a list; `other` is the other side's, for what this one does not show. */
struct neighbours {
	const struct list_order *order;
	const struct flat *list;
	struct flat *other;
	size_t field;
	size_t role;
};

static struct span key_of(const struct neighbours *in, const struct flat_item *item, bool *known)
{
	const struct flat *list = in->list;
	if (!item->values[in->field].given) {
		item = flat_find(in->other, in->list, item);
		list = in->other;
	}
	*known &= item != NULL && item->values[in->field].given;
	return *known ? flat_text(list, item->values[in->field]) : (struct span){"", 0};
}

static bool is_owner(const struct neighbours *in, const struct flat_item *item)
{
	struct span role = flat_text(in->list, item->values[in->role]);
	return in->order->owner_first && span_is(role, OWNER_ROLE);
}

/* Whether the first may stand before the second. */
static bool may_stand_so(
	const struct neighbours *in, const struct flat_item *first, const struct flat_item *second)
{
	bool known = true;
	struct span a = key_of(in, first, &known);
	struct span b = key_of(in, second, &known);
	if (!known) {
		return true;
	}
	if (is_owner(in, first) || is_owner(in, second)) {
		return !is_owner(in, second);
	}
	int order = in->order->kind == KEY_FOLD   ? compare_folds(a, b)
		    : in->order->kind == KEY_TIME ? compare_texts(a, b)
						  : 0;
	if (order == 0) {
		order = compare_ids(
			flat_text(in->list, first->values[0]), flat_text(in->list, second->values[0]));
	}
	return in->order->backwards ? order > 0 : order < 0;
}

static void check_order(enum noun noun, const struct list_order *order, const struct flat *list,
	struct flat *other, bool reversed, struct differences *found)
{
	struct neighbours in = {.order = order, .list = list, .other = other};
	if (order == NULL || order->kind == KEY_NONE) {
		return;
	}
	in.field = flat_field_named(noun, order->field);
	in.role = noun == NOUN_MEMBER ? flat_field_named(noun, "role") : 0;
	for (size_t i = 1; i < list->count; i++) {
		const struct flat_item *first = &list->items[i - 1];
		char shown[COMPARE_SHOWN_SIZE];
		if (!may_stand_so(&in, first, &list->items[i])) {
			const char *id = compare_show(list, first->values[0], shown);
			compare_add(found, DIFFERENCE_FIELD, "order", reversed ? NULL : id,
				reversed ? id : NULL, false);
			return; /* told once */
		}
	}
}

/* --- parts and wholes */

static struct flat *whole_of(struct side *side)
{
	return side->whole_is_read ? &side->whole : &side->flat;
}

static void tell_item(enum noun noun, const char *what, const struct flat *list, const struct flat_item *item,
	bool reversed, struct differences *found)
{
	char path[COMPARE_PATH_SIZE];
	char shown[COMPARE_SHOWN_SIZE];
	const char *id = compare_show(list, item->values[0], shown);
	(void)snprintf(path, sizeof path, "%s[]%s", noun_name(noun), what);
	compare_add(
		found, DIFFERENCE_FIELD, path, reversed ? NULL : id, reversed ? id : NULL, false);
}

/* What only one of two lists has, of which the other is complete. */
static void tell_missing(
	enum noun noun, const struct flat *has, struct flat *other, bool reversed, struct differences *found)
{
	for (size_t i = 0; other->complete && i < has->count; i++) {
		if (flat_find(other, has, &has->items[i]) == NULL) {
			tell_item(noun, "", has, &has->items[i], reversed, found);
		}
	}
}

#define PLAIN_PER_PAGE_MAX 100
#define PLAIN_PAGE_MAX 1000000

bool compare_refuses_part(const struct call *call, const struct side *side)
{
	static const struct {
		const char *name;
		enum call_argument argument;
		uint64_t plain_max; /* no number up to here may be refused */
	} parts[] = {
		{"page", CALL_PAGE, PLAIN_PAGE_MAX},
		{"per", CALL_PER_PAGE, PLAIN_PER_PAGE_MAX},
		{"limit", CALL_PER_PAGE, PLAIN_PER_PAGE_MAX},
		{"after", CALL_AFTER, 0},
		{"sort", CALL_ORDER, 0},
	};
	char field[REFUSED_FIELD_SIZE];
	if (compare_list_of(call->verb) == NOUN_NONE || !compare_refused_field(side, field)) {
		return false;
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (strcmp(parts[i].name, field) == 0) {
			return plain_number(call, parts[i].argument, parts[i].plain_max) == 0;
		}
	}
	return false;
}

static void tell_place(const char *path, size_t is, size_t should, struct differences *found)
{
	char left[COMPARE_PATH_SIZE];
	char right[COMPARE_PATH_SIZE];
	(void)snprintf(left, sizeof left, "%zu", is);
	(void)snprintf(right, sizeof right, "%zu", should);
	compare_add(found, DIFFERENCE_FIELD, path, left, right, false);
}

/* Where the cursor that the call came with says that the page begins: behind its item, where that still is; else the
 * page may begin anywhere, so as it does. */
static size_t start_behind_cursor(const struct call *call, const struct side *own, size_t otherwise)
{
	struct request asked = {
		.operation = call->verb == CALL_MEMBERS ? OPERATION_MEMBER_LIST : OPERATION_USER_GROUPS};
	struct cursor cursor;
	bool read = false;
	for (unsigned order = 0; !read && order < ORDER_COUNT; order++) {
		asked.listing.order = (enum order)order;
		read = text_cursor_read(&asked, call->arguments[CALL_AFTER].bytes,
			call->arguments[CALL_AFTER].length, &cursor);
	}
	for (size_t i = 0; read && i < own->whole.count; i++) {
		uint64_t id = 0;
		struct span text = flat_text(&own->whole, own->whole.items[i].values[0]);
		if (text_read_id(text.bytes, text.length, &id) && id == cursor.id) {
			return i + 1;
		}
	}
	return otherwise;
}

/* The page that was asked for lies in its whole list without a gap, where its number says, and ends where that ends or
 * says that it goes on. */
static void check_part(const struct call *call, struct side *own, struct differences *found)
{
	const struct flat *part = &own->flat;
	struct flat *whole = &own->whole;
	uint64_t page = plain_number(call, CALL_PAGE, PLAIN_PAGE_MAX);
	uint64_t size = plain_number(call, CALL_PER_PAGE, PLAIN_PER_PAGE_MAX);
	const struct flat_item *first = part->count > 0 ? flat_find(whole, part, part->items) : NULL;
	size_t start = first != NULL ? (size_t)(first - whole->items) : whole->count;
	size_t due = call_has(call, CALL_AFTER)         ? start_behind_cursor(call, own, start)
		     : page == 0 || size == 0           ? start
		     : (page - 1) * size < whole->count ? (size_t)((page - 1) * size)
							: whole->count;
	if (start != due) {
		tell_place("place of the page", start, due, found);
	}
	for (size_t i = 0; i < part->count; i++) {
		bool there = start + i < whole->count &&
			     flat_is_equal(part, part->items[i].values[0], whole, whole->items[start + i].values[0]);
		if (!there) {
			tell_place("end of the page", i, part->count, found);
			return;
		}
	}
	bool ends = part->count == 0 || start + part->count == whole->count;
	if (ends != part->complete) {
		compare_add(found, DIFFERENCE_FIELD, "next page", part->complete ? "none" : "there is one",
			ends ? "none" : "there is one", false);
	}
}

/* The number of all, where a side says it, against the items of the other. */
static void check_total(const struct flat *says, const struct flat *has, bool reversed, struct differences *found)
{
	char total[COMPARE_SHOWN_SIZE];
	char count[COMPARE_SHOWN_SIZE];
	const char *said = compare_show(says, says->total, total);
	(void)snprintf(count, sizeof count, "%zu", has->count);
	if (said != NULL && has->complete && strcmp(said, count) != 0) {
		compare_add(found, DIFFERENCE_FIELD, "total_count", reversed ? count : said,
			reversed ? said : count, false);
	}
}

static void check_wholes(enum noun noun, const struct call *call, struct side *left, struct side *right,
	struct differences *found)
{
	struct flat *own = whole_of(left);
	struct flat *other = whole_of(right);
	const struct flat_item *twice = flat_find_repeated(own);
	const struct flat_item *other_twice = flat_find_repeated(other);
	if (twice != NULL) {
		tell_item(noun, " twice", own, twice, false, found);
	}
	if (other_twice != NULL) {
		tell_item(noun, " twice", other, other_twice, true, found);
	}
	tell_missing(noun, own, other, false, found);
	tell_missing(noun, other, own, true, found);
	check_order(noun, order_of(call, left, true), own, other, false, found);
	check_order(noun, order_of(call, right, false), other, own, true, found);
	check_total(&left->flat, other, false, found);
	check_total(&right->flat, own, true, found);
}

void compare_lists(enum noun noun, const struct call *call, struct side *left, struct side *right,
	struct differences *found)
{
	char path[COMPARE_PATH_SIZE];
	struct flat *other = call == NULL ? &right->flat : whole_of(right);
	(void)snprintf(path, sizeof path, "%s[]", noun_name(noun));
	for (size_t i = 0; i < left->flat.count; i++) {
		const struct flat_item *item = &left->flat.items[i];
		const struct flat_item *same = flat_find(other, &left->flat, item);
		if (same != NULL) {
			compare_items(noun, path, left, &left->flat, item, right, other, same, found);
		}
	}
	if (call == NULL) {
		return; /* two runs of one side differ in any byte, which is told */
	}
	check_wholes(noun, call, left, right, found);
	if (left->whole_is_read && left->whole.complete) {
		check_part(call, left, found);
	}
}
