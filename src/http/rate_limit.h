/* How many requests a minute each client may make: buckets of a bounded number of clients, shared by all
 * threads. A bucket holds as many requests as its limit says and fills evenly within RATE_WINDOW_S. */
#ifndef HTTP_RATE_LIMIT_H
#define HTTP_RATE_LIMIT_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "http/peer.h"

enum rate_kind {
	RATE_ADDRESS, /* an IPv4 address, an IPv6 network of 64 bits, or all of the unix sockets */
	RATE_TOKEN,
	RATE_APPLICATION,
	RATE_KIND_COUNT,
};

struct rate_limiter {
	uint64_t key;
	uint32_t limits[RATE_KIND_COUNT]; /* requests a minute; 0: not limited */
	_Atomic uint64_t *slots[RATE_KIND_COUNT]; /* NULL where there is no limit */
	pthread_mutex_t claims;
	_Atomic uint64_t refused[RATE_KIND_COUNT];
	_Atomic uint64_t unmetered; /* let through because every bucket that it could have had was in use */
};

/* Whose bucket. */
struct rate_owner {
	enum rate_kind kind;
	uint64_t hash;
};

/* What a bucket was left with. */
struct rate_level {
	uint32_t limit; /* 0: there is no bucket */
	uint32_t left; /* requests that it would let through now */
	int64_t full_us; /* until it is full again */
	int64_t wait_us; /* until it lets a request through; 0: now */
};

/* `limits` in the order of enum rate_kind, each at most RATE_LIMIT_MAX. False: out of memory or other
 * resources. */
bool rate_limiter_init(struct rate_limiter *limiter, const uint32_t limits[RATE_KIND_COUNT]);
void rate_limiter_finish(struct rate_limiter *limiter);

struct rate_owner rate_owner_of_peer(const struct rate_limiter *limiter, const struct peer *peer);
/* Of a token or an application. */
struct rate_owner rate_owner_of_id(const struct rate_limiter *limiter, enum rate_kind kind, uint64_t id);

/* Takes one request from the owner's bucket; false: it is empty, and nothing changed. `now_us`: any clock that
 * does not go back, the same for all calls. Where the kind has no limit, or all slots that the owner could have
 * are in use by others, everything passes. Any thread; exact however many take at once. */
bool rate_limiter_take(
	struct rate_limiter *limiter, const struct rate_owner *owner, int64_t now_us, struct rate_level *level);
/* Undoes a take. */
void rate_limiter_give_back(struct rate_limiter *limiter, const struct rate_owner *owner, int64_t now_us);

#endif
