/* A ban ends one second later than was asked for, and than is answered. */
#include "mutants/mutant.h"

WRAP(void, store_put_membership, struct txn *txn, const struct membership *membership,
	const struct note *note, const struct texts *texts)
{
	struct membership late = *membership;
	late.until += late.state == STATE_BANNED && late.until != TIME_FOREVER ? 1 : 0;
	REAL(store_put_membership)(txn, &late, note, texts);
}
