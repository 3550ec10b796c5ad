/* What the operator's commands do to memberships, by the operations' own rules. The changes are of the dialect
 * `command`, of no operation, and without an actor. The transaction writes; `circumstances` are those of one run:
 * its scratch is cleared. */
#ifndef ENGINE_OPERATOR_H
#define ENGINE_OPERATOR_H

#include "engine/engine.h"

/* Ends what a person is in a group, whatever it is: a member leaves (an owner passes the group on, the last one ends
 * it), a request is withdrawn, an invitation declined, a ban lifted. False: out of memory, and nothing was written. */
bool operator_end_membership(
	const struct circumstances *circumstances, struct txn *txn, const struct membership *membership);

/* Makes an active person the owner, who becomes a member where that is needed; the old owner stays as an admin.
 * OUTCOME_OWNERSHIP_TRANSFERRED, ROLE_UNCHANGED, or the refusal: no_such_group, user_not_found,
 * new_owner_suspended, banned, too_many_groups, busy; a refusal has written nothing. */
enum outcome operator_transfer(
	const struct circumstances *circumstances, struct txn *txn, uint64_t group_id, uint64_t user_id);

#endif
