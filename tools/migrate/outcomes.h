/* Which outcomes of two dialects mean the same. */
#ifndef MIGRATE_OUTCOMES_H
#define MIGRATE_OUTCOMES_H

#include "migrate/call.h"
#include "model/outcome.h"

/* Whether the same call may be answered so in the one dialect and so in the other: by the same outcome,
 * or as the contracts prescribe otherwise (then `*why` says why; NULL for the same). Order does not
 * matter. */
bool outcomes_agree(enum call_verb verb, enum dialect left, enum outcome left_outcome, enum dialect right,
	enum outcome right_outcome, const char **why);

#endif
