/* In v3 the owner stands last on the first page. */
#include "mutants/mutant.h"

WRAP(void, store_list_members, struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	REAL(store_list_members)(txn, group, listing, after_given, page);
	if (mutant_dialect() == DIALECT_V3 && !after_given && page->count > 1) {
		struct member_view first = page->members[0];
		page->members[0] = page->members[page->count - 1];
		page->members[page->count - 1] = first;
	}
}
