/* Makes a sequence that fails smaller: steps are left out, then their choices made simpler, as long as it still
 * fails. */
#ifndef MIGRATE_SHRINK_H
#define MIGRATE_SHRINK_H

#include "migrate/step.h"

/* Whether the steps, played from the start of the world, still fail in the way that is looked for. */
typedef bool shrink_fails(void *context, const struct step *steps, uint32_t count);

/* Shrinks `steps`, which fail, in place; returns how many are left, at least one. What is left fails, and no longer
 * does so when any one step is left out or any one choice made the simplest. Deterministic where `fails` is. Asks a few
 * hundred times for a sequence of a few hundred steps. */
uint32_t shrink_steps(struct step *steps, uint32_t count, shrink_fails *fails, void *context);

#endif
