/* In v3 the number of members includes those who wait to be let in. */
#include "mutants/mutant.h"

WRAP(void, store_list_members, struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	const struct listing all = {.page = 1, .per_page = 1};
	struct page waiting;
	REAL(store_list_members)(txn, group, listing, after_given, page);
	page_init(&waiting);
	if (mutant_dialect() == DIALECT_V3) {
		store_list_requests(txn, group->id, &all, false, &waiting);
		page->total += waiting.total;
	}
	page_finish(&waiting);
}
