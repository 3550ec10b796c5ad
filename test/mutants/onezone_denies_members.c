/* Onezone hides a group from its plain members. */
#include "mutants/mutant.h"

WRAP(void, store_resolve, struct txn *txn, const struct lookup *lookup, struct texts *texts,
	struct resolved *resolved)
{
	REAL(store_resolve)(txn, lookup, texts, resolved);
	if (mutant_dialect() == DIALECT_ONEZONE && resolved->membership.role == ROLE_MEMBER) {
		resolved->membership.state = STATE_NONE;
	}
}
