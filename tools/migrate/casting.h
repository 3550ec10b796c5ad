/* What a step asks for in a given state: who "the owner of the latest group" is now, which code is current,
 * what the macaroon of a record reads. Everything is looked up, nothing remembered, so a step means the
 * same whatever was left out before it. */
#ifndef MIGRATE_CASTING_H
#define MIGRATE_CASTING_H

#include "engine/macaroon.h"
#include "http/dialect.h"
#include "migrate/call.h"
#include "migrate/step.h"
#include "store/store.h"

#define CAST_TEXT_SIZE 32768

/* A step with everybody's name in it. The call's texts and the request live in it. */
struct cast {
	struct call call;
	enum dialect dialect;
	const char *request; /* head and body of a call that only v3 has; else NULL */
	size_t request_length;
	uint64_t group_id; /* as far as they are persons and groups; else 0 */
	uint64_t actor_id;
	uint64_t target_id;
	char text[CAST_TEXT_SIZE];
	size_t used;
	struct texts scratch;
	struct macaroon macaroon;
};

/* NULL: out of memory. */
struct cast *cast_create(void);
/* NULL does nothing. */
void cast_destroy(struct cast *cast);

/* Casts a step. `txn` reads; its state is the one that the call will meet. */
void cast_step(struct cast *cast, struct txn *txn, const uint8_t *master_key, const struct step *step);
/* What the step asks, good or bad, in the API that it was cast for: lives in the cast, or in `written` until that is
 * written again. False: that API has no such call. */
bool cast_ask(const struct cast *cast, struct call_request *written, struct span *asked);

#endif
