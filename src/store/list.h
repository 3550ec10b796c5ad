/* What the lists share: which part of a list is asked for, and how a page is filled with it. Private to
 * store/. */
#ifndef STORE_LIST_H
#define STORE_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "store/roster.h"
#include "store/txn.h"

/* An item's place in the order of its list. */
struct place {
	uint64_t order; /* a time; 0 in orders by name, and of all ids */
	uint64_t id;
	uint8_t name[FOLD_ORDER_SIZE]; /* zero in orders by time */
};

/* Places in the memory of the caller, who calls places_finish. */
struct places {
	struct place *items;
	uint64_t count;
	uint64_t capacity;
	bool failed; /* out of memory, or a row that cannot be read */
};

/* False: out of memory. */
bool places_add(struct places *places, const struct place *place);
/* Puts what the order compares into a place that has its id, and its time of joining as the order. False: the
 * list does not show it. */
typedef bool place_judge(const void *context, const struct group *group, struct place *place);
/* Adds the groups in which a person has this state; those that were deleted are left out. `judge` NULL: all, by
 * since. */
void places_add_groups(struct txn *txn, const struct membership *sought, place_judge *judge, const void *context,
	struct places *places);
void places_sort(struct places *places, bool backwards);
void places_finish(struct places *places);

/* Adds the item with this id to the page. False: the page has no memory, or what the list names is not there;
 * the transaction has then failed, or list_show makes it fail. */
typedef bool list_add(struct txn *txn, uint64_t of, uint64_t id, struct page *page);

/* For lists of ids only. */
bool list_add_id(struct txn *txn, uint64_t of, uint64_t id, struct page *page);

/* A list as it was asked for. */
struct list {
	struct txn *txn;
	uint64_t of; /* the group or the user whose list it is */
	list_add *add;
	const struct listing *listing;
	bool after_given;
	struct page *page;
};

struct window {
	uint64_t skip; /* items before the page; 0 with a cursor */
	uint32_t take; /* items of the page */
};

struct window list_window(const struct listing *listing, bool after_given);
/* One past (or, backwards, one before) the bytes as a number. False: there is none. */
bool list_step(uint8_t *bytes, size_t size, bool backwards);
/* True: a complete list was asked for and there are too many items; the page says so. */
bool list_is_too_long(const struct listing *listing, struct page *page);

/* Fills the page with the items at these places, which begin with its first one; what is left over says that
 * there is more. */
void list_show(const struct list *list, const struct places *places);
/* The page out of a whole list in the order that the places say; its total is their number. */
void list_cut(const struct list *list, struct places *places, bool backwards);

/* A list that is a set of rows: which, in what direction, and what of it is not shown. */
struct list_set {
	enum roster_list roster; /* of the group list->of */
	bool backwards;
	uint64_t hidden_to; /* entries with an order up to here are not shown; 0: all are */
};

void list_set(const struct list *list, const struct list_set *set);

#endif
