/* Notes whose request runs, so that a fault can be one API's only. */
#include "mutants/mutant.h"

static _Thread_local enum dialect running = DIALECT_COUNT;

enum dialect mutant_dialect(void)
{
	return running;
}

WRAP(void, engine_execute, const struct circumstances *circumstances, struct txn *txn,
	const struct request *request, struct reply *reply, struct page *page)
{
	running = request->dialect;
	REAL(engine_execute)(circumstances, txn, request, reply, page);
	running = DIALECT_COUNT;
}
