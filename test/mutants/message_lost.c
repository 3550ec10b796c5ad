/* What somebody says who asks to join is answered, and not stored. */
#include "mutants/mutant.h"

WRAP(void, store_put_membership, struct txn *txn, const struct membership *membership,
	const struct note *note, const struct texts *texts)
{
	struct note stored = note != NULL ? *note : (struct note){0};
	if (membership->state == STATE_REQUESTED) {
		stored.words = (struct text){0};
	}
	REAL(store_put_membership)(txn, membership, note != NULL ? &stored : NULL, texts);
}
