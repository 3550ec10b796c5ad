/* What a dialect cannot say, and why: a call is never bent until it fits. */
#include <string.h>

#include "http/dialect.h"
#include "migrate/call_shape.h"
#include "model/limits.h"
#include "text/check.h"

#define NUMBER_DIGITS_MAX 18 /* below 2^63 */
#define PAGE_DIGITS_MAX 2 /* of a page or size that all take as it is */
#define V3_SIZE_MAX "100"

/* Arguments that a dialect may leave out without asking for something else. */
static bool may_be_dropped(const struct call *call, enum dialect dialect, enum call_argument argument)
{
	if (argument == CALL_API_KEY || argument == CALL_TOKEN || argument == CALL_USERNAME) {
		return true; /* instead of a username there is an id */
	}
	if (call->verb == CALL_JOIN_BY_TOKEN && argument == CALL_GROUP) {
		return true; /* the token names the same one */
	}
	bool is_list = call->verb == CALL_MEMBERS || call->verb == CALL_MY_GROUPS;
	if (is_list) { /* the whole of them is compared, each in its own order */
		return argument == CALL_ORDER || argument == CALL_DIRECTION || argument == CALL_PAGE ||
		       argument == CALL_PER_PAGE || argument == CALL_AFTER;
	}
	bool by_default = dialect == DIALECT_ONEZONE && call->verb == CALL_ADD &&
			  ((argument == CALL_IS_PRIVATE && call_is(call, argument, "1")) ||
				  argument == CALL_MEMBER_MODERATION || argument == CALL_EVENT_MODERATION);
	bool unasked =
		argument == CALL_UNIQUE_NAME && (dialect == DIALECT_LEGACY || call_is(call, argument, "0"));
	return by_default || unasked;
}

/* A token in a header has no blanks or control characters. */
static bool fits_header(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.bytes[i] <= ' ' || text.bytes[i] > '~') {
			return false;
		}
	}
	return true;
}

static const char *check_path(const struct call *call, const struct shape *shape, enum call_argument argument)
{
	if (!shape_has_in_path(shape, argument)) {
		return NULL;
	}
	struct span text = call_span(call, argument);
	if (text.length == 0) {
		return "a path has no place for an empty id";
	}
	if (memchr(text.bytes, '\0', text.length) != NULL || !text_is_utf8(text.bytes, text.length) ||
		(text.length <= 2 && text.bytes[0] == '.')) {
		return "no path can hold the bytes";
	}
	return NULL;
}

static const char *check_add(const struct call *call, enum dialect dialect)
{
	if (dialect == DIALECT_ONEZONE &&
		(!call_is(call, CALL_IS_PRIVATE, "1") || !call_is(call, CALL_MEMBER_MODERATION, "0") ||
			!call_is(call, CALL_EVENT_MODERATION, "0"))) {
		return "it makes private groups only";
	}
	return NULL;
}

/* A name is looked for among others when it is given, and when its group stops being private. */
static const char *check_unique(const struct call *call, enum dialect dialect)
{
	bool named = call->verb == CALL_ADD ||
		     (call->verb == CALL_EDIT && (call_has(call, CALL_NAME) || call_has(call, CALL_IS_PRIVATE)));
	bool unique = call_is(call, CALL_UNIQUE_NAME, "1");
	if (named && dialect == DIALECT_LEGACY && !unique) {
		return "it always asks for a unique name";
	}
	return named && dialect == DIALECT_ONEZONE && unique ? "it never asks for a unique name" : NULL;
}

static const char *check_credentials(const struct call *call, enum dialect dialect)
{
	bool given = call->arguments[CALL_TOKEN].length > 0;
	bool fits = dialect == DIALECT_LEGACY || !given || fits_header(call_span(call, CALL_TOKEN));
	return fits ? NULL : "no header can hold the token";
}

static const char *check_several(const struct call *call, enum dialect dialect)
{
	static const enum call_argument named[] = {CALL_GROUP, CALL_USER, CALL_USERNAME};
	for (size_t i = 0; i < sizeof named / sizeof *named && dialect != DIALECT_LEGACY; i++) {
		struct span text = call_span(call, named[i]);
		bool listed = call->verb == CALL_INFO || call->verb == CALL_USER_INFO;
		if (listed && text.length > 0 && memchr(text.bytes, ',', text.length) != NULL) {
			return "several are asked for one by one";
		}
	}
	return NULL;
}

/* Onezone's token names the group and must be one; v3 also takes codes, and joins without any. */
static const char *check_invite(const struct call *call, enum dialect dialect)
{
	bool text = call->arguments[CALL_INVITE].form == CALL_TEXT;
	if (call->verb != CALL_JOIN_BY_TOKEN || dialect != DIALECT_V3) {
		return NULL;
	}
	if (!call_has(call, CALL_INVITE)) {
		return "without an invite token it names no group";
	}
	return text && call->arguments[CALL_INVITE].length <= CODE_SIZE_MAX
		       ? "there what is short is a code"
		       : NULL;
}

static const char *check_slots(const struct call *call, const struct shape *shape)
{
	for (int i = 0; i < CALL_ARGUMENT_COUNT; i++) {
		enum call_argument argument = (enum call_argument)i;
		if (!call_has(call, argument)) {
			continue;
		}
		const char *why = check_path(call, shape, argument);
		if (why != NULL) {
			return why;
		}
		bool placed = shape_slot(shape, argument) != NULL || shape_has_in_path(shape, argument) ||
			      (argument == CALL_IF_MATCH && shape->dialect != DIALECT_LEGACY);
		if (!placed && !may_be_dropped(call, shape->dialect, argument)) {
			return "it has no place for an argument";
		}
		const struct slot *slot = shape_slot(shape, argument);
		bool number = slot != NULL && (slot->type == SLOT_ID || slot->type == SLOT_NUMBER);
		if (number && span_is_digits(call_span(call, argument)) &&
			call->arguments[i].length > NUMBER_DIGITS_MAX) {
			return "its bodies cannot hold the number";
		}
		bool json = call->arguments[i].form == CALL_OTHER_JSON ||
			    call->arguments[i].form == CALL_NUMBER ||
			    (call->arguments[i].form == CALL_NULL && argument != CALL_DESCRIPTION);
		if (json && shape->dialect == DIALECT_LEGACY) {
			return "a form cannot hold the JSON value";
		}
	}
	return NULL;
}

/* A flaw that the dialect cannot have, and that makes a difference. */
static const char *check_flaw(const struct call *call, const struct shape *shape)
{
	bool form = shape->dialect == DIALECT_LEGACY;
	/* The body of a join says nothing that the legacy API asks for. */
	bool unasked = form && call->flaw == CALL_BODILESS && call->verb == CALL_JOIN;
	if (call->flaw == CALL_SOUND || call->flaw == CALL_TWICE || call->flaw == CALL_AS_JSON || unasked) {
		return NULL;
	}
	if (form && call->flaw != CALL_WRONG_TYPE) {
		return "its body is a form, and a form has no such fault";
	}
	return shape_has_body(shape) ? NULL : "its call has no body";
}

const char *call_check(const struct call *call, const struct shape *shape)
{
	const char *why = check_several(call, shape->dialect);
	why = why != NULL ? why : check_credentials(call, shape->dialect);
	why = why != NULL ? why : call->verb == CALL_ADD ? check_add(call, shape->dialect) : NULL;
	why = why != NULL ? why : check_unique(call, shape->dialect);
	why = why != NULL ? why : check_invite(call, shape->dialect);
	why = why != NULL ? why : check_flaw(call, shape);
	bool needs_group = strstr(shape->path, "{g}") != NULL;
	if (why == NULL && needs_group && !call_has(call, CALL_GROUP)) {
		return "without an id there is no path";
	}
	bool needs_user = strstr(shape->path, "{u}") != NULL;
	if (why == NULL && needs_user && !call_has(call, CALL_USER)) {
		return "without an id there is no path";
	}
	return why != NULL ? why : check_slots(call, shape);
}

/* JSON refuses a page or size that is none; the legacy API takes another one. */
static bool has_bad_page(const struct call *call)
{
	static const enum call_argument numbers[] = {CALL_PAGE, CALL_PER_PAGE};
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		const struct span text = call_span(call, numbers[i]);
		bool good = span_is_number(text) && text.bytes[0] != '0' &&
			    (text.length <= PAGE_DIGITS_MAX || span_is(text, V3_SIZE_MAX));
		if (call_has(call, numbers[i]) && !good) {
			return true;
		}
	}
	return false;
}

const char *call_alone(const struct call *call, enum dialect own)
{
	static const enum call_argument ids[] = {CALL_GROUP, CALL_USER};
	const struct shape *shape = shape_for(call, own);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		const struct span text = call_span(call, ids[i]);
		if (!shape_has_in_path(shape, ids[i])) {
			continue;
		}
		if (text.length == 0) {
			return "without an id it is another path";
		}
		if (!text_is_utf8(text.bytes, text.length)) {
			return "its path is no text";
		}
	}
	return shape->in_query && has_bad_page(call) ? "such a page is refused here only" : NULL;
}
