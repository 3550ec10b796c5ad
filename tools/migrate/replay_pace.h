/* Which calls are sent, and when. Pure: the caller says what time it is. */
#ifndef MIGRATE_REPLAY_PACE_H
#define MIGRATE_REPLAY_PACE_H

#include "migrate/recording.h"

#define REPLAY_ALL 1000000u /* parts of a whole, in millionths */

struct replay_pace {
	/* What is wanted. */
	uint32_t percent; /* of calls, in millionths */
	uint32_t sample; /* of clients, in millionths */
	double rate; /* calls a second; 0: no limit */
	double speed; /* how many times as fast as recorded; 0: as fast as possible */
	/* What was done; starts zeroed. */
	uint64_t seen;
	uint64_t taken;
	int64_t first_at_us;
};

/* Whether the next call of the recording is one that is sent. By clients first: the same ones in every run and of
 * every recording with the same aliases; then exactly the percentage of their calls. */
bool replay_pace_takes(struct replay_pace *pace, const struct recorded *recorded);
/* When the call that was just taken is due, in microseconds since the start of the run. */
int64_t replay_pace_due_us(struct replay_pace *pace, const struct recorded *recorded);

/* Who calls: the alias of a token, else of an api_key; "" for nobody. */
const char *replay_caller(const struct recorded *recorded);

#endif
