/* The legacy API lets people into any number of groups. */
#include "mutants/mutant.h"

WRAP(bool, store_user_has_room, struct txn *txn, uint64_t user_id, uint32_t max)
{
	return REAL(store_user_has_room)(txn, user_id, max) || mutant_dialect() == DIALECT_LEGACY;
}
