/* Who leaves by Onezone stays. */
#include "mutants/mutant.h"

WRAP(void, store_put_membership, struct txn *txn, const struct membership *membership,
	const struct note *note, const struct texts *texts)
{
	if (mutant_dialect() != DIALECT_ONEZONE || membership->state != STATE_NONE) {
		REAL(store_put_membership)(txn, membership, note, texts);
	}
}
