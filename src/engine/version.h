/* The version of a resource, which its ETag begins with and If-Match names. A group's and a person's is the
 * number of their own last change. The others store none: theirs is made of all their own fields
 * (secret_version), so that it differs whenever one of them does, and never depends on who looks. */
#ifndef ENGINE_VERSION_H
#define ENGINE_VERSION_H

#include "engine/rule.h"

/* Someone's standing in a group: a member, a request, a ban. `words`: the NUL-terminated text of note->words,
 * "" where there is no note (which may then be NULL). */
uint64_t version_of_standing(const struct membership *membership, const struct note *note, const char *words);
uint64_t version_of_invite(const struct invite *invite);
uint64_t version_of_invitation(const struct invitation *invitation);

/* For need.version: what the request means, as it is now. False: there is no such thing. */
bool version_group(struct rule *rule, uint64_t *version);
bool version_member(struct rule *rule, uint64_t *version); /* the one whom the request names */
bool version_caller_member(struct rule *rule, uint64_t *version);
bool version_request(struct rule *rule, uint64_t *version); /* of whom the request names */
bool version_caller_request(struct rule *rule, uint64_t *version);
bool version_ban(struct rule *rule, uint64_t *version);
bool version_invite(struct rule *rule, uint64_t *version);
bool version_invitation(struct rule *rule, uint64_t *version); /* by item_id; pending or over */
bool version_caller_invitation(struct rule *rule, uint64_t *version);

#endif
