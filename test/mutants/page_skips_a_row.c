/* In the legacy API pages behind the first begin one row too late. */
#include "mutants/mutant.h"

#include <string.h>

WRAP(void, store_list_members, struct txn *txn, const struct group *group, const struct listing *listing,
	bool after_given, struct page *page)
{
	REAL(store_list_members)(txn, group, listing, after_given, page);
	if (mutant_dialect() == DIALECT_LEGACY && listing->page > 1 && page->count > 0) {
		memmove(page->members, page->members + 1, --page->count * sizeof *page->members);
	}
}
