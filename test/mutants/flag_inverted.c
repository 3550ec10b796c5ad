/* The legacy API stores the opposite of event_moderation. */
#include "mutants/mutant.h"

WRAP(void, store_put_group, struct txn *txn, const struct group *group, const struct texts *texts,
	bool with_description)
{
	struct group stored = *group;
	stored.event_moderation ^= mutant_dialect() == DIALECT_LEGACY;
	REAL(store_put_group)(txn, &stored, texts, with_description);
}
