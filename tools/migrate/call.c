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

static void add_parameter(struct call_request *body, const char *name, struct span value, bool twice)
{
	if (twice) {
		add_parameter(body, name, (struct span){"x", 1}, false);
	}
	call_text_puts(body, body->length > 0 ? "&" : "");
	call_text_puts(body, name);
	call_text_add(body, "=", 1);
	call_text_add_form(body, value.bytes, value.length);
}

static void add_argument(
	const struct call *call, enum call_argument argument, const char *name, struct call_request *body)
{
	if (call_has(call, argument)) {
		add_parameter(body, name, call_span(call, argument), call->flaw == CALL_TWICE);
	}
}

static void write_form(const struct call *call, const struct shape *shape, struct call_request *body)
{
	struct span method = {shape->path, strlen(shape->path)};
	add_parameter(body, "method", method, call->flaw == CALL_TWICE);
	if (call->flaw == CALL_AS_JSON) {
		add_parameter(body, "format", (struct span){"json", strlen("json")}, false);
	}
	add_argument(call, CALL_API_KEY, "api_key", body);
	add_argument(call, CALL_TOKEN, "token", body);
	for (size_t i = 0; i < SHAPE_SLOTS_MAX && shape->slots[i].name != NULL; i++) {
		add_argument(call, shape->slots[i].argument, shape->slots[i].name, body);
	}
}

static void write_value(const struct call *call, const struct shape *shape, const struct slot *slot,
	struct call_request *body)
{
	struct span text = call_span(call, slot->argument);
	enum call_form form = call->arguments[slot->argument].form;
	bool flag = slot->type == SLOT_FLAG &&
		    (call_is(call, slot->argument, "0") || call_is(call, slot->argument, "1"));
	bool as_number = slot->type == SLOT_ID && shape->dialect == DIALECT_V3;
	if (form == CALL_NULL) {
		call_text_puts(body, "null");
	} else if (flag) {
		call_text_puts(body, text.bytes[0] == '1' ? "true" : "false");
	} else if (form == CALL_OTHER_JSON || (form == CALL_NUMBER && (as_number || slot->type != SLOT_ID))) {
		call_text_add(body, text.bytes, text.length);
	} else if (as_number && span_is_number(text)) {
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
		struct span text = call_span(call, at[1] == 'g' ? CALL_GROUP : CALL_USER);
		call_text_add_escaped(request, text.bytes, text.length);
		at += strlen("{g}");
	}
}

/* A size that the other API would cut or refuse is asked for as far as both can. */
static unsigned long size_asked(struct span text)
{
	unsigned long size = 0;
	for (size_t i = 0; i < text.length && span_is_digits(text) && size < SIZE_MAX_ASKED; i++) {
		size = size * 10 + (unsigned long)(text.bytes[i] - '0');
	}
	return size < 1 || size > SIZE_MAX_ASKED ? SIZE_MAX_ASKED : size;
}

/* What v3 would refuse is left out, unless the call is asked as it is. */
static void write_query(
	const struct call *call, const struct shape *shape, bool as_it_is, struct call_request *request)
{
	const char *separator = "?";
	for (size_t i = 0; i < SHAPE_SLOTS_MAX && shape->slots[i].name != NULL; i++) {
		const struct slot *slot = &shape->slots[i];
		struct span text = call_span(call, slot->argument);
		char number[LENGTH_SIZE];
		if (as_it_is && call_has(call, slot->argument)) {
			text.bytes = text.length > 0 ? text.bytes : "";
		} else if (slot->type == SLOT_SIZE && shape->dialect == DIALECT_V3) {
			text.length = (size_t)snprintf(number, sizeof number, "%lu", size_asked(text));
			text.bytes = number;
		} else if (text.length == 0 || (slot->type != SLOT_TEXT && !span_is_number(text))) {
			continue;
		}
		call_text_puts(request, separator);
		call_text_puts(request, slot->name);
		call_text_add(request, "=", 1);
		call_text_add_escaped(request, text.bytes, text.length);
		separator = "&";
	}
}

static void write_head(
	const struct call *call, const struct shape *shape, bool as_it_is, struct call_request *request)
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
		write_query(call, shape, as_it_is, request);
	}
	call_text_puts(request, " HTTP/1.1\r\n" HOST);
	if (!legacy && call->arguments[CALL_TOKEN].length > 0) {
		call_text_puts(
			request, shape->dialect == DIALECT_V3 ? "Authorization: Bearer " : "X-Auth-Token: ");
		call_text_add(request, call->arguments[CALL_TOKEN].bytes, call->arguments[CALL_TOKEN].length);
		call_text_puts(request, "\r\n");
	}
	if (!legacy && call_has(call, CALL_IF_MATCH)) {
		struct span tag = call_span(call, CALL_IF_MATCH);
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

static void write(
	const struct call *call, const struct shape *shape, bool as_it_is, struct call_request *request)
{
	write_head(call, shape, as_it_is, request);
	if (shape_has_body(shape)) {
		write_body(call, shape, request);
	} else {
		call_text_puts(request, "\r\n");
	}
}

bool call_ask(const struct call *call, enum dialect dialect, struct call_request *request)
{
	const struct shape *shape = shape_for(call, dialect);
	if (shape != NULL) {
		write(call, shape, true, request);
	}
	return shape != NULL;
}

const char *call_write(const struct call *call, enum dialect dialect, struct call_request *request)
{
	const struct shape *shape = shape_for(call, dialect);
	const char *why = shape != NULL ? call_check(call, shape) : "it has no such call";
	if (why == NULL) {
		write(call, shape, false, request);
	}
	return why;
}
