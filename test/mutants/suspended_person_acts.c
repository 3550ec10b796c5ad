/* In v3 nobody is suspended. */
#include "mutants/mutant.h"

WRAP(void, store_resolve, struct txn *txn, const struct lookup *lookup, struct texts *texts,
	struct resolved *resolved)
{
	REAL(store_resolve)(txn, lookup, texts, resolved);
	if (mutant_dialect() == DIALECT_V3) {
		resolved->caller.active = true;
	}
}
