/* The live invite tokens of a group, oldest first. Those past their end that nobody removed yet are left
 * out one by one: there are few, and the total must be exact. */
#include "store/invite.h"
#include "store/list.h"

struct gathering {
	struct txn *txn;
	struct places *places;
};

static bool gather_live(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct gathering *gathering = context;
	struct roster_entry entry = roster_entry_read(value);
	struct invite_token token;
	if (!store_find_invite_token(gathering->txn, entry.id, NULL, &token) ||
		!invite_token_is_live(&token, store_now(gathering->txn))) {
		return true;
	}
	return places_add(gathering->places, &(struct place){.order = entry.order, .id = entry.id});
}

static bool add_token(struct txn *txn, uint64_t group_id, uint64_t id, struct page *page)
{
	(void)group_id;
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

void store_list_invite_tokens(struct txn *txn, uint64_t group_id, const struct listing *listing,
	bool after_given, struct page *page)
{
	struct key key = roster_key(group_id, ROSTER_INVITE_TOKENS);
	const struct walk walk = {.table = TABLE_ROSTER, .prefix = key_bytes(&key), .max = UINT64_MAX};
	const struct list list = {
		.txn = txn,
		.of = group_id,
		.add = add_token,
		.listing = listing,
		.after_given = after_given,
		.page = page,
	};
	struct places places = {0};
	struct gathering gathering = {.txn = txn, .places = &places};
	page_clear(page);
	(void)txn_walk(txn, &walk, gather_live, &gathering);
	list_cut(&list, &places, false);
	places_finish(&places);
}
