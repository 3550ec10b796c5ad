/* What was answered to an Idempotency-Key is not found again. */
#include "mutants/mutant.h"

WRAP(bool, store_find_kept_reply, struct txn *txn, struct kept *kept, bool *same, struct reply *reply)
{
	bool found = REAL(store_find_kept_reply)(txn, kept, same, reply);
	if (found) {
		reply_clear(reply);
	}
	return false;
}
