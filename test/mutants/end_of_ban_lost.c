/* A ban does not fall due, in every API. */
#include "mutants/mutant.h"

#include "store/txn.h"

WRAP(void, txn_put, struct txn *txn, enum table table, struct bytes key, struct bytes value)
{
	if (table != TABLE_EXPIRY) {
		REAL(txn_put)(txn, table, key, value);
	}
}
