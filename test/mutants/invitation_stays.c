/* Who joins by the legacy API stays invited. */
#include "mutants/mutant.h"

#include "store/invitation.h"

WRAP(void, invitation_close, struct txn *txn, uint64_t id, enum invitation_state state)
{
	if (mutant_dialect() != DIALECT_LEGACY) {
		REAL(invitation_close)(txn, id, state);
	}
}
