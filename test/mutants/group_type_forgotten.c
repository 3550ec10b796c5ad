/* Onezone stores every group as a team. */
#include "mutants/mutant.h"

WRAP(void, store_put_group, struct txn *txn, const struct group *group, const struct texts *texts,
	bool with_description)
{
	struct group stored = *group;
	stored.type = mutant_dialect() == DIALECT_ONEZONE ? GROUP_TYPE_TEAM : stored.type;
	REAL(store_put_group)(txn, &stored, texts, with_description);
}
