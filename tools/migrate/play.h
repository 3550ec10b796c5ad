/* Plays a generated sequence: each call in its own dialect and its twins on one state, the same calls in JSON only on a
 * second one; at the end both states are counted over and must be the same. */
#ifndef MIGRATE_PLAY_H
#define MIGRATE_PLAY_H

#include <stdbool.h>
#include <stdint.h>

#include "migrate/report.h"
#include "migrate/step.h"
#include "model/outcome.h"

struct player;

/* With a world of its own that begins at `start`, unix seconds; `seed` is of all random values. NULL: out of memory.
 * One thread at a time. */
struct player *player_create(uint64_t seed, int64_t start);
/* NULL does nothing. */
void player_destroy(struct player *player);

#define LIKENESS_SIZE 192

/* What went wrong first. */
struct play_failure {
	uint32_t at; /* the step; the number of steps where it showed at the end only */
	char likeness
		[LIKENESS_SIZE]; /* two failures with the same one are one fault: method, kind, path, side */
};

enum play_end {
	PLAY_EQUAL,
	PLAY_DIFFERENT, /* and `failure` is filled; the steps behind it were not played */
	PLAY_FAILED, /* out of memory, or the store failed: nothing is known */
};

/* `tell` is called per verdict, whose texts live only so long; NULL: nobody asks. */
typedef void play_tell(void *context, const struct verdict *verdict);

/* How often each kind of step was answered how, in its own dialect. */
struct play_counts {
	uint32_t outcomes[STEP_KIND_COUNT][OUTCOME_COUNT];
};

struct play {
	const struct step *steps;
	uint32_t count;
	play_tell *tell;
	void *context;
	struct play_counts *counts; /* to which the play adds; NULL: nobody asks */
	bool scripts; /* the verdict that ends the play has all that was asked, as lines of curl for both its sides */
};

enum play_end player_play(struct player *player, const struct play *play, struct play_failure *failure);

#endif
