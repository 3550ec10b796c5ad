/* In v3 a page behind a cursor begins with the last row of the page before. */
#include "mutants/mutant.h"

WRAP(void, store_list_members, struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	struct listing behind = *listing;
	behind.after.id += mutant_dialect() == DIALECT_V3 && after_given ? 1 : 0;
	REAL(store_list_members)(txn, group, &behind, after_given, page);
}
