/* Sends a recording: which calls may be under way at once, and where it stopped. */
#ifndef MIGRATE_REPLAY_RUN_H
#define MIGRATE_REPLAY_RUN_H

#include <signal.h>

#include "migrate/replay_compare.h"
#include "migrate/replay_pace.h"
#include "migrate/replay_request.h"

#define REPLAY_CONCURRENCY_MAX 256

struct replay_run {
	struct recording *recording;
	const char *path; /* of the recording, for messages and commands */
	const struct other_side *sides;
	unsigned side_count;
	unsigned concurrency; /* calls at once, each to every side */
	uint32_t timeout_ms;
	uint64_t from_line; /* earlier ones are passed over */
	uint64_t last_line; /* as are later ones; 0: there are none */
	struct replay_pace pace;
	struct replay_map *map;
	const struct alias_key *key;
	struct report *report;
	const volatile sig_atomic_t *interrupted;
	/* What became of it. */
	uint64_t sent;
	uint64_t unnamed; /* of them with an alias in the place of a secret */
	char first_unnamed[2 * REPLAY_ALIAS_SIZE]; /* "token:7f3a... in line 3" */
	uint64_t next_line; /* the first one that was not sent to the end; 0: all were */
	bool failed; /* out of memory */
};

/* Sends everything that is due, until the recording's end, an interruption, or a side that does not answer. One
 * caller's calls keep their order, and so do those that name one group, invite or secret; calls that share none may
 * overtake each other when `concurrency` is more than one. After an interruption every call before `next_line` is
 * answered, and none behind it was sent. */
void replay_run(struct replay_run *run);
/* Prints the requests as curl lines with aliases instead, and sends nothing; run->report may be NULL. False: a line is
 * bad, or out of memory. */
bool replay_run_dry(struct replay_run *run);

#endif
