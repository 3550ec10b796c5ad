/* The legacy API lists capitals before small letters. */
#include "mutants/mutant.h"

#include <string.h>

static bool stands_before(const struct page *page, uint32_t a, uint32_t b)
{
	const struct group *left = &page->groups[a].group;
	const struct group *right = &page->groups[b].group;
	return strcmp(texts_get(&page->texts, left->name), texts_get(&page->texts, right->name)) < 0;
}

WRAP(void, store_list_groups_of_user, struct txn *txn, uint64_t user_id, bool public_only,
	const struct listing *listing, bool after_given, struct page *page)
{
	REAL(store_list_groups_of_user)(txn, user_id, public_only, listing, after_given, page);
	for (uint32_t i = 1; mutant_dialect() == DIALECT_LEGACY && i < page->count; i++) {
		for (uint32_t k = i; k > 0 && stands_before(page, k, k - 1); k--) {
			struct group_view group = page->groups[k];
			page->groups[k] = page->groups[k - 1];
			page->groups[k - 1] = group;
		}
	}
}
