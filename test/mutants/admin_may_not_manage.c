/* In v3 only the owner manages a group. */
#include "mutants/mutant.h"

WRAP(void, store_resolve, struct txn *txn, const struct lookup *lookup, struct texts *texts,
	struct resolved *resolved)
{
	REAL(store_resolve)(txn, lookup, texts, resolved);
	if (mutant_dialect() == DIALECT_V3 && resolved->membership.role == ROLE_ADMIN) {
		resolved->membership.role = ROLE_MEMBER;
	}
}
