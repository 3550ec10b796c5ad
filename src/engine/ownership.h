/* Handing a group to another of its members. */
#ifndef ENGINE_OWNERSHIP_H
#define ENGINE_OWNERSHIP_H

#include "engine/rule.h"

/* Makes the heir, a member, the owner of the resolved group, with the heir's record in the feed. What becomes
 * of the old owner is the caller's to write, in the same transaction. */
void ownership_pass(struct rule *rule, const struct membership *heir);

#endif
