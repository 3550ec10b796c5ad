/* v3's routes. */
#include "api/v3_decode.h"

#include "api/credential.h"
#include "api/v3_decode_groups.h"
#include "api/v3_decode_members.h"
#include "api/v3_decode_users.h"

static const struct api_route ROWS[] = {
	{HTTP_GET, "/v3/ping", OPERATION_NONE, NULL},
	{HTTP_POST, "/v3/groups", OPERATION_GROUP_CREATE, v3_decode_create},
	{HTTP_GET, "/v3/groups/{id}", OPERATION_GROUP_GET, v3_decode_group},
	{HTTP_PUT, "/v3/groups/{id}", OPERATION_GROUP_EDIT, v3_decode_edit},
	{HTTP_DELETE, "/v3/groups/{id}", OPERATION_GROUP_DELETE, v3_decode_group},
	{HTTP_GET, "/v3/groups/{id}/contents", OPERATION_GROUP_CONTENT_LIST, v3_decode_group_list},
	{HTTP_GET, "/v3/groups/{id}/followers", OPERATION_GROUP_CONTENT_LIST, v3_decode_group_list},
	{HTTP_GET, "/v3/groups/{id}/changes", OPERATION_GROUP_CHANGE_LIST, v3_decode_group_changes},
	{HTTP_GET, "/v3/groups/{id}/members", OPERATION_MEMBER_LIST, v3_decode_group_list},
	{HTTP_POST, "/v3/groups/{id}/members", OPERATION_GROUP_JOIN, v3_decode_join},
	{HTTP_GET, "/v3/groups/{id}/members/me", OPERATION_MEMBER_GET, v3_decode_own_membership},
	{HTTP_PATCH, "/v3/groups/{id}/members/me", OPERATION_MEMBER_SET_ROLE, v3_decode_own_role},
	{HTTP_DELETE, "/v3/groups/{id}/members/me", OPERATION_GROUP_LEAVE, v3_decode_group},
	{HTTP_GET, "/v3/groups/{id}/members/{user_id}", OPERATION_MEMBER_GET, v3_decode_group_person},
	{HTTP_PATCH, "/v3/groups/{id}/members/{user_id}", OPERATION_MEMBER_SET_ROLE, v3_decode_role},
	{HTTP_DELETE, "/v3/groups/{id}/members/{user_id}", OPERATION_MEMBER_REMOVE, v3_decode_group_person},
	{HTTP_GET, "/v3/groups/{id}/requests", OPERATION_REQUEST_LIST, v3_decode_group_list},
	{HTTP_GET, "/v3/groups/{id}/requests/{user_id}", OPERATION_REQUEST_GET, v3_decode_group_person},
	{HTTP_POST, "/v3/groups/{id}/requests/{user_id}/approve", OPERATION_REQUEST_APPROVE,
		v3_decode_decision},
	{HTTP_POST, "/v3/groups/{id}/requests/{user_id}/deny", OPERATION_REQUEST_DENY, v3_decode_decision},
	{HTTP_POST, "/v3/groups/{id}/requests/{user_id}/discard", OPERATION_REQUEST_DISCARD,
		v3_decode_decision},
	{HTTP_GET, "/v3/groups/{id}/bans", OPERATION_BAN_LIST, v3_decode_group_list},
	{HTTP_GET, "/v3/groups/{id}/bans/{user_id}", OPERATION_BAN_GET, v3_decode_group_person},
	{HTTP_PUT, "/v3/groups/{id}/bans/{user_id}", OPERATION_BAN_PUT, v3_decode_ban},
	{HTTP_DELETE, "/v3/groups/{id}/bans/{user_id}", OPERATION_BAN_LIFT, v3_decode_group_person},
	{HTTP_GET, "/v3/groups/{id}/invitations", OPERATION_INVITATION_LIST, v3_decode_group_list},
	{HTTP_POST, "/v3/groups/{id}/invitations", OPERATION_INVITATION_CREATE, v3_decode_invitation},
	{HTTP_DELETE, "/v3/groups/{id}/invitations/{invitation_id}", OPERATION_INVITATION_CANCEL,
		v3_decode_group_item},
	{HTTP_GET, "/v3/groups/{id}/invite", OPERATION_INVITE_SHOW, v3_decode_group},
	{HTTP_POST, "/v3/groups/{id}/invite", OPERATION_INVITE_CREATE, v3_decode_group},
	{HTTP_DELETE, "/v3/groups/{id}/invite", OPERATION_INVITE_DELETE, v3_decode_group},
	{HTTP_GET, "/v3/groups/{id}/invite-tokens", OPERATION_INVITE_TOKEN_LIST, v3_decode_group_list},
	{HTTP_POST, "/v3/groups/{id}/invite-tokens", OPERATION_INVITE_TOKEN_MINT, v3_decode_mint},
	{HTTP_GET, "/v3/groups/{id}/invite-tokens/{token_id}", OPERATION_INVITE_TOKEN_GET,
		v3_decode_group_item},
	{HTTP_DELETE, "/v3/groups/{id}/invite-tokens/{token_id}", OPERATION_INVITE_TOKEN_REVOKE,
		v3_decode_group_item},
	{HTTP_GET, "/v3/users/{id}", OPERATION_USER_GET, v3_decode_user},
	{HTTP_PUT, "/v3/users/{id}", OPERATION_USER_PUT, v3_decode_user_put},
	{HTTP_GET, "/v3/users/{id}/groups", OPERATION_USER_GROUPS, v3_decode_user_groups},
	{HTTP_GET, "/v3/users/{id}/tokens", OPERATION_USER_TOKEN_LIST, v3_decode_user_list},
	{HTTP_POST, "/v3/users/{id}/tokens", OPERATION_USER_TOKEN_MINT, v3_decode_user_token},
	{HTTP_GET, "/v3/users/{id}/tokens/{token_id}", OPERATION_USER_TOKEN_GET, v3_decode_user_item},
	{HTTP_DELETE, "/v3/users/{id}/tokens/{token_id}", OPERATION_USER_TOKEN_REVOKE, v3_decode_user_item},
	{HTTP_GET, "/v3/me", OPERATION_USER_GET, v3_decode_me},
	{HTTP_GET, "/v3/me/requests", OPERATION_MY_REQUEST_LIST, v3_decode_my_list},
	{HTTP_DELETE, "/v3/me/requests/{group_id}", OPERATION_REQUEST_WITHDRAW, v3_decode_group},
	{HTTP_GET, "/v3/me/invitations", OPERATION_MY_INVITATION_LIST, v3_decode_my_list},
	{HTTP_DELETE, "/v3/me/invitations/{group_id}", OPERATION_INVITATION_DECLINE, v3_decode_group},
	{HTTP_GET, "/v3/changes", OPERATION_CHANGE_LIST, v3_decode_changes},
};

const struct api_routes v3_routes = {
	.rows = ROWS,
	.count = COUNT_OF(ROWS),
	.take_credentials = api_credential_take_bearer,
};

enum outcome v3_decode(const struct http_request *http, struct request *request, struct http_route *route)
{
	return api_route_decode(&v3_routes, http, request, route);
}
