/* How many tries at a secret failed, per client address: one bounded array for all threads. */
#ifndef HTTP_THROTTLE_H
#define HTTP_THROTTLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/peer.h"

#define THROTTLE_SLOTS 8192

struct throttle {
	uint64_t key; /* so that nobody outside can choose addresses that share a slot */
	_Atomic uint64_t slots[THROTTLE_SLOTS];
};

void throttle_init(struct throttle *throttle);
/* Counts a try before its end is known. False: there were too many, and this one is not counted. Any thread. */
bool throttle_take(struct throttle *throttle, const struct peer *client, int64_t now_ms);
/* The try did not fail. */
void throttle_give_back(struct throttle *throttle, const struct peer *client, int64_t now_ms);

#endif
