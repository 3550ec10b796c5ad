/* What a call depends on, so that calls which depend on the same keep their order. */
#ifndef MIGRATE_REPLAY_KEYS_H
#define MIGRATE_REPLAY_KEYS_H

#include "migrate/recording.h"
#include "observe/reply_fields.h"

#define REPLAY_KEYS_MAX 24

struct replay_keys {
	uint64_t hashes[REPLAY_KEYS_MAX];
	size_t count;
	bool all; /* more than there is room for: it waits for all, and all wait for it */
};

/* Which group a slug, an invite or an invite token belongs to, as far as the calls before have told: so what names a
 * group in another way keeps its order, too. Starts zeroed. */
struct replay_links {
	json_t *groups;
	struct reply_fields memory;
};

/* The caller, and the groups, invites and secrets that the call names, or gives a name in its recorded reply. Calls
 * are given in the order of their lines. */
void replay_keys_find(const struct recorded *recorded, struct replay_links *links, struct replay_keys *keys);
void replay_links_finish(struct replay_links *links);
bool replay_keys_meet(const struct replay_keys *one, const struct replay_keys *other);

#endif
