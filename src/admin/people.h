/* What demo and import share with the commands about people. Private to admin/. */
#ifndef ADMIN_PEOPLE_H
#define ADMIN_PEOPLE_H

#include "admin/call.h"

/* Gives the user its folds. False: out of memory. */
bool people_fold(struct user *user, const struct texts *texts);
/* Adds a person whose username (and address) are free, with a change; the transaction writes. False: out of
 * memory. */
bool people_add(struct call *call, struct user *user, const uint8_t seed[SEED_SIZE]);
/* Finds a person by id or username, in the open transaction. */
bool people_find(struct call *call, const char *named, struct user *user);
/* What changes that the operator causes say of their cause. */
struct change people_cause(const uint8_t seed[SEED_SIZE]);
/* Appends a change that the operator caused. Returns its number; 0 on failure, which shows at the end. */
uint64_t people_append_change(struct call *call, struct change *change, const uint8_t seed[SEED_SIZE]);

#endif
