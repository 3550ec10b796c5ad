/* Onezone takes tokens that were deactivated. */
#include "mutants/mutant.h"

WRAP(void, store_resolve, struct txn *txn, const struct lookup *lookup, struct texts *texts,
	struct resolved *resolved)
{
	REAL(store_resolve)(txn, lookup, texts, resolved);
	if (mutant_dialect() == DIALECT_ONEZONE) {
		resolved->token_active = true;
	}
}
