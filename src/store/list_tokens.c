/* A person's tokens. */
#include "store/list.h"
#include "store/secret.h"

static bool add_token(struct txn *txn, uint64_t user_id, uint64_t id, struct page *page)
{
	(void)user_id;
	struct token *token = page_add_token(page);
	return token != NULL && store_find_token(txn, id, &page->texts, token);
}

void store_list_tokens(struct txn *txn, uint64_t user_id, const struct listing *listing, bool after_given,
	struct page *page)
{
	const struct list list = {
		.txn = txn,
		.of = user_id,
		.add = add_token,
		.listing = listing,
		.after_given = after_given,
		.page = page,
	};
	struct places places = {0};
	struct token token = {0};
	page_clear(page);
	while (store_next_token_of_user(txn, user_id, token.id, NULL, &token)) {
		const struct place place = {.order = roster_order(token.created_at), .id = token.id};
		if (token.active && !places_add(&places, &place)) {
			break;
		}
	}
	list_cut(&list, &places, false);
	places_finish(&places);
}
