/* Joining by the legacy API is in the feed twice. */
#include "mutants/mutant.h"

WRAP(uint64_t, store_append_change, struct txn *txn, const struct change *change, const struct texts *texts)
{
	if (mutant_dialect() == DIALECT_LEGACY && change->type == CHANGE_JOINED) {
		(void)REAL(store_append_change)(txn, change, texts);
	}
	return REAL(store_append_change)(txn, change, texts);
}
