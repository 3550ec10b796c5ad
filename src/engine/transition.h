/* What becomes of a person in a group, as data: when the person acts (action x kind of group x state), and
 * when a manager does (deed x state, with who may). test/cases sees to it that each cell of both is reached:
 * it observes transition_find and transition_find_deed by the linker's --wrap. */
#ifndef ENGINE_TRANSITION_H
#define ENGINE_TRANSITION_H

#include <stdbool.h>

#include "model/group.h"
#include "model/outcome.h"

enum action {
	ACTION_JOIN,
	ACTION_JOIN_WITH_INVITE, /* and the invite is valid for this group */
	ACTION_JOIN_WITH_BAD_INVITE, /* and it is not */
	ACTION_LEAVE,
	ACTION_WITHDRAW, /* a request to join */
	ACTION_DECLINE, /* a personal invitation */
	ACTION_COUNT,
};

enum kind {
	KIND_OPEN,
	KIND_MODERATED,
	KIND_PRIVATE, /* whether it is also moderated makes no difference here */
	KIND_COUNT,
};

struct transition {
	enum state to; /* the same as before: nothing is written, but for what the cell's outcome says */
	enum outcome outcome;
};

enum kind transition_kind(const struct group *group);

/* The cell of the table. An owner's leaving is more than its cell says: leave.c passes the group on. */
struct transition transition_find(enum action action, enum kind kind, enum state state);

/* What is done to a person, by a manager unless the guards say otherwise. */
enum deed {
	DEED_NONE,
	DEED_APPROVE,
	DEED_DENY,
	DEED_DISCARD,
	DEED_INVITE,
	DEED_CANCEL, /* an invitation */
	DEED_REMOVE,
	DEED_BAN,
	DEED_LIFT, /* a ban */
	DEED_SET_ROLE, /* admin or member */
	DEED_TRANSFER, /* set the role owner */
	DEED_COUNT,
};
#define DEED_FIRST DEED_APPROVE

/* Who may, and at whom. Refusals are answered in the order of the columns; OUTCOME_OK: none of this kind. */
struct guards {
	enum role role; /* of who acts, at least */
	enum role role_for_oneself; /* at least, where who acts is the target */
	bool sender_may; /* who sent the invitation, whatever the role */
	enum outcome absent; /* there is no such user */
	enum outcome oneself; /* the target is who acts */
	enum outcome owner; /* the target owns the group */
	bool spares_admins; /* an admin does not do it to another one */
};

/* Asserts DEED_FIRST <= deed < DEED_COUNT, as the next one does. */
const struct guards *transition_guards(enum deed deed);

/* The cell of the managers' table, for a target that passed the guards. A member who has the role already
 * (role_unchanged) and a suspended heir (new_owner_suspended) are the operation's to answer. ban_changed,
 * role_changed and ownership_transferred keep the state and write. */
struct transition transition_find_deed(enum deed deed, enum state state);

#endif
