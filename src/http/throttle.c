/* Each slot is one word, changed by compare-and-swap: who (32 bits), the second when the window began (24), how
 * many tries in it (8). An address has a few slots to choose from; where all are in use by others, the window
 * that began first is forgotten. */
#include "http/throttle.h"

#include "http/hash.h"
#include "model/limits.h"

#define PROBES 4
#define ROUNDS_MAX 64 /* of losing the race for a slot */
#define SECONDS_MASK UINT32_C(0xffffff)

_Static_assert(SIGN_IN_FAILURES_MAX <= UINT8_MAX, "a slot counts in one byte");

void throttle_init(struct throttle *throttle)
{
	throttle->key = hash_make_key();
	for (unsigned i = 0; i < THROTTLE_SLOTS; i++) {
		atomic_init(&throttle->slots[i], 0);
	}
}

static uint32_t slot_owner(uint64_t slot)
{
	return (uint32_t)(slot >> 32);
}

static unsigned slot_count(uint64_t slot)
{
	return (unsigned)(slot & 0xff);
}

/* Seconds since its window began. */
static uint32_t slot_age(uint64_t slot, uint32_t now)
{
	return (now - (uint32_t)(slot >> 8)) & SECONDS_MASK;
}

static bool slot_is_free(uint64_t slot, uint32_t now)
{
	return slot_count(slot) == 0 || slot_age(slot, now) >= SIGN_IN_WINDOW_S;
}

/* The slot of this owner, else one that may be taken. `*value` is what stands there. */
static _Atomic uint64_t *find(struct throttle *throttle, uint64_t hashed, uint32_t now, uint64_t *value)
{
	_Atomic uint64_t *chosen = NULL;
	bool chosen_free = false;
	for (unsigned i = 0; i < PROBES; i++) {
		_Atomic uint64_t *slot = &throttle->slots[(hashed + i) % THROTTLE_SLOTS];
		uint64_t there = atomic_load(slot);
		bool is_free = slot_is_free(there, now);
		if (!is_free && slot_owner(there) == hashed >> 32) {
			*value = there;
			return slot;
		}
		bool older = chosen == NULL || slot_age(there, now) > slot_age(*value, now);
		if (!chosen_free && (is_free || older)) {
			chosen = slot;
			chosen_free = is_free;
			*value = there;
		}
	}
	return chosen;
}

bool throttle_take(struct throttle *throttle, const struct peer *client, int64_t now_ms)
{
	uint64_t hashed = hash_peer(client, throttle->key);
	uint32_t now = (uint32_t)(now_ms / 1000) & SECONDS_MASK;
	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		uint64_t value = 0;
		_Atomic uint64_t *slot = find(throttle, hashed, now, &value);
		bool own = !slot_is_free(value, now) && slot_owner(value) == hashed >> 32;
		if (own && slot_count(value) >= SIGN_IN_FAILURES_MAX) {
			return false;
		}
		uint64_t first = (hashed >> 32) << 32 | (uint64_t)now << 8 | 1;
		if (atomic_compare_exchange_strong(slot, &value, own ? value + 1 : first)) {
			return true;
		}
	}
	return false;
}

void throttle_give_back(struct throttle *throttle, const struct peer *client, int64_t now_ms)
{
	uint64_t hashed = hash_peer(client, throttle->key);
	uint32_t now = (uint32_t)(now_ms / 1000) & SECONDS_MASK;
	for (unsigned round = 0; round < ROUNDS_MAX; round++) {
		uint64_t value = 0;
		_Atomic uint64_t *slot = find(throttle, hashed, now, &value);
		if (slot_is_free(value, now) || slot_owner(value) != hashed >> 32) {
			return; /* the window is over */
		}
		if (atomic_compare_exchange_strong(slot, &value, value - 1)) {
			return;
		}
	}
}
