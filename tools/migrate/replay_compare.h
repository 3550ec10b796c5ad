/* One call's verdict, from what the recording and the sides have answered. */
#ifndef MIGRATE_REPLAY_COMPARE_H
#define MIGRATE_REPLAY_COMPARE_H

#include "migrate/replay_map.h"
#include "migrate/report.h"
#include "observe/courier.h"

struct replay_compared {
	const struct recorded *recorded;
	int64_t now; /* unix seconds, when the sides answered */
	unsigned side_count; /* with one, the recording is the left side */
	const struct courier_call *calls; /* [side_count], ANSWERED */
	const char *shown_requests[REPLAY_SIDES_MAX]; /* without secrets; NULL: out of memory */
};

struct replay_compare;

/* `map` and `key` live as long as it; secrets that the map does not know are shown as their aliases by the key. NULL:
 * out of memory. One thread. */
struct replay_compare *replay_compare_create(struct replay_map *map, const struct alias_key *key);
/* NULL does nothing. */
void replay_compare_destroy(struct replay_compare *compare);
/* Learns what the call created, compares, and adds the verdict to the report. */
void replay_compare_add(
	struct replay_compare *compare, const struct replay_compared *compared, struct report *report);
/* A call that is not sent is counted with its reason. */
void replay_compare_skip(const struct recorded *recorded, const char *reason, struct report *report);

#endif
