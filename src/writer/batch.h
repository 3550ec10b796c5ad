/* One batch of exchanges: run in one transaction, committed, every reply filled. Writer thread only. */
#ifndef WRITER_BATCH_H
#define WRITER_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "writer/runner.h"

/* What every batch of a writer runs with. */
struct workplace {
	struct store *store;
	const struct engine_options *options;
	const uint8_t *master_key;
	struct txn *txn;
	struct texts scratch;
};

/* Runs the exchanges (linked by `next`, at least one) at the time `now` until each has its final reply.
 * False: a commit's result is unknown, and nothing may be answered. */
bool batch_settle(struct workplace *workplace, struct exchange *first, int64_t now);

#endif
