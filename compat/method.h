/* The methods of the legacy API: what each one is to the engine, and which arguments it reads. */
#ifndef COMPAT_METHOD_H
#define COMPAT_METHOD_H

#include <stdbool.h>
#include <stddef.h>

#include "http/dialect.h"

/* The order is the one in which faults are named: every method documents its own in this order. */
enum argument {
	ARGUMENT_API_KEY,
	ARGUMENT_TOKEN,
	ARGUMENT_TOKEN_REPEATED, /* a token that the reply repeats */
	ARGUMENT_GROUP_ID,	 /* one group */
	ARGUMENT_GROUP_TO_EDIT,	 /* one group, whose fault is named before those of its fields */
	ARGUMENT_GROUP_IDS,	 /* several, comma-separated */
	ARGUMENT_USER_IDS,	 /* likewise */
	ARGUMENT_USERNAMES,	 /* likewise */
	ARGUMENT_NAME,		 /* of a new group */
	ARGUMENT_NEW_NAME,	 /* of a group that has one */
	ARGUMENT_DESCRIPTION,
	ARGUMENT_EVENT_MODERATION,
	ARGUMENT_MEMBER_MODERATION,
	ARGUMENT_IS_PRIVATE,
	ARGUMENT_MEMBERS_PER_PAGE,
	ARGUMENT_FROB,
	ARGUMENT_PAGE,
	ARGUMENT_GROUPS_PER_PAGE,
	ARGUMENT_ORDER,
	ARGUMENT_DIR,
	ARGUMENT_COUNT,
};

struct method {
	const char *name;  /* as the parameter `method` gives it */
	const char *route; /* for logs */
	enum operation operation;
	bool about_caller; /* about the token's person, who is named by nothing else */
	unsigned arguments; /* bits by enum argument */
};

/* The method that a raw parameter names, to the letter; NULL: there is none. */
const struct method *method_find(struct span raw);

/* Whether its refusals are those of a method that changes something. */
bool method_changes(enum operation operation);

/* How a request calls the argument; several arguments may have one name. */
const char *method_argument_name(enum argument argument);

#endif
