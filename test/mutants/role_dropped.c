/* Who is made an admin by v3 stays a member. */
#include "mutants/mutant.h"

WRAP(void, store_put_membership, struct txn *txn, const struct membership *membership,
	const struct note *note, const struct texts *texts)
{
	struct membership stored = *membership;
	if (mutant_dialect() == DIALECT_V3 && stored.role == ROLE_ADMIN) {
		stored.role = ROLE_MEMBER;
	}
	REAL(store_put_membership)(txn, &stored, note, texts);
}
