/* The legacy API does not look at bans. */
#include "mutants/mutant.h"

WRAP(void, store_resolve, struct txn *txn, const struct lookup *lookup, struct texts *texts,
	struct resolved *resolved)
{
	REAL(store_resolve)(txn, lookup, texts, resolved);
	if (mutant_dialect() == DIALECT_LEGACY && resolved->membership.state == STATE_BANNED) {
		resolved->membership.state = STATE_NONE;
	}
}
