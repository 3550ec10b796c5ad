/* Understands recorded exchanges as calls, and makes them again as they were. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/call_shape.h"
#include "migrate/call_text.h"

#define LENGTH_SIZE 24
#define ONEZONE_PREFIX "/api/v3/onezone"
#define BEARER "Bearer "

/* Of a repeated name the last counts. */
static const json_t *last_of(const json_t *value)
{
	return json_is_array(value) ? json_array_get(value, json_array_size(value) - 1) : value;
}

static const char *header_of(const struct recorded *recorded, const char *name)
{
	return json_string_value(
		json_object_get(recorded->headers, name)); /* NULL where it is repeated, too */
}

static void give_string(struct call *call, enum call_argument argument, const char *text)
{
	if (text != NULL) {
		call_give(call, argument, CALL_TEXT, text, strlen(text));
	}
}

/* --- the legacy API */

/* The body of a GET is nobody's. */
static const char *parameter(const struct recorded *recorded, const char *name)
{
	bool posted = strcmp(recorded->method, "GET") != 0;
	const json_t *in_form = posted ? json_object_get(recorded->form, name) : NULL;
	const json_t *found = in_form != NULL ? in_form : json_object_get(recorded->query, name);
	return json_string_value(last_of(found));
}

static const struct shape *find_method(const char *method)
{
	size_t count;
	const struct shape *rows = shape_rows(&count);
	for (size_t i = 0; i < count && method != NULL; i++) {
		if (rows[i].dialect == DIALECT_LEGACY && strcmp(rows[i].path, method) == 0) {
			return &rows[i];
		}
	}
	return NULL;
}

/* An empty parameter is a missing one, but for a description that an edit clears. */
static void give_parameter(struct call *call, const struct slot *slot, const char *text)
{
	bool clears = call->verb == CALL_EDIT && slot->argument == CALL_DESCRIPTION;
	bool named = call->verb == CALL_EDIT && slot->argument == CALL_NAME;
	if (text == NULL || (*text == '\0' && !clears && !named)) {
		return;
	}
	bool flag = slot->type == SLOT_FLAG && (strcmp(text, "0") == 0 || strcmp(text, "1") == 0);
	bool listed = call->verb == CALL_INFO || call->verb == CALL_USER_INFO; /* with blanks around its names */
	text += listed ? strspn(text, " ") : 0;
	size_t length = strlen(text);
	while (listed && length > 0 && text[length - 1] == ' ') {
		length--;
	}
	call_give(call, slot->argument, flag ? CALL_FLAG : CALL_TEXT, text, length);
}

static void give_flag(struct call *call, enum call_argument argument, const char *text)
{
	if (!call_has(call, argument)) {
		call_give(call, argument, CALL_FLAG, text, strlen(text));
	}
}

static const char *read_legacy(const struct recorded *recorded, struct call *call)
{
	const struct shape *shape = find_method(parameter(recorded, "method"));
	if (strcmp(recorded->method, "GET") != 0 && strcmp(recorded->method, "POST") != 0) {
		return "an HTTP method that asks for nothing there"; /* browsers send OPTIONS before some calls */
	}
	if (shape == NULL) {
		return "a method that no other API has";
	}
	if (parameter(recorded, "callback") != NULL && *parameter(recorded, "callback") != '\0') {
		return "a reply as a script";
	}
	call->verb = shape->verb;
	give_string(call, CALL_API_KEY, parameter(recorded, "api_key"));
	give_string(call, CALL_TOKEN, parameter(recorded, "token"));
	for (size_t i = 0; i < SHAPE_SLOTS_MAX && shape->slots[i].name != NULL; i++) {
		give_parameter(call, &shape->slots[i], parameter(recorded, shape->slots[i].name));
	}
	if (shape->verb == CALL_ADD || shape->verb == CALL_EDIT) {
		give_flag(call, CALL_UNIQUE_NAME, "1");
	}
	if (shape->verb == CALL_ADD) {
		give_flag(call, CALL_EVENT_MODERATION, "0");
		give_flag(call, CALL_MEMBER_MODERATION, "0");
		give_flag(call, CALL_IS_PRIVATE, "0");
	}
	return NULL;
}

/* --- the JSON APIs */

/* Whether the path is of this shape; gives what stands in its places. */
static bool match_path(const char *pattern, const char *path, struct call *call)
{
	while (*pattern != '\0') {
		if (*pattern != '{') {
			if (*pattern++ != *path++) {
				return false;
			}
			continue;
		}
		size_t length = strcspn(path, "/");
		if (length == 0) {
			return false;
		}
		call_give(call, pattern[1] == 'g' ? CALL_GROUP : CALL_USER, CALL_TEXT, path, length);
		pattern += strlen("{g}");
		path += length;
	}
	return *path == '\0' || strcmp(path, "/") == 0;
}

/* In v3 a join by a token is a join with an invite. */
static bool is_written_only(const struct shape *row)
{
	return row->verb == CALL_JOIN_BY_TOKEN && row->dialect == DIALECT_V3;
}

/* Words of Onezone's routes stand in the place of ids, but are none. */
static bool is_word(const struct shape *row, const struct call *tried)
{
	bool joins = call_is(tried, CALL_GROUP, "join") && strncmp(row->path, "/user/", strlen("/user/")) == 0;
	bool mints = call_is(tried, CALL_USER, "token") && strcmp(row->method, "GET") != 0;
	return row->dialect == DIALECT_ONEZONE && (joins || mints);
}

/* "/members/me" and "/users/token" stand in the table before what they would match as an id. */
static const struct shape *find_shape(const struct recorded *recorded, struct call *call)
{
	const char *path = recorded->path;
	size_t prefix = strlen(ONEZONE_PREFIX);
	if (recorded->dialect == DIALECT_ONEZONE && strncmp(path, ONEZONE_PREFIX, prefix) == 0) {
		path += prefix;
	}
	size_t count;
	const struct shape *rows = shape_rows(&count);
	for (size_t i = 0; i < count; i++) {
		struct call tried = {0};
		if (rows[i].dialect == recorded->dialect && !is_written_only(&rows[i]) &&
			strcmp(rows[i].method, recorded->method) == 0 &&
			match_path(rows[i].path, path, &tried) && !is_word(&rows[i], &tried)) {
			memcpy(call->arguments, tried.arguments, sizeof call->arguments);
			return &rows[i];
		}
	}
	return NULL;
}

/* In its own API, where another one's words could make it right. */
static bool is_of_wrong_type(const struct shape *shape, const struct slot *slot, const json_t *value)
{
	bool text = json_is_string(value);
	bool id = slot->type == SLOT_ID && (text || json_is_integer(value));
	return (id && text != (shape->dialect == DIALECT_ONEZONE)) || (slot->type == SLOT_FLAG && text);
}

static const char *give_value(
	struct call *call, const struct shape *shape, const struct slot *slot, const json_t *value)
{
	if (is_of_wrong_type(shape, slot, value)) {
		return "a JSON value of a type that no other API has";
	}
	if (json_is_string(value)) {
		call_give(
			call, slot->argument, CALL_TEXT, json_string_value(value), json_string_length(value));
	} else if (json_is_boolean(value) && slot->type == SLOT_FLAG) {
		call_give(call, slot->argument, CALL_FLAG, json_is_true(value) ? "1" : "0", 1);
	} else if (json_is_integer(value)) {
		char *number = call->numbers[slot->argument];
		int length = snprintf(
			number, CALL_NUMBER_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		call_give(call, slot->argument, CALL_NUMBER, number, (size_t)length);
	} else if (json_is_null(value)) {
		call_give(call, slot->argument, CALL_NULL, "", 0);
	} else {
		return "a JSON value of a type that no other API has";
	}
	return NULL;
}

static const struct slot *slot_named(const struct shape *shape, const char *name)
{
	for (size_t i = 0; i < SHAPE_SLOTS_MAX && shape->slots[i].name != NULL; i++) {
		if (strcmp(shape->slots[i].name, name) == 0) {
			return &shape->slots[i];
		}
	}
	return NULL;
}

static const char *read_members(const struct recorded *recorded, const struct shape *shape, struct call *call)
{
	const char *name;
	json_t *value;
	json_t *members = recorded->body;
	if (recorded->raw_body != NULL || (members != NULL && !json_is_object(members))) {
		return "a body that is no JSON object";
	}
	json_object_foreach(members, name, value)
	{
		const struct slot *slot = slot_named(shape, name);
		if (slot == NULL && strcmp(name, "?") == 0) {
			continue; /* no API knows it */
		}
		const char *why = slot == NULL ? "a member that the other API does not have"
					       : give_value(call, shape, slot, value);
		if (why != NULL) {
			return why;
		}
	}
	return NULL;
}

static const char *read_query(const struct recorded *recorded, const struct shape *shape, struct call *call)
{
	const char *name;
	json_t *value;
	json_object_foreach(recorded->query, name, value)
	{
		const struct slot *slot = slot_named(shape, name);
		const char *text = json_string_value(last_of(value));
		if (slot == NULL || text == NULL) {
			return "a parameter that the other API does not have";
		}
		give_string(call, slot->argument, text);
	}
	return NULL;
}

/* The JSON APIs refuse most of them for that alone, whatever they say. */
static bool has_repeated_header(const struct recorded *recorded)
{
	const char *name;
	json_t *value;
	json_object_foreach(recorded->headers, name, value)
	{
		if (json_is_array(value)) {
			return true;
		}
	}
	return false;
}

static const char *read_credentials(const struct recorded *recorded, struct call *call)
{
	const char *bearer = header_of(recorded, "authorization");
	if (has_repeated_header(recorded)) {
		return "a header that was sent twice";
	}
	if (recorded->dialect == DIALECT_ONEZONE) {
		const char *token = header_of(recorded, "macaroon");
		token = token != NULL ? token : header_of(recorded, "x-auth-token");
		give_string(call, CALL_TOKEN, token);
	}
	if (!call_has(call, CALL_TOKEN) && bearer != NULL) {
		if (strncmp(bearer, BEARER, strlen(BEARER)) != 0) {
			return "another scheme than a bearer token";
		}
		give_string(call, CALL_TOKEN, bearer + strlen(BEARER));
	}
	return NULL;
}

static const char *read_conditions(const struct recorded *recorded, struct call *call)
{
	const char *tag = header_of(recorded, "if-match");
	bool of_group = call->verb == CALL_EDIT || call->verb == CALL_DELETE;
	bool known = json_object_get(recorded->headers, "if-match") == NULL || (tag != NULL && of_group);
	if (!known || json_object_get(recorded->headers, "if-none-match") != NULL) {
		return "a condition, which no other API has";
	}
	give_string(call, CALL_IF_MATCH, tag);
	bool kept = json_object_get(recorded->headers, "idempotency-key") != NULL;
	return kept ? "an Idempotency-Key, with which the very bytes of the request are kept" : NULL;
}

/* What the dialect's own defaults are; the flags of a group that is added differ between the dialects. */
static void give_defaults(const struct recorded *recorded, struct call *call)
{
	bool onezone = recorded->dialect == DIALECT_ONEZONE;
	if (call->verb == CALL_ADD) {
		give_flag(call, CALL_IS_PRIVATE, onezone ? "1" : "0");
		give_flag(call, CALL_MEMBER_MODERATION, onezone ? "0" : "1");
		give_flag(call, CALL_EVENT_MODERATION, "0");
	}
	if (onezone && call->verb == CALL_MEMBER_CHECK && call_is(call, CALL_USER, "token")) {
		call->verb = CALL_MINT; /* by GET */
		call_give(call, CALL_USER, CALL_NOT_GIVEN, NULL, 0);
	}
}

static const char *read_json(const struct recorded *recorded, struct call *call)
{
	const struct shape *shape = find_shape(recorded, call);
	if (shape == NULL) {
		return "a call that no other API has";
	}
	call->verb = shape->verb;
	const char *why = read_conditions(recorded, call);
	why = why != NULL ? why : read_credentials(recorded, call);
	why = why != NULL ? why : read_members(recorded, shape, call);
	why = why != NULL ? why : read_query(recorded, shape, call);
	if (why == NULL) {
		give_defaults(recorded, call);
	}
	bool typeless = recorded->dialect == DIALECT_ONEZONE && call->verb == CALL_ADD && !call_has(call, CALL_TYPE);
	if (why == NULL && typeless) {
		return "it has no type, for which the other APIs have a default";
	}
	return why;
}

const char *call_read(const struct recorded *recorded, struct call *call)
{
	memset(call, 0, sizeof *call);
	const char *why = recorded->missing;
	if (why == NULL && json_object_get(recorded->headers, "x-request-id") != NULL) {
		call->request_id = header_of(recorded, "x-request-id");
	}
	if (why == NULL) {
		bool json = recorded->dialect == DIALECT_V3 || recorded->dialect == DIALECT_ONEZONE;
		why = recorded->dialect == DIALECT_LEGACY ? read_legacy(recorded, call)
		      : json                              ? read_json(recorded, call)
							  : "no call of an API";
	}
	if (why != NULL) {
		call->verb = CALL_OTHER;
	}
	return why;
}

/* --- the exchange as it was */

typedef void add_text(struct call_request *text, const char *bytes, size_t length);

static void add_pairs(struct call_request *text, const char *first, add_text *add, json_t *pairs)
{
	const char *separator = first;
	const char *name;
	json_t *value;
	json_object_foreach(pairs, name, value)
	{
		size_t count = json_is_array(value) ? json_array_size(value) : 1;
		for (size_t i = 0; i < count; i++) {
			const json_t *one = json_is_array(value) ? json_array_get(value, i) : value;
			if (json_is_string(one)) {
				call_text_puts(text, separator);
				add(text, name, strlen(name));
				call_text_add(text, "=", 1);
				add(text, json_string_value(one), json_string_length(one));
				separator = "&";
			}
		}
	}
}

static void add_path(struct call_request *request, const char *path)
{
	while (*path != '\0') {
		size_t length = strcspn(path, "/");
		call_text_add_escaped(request, path, length);
		path += length;
		if (*path == '/') {
			call_text_add(request, path++, 1);
		}
	}
}

static void add_headers(struct call_request *request, const struct recorded *recorded)
{
	const char *name;
	json_t *value;
	call_text_puts(request, "Host: joinery.example\r\n");
	json_object_foreach(recorded->headers, name, value)
	{
		size_t count = json_is_array(value) ? json_array_size(value) : 1;
		for (size_t i = 0; i < count; i++) {
			const char *text =
				json_string_value(json_is_array(value) ? json_array_get(value, i) : value);
			call_text_puts(request, name);
			call_text_puts(request, ": ");
			call_text_puts(request, text != NULL ? text : "");
			call_text_puts(request, "\r\n");
		}
	}
}

static void add_body(struct call_request *request, const struct recorded *recorded)
{
	struct call_request body = {0};
	char length[LENGTH_SIZE];
	if (recorded->form != NULL) {
		add_pairs(&body, "", call_text_add_form, recorded->form);
	} else if (recorded->body != NULL) {
		char *text = json_dumps(recorded->body, JSON_COMPACT | JSON_ENCODE_ANY);
		call_text_puts(&body, text != NULL ? text : "");
		free(text);
	} else if (recorded->raw_body != NULL) {
		call_text_puts(&body, recorded->raw_body);
	}
	(void)snprintf(length, sizeof length, "%zu", body.length);
	call_text_puts(request, "Content-Length: ");
	call_text_puts(request, length);
	call_text_puts(request, "\r\n\r\n");
	call_text_add(request, body.text != NULL ? body.text : "", body.length);
	call_request_finish(&body);
}

const char *call_write_recorded(const struct recorded *recorded, struct call_request *request)
{
	if (recorded->missing != NULL) {
		return recorded->missing;
	}
	if (recorded->dialect != DIALECT_LEGACY && recorded->dialect != DIALECT_V3 &&
		recorded->dialect != DIALECT_ONEZONE) {
		return "no call of an API";
	}
	call_text_clear(request);
	call_text_puts(request, recorded->method);
	call_text_add(request, " ", 1);
	add_path(request, recorded->path);
	add_pairs(request, "?", call_text_add_escaped, recorded->query);
	call_text_puts(request, " HTTP/1.1\r\n");
	add_headers(request, recorded);
	add_body(request, recorded);
	return NULL;
}
