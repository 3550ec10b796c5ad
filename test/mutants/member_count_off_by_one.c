/* The legacy API counts one member too many. */
#include "mutants/mutant.h"

WRAP(uint64_t, store_count_members, struct txn *txn, uint64_t group_id)
{
	return REAL(store_count_members)(txn, group_id) + (mutant_dialect() == DIALECT_LEGACY ? 1 : 0);
}
