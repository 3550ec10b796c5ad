/* Who goes stays on the group's lists, in every API. */
#include "mutants/mutant.h"

#include "store/txn.h"

WRAP(bool, txn_remove, struct txn *txn, enum table table, struct bytes key, struct bytes entry)
{
	return table == TABLE_ROSTER || REAL(txn_remove)(txn, table, key, entry);
}
