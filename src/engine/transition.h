/* What becomes of a person in a group when the person acts, as data: action x kind of group x state. */
#ifndef ENGINE_TRANSITION_H
#define ENGINE_TRANSITION_H

#include "model/group.h"
#include "model/outcome.h"

enum action {
	ACTION_JOIN,
	ACTION_JOIN_WITH_INVITE, /* and the invite is valid for this group */
	ACTION_JOIN_WITH_BAD_INVITE, /* and it is not */
	ACTION_LEAVE,
	ACTION_COUNT,
};

enum kind {
	KIND_OPEN,
	KIND_MODERATED,
	KIND_PRIVATE, /* whether it is also moderated makes no difference here */
	KIND_COUNT,
};

struct transition {
	enum state to; /* the same as before: nothing is written */
	enum outcome outcome;
};

enum kind transition_kind(const struct group *group);

/* The cell of the table. An owner's leaving is more than its cell says: leave.c passes the group on. */
struct transition transition_find(enum action action, enum kind kind, enum state state);

#endif
