/* An edit by the legacy API does not move the time of the last edit. */
#include "mutants/mutant.h"

WRAP(void, store_put_group, struct txn *txn, const struct group *group, const struct texts *texts,
	bool with_description)
{
	struct group stored = *group;
	struct group before;
	if (mutant_dialect() == DIALECT_LEGACY && store_find_group(txn, group->id, NULL, &before)) {
		stored.updated_at = before.updated_at;
	}
	REAL(store_put_group)(txn, &stored, texts, with_description);
}
