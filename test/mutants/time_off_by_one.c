/* In v3 a membership begins a second too late. */
#include "mutants/mutant.h"

WRAP(void, store_put_membership, struct txn *txn, const struct membership *membership,
	const struct note *note, const struct texts *texts)
{
	struct membership late = *membership;
	late.since += mutant_dialect() == DIALECT_V3 && late.state == STATE_MEMBER ? 1 : 0;
	REAL(store_put_membership)(txn, &late, note, texts);
}
