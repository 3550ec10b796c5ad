/* The legacy API does not say that a list of members goes on. */
#include "mutants/mutant.h"

WRAP(void, store_list_members, struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	REAL(store_list_members)(txn, group, listing, after_given, page);
	page->has_more = page->has_more && mutant_dialect() != DIALECT_LEGACY;
}
