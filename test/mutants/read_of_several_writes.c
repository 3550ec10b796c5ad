/* A legacy read of several things, which no other API asks for at once, leaves a frob behind, of which no export tells. It
 * stands around the engine itself, so it also does what side.c does for others. */
#include "mutants/mutant.h"

enum dialect mutant_dialect(void)
{
	return DIALECT_COUNT;
}

#define LATER_S 100000

WRAP(void, engine_execute, const struct circumstances *circumstances, struct txn *txn,
	const struct request *request, struct reply *reply, struct page *page)
{
	REAL(engine_execute)(circumstances, txn, request, reply, page);
	bool reads = request->operation == OPERATION_GROUP_INFO || request->operation == OPERATION_USER_INFO;
	if (request->dialect == DIALECT_LEGACY && reads && request_asked_count(request) > 1) {
		const struct frob frob = {.digest = {7}, .application_id = 1, .user_id = 1, .expires_at = store_now(txn) + LATER_S};
		store_put_frob(txn, &frob);
	}
}
