/* In the legacy API a token that may only read also writes. */
#include "mutants/mutant.h"

WRAP(void, store_resolve, struct txn *txn, const struct lookup *lookup, struct texts *texts,
	struct resolved *resolved)
{
	REAL(store_resolve)(txn, lookup, texts, resolved);
	if (mutant_dialect() == DIALECT_LEGACY && resolved->token_scope == SCOPE_READ) {
		resolved->token_scope = SCOPE_WRITE;
	}
}
