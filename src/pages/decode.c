/* Finds the page, then what its form says. Who visits is told by the cookie or by a trusted proxy; pasted
 * tokens and api_keys are hashed at once. */
#include "pages/decode.h"

#include <string.h>
#include <strings.h>

#include "pages/cookie.h"
#include "pages/fields.h"
#include "text/check.h"
#include "text/fold.h"

#define FORM_TYPE "application/x-www-form-urlencoded"
#define AUTH_PATH "/services/auth/?api_key="
#define BLANKS " \t"
#define ANSWER_SIZE_MAX 8

struct page_row {
	const char *segments[2]; /* of the path; NULL: it is shorter */
	const char *route;
	unsigned methods;
	void (*decode)(const struct http_request *http, struct request *request);
};

/* --- credentials */

static bool is_credential(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (text[i] < 0x21 || text[i] > 0x7E) {
			return false;
		}
	}
	return length > 0;
}

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
		if (length - start <= TOKEN_SIZE_MAX && is_credential(text + start, length - start)) {
			text_sha256(text + start, length - start, credential->digest);
		}
	}
	explicit_bzero(text, sizeof text);
}

static void take_cookie(const struct http_request *http, struct request *request)
{
	struct span value;
	if (!cookie_find(http->site, http->header(http->context, "Cookie", NULL), &value)) {
		return;
	}
	char key[FORM_KEY_SIZE + 1];
	request->session.given = true;
	text_sha256(value.bytes, value.length, request->session.digest);
	cookie_form_key(value.bytes, key);
	(void)request_add(request, key, FORM_KEY_SIZE, &request->form_key); /* shorter than what was read */
}

/* A name that cannot be one names nobody. */
static void take_named(const struct http_request *http, struct request *request)
{
	const char *name;
	size_t length;
	if (http->trusted_user == NULL) {
		return;
	}
	request->visitor_named = true;
	if (text_check(TEXT_USERNAME, http->trusted_user, strlen(http->trusted_user), &name, &length) == TEXT_GOOD) {
		(void)fold_digest(name, length, request->name_fold); /* without memory it is nobody's either */
	}
}

/* The form must repeat what only a page that this cookie's browser was shown can know. */
static void check_form_key(struct span body, struct request *request)
{
	char given[FORM_KEY_SIZE];
	size_t length = 0;
	unsigned different = request->form_key.length != FORM_KEY_SIZE ||
			     !span_decode_form(fields_find(body, "form_key"), given, sizeof given, &length) ||
			     length != FORM_KEY_SIZE;
	const char *key = request_text(request, request->form_key);
	for (size_t i = 0; different == 0 && i < FORM_KEY_SIZE; i++) {
		different |= (unsigned)(given[i] ^ key[i]);
	}
	if (different != 0) {
		request_fault(&request->syntax, OUTCOME_FORM_REFUSED, "");
	}
}

/* --- the pages */

/* Only a path here, which a browser cannot read as another host. */
static void take_back(struct span raw, struct request *request)
{
	char back[PAGES_BACK_SIZE_MAX];
	size_t length;
	if (!span_decode_form(raw, back, sizeof back, &length) || length == 0 || back[0] != '/' ||
		(length > 1 && back[1] == '/') || memchr(back, '\\', length) != NULL ||
		!is_credential(back, length)) {
		return;
	}
	(void)request_add(request, back, length, &request->back); /* no longer than what was read */
}

static void decode_sign_in(const struct http_request *http, struct request *request)
{
	bool posted = http->method == HTTP_POST;
	request->form = PAGES_SIGN_IN;
	request->operation = posted ? OPERATION_SIGN_IN : OPERATION_SIGN_IN_SHOW;
	take_back(fields_find(posted ? http->body : http->query, "back"), request);
	if (posted) {
		take_credential(fields_find(http->body, "token"), &request->token);
		check_form_key(http->body, request);
	}
}

static void decode_sign_out(const struct http_request *http, struct request *request)
{
	bool posted = http->method == HTTP_POST;
	request->form = PAGES_SIGN_OUT;
	request->operation = posted ? OPERATION_SIGN_OUT : OPERATION_SIGN_IN_SHOW;
	if (posted) {
		check_form_key(http->body, request);
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
	request->form = PAGES_APPROVE;
	request->operation = OPERATION_APPROVE_SHOW;
	if (http->method != HTTP_POST) {
		return;
	}
	if (!allows(http->body)) {
		request->form = PAGES_REFUSE;
		return;
	}
	request->operation = OPERATION_APPROVE;
	check_form_key(http->body, request);
}

static const struct page_row PAGES[] = {
	{{"services", "auth"}, "/services/auth/", HTTP_GET | HTTP_HEAD | HTTP_POST, decode_approve},
	{{"sign-in", NULL}, "/sign-in", HTTP_GET | HTTP_HEAD | HTTP_POST, decode_sign_in},
	{{"sign-out", NULL}, "/sign-out", HTTP_GET | HTTP_HEAD | HTTP_POST, decode_sign_out},
	{{"static", "style.css"}, "/static/style.css", HTTP_GET | HTTP_HEAD, NULL},
};

static bool is_path(const struct http_path *path, const struct page_row *row)
{
	uint32_t count = row->segments[1] == NULL ? 1 : 2;
	for (uint32_t i = 0; i < count && i < path->count; i++) {
		struct span segment = path->segments[i];
		if (segment.length != strlen(row->segments[i]) ||
			memcmp(segment.bytes, row->segments[i], segment.length) != 0) {
			return false;
		}
	}
	return path->count == count;
}

static const struct page_row *find(const struct http_path *path)
{
	for (size_t i = 0; i < sizeof PAGES / sizeof *PAGES; i++) {
		if (is_path(path, &PAGES[i])) {
			return &PAGES[i];
		}
	}
	return NULL;
}

static bool is_form(const char *type)
{
	size_t length = strcspn(type, "; \t");
	return length == strlen(FORM_TYPE) && strncasecmp(type, FORM_TYPE, length) == 0;
}

enum outcome pages_decode(const struct http_request *http, struct request *request, struct http_route *route)
{
	const struct page_row *row = find(&http->path);
	if (row == NULL) {
		return OUTCOME_NO_SUCH_PATH;
	}
	*route = (struct http_route){.name = row->route, .methods_allowed = row->methods};
	if (http->method == HTTP_OPTIONS) {
		return OUTCOME_PREFLIGHT;
	}
	if ((http->method & row->methods) == 0) {
		return OUTCOME_METHOD_NOT_ALLOWED;
	}
	if (row->decode == NULL) {
		request->form = PAGES_STYLE;
		return OUTCOME_OK;
	}
	const char *type = http->header(http->context, "Content-Type", NULL);
	if (http->body.length > 0 && (type == NULL || !is_form(type + strspn(type, BLANKS)))) {
		return OUTCOME_UNSUPPORTED_TYPE;
	}
	take_cookie(http, request);
	take_named(http, request);
	row->decode(http, request);
	route->tries_limited = request->operation == OPERATION_SIGN_IN;
	return OUTCOME_NONE;
}
