/* Leaving by the legacy API is not in the feed. */
#include "mutants/mutant.h"

WRAP(uint64_t, store_append_change, struct txn *txn, const struct change *change, const struct texts *texts)
{
	bool lost = mutant_dialect() == DIALECT_LEGACY && change->type == CHANGE_LEFT;
	return lost ? store_counter(txn, COUNTER_CHANGE) : REAL(store_append_change)(txn, change, texts);
}
