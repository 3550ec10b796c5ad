/* In v3 joining takes two uses off an invite token. */
#include "mutants/mutant.h"

WRAP(void, store_put_invite_token, struct txn *txn, const struct invite_token *token,
	const struct texts *texts)
{
	struct invite_token stored = *token;
	bool spent = stored.uses_left > 0 && stored.uses_left < stored.max_uses;
	stored.uses_left -= mutant_dialect() == DIALECT_V3 && spent ? 1 : 0;
	REAL(store_put_invite_token)(txn, &stored, texts);
}
