/* What becomes of a batch, for each result of store_end: a batch that failed is taken apart, so that one
 * bad request cannot refuse its neighbours for ever; a full store still does what does not make it grow. */
#include "writer/batch.h"

#include <assert.h>

#include "log.h"
#include "model/limits.h"

#define RUNS_MAX 16 /* of one batch whose store says AGAIN */

/* What is answered when nothing happened; UNKNOWN answers nothing, DONE is what the engine said. */
static const enum outcome outcomes_of_ends[] = {
	[STORE_DONE] = OUTCOME_NONE,
	[STORE_AGAIN] = OUTCOME_BUSY,
	[STORE_FULL] = OUTCOME_STORE_FULL,
	[STORE_FAILED] = OUTCOME_STORE_FAILED,
	[STORE_UNKNOWN] = OUTCOME_NONE,
};

/* A run of one or more exchanges in one transaction. */
struct run {
	struct exchange *first;
	struct exchange *end; /* the one behind the last; NULL: up to the end of the list */
	int64_t now;
	bool room; /* the store may grow */
	bool expiring; /* due rows are handled first */
	uint32_t expired; /* how many were */
};

/* False: the reply has lost a text, so this run must not count. */
static bool run_exchange(struct workplace *workplace, struct exchange *exchange, bool room)
{
	reply_clear(&exchange->reply);
	if (!room && engine_operation_grows(exchange->request->operation)) {
		exchange->reply.outcome = OUTCOME_STORE_FULL;
		return true;
	}
	texts_clear(&workplace->scratch);
	const struct circumstances circumstances = {
		.options = workplace->options,
		.master_key = workplace->master_key,
		.seed = exchange->seed,
		.scratch = &workplace->scratch,
	};
	engine_execute(&circumstances, workplace->txn, exchange->request, &exchange->reply, NULL);
	if (exchange->reply.outcome == OUTCOME_BUSY) {
		return true; /* the rule saw that a text was lost before it wrote, and says so itself */
	}
	return !exchange->reply.texts.failed && !workplace->scratch.failed;
}

static enum store_end run_once(struct workplace *workplace, struct run *run)
{
	store_begin(workplace->txn, TXN_WRITE, run->now);
	/* What is due is judged by its own time anyway, so it can wait until there is room for its changes. */
	if (run->expiring && run->room) {
		run->expired = engine_expire_due(workplace->txn, SLICE_ROWS_MAX);
	}
	for (struct exchange *exchange = run->first; exchange != run->end; exchange = exchange->next) {
		if (!run_exchange(workplace, exchange, run->room)) {
			store_abandon(workplace->txn);
			return STORE_FAILED;
		}
		if (store_failure(workplace->txn) != STORE_DONE) {
			break;
		}
	}
	return store_end(workplace->txn);
}

static enum store_end run_until_settled(struct workplace *workplace, struct run *run)
{
	enum store_end end = STORE_AGAIN;
	for (unsigned i = 0; i < RUNS_MAX && end == STORE_AGAIN; i++) {
		end = run_once(workplace, run);
		if (end == STORE_FULL && run->room) {
			run->room = false;
			end = run_once(workplace, run);
		}
	}
	return end;
}

/* Where nothing happened, every exchange of the run is told so. */
static void answer_end(const struct run *run, enum store_end end)
{
	if (outcomes_of_ends[end] == OUTCOME_NONE) {
		return;
	}
	if (end == STORE_FAILED) {
		log_write(LOG_ERROR, "the store failed to do a request that changes something");
	}
	for (struct exchange *exchange = run->first; exchange != run->end; exchange = exchange->next) {
		reply_clear(&exchange->reply);
		exchange->reply.outcome = outcomes_of_ends[end];
	}
}

static bool settle_each_alone(struct workplace *workplace, const struct run *together)
{
	for (struct exchange *exchange = together->first; exchange != NULL; exchange = exchange->next) {
		struct run alone = {
			.first = exchange,
			.end = exchange->next,
			.now = together->now,
			.room = together->room,
		};
		enum store_end end = run_until_settled(workplace, &alone);
		if (end == STORE_UNKNOWN) {
			return false;
		}
		answer_end(&alone, end);
	}
	return true;
}

bool batch_settle(struct workplace *workplace, struct exchange *first, int64_t now)
{
	assert(first != NULL);
	struct run run = {
		.first = first,
		.now = now,
		.room = store_has_room(workplace->store),
		.expiring = true,
	};
	enum store_end end = run_until_settled(workplace, &run);
	/* Due rows count as a neighbour: they may be what failed. */
	if (end == STORE_FAILED && (first->next != NULL || run.expired > 0)) {
		return settle_each_alone(workplace, &run);
	}
	answer_end(&run, end);
	return end != STORE_UNKNOWN;
}
