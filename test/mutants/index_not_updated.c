/* A name that a group gets is not found by its index, in every API. */
#include "mutants/mutant.h"

#include "store/txn.h"

WRAP(void, txn_put, struct txn *txn, enum table table, struct bytes key, struct bytes value)
{
	if (table != TABLE_GROUP_NAME) {
		REAL(txn_put)(txn, table, key, value);
	}
}
