/* The engine: one function per operation behind one preamble. Pure: no clock, thread, allocation or
 * randomness of its own. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/reply.h"
#include "model/request.h"
#include "model/source.h"
#include "store/store.h"

struct engine_options {
	uint32_t groups_per_user_max;
	bool require_token; /* v3's operations that take an optional token need one */
};

/* What one run of one request is given besides the request itself. */
struct circumstances {
	const struct engine_options *options;
	const uint8_t *master_key;
	const uint8_t *seed; /* SEED_SIZE bytes, one per request: every random value derives from it by its purpose */
	struct texts *scratch; /* for what the preamble resolves; cleared by each run */
};

/* Runs the request in the transaction (its `now` is the transaction's), and fills the reply, which must
 * be clear, and the page for READS that list. May be run any number of times with the same request; only
 * the run whose store_end said DONE counts. A request that is refused has written nothing. `page` may be
 * NULL for CHANGES. */
void engine_execute(const struct circumstances *circumstances, struct txn *txn, const struct request *request,
		    struct reply *reply, struct page *page);

/* Whether the operation makes the store grow: refused with store_full when there is no room, while the
 * others still run. */
bool engine_operation_grows(enum operation operation);

/* Handles up to `max` due rows (ended bans, old decisions, expired invite tokens), with their changes.
 * Returns how many it handled. */
uint32_t engine_expire_due(struct txn *txn, uint32_t max);

/* A user got this address: each pending e-mail invitation to it becomes the state invited, or member
 * where the person had asked. The user's texts are in `texts`, to which more are added. The changes say what
 * `cause` says of dialect, operation, application and request; who invited acts. */
void engine_adopt_invitations(struct txn *txn, const struct user *user, const struct engine_options *options,
			      const struct change *cause, struct texts *texts);

#endif
