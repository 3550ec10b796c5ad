/* The checks before an operation's own rule, in the one order that all operations have. */
#ifndef ENGINE_PREAMBLE_H
#define ENGINE_PREAMBLE_H

#include <stdbool.h>

#include "engine/rule.h"

enum caller_need {
	CALLER_REQUIRED, /* by token; in the pages, a visitor */
	CALLER_OPTIONAL, /* a token that is given must be good all the same */
	CALLER_OPTIONAL_IN_V3, /* the other dialects require a token here */
	CALLER_BY_TOKEN, /* in the pages, too: who signs in */
	CALLER_VISITOR, /* who is signed in to the pages, by a session or a trusted proxy's word */
	CALLER_VISITOR_OPTIONAL,
};

enum group_need {
	GROUP_NOT_NEEDED,
	GROUP_SEEN,
	GROUP_OF_MEMBER, /* only members are told of it */
	GROUP_ACTED_ON, /* the caller joins or leaves it: the transition table says who sees it */
	GROUP_OF_INVITE, /* the caller joins it, and the invite token names it */
};

/* Where an operation words a refusal of the preamble in its own way. OUTCOME_OK (nothing said): as all. */
struct wording {
	enum outcome application; /* missing, unknown or disabled */
	enum outcome token_missing;
	enum outcome token_invalid;
	enum outcome caller_suspended;
	enum outcome no_such_group;
};

/* What must hold before an operation's function runs. That a legacy request names an active application
 * and that a token which changes something may write holds for all of them. */
struct need {
	enum caller_need caller;
	enum group_need group;
	enum role role; /* at least; NONE: any person */
	bool manages; /* who may, and at whom, says the table of deeds */
	bool operators_only; /* the token's scope must be operator */
	/* If-Match: the version of what the request means to change; false: there is no such thing. NULL: the
	 * operation takes no condition. */
	bool (*version)(struct rule *rule, uint64_t *version);
	bool application; /* also where the dialect is not legacy */
	bool reads_suffice; /* it changes nothing that a token which may only read is kept from */
	struct wording wording;
};

/* OUTCOME_NONE: the operation's own rule may run, and everything that it needs is resolved. */
enum outcome preamble_check(struct rule *rule, const struct need *need);

#endif
