/* A legacy call that is refused raises a counter all the same. It stands around the engine itself, so it also does what
 * side.c does for others. */
#include "mutants/mutant.h"

enum dialect mutant_dialect(void)
{
	return DIALECT_COUNT;
}

WRAP(void, engine_execute, const struct circumstances *circumstances, struct txn *txn,
	const struct request *request, struct reply *reply, struct page *page)
{
	REAL(engine_execute)(circumstances, txn, request, reply, page);
	if (request->dialect == DIALECT_LEGACY && reply->outcome == OUTCOME_NOT_A_MEMBER) {
		store_raise_counter(txn, COUNTER_INVITE, store_counter(txn, COUNTER_INVITE) + 1);
	}
}
