/* v3 leaves the last member out of the list. */
#include "mutants/mutant.h"

WRAP(void, store_list_members, struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	REAL(store_list_members)(txn, group, listing, after_given, page);
	page->count -= mutant_dialect() == DIALECT_V3 && page->count > 1 ? 1 : 0;
}
