/* Who asks again by the legacy API keeps what was decided about the request before. */
#include "mutants/mutant.h"

WRAP(void, store_put_membership, struct txn *txn, const struct membership *membership,
	const struct note *note, const struct texts *texts)
{
	struct membership stored = *membership;
	struct note kept;
	bool keeps = mutant_dialect() == DIALECT_LEGACY && membership->state == STATE_REQUESTED && note == NULL &&
		     store_find_note(txn, membership->group_id, membership->user_id, NULL, &kept);
	stored.has_note |= keeps;
	kept.words = (struct text){0};
	REAL(store_put_membership)(txn, &stored, keeps ? &kept : note, texts);
}
