/* Which outcomes of two dialects mean the same. */
#ifndef MIGRATE_OUTCOMES_H
#define MIGRATE_OUTCOMES_H

#include "migrate/call.h"
#include "model/outcome.h"

/* What must be so for a prescribed difference: a fault must not hide behind a contract's sentence. */
enum outcomes_when {
	OUTCOMES_ALWAYS,
	OUTCOMES_STRANGER, /* the caller is no member of the group */
	OUTCOMES_MEMBER, /* the caller is one */
	OUTCOMES_OPERATOR, /* the token is an operator's */
	OUTCOMES_SUSPENDED, /* the caller is */
	OUTCOMES_NO_TOKEN, /* none was sent */
	OUTCOMES_BAD_TOKEN, /* the one that was sent signs nobody in */
	OUTCOMES_NO_MANAGER, /* the caller sees the group, and is neither its owner nor an admin */
	OUTCOMES_UNSEEN, /* there is no such group, or the caller does not see it */
	OUTCOMES_NO_ID, /* what stands for the group's id cannot be one */
	OUTCOMES_NO_USER, /* no person has the username */
	OUTCOMES_NO_USER_ID, /* what stands for the person's id cannot be one */
	OUTCOMES_BAD_BYTES, /* an argument is no UTF-8 */
	OUTCOMES_EMPTY_NAME, /* it was given, without a letter */
	OUTCOMES_BAD_FLAG, /* one is neither 0 nor 1 */
};

/* Whether the same call may be answered so in the one dialect and so in the other: by the same outcome,
 * or as the contracts prescribe otherwise (then `*why` says why, and `*when` what must be so; NULL and
 * ALWAYS for the same). Order does not matter. */
bool outcomes_agree(enum call_verb verb, enum dialect left, enum outcome left_outcome, enum dialect right,
	enum outcome right_outcome, const char **why, enum outcomes_when *when);

#endif
