/* Writes v3's resources member by member, in the order of their schemas. */
#include "api/v3_resource.h"

#include "api/api_write.h"
#include "text/markdown.h"

static void write_description(const struct v3_context *context, struct text description)
{
	struct http_response *response = context->response;
	struct markdown rendered;
	const char *source = texts_get(context->texts, description);
	response_puts(response, ",\"description\":");
	if (description.length == 0) {
		response_puts(response, "null");
		return;
	}
	if (!markdown_render(source, description.length, &rendered)) {
		response->failed = true;
		return;
	}
	api_write_string(response, "{\"markdown\":", source);
	api_write_string(response, ",\"html\":", rendered.html);
	api_write_string(response, ",\"plain\":", rendered.plain);
	response_puts(response, "}");
	markdown_finish(&rendered);
}

static bool is_manager(const struct membership *membership)
{
	return membership->state == STATE_MEMBER && membership->role >= ROLE_ADMIN;
}

static void write_abilities(const struct v3_context *context, const struct membership *caller)
{
	bool manager = is_manager(caller);
	api_write_boolean(context->response, ",\"can\":{\"update\":", manager);
	api_write_boolean(context->response, ",\"destroy\":", manager && caller->role == ROLE_OWNER);
	api_write_boolean(context->response, ",\"manage_members\":", manager);
	api_write_boolean(context->response, ",\"manage_invitations\":", manager);
	response_puts(context->response, "}");
}

/* The caller's own standing; left out where nobody calls. */
static void write_standing(const struct v3_context *context, const struct group_view *view)
{
	struct http_response *response = context->response;
	if (!view->caller_known) {
		return;
	}
	if (view->caller.state == STATE_NONE) {
		response_puts(response, ",\"membership\":null");
		return;
	}
	api_write_string(response, ",\"membership\":{\"state\":", state_name(view->caller.state));
	api_write_time(response, ",\"since\":", view->caller.since);
	api_write_boolean(response, ",\"is_admin\":", is_manager(&view->caller));
	response_puts(response, "}");
}

static void write_group_links(const struct v3_context *context, const struct group_view *view)
{
	char segment[V3_SEGMENT_SIZE];
	v3_segment(texts_get(context->texts, view->group.slug), view->group.id, segment);
	v3_write_link(context, ",\"_links\":{\"self\":", (const char *const[4]){"/v3/groups/", segment});
	v3_write_user_link(context, &view->owner);
	v3_write_link(context, ",\"members\":", (const char *const[4]){"/v3/groups/", segment, "/members"});
	response_puts(context->response, "}");
}

void v3_resource_write_group(const struct v3_context *context, const struct group_view *view)
{
	struct http_response *response = context->response;
	const struct group *group = &view->group;
	v3_open_group(context, "", group);
	write_description(context, group->description);
	api_write_time(response, ",\"created_at\":", group->created_at);
	api_write_time(response, ",\"updated_at\":", group->updated_at);
	v3_write_user(context, ",\"user\":", &view->owner);
	api_write_number(response, ",\"counts\":{\"channels\":0,\"users\":", view->member_count);
	response_puts(response, "}");
	write_abilities(context, &view->caller);
	api_write_boolean(response, ",\"is_private\":", group->is_private);
	api_write_boolean(response, ",\"member_moderation\":", group->member_moderation);
	api_write_boolean(response, ",\"event_moderation\":", group->event_moderation);
	api_write_string(response, ",\"kind\":", group_type_name(group->type));
	write_standing(context, view);
	write_group_links(context, view);
	response_puts(response, "}");
}

/* The original knows two roles; who is an admin is an extra member. */
void v3_resource_write_member(const struct v3_context *context, const struct member_view *view)
{
	bool owner = view->membership.role == ROLE_OWNER;
	v3_open_user(context, "", &view->user);
	api_write_string(context->response, ",\"role\":", role_name(owner ? ROLE_OWNER : ROLE_MEMBER));
	api_write_boolean(context->response, ",\"is_admin\":", is_manager(&view->membership));
	api_write_time(context->response, ",\"since\":", view->membership.since);
	v3_write_self_link(context, "/members/", view->user.id);
	v3_write_user_link(context, &view->user);
	v3_write_group_link(context);
	response_puts(context->response, "}}");
}

void v3_resource_write_invite(const struct v3_context *context, const struct invite *invite)
{
	struct http_response *response = context->response;
	const char *code = texts_get(context->texts, invite->code);
	api_write_number(response, "{\"id\":", invite->id);
	api_write_string(response, ",\"type\":\"GroupInvite\",\"code\":", code);
	response_puts(response, ",\"url\":\"");
	api_write_escaped(response, context->site->public_url);
	response_puts(response, "/group/");
	api_write_escaped(response, context->group_segment);
	response_puts(response, "/invite/");
	api_write_escaped(response, code);
	api_write_time(response, "\",\"created_at\":", invite->created_at);
	api_write_time(response, ",\"updated_at\":", invite->created_at);
	v3_write_link(context, ",\"_links\":{\"self\":",
		(const char *const[4]){"/v3/groups/", context->group_segment, "/invite"});
	response_puts(response, "}}");
}

void v3_resource_write_invite_token(const struct v3_context *context, const struct invite_token *token,
	const struct user *by, const char *macaroon)
{
	struct http_response *response = context->response;
	api_write_number(response, "{\"id\":", token->id);
	response_puts(response, ",\"type\":\"GroupInviteToken\"");
	if (macaroon != NULL) {
		api_write_string(response, ",\"token\":", macaroon);
	}
	api_write_time(response, ",\"expires_at\":", token->expires_at);
	api_write_number(response, ",\"max_uses\":", token->max_uses);
	api_write_number(response, ",\"uses_left\":", token->uses_left);
	api_write_number_or_null(response, ",\"user_id\":", token->user_id);
	api_write_time(response, ",\"created_at\":", token->created_at);
	v3_write_user_or_null(context, ",\"created_by\":", by);
	v3_write_self_link(context, "/invite-tokens/", token->id);
	v3_write_group_link(context);
	response_puts(response, "}}");
}
