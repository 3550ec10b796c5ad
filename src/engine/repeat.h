/* Repeated requests: what a request with an Idempotency-Key was answered is kept in the transaction of its effect, and
 * answered again. */
#ifndef ENGINE_REPEAT_H
#define ENGINE_REPEAT_H

#include "engine/rule.h"

/* OUTCOME_NONE: nothing is kept for this caller's key, so the operation may run. Otherwise the first outcome, with
 * its reply in place, or the refusal of a key that was used for something else. */
enum outcome repeat_find(struct rule *rule);

/* Keeps the reply that the operation has just made, if it wrote since `before` (of store_write_count). */
void repeat_keep(struct rule *rule, uint64_t before);

#endif
