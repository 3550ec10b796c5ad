/* Steps of generated sequences. A step is a handful of small numbers that mean something in any state ("the
 * owner of the latest group"), so that every part of a sequence is a sequence too: that is what makes
 * shrinking possible. What a step asks for in a given state is casting.h's to say. */
#ifndef MIGRATE_STEP_H
#define MIGRATE_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "migrate/call.h"

/* NAME, name, verb (CALL_OTHER: only one dialect has it, it moves the state). */
#define STEP_KINDS(X) \
	X(JOIN, "join", CALL_JOIN) \
	X(JOIN_BY_TOKEN, "join by token", CALL_JOIN_BY_TOKEN) \
	X(LEAVE, "leave", CALL_LEAVE) \
	X(ADD, "add", CALL_ADD) \
	X(EDIT, "edit", CALL_EDIT) \
	X(DELETE, "delete", CALL_DELETE) \
	X(INFO, "info", CALL_INFO) \
	X(MEMBERS, "members", CALL_MEMBERS) \
	X(MEMBER_CHECK, "member check", CALL_MEMBER_CHECK) \
	X(REMOVE, "remove", CALL_REMOVE) \
	X(MY_GROUPS, "my groups", CALL_MY_GROUPS) \
	X(CHECK_TOKEN, "check token", CALL_CHECK_TOKEN) \
	X(USER_INFO, "user info", CALL_USER_INFO) \
	X(MINT, "mint", CALL_MINT) \
	X(REVOKE, "revoke", CALL_OTHER) \
	X(CODE_CREATE, "code create", CALL_OTHER) \
	X(CODE_DELETE, "code delete", CALL_OTHER) \
	X(APPROVE, "approve", CALL_OTHER) \
	X(DENY, "deny", CALL_OTHER) \
	X(DISCARD, "discard", CALL_OTHER) \
	X(WITHDRAW, "withdraw", CALL_OTHER) \
	X(INVITE, "invite", CALL_OTHER) \
	X(CANCEL, "cancel", CALL_OTHER) \
	X(DECLINE, "decline", CALL_OTHER) \
	X(BAN, "ban", CALL_OTHER) \
	X(UNBAN, "unban", CALL_OTHER) \
	X(SET_ROLE, "set role", CALL_OTHER) \
	X(SUSPEND, "suspend", CALL_OTHER) \
	X(GET_TOKEN, "get token", CALL_OTHER) \
	X(PUT_USER, "put user", CALL_OTHER) \
	X(ADD_TOKEN, "add token", CALL_OTHER) \
	X(DROP_TOKEN, "drop token", CALL_OTHER)

enum step_kind {
#define X(name, ...) STEP_##name,
	STEP_KINDS(X)
#undef X
		STEP_KIND_COUNT,
};

/* What a step chooses beside its kind. Of each the number 0 is the simplest, and the rest are its table's
 * rows. */
enum choice {
	CHOICE_JUMP, /* of the clock, before the step */
	CHOICE_ACTOR,
	CHOICE_TOKEN,
	CHOICE_API_KEY,
	CHOICE_GROUP,
	CHOICE_TARGET,
	CHOICE_INVITE,
	CHOICE_ITEM, /* an invite token or invitation, from the latest back */
	CHOICE_BODY, /* of a call that only one dialect has */
	CHOICE_NAMING,
	CHOICE_FLAW, /* enum call_flaw */
	CHOICE_CONDITION, /* of JSON: the state that the caller knows */
	CHOICE_NAME,
	CHOICE_DESCRIPTION,
	CHOICE_EVENT_MODERATION,
	CHOICE_MEMBER_MODERATION,
	CHOICE_IS_PRIVATE,
	CHOICE_TYPE,
	CHOICE_MESSAGE,
	CHOICE_EXPIRES_IN,
	CHOICE_MAX_USES,
	CHOICE_PAGE,
	CHOICE_PER_PAGE,
	CHOICE_ORDER, /* of members, in the legacy API */
	CHOICE_DIRECTION,
	CHOICE_SORT, /* of groups, in v3 */
	CHOICE_COUNT,
};

struct step {
	uint64_t number; /* of the call in all that is generated, from 1; its random values derive from it */
	uint64_t seed;	 /* of "any of" */
	enum step_kind kind;
	enum dialect dialect; /* its own */
	uint8_t choices[CHOICE_COUNT];
};

/* Invents `count` steps from the number `first` on, the same ones for the same seed on every machine. */
void steps_invent(uint64_t seed, uint64_t first, struct step *steps, uint32_t count);

const char *step_kind_name(enum step_kind kind);
enum call_verb step_verb(enum step_kind kind);
/* Whether the kind's call depends on the choice. */
bool step_looks_at(enum step_kind kind, enum choice choice);

/* The next random number of a stream that `state` is; splitmix64. */
uint64_t step_random(uint64_t *state);

/* Who acts, or is acted on. */
enum person_choice {
	PERSON_OWNER,
	PERSON_ADMIN,
	PERSON_MEMBER,
	PERSON_REQUESTED,
	PERSON_INVITED,
	PERSON_BANNED,
	PERSON_STRANGER, /* nothing is known of them in the group */
	PERSON_SUSPENDED, /* a member who may not act */
	PERSON_ANY,
	PERSON_OPERATOR,
	PERSON_ODD, /* the first of the ids that are none */
};

enum token_choice {
	TOKEN_PERSONAL,
	TOKEN_OF_APPLICATION,
	TOKEN_NEWEST, /* the one that was made last; where none was, a personal one */
	TOKEN_READ,
	TOKEN_DEACTIVATED,
	TOKEN_OF_DISABLED_APPLICATION,
	TOKEN_UNKNOWN,
	TOKEN_MISSING,
	TOKEN_CHOICE_COUNT,
};

enum api_key_choice {
	API_KEY_ACTIVE,
	API_KEY_SECOND,
	API_KEY_DISABLED,
	API_KEY_UNKNOWN,
	API_KEY_MISSING,
	API_KEY_CHOICE_COUNT,
};

enum group_choice {
	GROUP_LATEST, /* this and the next two: so many back among those that are there */
	GROUP_COUNTED_BACK = 3, /* by id, whether or not it was deleted */
	GROUP_FIRST, /* any of those that the world begins with */
	GROUP_ODD,
};

/* What stands where an id could. */
enum naming_choice {
	NAMING_ID,
	NAMING_WORD, /* a slug in v3, a username in the legacy API */
	NAMING_SEVERAL, /* ids or usernames, in the legacy API */
	NAMING_ME, /* in v3 */
	NAMING_UNKNOWN_WORD,
	NAMING_CHOICE_COUNT,
};

enum condition_choice {
	CONDITION_NONE,
	CONDITION_CURRENT,
	CONDITION_ANY,
	CONDITION_STALE,
	CONDITION_GARBAGE,
	CONDITION_CHOICE_COUNT,
};

enum invite_choice {
	INVITE_NONE,
	INVITE_CURRENT_CODE,
	INVITE_MACAROON, /* the group's latest */
	INVITE_EARLIER_MACAROON,
	INVITE_FIRST, /* one that the world begins with */
	INVITE_FOR_GROUP, /* made narrower by a caveat that holds */
	INVITE_ENDED, /* by one that does not */
	INVITE_FOR_ANOTHER, /* likewise */
	INVITE_OF_ANOTHER_GROUP,
	INVITE_FORGED,
	INVITE_UNKNOWN_CODE,
	INVITE_GARBAGE,
	INVITE_EMPTY,
	INVITE_NUMBER,
	INVITE_CHOICE_COUNT,
};

#endif
