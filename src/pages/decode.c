/* Finds the page, then what its form says. Pasted tokens and api_keys are hashed at once. */
#include "pages/decode.h"

#include <string.h>
#include <strings.h>

#include "pages/decode_group.h"
#include "pages/fields.h"
#include "pages/files.h"
#include "pages/visitor.h"
#include "text/check.h"
#include "text/fold.h"

#define FORM_TYPE "application/x-www-form-urlencoded"
#define AUTH_PATH "/services/auth/?api_key="
#define BLANKS " \t"
#define ANSWER_SIZE_MAX 8

struct page_row {
	const char *path; /* its segments; "*" is any one */
	const char *route;
	unsigned methods;
	enum pages_form form;
	void (*decode)(const struct http_request *http, struct request *request); /* NULL: it is no operation */
};

/* --- credentials */

/* What no key or token can look like is a given bad one: its digest stays zero, which nothing hashes to. What
 * is pasted may have blanks and line ends around it. */
static void take_credential(struct span raw, struct credential *credential)
{
	char text[TOKEN_SIZE_MAX + 16];
	size_t length;
	if (raw.length == 0) {
		return;
	}
	credential->given = true;
	if (span_decode_form(raw, text, sizeof text, &length)) {
		size_t start = 0;
		while (start < length && strchr(" \t\r\n", text[start]) != NULL) {
			start++;
		}
		while (length > start && strchr(" \t\r\n", text[length - 1]) != NULL) {
			length--;
		}
		if (text_is_secret(text + start, length - start)) {
			text_sha256(text + start, length - start, credential->digest);
		}
	}
	explicit_bzero(text, sizeof text);
}

/* --- the pages */

/* What browsers neither drop nor change: no blanks, controls or bytes beyond ASCII. */
static bool is_visible(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] < 0x21 || text[i] > 0x7E) {
			return false;
		}
	}
	return true;
}

/* Only a path here, which a browser cannot read as another host. */
static void take_back(struct span raw, struct request *request)
{
	char back[PAGES_BACK_SIZE_MAX];
	size_t length;
	if (!span_decode_form(raw, back, sizeof back, &length) || length == 0 || back[0] != '/' ||
		(length > 1 && back[1] == '/') || memchr(back, '\\', length) != NULL ||
		!is_visible(back, length)) {
		return;
	}
	(void)request_add(request, back, length, &request->back); /* no longer than what was read */
}

static void decode_sign_in(const struct http_request *http, struct request *request)
{
	bool posted = http->method == HTTP_POST;
	request->operation = posted ? OPERATION_SIGN_IN : OPERATION_SIGN_IN_SHOW;
	take_back(fields_find(posted ? http->body : http->query, "back"), request);
	if (posted) {
		take_credential(fields_find(http->body, "token"), &request->token);
		visitor_check_form(http->body, request);
	}
}

static void decode_sign_out(const struct http_request *http, struct request *request)
{
	bool posted = http->method == HTTP_POST;
	request->operation = posted ? OPERATION_SIGN_OUT : OPERATION_SIGN_IN_SHOW;
	if (posted) {
		visitor_check_form(http->body, request);
	}
}

static bool allows(struct span body)
{
	char answer[ANSWER_SIZE_MAX];
	size_t length;
	return span_decode_form(fields_find(body, "answer"), answer, sizeof answer, &length) && length == 5 &&
	       memcmp(answer, "allow", 5) == 0;
}

/* One parameter; any other is not looked at, so nothing but the registered callback can be gone to. */
static void decode_approve(const struct http_request *http, struct request *request)
{
	struct span api_key = fields_find(http->query, "api_key");
	char back[PAGES_BACK_SIZE_MAX];
	size_t start = strlen(AUTH_PATH);
	take_credential(api_key, &request->api_key);
	if (api_key.length > 0 && api_key.length < sizeof back - start) {
		memcpy(back, AUTH_PATH, start);
		memcpy(back + start, api_key.bytes, api_key.length);
		(void)request_add(request, back, start + api_key.length, &request->back); /* as above */
	}
	request->operation = OPERATION_APPROVE_SHOW;
	if (http->method != HTTP_POST) {
		return;
	}
	if (!allows(http->body)) {
		request->form = PAGES_REFUSE;
		return;
	}
	request->operation = OPERATION_APPROVE;
	visitor_check_form(http->body, request);
}

#define LOOK (HTTP_GET | HTTP_HEAD)
#define FORM (LOOK | HTTP_POST)

static const struct page_row PAGES[] = {
	{"", "/", LOOK, PAGES_HOME, NULL},
	{"docs", "/docs", LOOK, PAGES_DOCS, NULL},
	{"group/*/invite/*", "/group/{slug}/invite/{code}", FORM, PAGES_INVITE, decode_invite},
	{"group/*/moderate", "/group/{slug}/moderate", FORM, PAGES_REQUESTS, decode_moderate},
	{"group/*/moderate/members", "/group/{slug}/moderate/members", FORM, PAGES_MEMBERS, decode_moderate},
	{"group/*/moderate/bans", "/group/{slug}/moderate/bans", FORM, PAGES_BANS, decode_moderate},
	{"services/auth", "/services/auth/", FORM, PAGES_APPROVE, decode_approve},
	{"sign-in", "/sign-in", FORM, PAGES_SIGN_IN, decode_sign_in},
	{"sign-out", "/sign-out", FORM, PAGES_SIGN_OUT, decode_sign_out},
	{"static/*", "/static/{file}", LOOK, PAGES_FILE, NULL},
};

static bool is_path(const struct http_path *path, const char *pattern)
{
	struct span rest = {pattern, strlen(pattern)};
	uint32_t count = 0;
	while (rest.length > 0) {
		struct span part = span_cut(&rest, '/');
		bool any = span_is(part, "*");
		if (count == path->count || (!any && (path->segments[count].length != part.length ||
			memcmp(path->segments[count].bytes, part.bytes, part.length) != 0))) {
			return false;
		}
		count++;
	}
	return count == path->count;
}

static const struct page_row *find(const struct http_path *path)
{
	for (size_t i = 0; i < sizeof PAGES / sizeof *PAGES; i++) {
		if (is_path(path, PAGES[i].path)) {
			return &PAGES[i];
		}
	}
	return NULL;
}

/* Without room for them the file is sent again. */
static void take_tags(const struct http_request *http, struct request *request)
{
	const char *tags = http->header(http->context, "If-None-Match", NULL);
	if (tags != NULL) {
		(void)request_add(request, tags, strlen(tags), &request->if_none_match);
	}
}

static bool is_form(const char *type)
{
	size_t length = strcspn(type, "; \t");
	return length == strlen(FORM_TYPE) && strncasecmp(type, FORM_TYPE, length) == 0;
}

enum outcome pages_decode(const struct http_request *http, struct request *request, struct http_route *route)
{
	const struct page_row *row = find(&http->path);
	uint32_t file = 0;
	if (row == NULL || (row->form == PAGES_FILE && !files_find(http->path.segments[1], &file))) {
		return OUTCOME_NO_SUCH_PATH;
	}
	*route = (struct http_route){.name = row->route, .methods_allowed = row->methods};
	if (http->method == HTTP_OPTIONS) {
		return OUTCOME_PREFLIGHT;
	}
	if ((http->method & row->methods) == 0) {
		return OUTCOME_METHOD_NOT_ALLOWED;
	}
	request->form = row->form + file;
	if (row->decode == NULL) {
		take_tags(http, request);
		return OUTCOME_OK;
	}
	const char *type = http->header(http->context, "Content-Type", NULL);
	if (http->body.length > 0 && (type == NULL || !is_form(type + strspn(type, BLANKS)))) {
		return OUTCOME_UNSUPPORTED_TYPE;
	}
	visitor_take(http, request);
	row->decode(http, request);
	route->tries_limited = request->operation == OPERATION_SIGN_IN;
	return OUTCOME_NONE;
}
