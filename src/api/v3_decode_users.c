/* Reads requests about people, their tokens, oneself, and the change feed. */
#include "api/v3_decode_users.h"

#include "api/list.h"
#include "api/query.h"
#include "text/check.h"

static void take_username(struct request *request, const char *name, const json_t *value)
{
	struct span text;
	if (api_body_string(request, name, value, &text)) {
		api_body_note_verdict(request, name, text_take_username(request, text.bytes, text.length));
	}
}

static void take_name(struct request *request, const char *name, const json_t *value)
{
	api_body_take_text(request, name, value, TEXT_PERSON_NAME, &request->name);
	request->given |= GIVEN_NAME;
}

static void take_url(struct request *request, const char *name, const json_t *value)
{
	api_body_take_text(request, name, value, TEXT_URL, &request->url);
	request->given |= GIVEN_URL;
}

static void take_zip(struct request *request, const char *name, const json_t *value)
{
	api_body_take_text(request, name, value, TEXT_ZIP, &request->zip);
	request->given |= GIVEN_ZIP;
}

static void take_active(struct request *request, const char *name, const json_t *value)
{
	if (api_body_boolean(request, name, value, &request->active)) {
		request->given |= GIVEN_ACTIVE;
	}
}

/* Nobody becomes an operator over the network. */
static void take_scope(struct request *request, const char *name, const json_t *value)
{
	struct span text;
	if (!api_body_string(request, name, value, &text)) {
		return;
	}
	if (!scope_from_name(text.bytes, &request->scope) || request->scope == SCOPE_OPERATOR) {
		request_fault(&request->value, OUTCOME_UNACCEPTABLE_VALUE, name);
	}
}

static void take_label(struct request *request, const char *name, const json_t *value)
{
	api_body_take_text(request, name, value, TEXT_LABEL, &request->label);
}

static const struct api_member USER_MEMBERS[] = {
	{"username", false, take_username},
	{"name", false, take_name},
	{"email", false, v3_take_email},
	{"active", false, take_active},
	{"avatar_url", false, v3_take_avatar_url},
	{"url", false, take_url},
	{"zip", false, take_zip},
};
static const struct api_member TOKEN_MEMBERS[] = {
	{"scope", false, take_scope},
	{"label", false, take_label},
};

void v3_decode_me(const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)http;
	(void)captures; /* there is nothing to read */
	request->user.kind = REFERENCE_CALLER;
}

/* What waits for the caller: requests, invitations. */
void v3_decode_my_list(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_me(http, captures, request);
	v3_take_listing(http, request);
}

void v3_decode_user(const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)http; /* all that it reads is in the path */
	v3_take_user(request, captures->segments[0]);
}

/* Whether a username must be given only the engine can say, who knows whether the person is new. */
void v3_decode_user_put(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_user(http, captures, request);
	request->active = true;
	api_body_read(http, USER_MEMBERS, COUNT_OF(USER_MEMBERS), request);
}

void v3_decode_user_list(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_user(http, captures, request);
	v3_take_listing(http, request);
}

void v3_decode_user_item(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_user(http, captures, request);
	v3_take_item_id(captures->segments[1], request);
}

void v3_decode_user_token(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_user(http, captures, request);
	request->scope = SCOPE_WRITE;
	api_body_read_optional(http, TOKEN_MEMBERS, COUNT_OF(TOKEN_MEMBERS), request);
}

/* --- the change feed */

/* Takes a number from 0 to `max`, unless it is not given. */
static void take_count(
	const struct http_request *http, struct request *request, const char *name, uint64_t max, uint64_t *count)
{
	struct api_query_value value;
	api_query_find(http->query, name, &value);
	if (value.given && !value.malformed && span_is((struct span){value.bytes, value.length}, "0")) {
		*count = 0;
		return;
	}
	(void)api_list_take_number(http, request, name, max, count); /* else what stands there */
}

void v3_decode_changes(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)captures; /* the path has none */
	uint64_t limit = FEED_LIMIT_DEFAULT;
	uint64_t wait_s = 0;
	take_count(http, request, "after", ID_MAX, &request->feed.after);
	(void)api_list_take_number(http, request, "limit", FEED_LIMIT_MAX, &limit); /* else the default */
	take_count(http, request, "wait", FEED_WAIT_MAX_S, &wait_s);
	request->feed.limit = (uint32_t)limit;
	request->feed.wait_s = (uint32_t)wait_s;
}

void v3_decode_group_changes(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group(http, captures, request);
	v3_decode_changes(http, captures, request);
}
