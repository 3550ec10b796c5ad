/* A call held against its own API's word: many calls have a twin nowhere, yet what they say must be what they did. */
#ifndef MIGRATE_REREAD_H
#define MIGRATE_REREAD_H

#include "migrate/compare.h"
#include "migrate/stage.h"

/* Behind a call in JSON that was kept, and wrote: the resource at the link to itself that its reply shows reads as the
 * reply did; and the same call again, where it has an Idempotency-Key, answers alike and writes nothing. `side` is what
 * was asked last, with its reply; its memory is used again, starts zeroed, and is side_finish's to free. False: out of
 * memory, or the store failed. */
bool reread_call(struct stage *stage, const struct stage_moment *moment, const struct call_request *text,
	const struct side *own, struct side *side, struct differences *found);

#endif
