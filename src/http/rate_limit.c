/* DESIGN. The generic cell rate algorithm, in which a bucket is one number: when it will be full again. Time is
 * counted in fractions of a request's share of RATE_WINDOW_S, so the arithmetic is exact. A slot is one word, who
 * (28 bits) and that number (36 bits), changed by compare-and-swap. An owner has the slots of one cache line to
 * choose from, and may have one whose bucket is full, which is as good as new. Where there is none, the owner
 * passes without being counted: nobody innocent is refused, and who fills all slots must be very many. Only who
 * has no slot yet takes a lock, so that two threads cannot give it two. */
#include "http/rate_limit.h"

#include <assert.h>
#include <stdlib.h>

#include "http/hash.h"
#include "model/limits.h"

#define SETS 8192
#define SET_SLOTS 8
#define SET_ALIGNMENT (SET_SLOTS * sizeof(uint64_t))
#define FULL_AT_BITS 36
#define FULL_AT_MASK ((UINT64_C(1) << FULL_AT_BITS) - 1)
#define UNITS_MIN (UINT64_C(1) << 20) /* in a window: small enough to be fair, and the number wraps in 45 days */
#define WINDOW_US ((uint64_t)RATE_WINDOW_S * 1000000)

static bool init_kind(struct rate_limiter *limiter, enum rate_kind kind)
{
	if (limiter->limits[kind] == 0) {
		return true;
	}
	assert(limiter->limits[kind] <= RATE_LIMIT_MAX);
	limiter->slots[kind] = aligned_alloc(SET_ALIGNMENT, (size_t)SETS * SET_ALIGNMENT);
	for (size_t i = 0; limiter->slots[kind] != NULL && i < (size_t)SETS * SET_SLOTS; i++) {
		atomic_init(&limiter->slots[kind][i], 0);
	}
	return limiter->slots[kind] != NULL;
}

static void free_slots(struct rate_limiter *limiter)
{
	for (unsigned kind = 0; kind < RATE_KIND_COUNT; kind++) {
		free(limiter->slots[kind]);
		limiter->slots[kind] = NULL;
	}
}

bool rate_limiter_init(struct rate_limiter *limiter, const uint32_t limits[RATE_KIND_COUNT])
{
	*limiter = (struct rate_limiter){.key = hash_make_key()};
	bool made = true;
	for (unsigned kind = 0; kind < RATE_KIND_COUNT; kind++) {
		limiter->limits[kind] = limits[kind];
		made = made && init_kind(limiter, kind);
	}
	if (made && pthread_mutex_init(&limiter->claims, NULL) == 0) {
		return true;
	}
	free_slots(limiter);
	return false;
}

void rate_limiter_finish(struct rate_limiter *limiter)
{
	free_slots(limiter);
	(void)pthread_mutex_destroy(&limiter->claims); /* nobody holds it */
}

struct rate_owner rate_owner_of_peer(const struct rate_limiter *limiter, const struct peer *peer)
{
	return (struct rate_owner){.kind = RATE_ADDRESS, .hash = hash_peer(peer, limiter->key)};
}

struct rate_owner rate_owner_of_id(const struct rate_limiter *limiter, enum rate_kind kind, uint64_t id)
{
	return (struct rate_owner){.kind = kind, .hash = hash_number(id, limiter->key)};
}

/* --- time, counted in fractions of a request */

struct scale {
	uint64_t request; /* units that one request costs */
	uint64_t all; /* that pass in a window, and that a bucket holds */
};

static struct scale scale_of(uint32_t limit)
{
	uint64_t request = limit < UNITS_MIN ? UNITS_MIN / limit : 1;
	return (struct scale){.request = request, .all = request * limit};
}

static uint64_t units_at(uint64_t time_us, const struct scale *scale)
{
	return time_us / WINDOW_US * scale->all + time_us % WINDOW_US * scale->all / WINDOW_US;
}

/* The first moment at which that many have passed. */
static int64_t time_of(uint64_t units, const struct scale *scale)
{
	uint64_t rest_us = (units % scale->all * WINDOW_US + scale->all - 1) / scale->all;
	return (int64_t)(units / scale->all * WINDOW_US + rest_us);
}

/* --- slots */

static uint64_t tag_of(const struct rate_owner *owner)
{
	uint64_t tag = owner->hash >> FULL_AT_BITS;
	return tag == 0 ? 1 : tag; /* an empty slot is nobody's */
}

static uint64_t make_slot(uint64_t tag, uint64_t full_at)
{
	return tag << FULL_AT_BITS | (full_at & FULL_AT_MASK);
}

/* How many units the bucket lacks. What seems to be full only in a far future is long past: the number has
 * wrapped. Another thread's clock may be a little ahead of ours, so a little more than all is no mistake. */
static uint64_t slot_lacks(uint64_t slot, uint64_t now, const struct scale *scale)
{
	uint64_t lacks = (slot - now) & FULL_AT_MASK;
	if (lacks > 2 * scale->all) {
		return 0;
	}
	return lacks < scale->all ? lacks : scale->all;
}

static _Atomic uint64_t *find(_Atomic uint64_t *set, uint64_t tag, uint64_t *value)
{
	for (unsigned i = 0; i < SET_SLOTS; i++) {
		uint64_t there = atomic_load(&set[i]);
		if (there >> FULL_AT_BITS == tag) {
			*value = there;
			return &set[i];
		}
	}
	return NULL;
}

/* Throws a full bucket away for a new one. NULL: there is none. */
static _Atomic uint64_t *replace_full(
	_Atomic uint64_t *set, uint64_t tag, uint64_t now, const struct scale *scale, uint64_t *value)
{
	for (unsigned i = 0; i < SET_SLOTS; i++) {
		uint64_t there = atomic_load(&set[i]);
		uint64_t fresh = make_slot(tag, now);
		if (slot_lacks(there, now, scale) == 0 && atomic_compare_exchange_strong(&set[i], &there, fresh)) {
			*value = fresh;
			return &set[i];
		}
	}
	return NULL;
}

/* The owner's slot, a new one if need be. NULL: there is none for it. */
static _Atomic uint64_t *claim(
	struct rate_limiter *limiter, const struct rate_owner *owner, uint64_t now, uint64_t *value)
{
	_Atomic uint64_t *set = &limiter->slots[owner->kind][owner->hash % SETS * SET_SLOTS];
	const struct scale scale = scale_of(limiter->limits[owner->kind]);
	uint64_t tag = tag_of(owner);
	_Atomic uint64_t *slot = find(set, tag, value);
	if (slot != NULL) {
		return slot;
	}
	(void)pthread_mutex_lock(&limiter->claims); /* fails only when it was misused */
	slot = find(set, tag, value);
	if (slot == NULL) {
		slot = replace_full(set, tag, now, &scale, value);
	}
	(void)pthread_mutex_unlock(&limiter->claims);
	return slot;
}

static void count(_Atomic uint64_t *counter)
{
	atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

bool rate_limiter_take(
	struct rate_limiter *limiter, const struct rate_owner *owner, int64_t now_us, struct rate_level *level)
{
	uint32_t limit = limiter->limits[owner->kind];
	*level = (struct rate_level){0};
	if (limit == 0) {
		return true;
	}
	const struct scale scale = scale_of(limit);
	uint64_t now = units_at((uint64_t)now_us, &scale);
	uint64_t value = 0;
	uint64_t lacks;
	bool passes;
	_Atomic uint64_t *slot;
	do { /* who loses the race for a slot has seen another one win it */
		slot = claim(limiter, owner, now, &value);
		if (slot == NULL) {
			count(&limiter->unmetered);
			return true;
		}
		lacks = slot_lacks(value, now, &scale) + scale.request;
		passes = lacks <= scale.all;
	} while (passes &&
		 !atomic_compare_exchange_strong(slot, &value, make_slot(tag_of(owner), now + lacks)));
	level->limit = limit;
	if (passes) {
		level->left = (uint32_t)((scale.all - lacks) / scale.request);
		level->full_us = time_of(now + lacks, &scale) - now_us;
		return true;
	}
	level->full_us = time_of(now + lacks - scale.request, &scale) - now_us;
	level->wait_us = time_of(now + lacks - scale.all, &scale) - now_us;
	count(&limiter->refused[owner->kind]);
	return false;
}

void rate_limiter_give_back(struct rate_limiter *limiter, const struct rate_owner *owner, int64_t now_us)
{
	uint32_t limit = limiter->limits[owner->kind];
	if (limit == 0) {
		return;
	}
	_Atomic uint64_t *set = &limiter->slots[owner->kind][owner->hash % SETS * SET_SLOTS];
	const struct scale scale = scale_of(limit);
	uint64_t now = units_at((uint64_t)now_us, &scale);
	uint64_t value;
	uint64_t lacks;
	_Atomic uint64_t *slot;
	do {
		slot = find(set, tag_of(owner), &value);
		lacks = slot == NULL ? 0 : slot_lacks(value, now, &scale);
		if (lacks == 0) {
			return; /* it is full again */
		}
		lacks = lacks > scale.request ? lacks - scale.request : 0;
	} while (!atomic_compare_exchange_strong(slot, &value, make_slot(tag_of(owner), now + lacks)));
}
