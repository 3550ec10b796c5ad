/* Who waited to be let in stays on the group's list of requests, in every API. */
#include "mutants/mutant.h"

#include "store/roster.h"

WRAP(void, roster_remove, struct txn *txn, uint64_t group_id, enum roster_list list, struct roster_entry entry)
{
	bool swept = mutant_dialect() == DIALECT_COUNT; /* which would go on for ever */
	if (list != ROSTER_REQUESTED || swept) {
		REAL(roster_remove)(txn, group_id, list, entry);
	}
}
