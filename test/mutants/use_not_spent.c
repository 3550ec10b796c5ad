/* In Onezone joining takes no use off an invite token. */
#include "mutants/mutant.h"

WRAP(void, store_put_invite_token, struct txn *txn, const struct invite_token *token,
	const struct texts *texts)
{
	if (mutant_dialect() != DIALECT_ONEZONE || token->uses_left == token->max_uses) {
		REAL(store_put_invite_token)(txn, token, texts);
	}
}
