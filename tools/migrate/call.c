/* Says a call in each dialect, by its row in the table of shapes. */
#include "migrate/call.h"

#include <stdio.h>
#include <string.h>

#include "http/dialect.h"
#include "migrate/call_shape.h"
#include "migrate/call_text.h"
#include "model/limits.h"
#include "text/check.h"

#define HOST "Host: joinery.example\r\n"
#define LENGTH_SIZE 24
#define SIZE_MAX_ASKED 100
#define NUMBER_DIGITS_MAX 18 /* below 2^63 */

static const char *const VERB_NAMES[CALL_VERB_COUNT] = {
	[CALL_JOIN] = "join",
	[CALL_JOIN_BY_TOKEN] = "join by token",
	[CALL_LEAVE] = "leave",
	[CALL_ADD] = "add",
	[CALL_EDIT] = "edit",
	[CALL_DELETE] = "delete",
	[CALL_INFO] = "info",
	[CALL_MEMBERS] = "members",
	[CALL_MEMBER_CHECK] = "member check",
	[CALL_REMOVE] = "remove",
	[CALL_MY_GROUPS] = "my groups",
	[CALL_CHECK_TOKEN] = "check token",
	[CALL_USER_INFO] = "user info",
	[CALL_MINT] = "mint",
	[CALL_OTHER] = "other",
};

const char *call_verb_name(enum call_verb verb)
{
	return VERB_NAMES[verb];
}

void call_give(
	struct call *call, enum call_argument argument, enum call_form form, const char *bytes, size_t length)
{
	call->arguments[argument].form = form;
	call->arguments[argument].bytes = bytes;
	call->arguments[argument].length = length;
}

bool call_has(const struct call *call, enum call_argument argument)
{
	return call->arguments[argument].form != CALL_NOT_GIVEN;
}

bool call_is(const struct call *call, enum call_argument argument, const char *text)
{
	size_t length = strlen(text);
	return call_has(call, argument) && call->arguments[argument].length == length &&
	       memcmp(call->arguments[argument].bytes, text, length) == 0;
}

static struct span text_of(const struct call *call, enum call_argument argument)
{
	return (struct span){call->arguments[argument].bytes, call->arguments[argument].length};
}

/* --- what a dialect cannot say */

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

static bool is_in_path(const struct shape *shape, enum call_argument argument)
{
	return (argument == CALL_GROUP && strstr(shape->path, "{g}") != NULL) ||
	       (argument == CALL_USER && strstr(shape->path, "{u}") != NULL);
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

static bool is_digits(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9') {
			return false;
		}
	}
	return text.length > 0;
}

/* As JSON writes it. */
static bool is_number(struct span text)
{
	return is_digits(text) && (text.bytes[0] != '0' || text.length == 1);
}

static const char *check_path(const struct call *call, const struct shape *shape, enum call_argument argument)
{
	if (!is_in_path(shape, argument)) {
		return NULL;
	}
	struct span text = text_of(call, argument);
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

static const char *check_unique(const struct call *call, enum dialect dialect)
{
	bool named = call->verb == CALL_ADD || (call->verb == CALL_EDIT && call_has(call, CALL_NAME));
	bool unique = call_is(call, CALL_UNIQUE_NAME, "1");
	if (named && dialect == DIALECT_LEGACY && !unique) {
		return "it always asks for a unique name";
	}
	return named && dialect == DIALECT_ONEZONE && unique ? "it never asks for a unique name" : NULL;
}

static const char *check_credentials(const struct call *call, enum dialect dialect)
{
	bool given = call->arguments[CALL_TOKEN].length > 0;
	bool fits = dialect == DIALECT_LEGACY || !given || fits_header(text_of(call, CALL_TOKEN));
	return fits ? NULL : "no header can hold the token";
}

static const char *check_several(const struct call *call, enum dialect dialect)
{
	static const enum call_argument named[] = {CALL_GROUP, CALL_USER, CALL_USERNAME};
	for (size_t i = 0; i < sizeof named / sizeof *named && dialect != DIALECT_LEGACY; i++) {
		struct span text = text_of(call, named[i]);
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
		bool placed = shape_slot(shape, argument) != NULL || is_in_path(shape, argument) ||
			      (argument == CALL_IF_MATCH && shape->dialect != DIALECT_LEGACY);
		if (!placed && !may_be_dropped(call, shape->dialect, argument)) {
			return "it has no place for an argument";
		}
		const struct slot *slot = shape_slot(shape, argument);
		bool number = slot != NULL && (slot->type == SLOT_ID || slot->type == SLOT_NUMBER);
		if (number && is_digits(text_of(call, argument)) &&
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

static bool has_body(const struct shape *shape)
{
	return shape->dialect == DIALECT_LEGACY || shape->method[0] == 'P'; /* POST, PUT, PATCH */
}

/* A flaw that the dialect cannot have, and that makes a difference. */
static const char *check_flaw(const struct call *call, const struct shape *shape)
{
	bool form = shape->dialect == DIALECT_LEGACY;
	/* The body of a join says nothing that the legacy API asks for. */
	bool unasked = form && call->flaw == CALL_BODILESS && call->verb == CALL_JOIN;
	if (call->flaw == CALL_SOUND || call->flaw == CALL_TWICE || unasked) {
		return NULL;
	}
	if (form && call->flaw != CALL_WRONG_TYPE) {
		return "its body is a form, and a form has no such fault";
	}
	return has_body(shape) ? NULL : "its call has no body";
}

static const char *check(const struct call *call, const struct shape *shape)
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

/* --- writing */

static void add_parameter(struct call_request *body, const char *name, struct span value, bool twice)
{
	if (twice) {
		add_parameter(body, name, (struct span){"x", 1}, false);
	}
	call_text_puts(body, body->length > 0 ? "&" : "");
	call_text_puts(body, name);
	call_text_add(body, "=", 1);
	call_text_add_escaped(body, value.bytes, value.length);
}

static void add_argument(
	const struct call *call, enum call_argument argument, const char *name, struct call_request *body)
{
	if (call_has(call, argument)) {
		add_parameter(body, name, text_of(call, argument), call->flaw == CALL_TWICE);
	}
}

static void write_form(const struct call *call, const struct shape *shape, struct call_request *body)
{
	struct span method = {shape->path, strlen(shape->path)};
	add_parameter(body, "method", method, call->flaw == CALL_TWICE);
	add_argument(call, CALL_API_KEY, "api_key", body);
	add_argument(call, CALL_TOKEN, "token", body);
	for (size_t i = 0; i < SHAPE_SLOTS_MAX && shape->slots[i].name != NULL; i++) {
		add_argument(call, shape->slots[i].argument, shape->slots[i].name, body);
	}
}

static void write_value(const struct call *call, const struct shape *shape, const struct slot *slot,
	struct call_request *body)
{
	struct span text = text_of(call, slot->argument);
	enum call_form form = call->arguments[slot->argument].form;
	bool flag = slot->type == SLOT_FLAG &&
		    (call_is(call, slot->argument, "0") || call_is(call, slot->argument, "1"));
	bool as_number = slot->type == SLOT_NUMBER || (slot->type == SLOT_ID && shape->dialect == DIALECT_V3);
	if (form == CALL_NULL) {
		call_text_puts(body, "null");
	} else if (flag) {
		call_text_puts(body, text.bytes[0] == '1' ? "true" : "false");
	} else if (form == CALL_OTHER_JSON || (form == CALL_NUMBER && (as_number || slot->type != SLOT_ID))) {
		call_text_add(body, text.bytes, text.length);
	} else if (as_number && is_number(text)) {
		call_text_add(body, text.bytes, text.length);
	} else {
		call_text_add_json(body, text.bytes, text.length);
	}
}

/* Onezone's type has no default. */
static void write_default_type(
	const struct call *call, const struct shape *shape, bool behind, struct call_request *body)
{
	if (shape->dialect == DIALECT_ONEZONE && call->verb == CALL_ADD && !call_has(call, CALL_TYPE)) {
		call_text_puts(body, behind ? ",\"type\":\"team\"" : "\"type\":\"team\"");
	}
}

static void write_object(const struct call *call, const struct shape *shape, struct call_request *body)
{
	call_text_add(body, "{", 1);
	size_t first = body->length;
	call_text_puts(body, call->flaw == CALL_MEMBER_TWICE ? "\"twice\":1,\"twice\":2" : "");
	for (size_t i = 0; i < SHAPE_SLOTS_MAX && shape->slots[i].name != NULL; i++) {
		const struct slot *slot = &shape->slots[i];
		/* An empty flag of a form is a missing one. */
		bool empty = slot->type == SLOT_FLAG && call->arguments[slot->argument].length == 0;
		if (!call_has(call, slot->argument) || empty) {
			continue;
		}
		call_text_puts(body, body->length > first ? "," : "");
		call_text_add_json(body, slot->name, strlen(slot->name));
		call_text_add(body, ":", 1);
		write_value(call, shape, slot, body);
	}
	write_default_type(call, shape, body->length > first, body);
	call_text_add(body, "}", 1);
}

static void write_path(const struct call *call, const struct shape *shape, struct call_request *request)
{
	for (const char *at = shape->path; *at != '\0';) {
		if (*at != '{') {
			call_text_add(request, at++, 1);
			continue;
		}
		struct span text = text_of(call, at[1] == 'g' ? CALL_GROUP : CALL_USER);
		call_text_add_escaped(request, text.bytes, text.length);
		at += strlen("{g}");
	}
}

/* A size that the other API would cut or refuse is asked for as far as both can. */
static unsigned long size_asked(struct span text)
{
	unsigned long size = 0;
	for (size_t i = 0; i < text.length && is_digits(text) && size < SIZE_MAX_ASKED; i++) {
		size = size * 10 + (unsigned long)(text.bytes[i] - '0');
	}
	return size < 1 || size > SIZE_MAX_ASKED ? SIZE_MAX_ASKED : size;
}

static void write_query(const struct call *call, const struct shape *shape, struct call_request *request)
{
	const char *separator = "?";
	for (size_t i = 0; i < SHAPE_SLOTS_MAX && shape->slots[i].name != NULL; i++) {
		const struct slot *slot = &shape->slots[i];
		struct span text = text_of(call, slot->argument);
		char number[LENGTH_SIZE];
		if (slot->type == SLOT_SIZE && shape->dialect == DIALECT_V3) {
			text.length = (size_t)snprintf(number, sizeof number, "%lu", size_asked(text));
			text.bytes = number;
		} else if (text.length == 0 || (slot->type != SLOT_TEXT && !is_number(text))) {
			continue;
		}
		call_text_puts(request, separator);
		call_text_puts(request, slot->name);
		call_text_add(request, "=", 1);
		call_text_add_escaped(request, text.bytes, text.length);
		separator = "&";
	}
}

static void write_head(const struct call *call, const struct shape *shape, struct call_request *request)
{
	bool legacy = shape->dialect == DIALECT_LEGACY;
	call_text_clear(request);
	call_text_puts(request, legacy ? "POST" : shape->method);
	call_text_add(request, " ", 1);
	if (legacy) {
		call_text_puts(request, "/services/rest/");
	} else {
		write_path(call, shape, request);
	}
	if (shape->in_query) {
		write_query(call, shape, request);
	}
	call_text_puts(request, " HTTP/1.1\r\n" HOST);
	if (!legacy && call->arguments[CALL_TOKEN].length > 0) {
		call_text_puts(
			request, shape->dialect == DIALECT_V3 ? "Authorization: Bearer " : "X-Auth-Token: ");
		call_text_add(request, call->arguments[CALL_TOKEN].bytes, call->arguments[CALL_TOKEN].length);
		call_text_puts(request, "\r\n");
	}
	if (!legacy && call_has(call, CALL_IF_MATCH)) {
		struct span tag = text_of(call, CALL_IF_MATCH);
		call_text_puts(request, "If-Match: ");
		call_text_add(request, tag.bytes, tag.length);
		call_text_puts(request, "\r\n");
	}
	if (call->request_id != NULL) {
		call_text_puts(request, "X-Request-Id: ");
		call_text_puts(request, call->request_id);
		call_text_puts(request, "\r\n");
	}
}

static void write_json(const struct call *call, const struct shape *shape, struct call_request *body)
{
	call_text_puts(body, call->flaw == CALL_LIST ? "[" : "");
	write_object(call, shape, body);
	call_text_puts(body, call->flaw == CALL_LIST ? "]" : "");
	if (call->flaw == CALL_CUT) {
		body->length--;
	}
	if (call->flaw == CALL_BODILESS) {
		call_text_clear(body);
	}
}

static void write_body(const struct call *call, const struct shape *shape, struct call_request *request)
{
	struct call_request body = {0};
	char length[LENGTH_SIZE];
	bool legacy = shape->dialect == DIALECT_LEGACY;
	if (legacy) {
		write_form(call, shape, &body);
	} else {
		write_json(call, shape, &body);
	}
	(void)snprintf(length, sizeof length, "%zu", body.length);
	call_text_puts(request, "Content-Type: ");
	call_text_puts(request, call->flaw == CALL_WRONG_TYPE ? "text/plain"
				: legacy              ? "application/x-www-form-urlencoded"
						      : "application/json");
	call_text_puts(request, "\r\nContent-Length: ");
	call_text_puts(request, length);
	call_text_puts(request, "\r\n\r\n");
	call_text_add(request, body.text, body.length);
	call_request_finish(&body);
}

static void write(const struct call *call, const struct shape *shape, struct call_request *request)
{
	write_head(call, shape, request);
	if (has_body(shape)) {
		write_body(call, shape, request);
	} else {
		call_text_puts(request, "\r\n");
	}
}

bool call_has_body(const struct call *call, enum dialect dialect)
{
	const struct shape *shape = shape_for(call, dialect);
	return shape != NULL && has_body(shape);
}

const char *call_alone(const struct call *call, enum dialect own)
{
	static const enum call_argument ids[] = {CALL_GROUP, CALL_USER};
	const struct shape *shape = shape_for(call, own);
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		const struct span text = text_of(call, ids[i]);
		if (!is_in_path(shape, ids[i])) {
			continue;
		}
		if (text.length == 0) {
			return "without an id it is another path";
		}
		if (!text_is_utf8(text.bytes, text.length)) {
			return "its path is no text";
		}
	}
	return NULL;
}

bool call_ask(const struct call *call, enum dialect dialect, struct call_request *request)
{
	const struct shape *shape = shape_for(call, dialect);
	if (shape != NULL) {
		write(call, shape, request);
	}
	return shape != NULL;
}

const char *call_write(const struct call *call, enum dialect dialect, struct call_request *request)
{
	const struct shape *shape = shape_for(call, dialect);
	const char *why = shape != NULL ? check(call, shape) : "it has no such call";
	if (why == NULL) {
		write(call, shape, request);
	}
	return why;
}
