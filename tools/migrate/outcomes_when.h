/* Whether what a prescribed difference depends on is so. */
#ifndef MIGRATE_OUTCOMES_WHEN_H
#define MIGRATE_OUTCOMES_WHEN_H

#include "migrate/call.h"
#include "migrate/outcomes.h"
#include "migrate/trial.h"

/* Of this call, in this state, at this time (unix seconds). It is found out without the engine. */
bool outcomes_hold(enum outcomes_when when, const struct call *call, struct trial *trial, int64_t now);

#endif
