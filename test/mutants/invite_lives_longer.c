/* In Onezone an invite token is stored with an end one second too late. */
#include "mutants/mutant.h"

WRAP(void, store_put_invite_token, struct txn *txn, const struct invite_token *token,
	const struct texts *texts)
{
	struct invite_token stored = *token;
	stored.expires_at += mutant_dialect() == DIALECT_ONEZONE ? 1 : 0;
	REAL(store_put_invite_token)(txn, &stored, texts);
}
