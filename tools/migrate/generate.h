/* Generated sequences of calls, compared between the APIs: as many as asked for, on all threads, shrunk where they
 * differ. */
#ifndef MIGRATE_GENERATE_H
#define MIGRATE_GENERATE_H

#include <stdbool.h>
#include <stdint.h>

#include "migrate/report.h"
#include "migrate/step.h"
#include "model/outcome.h"

#define GENERATE_SEQUENCE 250 /* calls; each sequence begins with the same world */
#define GENERATE_THREADS_MAX 64
#define GENERATE_FAILURES_MAX 8 /* sequences that differ, after which there is an end */

struct generate_options {
	uint64_t calls; /* at least; rounded up to whole sequences */
	uint64_t writes; /* it goes on until so many compared calls have changed the state */
	uint64_t seed;
	uint64_t only; /* the number of a call: only its sequence is played; 0: all */
	unsigned threads; /* 1 to GENERATE_THREADS_MAX; they change nothing but the time */
	struct report *report;
	const char *world; /* a folder for the state in front of the first call that differs; NULL: none */
};

/* How often each kind of step was answered how, in its own dialect. */
struct generate_counts {
	uint64_t outcomes[STEP_KIND_COUNT][OUTCOME_COUNT];
	uint64_t world; /* the call in front of which the folder holds the state; 0: none was made */
};

enum generate_end {
	GENERATE_DONE,
	GENERATE_FEW_WRITES, /* of so many calls too few changed the state: it did not go on for ever */
	GENERATE_FAILED, /* out of memory, or the store failed */
};

/* Plays and reports in the order of the numbers: equal options give equal reports and counts. Of a sequence that
 * differs the report gets the shortest that still does, once per fault, as lines of curl for both APIs. `counts`
 * starts zeroed. */
enum generate_end generate_run(const struct generate_options *options, struct generate_counts *counts);

#endif
