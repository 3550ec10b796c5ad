/* Prints one JSON line per exchange of the JSON dialects, for conformance.py to judge: each kind of success
 * and many refusals, as the drivers render them. */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "support.h"

struct exchange {
	const struct dialect_driver *driver;
	enum http_method method;
	const char *method_name;
	const char *target;
	enum outcome outcome;
	uint32_t items;
	const char *body;
};

#define V3(method, ...) \
	{ \
		&v3_driver, HTTP_##method, #method, __VA_ARGS__ \
	}
#define ONEZONE(method, ...) \
	{ \
		&onezone_driver, HTTP_##method, #method, __VA_ARGS__ \
	}

static const struct exchange EXCHANGES[] = {
	V3(POST, "/v3/groups", OUTCOME_GROUP_CREATED, REPLY_GROUP, "{\"name\":\"Chess\"}"),
	V3(POST, "/v3/groups", OUTCOME_UNACCEPTABLE_VALUE, 0, "{\"name\":\"\"}"),
	V3(POST, "/v3/groups", OUTCOME_DUPLICATE_NAME, 0, "{\"name\":\"Chess\"}"),
	V3(GET, "/v3/groups/7", OUTCOME_OK, REPLY_GROUP, NULL),
	V3(GET, "/v3/groups/7", OUTCOME_NO_SUCH_GROUP, 0, NULL),
	V3(PUT, "/v3/groups/chess-club", OUTCOME_GROUP_EDITED, REPLY_GROUP, "{}"),
	V3(PUT, "/v3/groups/chess-club", OUTCOME_NO_GROUP_TO_EDIT, 0, "{}"),
	V3(DELETE, "/v3/groups/7", OUTCOME_GROUP_DELETED, 0, NULL),
	V3(DELETE, "/v3/groups/7", OUTCOME_NOT_ALLOWED, 0, NULL),
	V3(GET, "/v3/groups/7/members?per=2", OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, NULL),
	V3(GET, "/v3/groups/7/members", OUTCOME_NOT_A_PRIVATE_MEMBER, 0, NULL),
	V3(POST, "/v3/groups/7/members", OUTCOME_JOINED, REPLY_GROUP | REPLY_MEMBER, "{}"),
	V3(POST, "/v3/groups/7/members", OUTCOME_ALREADY_MEMBER, REPLY_GROUP | REPLY_MEMBER, NULL),
	V3(POST, "/v3/groups/7/members", OUTCOME_QUEUED, REPLY_GROUP | REPLY_MEMBER | REPLY_NOTE, NULL),
	V3(POST, "/v3/groups/7/members", OUTCOME_ALREADY_QUEUED, REPLY_GROUP | REPLY_MEMBER, NULL),
	V3(POST, "/v3/groups/7/members", OUTCOME_BANNED, 0, NULL),
	V3(POST, "/v3/groups/7/members", OUTCOME_TOO_MANY_GROUPS, 0, NULL),
	V3(POST, "/v3/groups/7/members", OUTCOME_BUSY, 0, NULL),
	V3(GET, "/v3/groups/7/members/me", OUTCOME_OK, REPLY_GROUP | REPLY_MEMBER, NULL),
	V3(GET, "/v3/groups/7/members/5", OUTCOME_MEMBER_NOT_FOUND, 0, NULL),
	V3(DELETE, "/v3/groups/7/members/me", OUTCOME_LEFT, REPLY_GROUP, NULL),
	V3(DELETE, "/v3/groups/7/members/me", OUTCOME_NOT_A_MEMBER, 0, NULL),
	V3(GET, "/v3/groups/7/invite", OUTCOME_OK, REPLY_GROUP | REPLY_INVITE, NULL),
	V3(GET, "/v3/groups/7/invite", OUTCOME_NO_INVITE, 0, NULL),
	V3(POST, "/v3/groups/7/invite", OUTCOME_INVITE_CREATED, REPLY_GROUP | REPLY_INVITE, NULL),
	V3(POST, "/v3/groups/7/invite", OUTCOME_INVITE_EXISTS, REPLY_GROUP | REPLY_INVITE, NULL),
	V3(DELETE, "/v3/groups/7/invite", OUTCOME_INVITE_DELETED, 0, NULL),
	V3(GET, "/v3/groups/7/invite-tokens", OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, NULL),
	V3(POST, "/v3/groups/7/invite-tokens", OUTCOME_TOKEN_MINTED,
		REPLY_GROUP | REPLY_INVITE_TOKEN | REPLY_MACAROON, NULL),
	V3(DELETE, "/v3/groups/7/invite-tokens/11", OUTCOME_TOKEN_REVOKED, 0, NULL),
	V3(DELETE, "/v3/groups/7/invite-tokens/11", OUTCOME_INVITE_TOKEN_NOT_FOUND, 0, NULL),
	V3(GET, "/v3/users/me/groups", OUTCOME_OK, REPLY_PAGE, NULL),
	V3(GET, "/v3/users/me/groups", OUTCOME_TOKEN_MISSING, 0, NULL),
	V3(GET, "/v3/users/me/groups", OUTCOME_STORE_FAILED, 0, NULL),
	V3(GET, "/v3/ping", OUTCOME_OK, 0, NULL),
	V3(GET, "/v3/ping", OUTCOME_RATE_LIMITED, 0, NULL),
	V3(PUT, "/v3/groups/7", OUTCOME_PRECONDITION_FAILED, 0, "{}"),
	V3(PUT, "/v3/groups/7", OUTCOME_IDEMPOTENCY_MISMATCH, 0, "{}"),
	V3(GET, "/v3/groups/7/contents", OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, NULL),
	V3(GET, "/v3/groups/7/followers", OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, NULL),
	V3(PATCH, "/v3/groups/7/members/5", OUTCOME_ROLE_CHANGED, REPLY_GROUP | REPLY_MEMBER,
		"{\"role\":\"admin\"}"),
	V3(PATCH, "/v3/groups/7/members/me", OUTCOME_OWNER_MUST_TRANSFER, 0, "{\"role\":\"member\"}"),
	V3(DELETE, "/v3/groups/7/members/5", OUTCOME_REMOVED, REPLY_GROUP, NULL),
	V3(GET, "/v3/groups/7/requests", OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, NULL),
	V3(GET, "/v3/groups/7/requests/5", OUTCOME_OK, REPLY_GROUP | REPLY_REQUEST, NULL),
	V3(POST, "/v3/groups/7/requests/5/approve", OUTCOME_APPROVED, REPLY_GROUP | REPLY_REQUEST, NULL),
	V3(POST, "/v3/groups/7/requests/5/deny", OUTCOME_DENIED, REPLY_GROUP | REPLY_REQUEST, "{}"),
	V3(POST, "/v3/groups/7/requests/5/discard", OUTCOME_DISCARDED, REPLY_GROUP | REPLY_REQUEST, "{}"),
	V3(POST, "/v3/groups/7/requests/5/deny", OUTCOME_REQUEST_NOT_PENDING, 0, "{}"),
	V3(GET, "/v3/groups/7/bans", OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, NULL),
	V3(GET, "/v3/groups/7/bans/5", OUTCOME_OK, REPLY_GROUP | REPLY_BAN, NULL),
	V3(PUT, "/v3/groups/7/bans/5", OUTCOME_BAN_CREATED, REPLY_GROUP | REPLY_BAN, "{}"),
	V3(PUT, "/v3/groups/7/bans/5", OUTCOME_BAN_CHANGED, REPLY_GROUP | REPLY_BAN, "{}"),
	V3(DELETE, "/v3/groups/7/bans/5", OUTCOME_NOT_BANNED, 0, NULL),
	V3(GET, "/v3/groups/7/invitations", OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, NULL),
	V3(POST, "/v3/groups/7/invitations", OUTCOME_INVITED, REPLY_GROUP | REPLY_INVITATION,
		"{\"user_id\":5}"),
	V3(POST, "/v3/groups/7/invitations", OUTCOME_INVITATION_PENDING, REPLY_GROUP | REPLY_INVITATION,
		"{\"email\":\"a@b\"}"),
	V3(POST, "/v3/groups/7/invitations", OUTCOME_ALREADY_MEMBER, REPLY_GROUP | REPLY_MEMBER,
		"{\"user_id\":5}"),
	V3(POST, "/v3/groups/7/invitations", OUTCOME_USER_UNACCEPTABLE, 0, "{\"user_id\":6}"),
	V3(DELETE, "/v3/groups/7/invitations/13", OUTCOME_INVITATION_CANCELLED, 0, NULL),
	V3(DELETE, "/v3/groups/7/invitations/13", OUTCOME_INVITATION_NOT_PENDING, 0, NULL),
	V3(GET, "/v3/groups/7/invite-tokens/11", OUTCOME_OK, REPLY_GROUP | REPLY_INVITE_TOKEN, NULL),
	V3(GET, "/v3/groups/7/changes", OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, NULL),
	V3(GET, "/v3/changes?after=3&limit=7&wait=60", OUTCOME_OK, REPLY_PAGE, NULL),
	V3(GET, "/v3/changes", OUTCOME_CHANGES_GONE, 0, NULL),
	V3(GET, "/v3/changes", OUTCOME_NOT_ALLOWED, 0, NULL),
	V3(GET, "/v3/me", OUTCOME_OK, REPLY_USER | REPLY_USER_WHOLE, NULL),
	V3(GET, "/v3/me/requests", OUTCOME_OK, REPLY_PAGE, NULL),
	V3(DELETE, "/v3/me/requests/7", OUTCOME_REQUEST_WITHDRAWN, 0, NULL),
	V3(GET, "/v3/me/invitations", OUTCOME_OK, REPLY_PAGE, NULL),
	V3(DELETE, "/v3/me/invitations/7", OUTCOME_INVITATION_DECLINED, 0, NULL),
	V3(GET, "/v3/users/5", OUTCOME_OK, REPLY_USER, NULL),
	V3(PUT, "/v3/users/5", OUTCOME_USER_ADDED, REPLY_USER | REPLY_USER_WHOLE, "{}"),
	V3(PUT, "/v3/users/5", OUTCOME_USER_CHANGED, REPLY_USER | REPLY_USER_WHOLE, "{}"),
	V3(GET, "/v3/users/5/tokens", OUTCOME_OK, REPLY_PAGE, NULL),
	V3(POST, "/v3/users/5/tokens", OUTCOME_USER_TOKEN_MINTED, REPLY_USER_TOKEN | REPLY_SECRET, NULL),
	V3(GET, "/v3/users/5/tokens/17", OUTCOME_OK, REPLY_USER_TOKEN, NULL),
	V3(DELETE, "/v3/users/5/tokens/17", OUTCOME_USER_TOKEN_REVOKED, 0, NULL),
	V3(PATCH, "/v3/groups/7", OUTCOME_METHOD_NOT_ALLOWED, 0, NULL),
	V3(OPTIONS, "/v3/groups/7", OUTCOME_PREFLIGHT, 0, NULL),
	V3(GET, "/nowhere", OUTCOME_NO_SUCH_PATH, 0, NULL),
	ONEZONE(POST, "/user/groups/join", OUTCOME_JOINED, REPLY_GROUP | REPLY_MEMBER, "{\"token\":\"x\"}"),
	ONEZONE(POST, "/api/v3/onezone/user/groups/join", OUTCOME_ALREADY_MEMBER, REPLY_GROUP,
		"{\"token\":\"x\"}"),
	ONEZONE(POST, "/user/groups/join", OUTCOME_INVITE_INVALID, 0, "{\"token\":\"x\"}"),
	ONEZONE(POST, "/user/groups/join", OUTCOME_TOKEN_INVALID, 0, "{\"token\":\"x\"}"),
	ONEZONE(POST, "/user/groups/join", OUTCOME_BANNED, 0, "{\"token\":\"x\"}"),
	ONEZONE(POST, "/user/groups/join", OUTCOME_NO_SUCH_GROUP, 0, "{\"token\":\"x\"}"),
	ONEZONE(POST, "/user/groups/join", OUTCOME_STORE_FULL, 0, "{\"token\":\"x\"}"),
	ONEZONE(POST, "/user/groups", OUTCOME_GROUP_CREATED, REPLY_GROUP,
		"{\"name\":\"C\",\"type\":\"team\"}"),
	ONEZONE(POST, "/groups", OUTCOME_GROUP_CREATED, REPLY_GROUP, "{\"name\":\"C\",\"type\":\"team\"}"),
	ONEZONE(POST, "/groups", OUTCOME_PARAMETER_MISSING, 0, "{}"),
	ONEZONE(GET, "/user/groups", OUTCOME_OK, REPLY_PAGE, NULL),
	ONEZONE(GET, "/user/groups/7", OUTCOME_OK, REPLY_GROUP, NULL),
	ONEZONE(GET, "/user/groups/7", OUTCOME_NO_SUCH_GROUP, 0, NULL),
	ONEZONE(DELETE, "/user/groups/7", OUTCOME_LEFT, REPLY_GROUP, NULL),
	ONEZONE(GET, "/groups/7/users/token", OUTCOME_TOKEN_MINTED, REPLY_GROUP | REPLY_MACAROON, NULL),
	ONEZONE(POST, "/groups/7/users/token", OUTCOME_USER_UNACCEPTABLE, 0, "{\"user_id\":\"9\"}"),
	ONEZONE(HEAD, "/groups/7/users/token", OUTCOME_METHOD_NOT_ALLOWED, 0, NULL),
	ONEZONE(GET, "/groups", OUTCOME_NOT_ALLOWED, 0, NULL),
	ONEZONE(PUT, "/groups", OUTCOME_METHOD_NOT_ALLOWED, 0, NULL),
	ONEZONE(GET, "/groups/7", OUTCOME_OK, REPLY_GROUP, NULL),
	ONEZONE(PATCH, "/groups/7", OUTCOME_GROUP_EDITED, REPLY_GROUP, "{\"name\":\"C\"}"),
	ONEZONE(PATCH, "/groups/7", OUTCOME_IDEMPOTENCY_MISMATCH, 0, "{\"name\":\"C\"}"),
	ONEZONE(DELETE, "/groups/7", OUTCOME_GROUP_DELETED, 0, NULL),
	ONEZONE(GET, "/groups/7/users?limit=2", OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, NULL),
	ONEZONE(GET, "/groups/7/users/5", OUTCOME_OK, REPLY_GROUP | REPLY_MEMBER, NULL),
	ONEZONE(GET, "/groups/7/users/5", OUTCOME_MEMBER_NOT_FOUND, 0, NULL),
	ONEZONE(DELETE, "/groups/7/users/5", OUTCOME_REMOVED, REPLY_GROUP, NULL),
	ONEZONE(DELETE, "/groups/7/users/5", OUTCOME_OWNER_CANNOT_BE_REMOVED, 0, NULL),
	ONEZONE(GET, "/groups/7/memberships", OUTCOME_NO_SUCH_PATH, 0, NULL),
};

static void fill(
	const struct exchange *exchange, enum operation operation, struct reply *reply, struct page *page)
{
	support_fill_reply(reply, operation);
	reply->outcome = exchange->outcome;
	reply->items = exchange->items;
	(void)snprintf(reply->field, sizeof reply->field, "name");
	if (exchange->driver == &v3_driver) {
		support_fill_page(page, operation);
		return;
	}
	*page_add_id(page) = 7;
	*page_add_id(page) = 12;
}

/* The transport says what is left of a limit, in every dialect. */
static void add_rate_headers(json_t *headers)
{
	static const char *const HEADERS[][2] = {
		{"Retry-After", "3"},
		{"X-RateLimit-Limit", "60"},
		{"X-RateLimit-Tier", "guest"},
		{"X-RateLimit-Window", "60"},
		{"X-RateLimit-Reset", "1673778660"},
	};
	for (size_t i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++) {
		json_object_set_new(headers, HEADERS[i][0], json_string(HEADERS[i][1]));
	}
}

/* The transport sends no body in answer to HEAD. */
static void print(const struct exchange *exchange, const struct http_response *response)
{
	json_t *headers = json_object();
	for (unsigned i = 0; i < response->header_count; i++) {
		json_object_set_new(
			headers, response->headers[i].name, json_string(response->headers[i].value));
	}
	if (response->content_type != NULL) {
		json_object_set_new(headers, "Content-Type", json_string(response->content_type));
	}
	if (response->status == outcome_row(OUTCOME_RATE_LIMITED)->v3_status) {
		add_rate_headers(headers);
	}
	size_t size = exchange->method == HTTP_HEAD ? 0 : response->body_size;
	json_t *line = json_pack("{s:s, s:s, s:i, s:o, s:s%}", "method", exchange->method_name, "path",
		exchange->target, "status", response->status, "headers", headers, "body",
		size == 0 ? "" : response->body, size);
	char *text = json_dumps(line, JSON_COMPACT);
	if (text == NULL) {
		abort();
	}
	puts(text);
	free(text);
	json_decref(line);
}

int main(void)
{
	for (size_t i = 0; i < sizeof EXCHANGES / sizeof *EXCHANGES; i++) {
		const struct exchange *exchange = &EXCHANGES[i];
		struct call call = {.method = exchange->method,
			.target = exchange->target,
			.body = exchange->body,
			.headers = {BEARER}};
		struct decoded decoded = support_decode(exchange->driver, &call);
		struct reply *reply = malloc(sizeof *reply);
		struct page page;
		struct http_response response = {0};
		if (reply == NULL) {
			return 1;
		}
		reply_init(reply);
		page_init(&page);
		fill(exchange, decoded.request->operation, reply, &page);
		exchange->driver->encode(&support_site, decoded.request, reply, &page, &response);
		print(exchange, &response);
		response_finish(&response);
		page_finish(&page);
		reply_finish(reply);
		free(reply);
	}
	return 0;
}
