/* Runs a call in its own dialect and its twins in the others, on forks of one state, and compares what
 * became of it. */
#ifndef MIGRATE_TWIN_H
#define MIGRATE_TWIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "migrate/call.h"
#include "migrate/report.h"
#include "migrate/stage.h"
#include "migrate/trial.h"

struct twin;

struct twin_options {
	struct trial *trial;
	/* Hears each verdict, whose texts live only so long; NULL: nobody is told, only counted. */
	void (*tell)(void *context, const struct verdict *verdict);
	void *context;
	const uint8_t *master_key;  /* MASTER_KEY_SIZE bytes */
	uint32_t groups_per_user_max;
	const char *public_url;
	int64_t (*clock_us)(void); /* for latencies; NULL: none is measured, so that equal calls give equal reports */
	bool plain; /* the calls' secrets are secrets, not aliases of them */
	uint64_t seed; /* equal seeds and calls give equal bytes */
};

/* All of it must outlive the twin. NULL: out of memory. One thread at a time. */
struct twin *twin_create(const struct twin_options *options);
/* NULL does nothing. Before the trial is closed. */
void twin_destroy(struct twin *twin);

/* One call, in the order in which they were made. */
struct twin_call {
	uint64_t number; /* line of the recording, or of the generated call */
	int64_t now; /* unix seconds; never goes back */
	enum dialect dialect; /* in which it is asked */
	const char *text; /* as it is asked: head and body */
	size_t length;
	const struct call
		*call; /* as it was understood; NULL: no other dialect has it, and `no_twin` says why */
	const char *no_twin;
	bool quiet; /* it only moves the state: nothing is compared or counted */
	const char *recorded_reply; /* from which aliases of new secrets are learned; NULL: none */
};

struct twin_counts {
	uint64_t calls;
	uint64_t pairs; /* twins that were run and compared */
	uint64_t different; /* pairs with a difference that is not noise */
	uint64_t noisy;
	uint64_t without_twin;
};

/* The state afterwards is that of the call in its own dialect. False: the store failed, or the text is no
 * request. */
bool twin_run(struct twin *twin, const struct twin_call *call);
struct twin_counts twin_counts(const struct twin *twin);
/* What the last run's own side answered, and whether it has written. */
enum outcome twin_outcome(const struct twin *twin);
bool twin_wrote(const struct twin *twin);
/* When the call of this number is run, and what its random values derive from: for who runs it elsewhere,
 * too. */
struct stage_moment twin_moment(uint64_t seed, uint64_t number, int64_t now);

#endif
