/* By the legacy API nobody gets into the queue. */
#include "mutants/mutant.h"

WRAP(void, store_put_membership, struct txn *txn, const struct membership *membership,
	const struct note *note, const struct texts *texts)
{
	if (mutant_dialect() != DIALECT_LEGACY || membership->state != STATE_REQUESTED) {
		REAL(store_put_membership)(txn, membership, note, texts);
	}
}
