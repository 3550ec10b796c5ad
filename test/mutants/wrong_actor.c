/* The feed says that somebody else joined by v3. */
#include "mutants/mutant.h"

WRAP(uint64_t, store_append_change, struct txn *txn, const struct change *change, const struct texts *texts)
{
	struct change wrong = *change;
	wrong.actor_id += mutant_dialect() == DIALECT_V3 && wrong.type == CHANGE_JOINED ? 1 : 0;
	return REAL(store_append_change)(txn, &wrong, texts);
}
