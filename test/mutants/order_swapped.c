/* The legacy API lists the first two groups the wrong way round. */
#include "mutants/mutant.h"

WRAP(void, store_list_groups_of_user, struct txn *txn, uint64_t user_id, bool public_only,
	const struct listing *listing, bool after_given, struct page *page)
{
	REAL(store_list_groups_of_user)(txn, user_id, public_only, listing, after_given, page);
	if (mutant_dialect() == DIALECT_LEGACY && page->groups != NULL && page->count > 1) {
		struct group_view first = page->groups[0];
		page->groups[0] = page->groups[1];
		page->groups[1] = first;
	}
}
