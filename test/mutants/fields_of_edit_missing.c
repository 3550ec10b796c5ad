/* The feed does not say which fields an edit by Onezone changed. */
#include "mutants/mutant.h"

WRAP(uint64_t, store_append_change, struct txn *txn, const struct change *change, const struct texts *texts)
{
	struct change wrong = *change;
	wrong.fields = mutant_dialect() == DIALECT_ONEZONE ? 0 : wrong.fields;
	return REAL(store_append_change)(txn, &wrong, texts);
}
