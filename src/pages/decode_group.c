/* A look at such a page is one operation, each of its buttons another. Where the browser goes on afterwards is the
 * page that was looked at, so its path is kept. */
#include "pages/decode_group.h"

#include <stdio.h>
#include <string.h>

#include "pages/decode.h"
#include "pages/fields.h"
#include "pages/visitor.h"
#include "text/check.h"
#include "text/cursor.h"
#include "text/time.h"

#define UTF8_SIZE_MAX 4
#define WORD_SIZE_MAX 24
#define ID_DIGITS_MAX 20
#define DAY_SIZE 10 /* 2030-01-31 */
#define MIDNIGHT "T00:00:00Z"

/* What a button does. The fields that it does not use may be there: they are not looked at. */
struct button {
	const char *value;
	enum operation operation;
	bool names_person;
	bool has_reason;
	bool has_end;
	enum role role;
};

static const struct button INVITE_BUTTONS[] = {
	{.value = "join", .operation = OPERATION_GROUP_JOIN},
	{.value = "decline", .operation = OPERATION_INVITATION_DECLINE},
	{.value = NULL},
};

static const struct button MODERATE_BUTTONS[] = {
	{"approve", OPERATION_REQUEST_APPROVE, .names_person = true},
	{"deny", OPERATION_REQUEST_DENY, .names_person = true, .has_reason = true},
	{"discard", OPERATION_REQUEST_DISCARD, .names_person = true},
	{"remove", OPERATION_MEMBER_REMOVE, .names_person = true},
	{"ban", OPERATION_BAN_PUT, .names_person = true, .has_reason = true, .has_end = true},
	{"lift", OPERATION_BAN_LIFT, .names_person = true},
	{"make-admin", OPERATION_MEMBER_SET_ROLE, .names_person = true, .role = ROLE_ADMIN},
	{"make-member", OPERATION_MEMBER_SET_ROLE, .names_person = true, .role = ROLE_MEMBER},
	{"make-owner", OPERATION_MEMBER_SET_ROLE, .names_person = true, .role = ROLE_OWNER},
	{"create-link", OPERATION_INVITE_CREATE, .names_person = false},
	{"disable-link", OPERATION_INVITE_DELETE, .names_person = false},
	{.value = NULL},
};

static const enum operation LIST_OF[] = {
	[PAGES_REQUESTS] = OPERATION_REQUEST_LIST,
	[PAGES_MEMBERS] = OPERATION_MEMBER_LIST,
	[PAGES_BANS] = OPERATION_BAN_LIST,
};

/* --- where it leads back to */

/* What stands in a path as it is. No group has a slug of other characters, and no invite such a code. */
static bool is_plain(struct span text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	for (size_t i = 0; i < text.length; i++) {
		if (memchr(plain, text.bytes[i], sizeof plain - 1) == NULL) {
			return false;
		}
	}
	return text.length > 0;
}

/* No more is taken than fits: without a way back the browser goes on at the beginning. */
static void keep_back(struct request *request, const struct http_path *path, const char *cursor)
{
	char back[PAGES_BACK_SIZE_MAX];
	size_t size = 0;
	for (uint32_t i = 0; i < path->count; i++) {
		struct span segment = path->segments[i];
		if (!is_plain(segment) || segment.length > sizeof back - size - 2) {
			return;
		}
		back[size++] = '/';
		memcpy(back + size, segment.bytes, segment.length);
		size += segment.length;
	}
	int more = *cursor == '\0' ? 0 : snprintf(back + size, sizeof back - size, "?after=%s", cursor);
	if (more >= 0 && (size_t)more < sizeof back - size) {
		(void)request_add(request, back, size + (size_t)more, &request->back); /* as above */
	}
}

/* --- what the form says */

static struct span read_word(struct span fields, const char *name, char word[WORD_SIZE_MAX])
{
	size_t length;
	if (!span_decode_form(fields_find(fields, name), word, WORD_SIZE_MAX, &length)) {
		length = 0;
	}
	return (struct span){word, length};
}

static void take_person(struct span body, struct request *request)
{
	char digits[ID_DIGITS_MAX];
	size_t length;
	bool read = span_decode_form(fields_find(body, "user_id"), digits, sizeof digits, &length) &&
		    text_read_id(digits, length, &request->user.id);
	request->user.kind = read ? REFERENCE_ID : REFERENCE_MALFORMED;
}

static void take_reason(struct span body, struct request *request)
{
	char reason[MESSAGE_MAX * UTF8_SIZE_MAX];
	size_t length;
	if (!span_decode_form(fields_find(body, "reason"), reason, sizeof reason, &length)) {
		request_fault(&request->value, OUTCOME_UNACCEPTABLE_VALUE, "reason");
		return;
	}
	switch (text_take(request, TEXT_MESSAGE, reason, length, &request->message)) {
	case TEXT_GOOD:
		break;
	case TEXT_MALFORMED:
		request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, "reason");
		break;
	case TEXT_UNACCEPTABLE:
		request_fault(&request->value, OUTCOME_UNACCEPTABLE_VALUE, "reason");
		break;
	}
}

/* A day, at whose beginning the ban ends; none: it is for good. */
static void take_end(struct span body, struct request *request)
{
	char time[DAY_SIZE + sizeof MIDNIGHT];
	size_t length;
	struct span given = fields_find(body, "until");
	if (given.length == 0) {
		return;
	}
	bool read = span_decode_form(given, time, DAY_SIZE, &length) && length == DAY_SIZE;
	if (read) {
		memcpy(time + DAY_SIZE, MIDNIGHT, sizeof MIDNIGHT);
		read = time_read_rfc3339(time, DAY_SIZE + sizeof MIDNIGHT - 1, &request->until);
	}
	if (!read) {
		request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, "until");
		return;
	}
	request->given |= GIVEN_UNTIL;
}

static const struct button *find_button(const struct button *buttons, struct span body)
{
	char word[WORD_SIZE_MAX];
	struct span value = read_word(body, "action", word);
	while (buttons->value != NULL && !span_is(value, buttons->value)) {
		buttons++;
	}
	return buttons->value == NULL ? NULL : buttons;
}

/* Without one of the page's buttons it is none of our forms. */
static void take_form(const struct button *buttons, const struct http_request *http, struct request *request)
{
	const struct button *button = find_button(buttons, http->body);
	visitor_check_form(http->body, request);
	if (button == NULL) {
		request_fault(&request->syntax, OUTCOME_FORM_REFUSED, "");
		return;
	}
	request->operation = button->operation;
	request->role = button->role;
	if (button->names_person) {
		take_person(http->body, request);
	}
	if (button->has_reason) {
		take_reason(http->body, request);
	}
	if (button->has_end) {
		take_end(http->body, request);
	}
}

/* --- the pages */

static void take_note(struct span query, struct request *request)
{
	char word[WORD_SIZE_MAX];
	struct span value = read_word(query, "note", word);
	enum outcome note = outcome_of_page_note(value.bytes, value.length);
	request->note = note == OUTCOME_NONE ? OUTCOME_OK : note;
}

static void take_group(const struct http_request *http, struct request *request)
{
	struct span segment = http->path.segments[1];
	text_take_reference(request, segment.bytes, segment.length, &request->group);
}

void decode_invite(const struct http_request *http, struct request *request)
{
	struct span code = http->path.segments[3];
	take_group(http, request);
	text_take_code(request, code.bytes, code.length);
	keep_back(request, &http->path, "");
	take_note(http->query, request);
	request->operation = OPERATION_INVITE_VISIT;
	if (http->method == HTTP_POST) {
		take_form(INVITE_BUTTONS, http, request);
	}
}

/* The cursor as it came; "": none, or none of this list. */
static void take_after(const struct http_request *http, struct request *request, char cursor[CURSOR_TEXT_SIZE])
{
	struct span raw = fields_find(http->query, "after");
	size_t length = 0;
	cursor[0] = '\0';
	if (raw.length == 0) {
		return;
	}
	if (!span_decode_form(raw, cursor, CURSOR_TEXT_SIZE - 1, &length) ||
		!text_cursor_read(request, cursor, length, &request->listing.after)) {
		cursor[0] = '\0';
		request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, "after");
		return;
	}
	cursor[length] = '\0';
	request->given |= GIVEN_AFTER;
}

void decode_moderate(const struct http_request *http, struct request *request)
{
	char cursor[CURSOR_TEXT_SIZE];
	take_group(http, request);
	take_note(http->query, request);
	request->operation = LIST_OF[request->form];
	request->listing = (struct listing){.page = 1, .per_page = PAGES_PER_PAGE};
	take_after(http, request, cursor);
	keep_back(request, &http->path, cursor);
	if (http->method == HTTP_POST) {
		take_form(MODERATE_BUTTONS, http, request);
	}
}
