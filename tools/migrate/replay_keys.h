/* What a call depends on, so that calls which depend on the same keep their order. */
#ifndef MIGRATE_REPLAY_KEYS_H
#define MIGRATE_REPLAY_KEYS_H

#include "migrate/recording.h"
#include "observe/fields.h"

#define REPLAY_KEYS_MAX 24

struct replay_keys {
	uint64_t hashes[REPLAY_KEYS_MAX];
	size_t count;
	bool all; /* more than there is room for: it waits for all, and all wait for it */
};

/* The caller, and the groups, invites and secrets that the call names, or gives a name in its recorded reply. */
void replay_keys_find(const struct recorded *recorded, struct fields *memory, struct replay_keys *keys);
bool replay_keys_meet(const struct replay_keys *one, const struct replay_keys *other);

#endif
