/* An edit by the legacy API does not write the description. */
#include "mutants/mutant.h"

WRAP(void, store_put_group, struct txn *txn, const struct group *group, const struct texts *texts,
	bool with_description)
{
	struct group old;
	struct texts scratch;
	texts_init(&scratch, NULL, 0);
	bool edits = mutant_dialect() == DIALECT_LEGACY && store_find_group(txn, group->id, &scratch, &old);
	texts_finish(&scratch);
	REAL(store_put_group)(txn, group, texts, with_description && !edits);
}
