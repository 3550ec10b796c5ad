/* Reads v3 requests: routes, ids and slugs, lists, bodies. */
#include "api/v3_decode.h"

#include <string.h>

#include "api/body.h"
#include "api/credential.h"
#include "api/list.h"
#include "api/query.h"
#include "api/route.h"
#include "text/check.h"
#include "text/fold.h"

#define PER_PAGE_DEFAULT 24
#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static void take_id(struct span segment, struct reference *reference)
{
	reference->kind = text_read_id(segment.bytes, segment.length, &reference->id) ? REFERENCE_ID
										      : REFERENCE_MALFORMED;
}

static void take_id_or_slug(struct request *request, struct span segment, struct reference *reference)
{
	text_take_reference(request, segment.bytes, segment.length, reference);
}

/* --- lists */

static void refuse_parameter(struct request *request, const char *name)
{
	request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, name);
}

static void take_listing(const struct http_request *http, struct request *request)
{
	uint64_t per_page = PER_PAGE_DEFAULT;
	request->listing.page = 1;
	bool by_number = api_list_take_number(http, request, "page", ID_MAX, &request->listing.page);
	(void)api_list_take_number(http, request, "per", V3_PER_PAGE_MAX, &per_page); /* else the default */
	request->listing.per_page = (uint32_t)per_page;
	api_list_take_after(http, request, by_number);
}

static void take_sort(const struct http_request *http, struct request *request)
{
	static const struct {
		const char *name;
		enum order order;
	} sorts[] = {
		{"name_asc", ORDER_NAME_ASC},
		{"name_desc", ORDER_NAME_DESC},
		{"created_at_asc", ORDER_CREATED_ASC},
		{"created_at_desc", ORDER_CREATED_DESC},
		{"updated_at_asc", ORDER_UPDATED_ASC},
		{"updated_at_desc", ORDER_UPDATED_DESC},
	};
	struct api_query_value value;
	request->listing.order = ORDER_NAME_ASC;
	api_query_find(http->query, "sort", &value);
	if (!value.given) {
		return;
	}
	for (size_t i = 0; i < COUNT_OF(sorts) && !value.malformed; i++) {
		if (span_is((struct span){value.bytes, value.length}, sorts[i].name)) {
			request->listing.order = sorts[i].order;
			return;
		}
	}
	refuse_parameter(request, "sort");
}

/* --- members of bodies */

static void take_description(struct request *request, const char *name, const json_t *value)
{
	api_body_take_text(request, name, value, TEXT_DESCRIPTION, &request->description);
	request->given |= GIVEN_DESCRIPTION;
}

static void take_avatar_url(struct request *request, const char *name, const json_t *value)
{
	api_body_take_text(request, name, value, TEXT_AVATAR_URL, &request->avatar_url);
	request->given |= GIVEN_AVATAR_URL;
}

static void take_member_moderation(struct request *request, const char *name, const json_t *value)
{
	if (api_body_boolean(request, name, value, &request->member_moderation)) {
		request->given |= GIVEN_MEMBER_MODERATION;
	}
}

static void take_event_moderation(struct request *request, const char *name, const json_t *value)
{
	if (api_body_boolean(request, name, value, &request->event_moderation)) {
		request->given |= GIVEN_EVENT_MODERATION;
	}
}

static void take_is_private(struct request *request, const char *name, const json_t *value)
{
	if (api_body_boolean(request, name, value, &request->is_private)) {
		request->given |= GIVEN_IS_PRIVATE;
	}
}

static void take_unique_name(struct request *request, const char *name, const json_t *value)
{
	(void)api_body_boolean(request, name, value, &request->unique_name); /* the fault is noted there */
}

static void take_message(struct request *request, const char *name, const json_t *value)
{
	api_body_take_text(request, name, value, TEXT_MESSAGE, &request->message);
}

/* Up to 64 characters are a code, more are a token. */
static void take_invite(struct request *request, const char *name, const json_t *value)
{
	struct span text;
	if (!api_body_string(request, name, value, &text)) {
		return;
	}
	if (text.length > CODE_SIZE_MAX) {
		api_body_put_invite_token(request, text);
		return;
	}
	text_take_code(request, text.bytes, text.length);
}

static void take_user_id(struct request *request, const char *name, const json_t *value)
{
	if (!json_is_integer(value)) {
		refuse_parameter(request, name);
		return;
	}
	json_int_t id = json_integer_value(value);
	bool possible = id >= 1 && (uint64_t)id <= ID_MAX;
	request->user.kind = possible ? REFERENCE_ID : REFERENCE_MALFORMED;
	request->user.id = possible ? (uint64_t)id : 0;
	request->given |= GIVEN_USER_ID;
}

#define GROUP_MEMBERS \
	{"description", false, take_description}, {"avatar_url", false, take_avatar_url}, \
		{"kind", false, api_body_take_type}, {"member_moderation", false, take_member_moderation}, \
		{"event_moderation", false, take_event_moderation}, {"is_private", false, take_is_private}, \
	{ \
		"unique_name", false, take_unique_name \
	}

static const struct api_member CREATE_MEMBERS[] = {{"name", true, api_body_take_name}, GROUP_MEMBERS};
static const struct api_member EDIT_MEMBERS[] = {{"name", false, api_body_take_name}, GROUP_MEMBERS};
static const struct api_member JOIN_MEMBERS[] = {
	{"invite_token", false, take_invite},
	{"message", false, take_message},
};
static const struct api_member MINT_MEMBERS[] = {
	{"expires_in", false, api_body_take_expires_in},
	{"max_uses", false, api_body_take_max_uses},
	{"user_id", false, take_user_id},
};

/* --- one function per form of request */

static void decode_group(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)http; /* all that it reads is in the path */
	take_id_or_slug(request, captures->segments[0], &request->group);
}

/* The original lets nobody in without a code, so a new group is moderated unless told otherwise. */
static void decode_create(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)captures; /* the path has none */
	request->member_moderation = true;
	request->given |= GIVEN_MEMBER_MODERATION;
	api_body_read(http, CREATE_MEMBERS, COUNT_OF(CREATE_MEMBERS), request);
}

static void decode_edit(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	decode_group(http, captures, request);
	api_body_read(http, EDIT_MEMBERS, COUNT_OF(EDIT_MEMBERS), request);
}

static void decode_list(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	decode_group(http, captures, request);
	take_listing(http, request);
}

static void decode_join(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	decode_group(http, captures, request);
	api_body_read_optional(http, JOIN_MEMBERS, COUNT_OF(JOIN_MEMBERS), request);
}

static void decode_member(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	decode_group(http, captures, request);
	take_id(captures->segments[1], &request->user);
}

static void decode_own_membership(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	decode_group(http, captures, request);
	request->user.kind = REFERENCE_CALLER;
}

static void decode_mint(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	decode_group(http, captures, request);
	request->expires_in_s = INVITE_EXPIRES_IN_S_DEFAULT;
	request->max_uses = INVITE_USES_DEFAULT;
	api_body_read_optional(http, MINT_MEMBERS, COUNT_OF(MINT_MEMBERS), request);
}

static void decode_revoke(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	struct span id = captures->segments[1];
	decode_group(http, captures, request);
	if (!text_read_id(id.bytes, id.length, &request->item_id)) {
		request->item_id = 0; /* no token has it */
	}
}

static void decode_user_groups(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	if (span_is(captures->segments[0], "me")) {
		request->user.kind = REFERENCE_CALLER;
	} else {
		take_id_or_slug(request, captures->segments[0], &request->user);
	}
	take_sort(http, request);
	take_listing(http, request);
}

static const struct api_route ROWS[] = {
	{HTTP_POST, "/v3/groups", OPERATION_GROUP_CREATE, decode_create},
	{HTTP_GET, "/v3/groups/{id}", OPERATION_GROUP_GET, decode_group},
	{HTTP_PUT, "/v3/groups/{id}", OPERATION_GROUP_EDIT, decode_edit},
	{HTTP_DELETE, "/v3/groups/{id}", OPERATION_GROUP_DELETE, decode_group},
	{HTTP_GET, "/v3/groups/{id}/members", OPERATION_MEMBER_LIST, decode_list},
	{HTTP_POST, "/v3/groups/{id}/members", OPERATION_GROUP_JOIN, decode_join},
	{HTTP_GET, "/v3/groups/{id}/members/me", OPERATION_MEMBER_GET, decode_own_membership},
	{HTTP_DELETE, "/v3/groups/{id}/members/me", OPERATION_GROUP_LEAVE, decode_group},
	{HTTP_GET, "/v3/groups/{id}/members/{user_id}", OPERATION_MEMBER_GET, decode_member},
	{HTTP_GET, "/v3/groups/{id}/invite", OPERATION_INVITE_SHOW, decode_group},
	{HTTP_POST, "/v3/groups/{id}/invite", OPERATION_INVITE_CREATE, decode_group},
	{HTTP_DELETE, "/v3/groups/{id}/invite", OPERATION_INVITE_DELETE, decode_group},
	{HTTP_GET, "/v3/groups/{id}/invite-tokens", OPERATION_INVITE_TOKEN_LIST, decode_list},
	{HTTP_POST, "/v3/groups/{id}/invite-tokens", OPERATION_INVITE_TOKEN_MINT, decode_mint},
	{HTTP_DELETE, "/v3/groups/{id}/invite-tokens/{token_id}", OPERATION_INVITE_TOKEN_REVOKE,
		decode_revoke},
	{HTTP_GET, "/v3/users/{id}/groups", OPERATION_USER_GROUPS, decode_user_groups},
};

static const struct api_routes ROUTES = {
	.rows = ROWS,
	.count = COUNT_OF(ROWS),
	.take_credentials = api_credential_take_bearer,
};

enum outcome v3_decode(const struct http_request *http, struct request *request, struct http_route *route)
{
	return api_route_decode(&ROUTES, http, request, route);
}
