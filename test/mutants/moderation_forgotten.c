/* By the legacy API a moderated group is open. */
#include "mutants/mutant.h"

WRAP(void, store_resolve, struct txn *txn, const struct lookup *lookup, struct texts *texts,
	struct resolved *resolved)
{
	REAL(store_resolve)(txn, lookup, texts, resolved);
	if (mutant_dialect() == DIALECT_LEGACY) {
		resolved->group.member_moderation = false;
	}
}
