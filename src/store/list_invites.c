/* The live invite tokens of a group, oldest first. Those past their end that nobody removed yet are left
 * out one by one: there are few, and the total must be exact. */
#include <stdlib.h>

#include "model/limits.h"
#include "store/invite.h"
#include "store/list.h"
#include "store/roster.h"

struct live {
	struct txn *txn;
	struct roster_entry *items;
	uint64_t count;
};

static bool gather(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct live *live = context;
	struct roster_entry entry = roster_entry_read(value);
	struct invite_token token;
	if (store_find_invite_token(live->txn, entry.id, NULL, &token) &&
		invite_token_is_live(&token, store_now(live->txn))) {
		live->items[live->count++] = entry;
	}
	return true;
}

static bool is_after(struct roster_entry entry, const struct cursor *after)
{
	return entry.order > after->order || (entry.order == after->order && entry.id > after->id);
}

static uint64_t find_first(
	const struct live *live, const struct listing *listing, bool after_given, const struct window *window)
{
	if (!after_given) {
		return window->skip < live->count ? window->skip : live->count;
	}
	uint64_t first = 0;
	while (first < live->count && !is_after(live->items[first], &listing->after)) {
		first++;
	}
	return first;
}

static bool add_token(struct txn *txn, uint64_t id, struct page *page)
{
	struct invite_token *token = page_add_invite_token(page);
	if (token == NULL) {
		return false;
	}
	struct user *by = &page->invite_tokens_by[page->count - 1];
	if (!store_find_invite_token(txn, id, &page->texts, token)) {
		return false;
	}
	(void)store_find_user(txn, token->by, &page->texts, by); /* nobody, or somebody erased: it stays empty */
	return true;
}

static void fill_page(struct txn *txn, const struct live *live, const struct listing *listing,
	bool after_given, struct page *page)
{
	const struct window window = list_window(listing, after_given);
	uint64_t first = find_first(live, listing, after_given, &window);
	page->has_more = live->count - first > window.take;
	uint64_t count = page->has_more ? window.take : live->count - first;
	for (uint64_t i = 0; i < count; i++) {
		if (!add_token(txn, live->items[first + i].id, page)) {
			txn_fail(txn, STORE_FAILED);
			break;
		}
	}
	if (!list_failed(txn, page) && page->count > 0) {
		struct roster_entry last = live->items[first + page->count - 1];
		list_end(page, listing, after_given, last.order, last.id, NULL);
	}
}

void store_list_invite_tokens(struct txn *txn, uint64_t group_id, const struct listing *listing,
	bool after_given, struct page *page)
{
	struct key key = roster_key(group_id, ROSTER_INVITE_TOKENS);
	struct walk walk = {.table = TABLE_ROSTER, .prefix = key_bytes(&key)};
	struct live live = {.txn = txn};
	page_clear(page);
	walk.max = roster_count(txn, group_id, ROSTER_INVITE_TOKENS);
	if (walk.max == 0) {
		return;
	}
	live.items = calloc(walk.max, sizeof *live.items);
	if (live.items == NULL) {
		txn_fail(txn, STORE_FAILED);
		return;
	}
	(void)txn_walk(txn, &walk, gather, &live);
	page->total = live.count;
	if (!list_is_too_long(listing, page)) {
		fill_page(txn, &live, listing, after_given, page);
	}
	free(live.items);
}
