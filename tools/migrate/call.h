/* A call as no dialect says it: a verb and its arguments as texts. One table (call.c) says how each
 * dialect asks it, so that a call that was read from one dialect can be written in another. */
#ifndef MIGRATE_CALL_H
#define MIGRATE_CALL_H

#include <stdbool.h>
#include <stddef.h>

#include "migrate/recording.h"

enum call_verb {
	CALL_JOIN, /* by id or slug, with or without an invite */
	CALL_JOIN_BY_TOKEN, /* the invite token names the group (Onezone) */
	CALL_LEAVE,
	CALL_ADD,
	CALL_EDIT,
	CALL_DELETE,
	CALL_INFO,
	CALL_MEMBERS,
	CALL_MEMBER_CHECK,
	CALL_REMOVE,
	CALL_MY_GROUPS,
	CALL_CHECK_TOKEN,
	CALL_USER_INFO,
	CALL_MINT,
	CALL_OTHER, /* asked in one dialect only: it changes the state, and has no twin */
	CALL_VERB_COUNT,
};

enum call_argument {
	CALL_API_KEY,
	CALL_TOKEN,
	CALL_GROUP,
	CALL_USER,
	CALL_USERNAME, /* of the person, where the legacy API is asked by it */
	CALL_NAME,
	CALL_DESCRIPTION,
	CALL_EVENT_MODERATION,
	CALL_MEMBER_MODERATION,
	CALL_IS_PRIVATE,
	CALL_TYPE,
	CALL_INVITE,
	CALL_MESSAGE,
	CALL_PAGE,
	CALL_PER_PAGE,
	CALL_ORDER,
	CALL_DIRECTION,
	CALL_AFTER, /* a cursor */
	CALL_EXPIRES_IN,
	CALL_MAX_USES,
	CALL_IF_MATCH, /* a header of JSON */
	CALL_UNIQUE_NAME, /* the legacy API always asks for it, Onezone never */
	CALL_ARGUMENT_COUNT,
};

/* How an argument's text was written, where a dialect has types. */
enum call_form {
	CALL_NOT_GIVEN,
	CALL_TEXT,
	CALL_NUMBER,
	CALL_FLAG, /* "0", "1" */
	CALL_NULL,
	CALL_OTHER_JSON, /* any other value, as JSON text: no other dialect can say it */
};

/* What is wrong with a call's body as a whole. */
enum call_flaw {
	CALL_SOUND,
	CALL_WRONG_TYPE, /* its head says that it is something else */
	CALL_TWICE, /* a form has each parameter twice: the last counts, so it is good */
	CALL_MEMBER_TWICE, /* in JSON that is a fault */
	CALL_CUT, /* JSON that has no end */
	CALL_LIST, /* JSON that is no object */
	CALL_BODILESS,
	CALL_FLAW_COUNT,
	CALL_AS_JSON = CALL_FLAW_COUNT, /* none: the legacy API is asked to answer in its other form */
};

#define CALL_NUMBER_SIZE 24

struct call {
	enum call_verb verb;
	enum call_flaw flaw;
	struct {
		enum call_form form;
		const char *bytes; /* not NUL-terminated */
		size_t length;
	} arguments[CALL_ARGUMENT_COUNT];
	char numbers[CALL_ARGUMENT_COUNT]
		    [CALL_NUMBER_SIZE]; /* where call_read keeps the digits of JSON numbers */
	const char *request_id; /* NULL: none */
};

/* Sets one argument; the bytes are borrowed. */
void call_give(struct call *call, enum call_argument argument, enum call_form form, const char *bytes,
	size_t length);
/* Whether it is given at all, and whether its text is exactly this. */
bool call_has(const struct call *call, enum call_argument argument);
bool call_is(const struct call *call, enum call_argument argument, const char *text);

/* Whether the dialect sends a body with it. */
bool call_has_body(const struct call *call, enum dialect dialect);
/* Why nobody else can ask what was asked in `own` (static); NULL: somebody may. */
const char *call_alone(const struct call *call, enum dialect own);

/* An HTTP request as text: head and body. */
struct call_request {
	char *text; /* malloc'ed, NUL-terminated; used again by the next call_write */
	size_t length;
	size_t capacity;
};

void call_request_finish(struct call_request *request);

/* Understands a recorded exchange; its texts are borrowed from `recorded`. NULL: it did. Else why no
 * other dialect can say it (static), and the verb is CALL_OTHER. */
const char *call_read(const struct recorded *recorded, struct call *call);
/* Asks the call in a dialect as it is, good or bad; what that dialect has no place for is left out. False:
 * it has no such call. */
bool call_ask(const struct call *call, enum dialect dialect, struct call_request *request);
/* Says the same in a dialect. NULL: it did. Else why that dialect cannot say it (static). */
const char *call_write(const struct call *call, enum dialect dialect, struct call_request *request);
/* The recorded exchange itself, as it was asked. NULL: done; else why it cannot be made again (static). */
const char *call_write_recorded(const struct recorded *recorded, struct call_request *request);
/* The same as a curl command line against `base_url`, in one line, quoted for a shell. */
void call_write_curl(const struct call_request *request, const char *base_url, struct call_request *line);

#endif
