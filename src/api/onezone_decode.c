/* Reads Onezone requests. Ids are strings in this dialect. */
#include "api/onezone_decode.h"

#include "api/body.h"
#include "api/credential.h"
#include "api/list.h"
#include "api/route.h"
#include "text/check.h"

#define PREFIX "/api/v3/onezone"
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* The first present decides. All three are looked at, so that a repeated one is refused in any case. */
static bool take_credentials(const struct http_request *http, struct request *request)
{
	bool macaroon = api_credential_take_header(http, "Macaroon", request);
	bool token = api_credential_take_header(http, "X-Auth-Token", request);
	bool bearer = api_credential_take_bearer(http, request);
	return macaroon && token && bearer;
}

static void take_token(struct request *request, const char *name, const json_t *value)
{
	struct span text;
	if (api_body_string(request, name, value, &text)) {
		api_body_put_invite_token(request, text);
	}
}

static void take_user_id(struct request *request, const char *name, const json_t *value)
{
	struct span text;
	if (!api_body_string(request, name, value, &text)) {
		return;
	}
	bool possible = text_read_id(text.bytes, text.length, &request->user.id);
	request->user.kind = possible ? REFERENCE_ID : REFERENCE_MALFORMED;
	request->given |= GIVEN_USER_ID;
}

static const struct api_member JOIN_MEMBERS[] = {{"token", true, take_token}};
static const struct api_member CREATE_MEMBERS[] = {
	{"name", true, api_body_take_name},
	{"type", true, api_body_take_type},
};
static const struct api_member EDIT_MEMBERS[] = {
	{"name", false, api_body_take_name},
	{"type", false, api_body_take_type},
};
static const struct api_member MINT_MEMBERS[] = {
	{"expires_in", false, api_body_take_expires_in},
	{"max_uses", false, api_body_take_max_uses},
	{"user_id", false, take_user_id},
};

static void take_id(struct span segment, struct reference *reference)
{
	bool possible = text_read_id(segment.bytes, segment.length, &reference->id);
	reference->kind = possible ? REFERENCE_ID : REFERENCE_MALFORMED;
}

/* A list is complete unless a part of it is asked for. */
static void take_listing(const struct http_request *http, struct request *request)
{
	uint64_t limit = COMPLETE_LIST_MAX;
	request->listing.order = ORDER_ID_ASC;
	bool limited = api_list_take_number(http, request, "limit", COMPLETE_LIST_MAX, &limit);
	api_list_take_after(http, request, false);
	if (limited || (request->given & GIVEN_AFTER) != 0) {
		request->listing.page = 1;
		request->listing.per_page = (uint32_t)limit;
	}
}

static void decode_group(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)http; /* all that it reads is in the path */
	take_id(captures->segments[0], &request->group);
}

static void decode_nothing(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)http; /* it has no parameters */
	(void)captures; /* the path has none */
	(void)request; /* the operation and who asks is all */
}

static void decode_join(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)captures; /* the token names the group */
	api_body_read(http, JOIN_MEMBERS, COUNT_OF(JOIN_MEMBERS), request);
}

/* The dialect has no way into a group but a token, so its groups are private. */
static void decode_create(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)captures; /* the path has none */
	request->is_private = true;
	request->given |= GIVEN_IS_PRIVATE;
	api_body_read(http, CREATE_MEMBERS, COUNT_OF(CREATE_MEMBERS), request);
}

static void decode_create_by_groups(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	request->form = ONEZONE_FORM_GROUPS;
	decode_create(http, captures, request);
}

static void decode_my_groups(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)captures; /* the path has none */
	request->user.kind = REFERENCE_CALLER;
	take_listing(http, request);
}

static void decode_edit(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	decode_group(http, captures, request);
	api_body_read(http, EDIT_MEMBERS, COUNT_OF(EDIT_MEMBERS), request);
}

static void decode_members(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	decode_group(http, captures, request);
	take_listing(http, request);
}

static void decode_member(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	decode_group(http, captures, request);
	take_id(captures->segments[1], &request->user);
}

static void decode_mint(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	decode_group(http, captures, request);
	request->expires_in_s = INVITE_EXPIRES_IN_S_DEFAULT;
	request->max_uses = INVITE_USES_DEFAULT;
	if (http->method == HTTP_POST) {
		api_body_read_optional(http, MINT_MEMBERS, COUNT_OF(MINT_MEMBERS), request);
	}
}

static const struct api_route ROWS[] = {
	{HTTP_POST, "/user/groups/join", OPERATION_GROUP_JOIN_BY_TOKEN, decode_join},
	{HTTP_GET, "/user/groups", OPERATION_USER_GROUPS, decode_my_groups},
	{HTTP_POST, "/user/groups", OPERATION_GROUP_CREATE, decode_create},
	{HTTP_GET, "/groups", OPERATION_GROUP_LIST_ALL, decode_nothing},
	{HTTP_POST, "/groups", OPERATION_GROUP_CREATE, decode_create_by_groups},
	{HTTP_GET, "/user/groups/{id}", OPERATION_GROUP_GET_MEMBERS_ONLY, decode_group},
	{HTTP_DELETE, "/user/groups/{id}", OPERATION_GROUP_LEAVE, decode_group},
	{HTTP_GET, "/groups/{id}", OPERATION_GROUP_GET_MEMBERS_ONLY, decode_group},
	{HTTP_PATCH, "/groups/{id}", OPERATION_GROUP_EDIT, decode_edit},
	{HTTP_DELETE, "/groups/{id}", OPERATION_GROUP_DELETE, decode_group},
	{HTTP_GET, "/groups/{id}/users", OPERATION_MEMBER_LIST, decode_members},
	{HTTP_GET, "/groups/{id}/users/token", OPERATION_INVITE_TOKEN_MINT, decode_mint},
	{HTTP_POST, "/groups/{id}/users/token", OPERATION_INVITE_TOKEN_MINT, decode_mint},
	{HTTP_GET, "/groups/{id}/users/{uid}", OPERATION_MEMBER_GET, decode_member},
	{HTTP_DELETE, "/groups/{id}/users/{uid}", OPERATION_MEMBER_REMOVE, decode_member},
};

const struct api_routes onezone_routes = {
	.rows = ROWS,
	.count = COUNT_OF(ROWS),
	.prefix = PREFIX,
	.take_credentials = take_credentials,
};

enum outcome onezone_decode(
	const struct http_request *http, struct request *request, struct http_route *route)
{
	return api_route_decode(&onezone_routes, http, request, route);
}
