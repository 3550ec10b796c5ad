/* In v3 no name is taken. */
#include "mutants/mutant.h"

WRAP(bool, store_name_is_taken, struct txn *txn, const uint8_t fold[FOLD_DIGEST_SIZE], uint64_t but_not)
{
	return REAL(store_name_is_taken)(txn, fold, but_not) && mutant_dialect() != DIALECT_V3;
}
