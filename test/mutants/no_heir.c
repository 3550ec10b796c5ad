/* When the owner leaves by the legacy API, the group goes with them. */
#include "mutants/mutant.h"

WRAP(bool, store_find_heir, struct txn *txn, uint64_t group_id, uint64_t leaving, struct membership *heir)
{
	return REAL(store_find_heir)(txn, group_id, leaving, heir) && mutant_dialect() != DIALECT_LEGACY;
}
