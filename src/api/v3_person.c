/* Writes people, member by member, in the order of their schemas. */
#include "api/v3_person.h"

#include "api/api_write.h"
#include "text/number.h"

/* --- people */

static void write_text(const struct v3_context *context, const char *before, struct text text)
{
	api_write_string_or_null(context->response, before, texts_get(context->texts, text));
}

static void write_private_fields(const struct v3_context *context, const struct user *user)
{
	write_text(context, ",\"email\":", user->email);
	write_text(context, ",\"url\":", user->url);
	write_text(context, ",\"zip\":", user->zip);
	api_write_boolean(context->response, ",\"active\":", user->active);
}

void v3_person_write_user(const struct v3_context *context, const struct user *user, bool whole, bool is_caller)
{
	struct http_response *response = context->response;
	char segment[V3_SEGMENT_SIZE];
	v3_open_user(context, "", user);
	write_text(context, ",\"username\":", user->username);
	api_write_time(response, ",\"created_at\":", user->created_at);
	api_write_time(response, ",\"updated_at\":", user->updated_at);
	response_puts(response, ",\"bio\":null,\"badge\":null,\"tier\":\"free\","
				"\"counts\":{\"channels\":0,\"followers\":0,\"following\":0}");
	if (whole) {
		write_private_fields(context, user);
	}
	if (is_caller) {
		response_puts(response, ",\"can\":{\"create_groups\":true}");
	}
	v3_segment(texts_get(context->texts, user->slug), user->id, segment);
	v3_write_link(context, ",\"_links\":{\"self\":", (const char *const[4]){"/v3/users/", segment});
	v3_write_link(context, ",\"groups\":", (const char *const[4]){"/v3/users/", segment, "/groups"});
	response_puts(response, "}}");
}

void v3_person_write_token(const struct v3_context *context, const struct token *token, const char *secret)
{
	struct http_response *response = context->response;
	char user[NUMBER_TEXT_SIZE];
	char id[NUMBER_TEXT_SIZE];
	(void)number_write(token->user_id, user);
	(void)number_write(token->id, id);
	api_write_number(response, "{\"id\":", token->id);
	response_puts(response, ",\"type\":\"UserToken\"");
	if (secret != NULL) {
		api_write_string(response, ",\"token\":", secret);
	}
	api_write_number(response, ",\"user_id\":", token->user_id);
	api_write_string(response, ",\"scope\":", scope_name(token->scope));
	write_text(context, ",\"label\":", token->label);
	api_write_boolean(response, ",\"active\":", token->active);
	api_write_time(response, ",\"created_at\":", token->created_at);
	v3_write_link(context, ",\"_links\":{\"self\":", (const char *const[4]){"/v3/users/", user, "/tokens/", id});
	v3_write_link(context, ",\"user\":", (const char *const[4]){"/v3/users/", user});
	response_puts(response, "}}");
}

/* --- requests to join */

/* Discarding looks as denying does: only the asker never hears of it. */
static const char *request_state(const struct standing_view *view, enum outcome outcome)
{
	if (outcome == OUTCOME_APPROVED) {
		return "approved";
	}
	bool denied = outcome == OUTCOME_DENIED || outcome == OUTCOME_DISCARDED || view->note.denied;
	return denied ? "denied" : "pending";
}

/* Of a decision only its own time is kept. */
static int64_t request_time(const struct standing_view *view)
{
	return view->membership.since != 0 ? view->membership.since : view->note.at;
}

/* The note holds what the asker wrote, or why it was denied. */
static void write_request_words(const struct v3_context *context, const struct standing_view *view)
{
	const struct text none = {0};
	bool denied = view->note.denied;
	write_text(context, ",\"message\":", denied ? none : view->note.words);
	write_text(context, ",\"reason\":", denied ? view->note.words : none);
}

static void open_request(const struct v3_context *context, const struct standing_view *view, enum outcome outcome)
{
	api_write_number(context->response, "{\"id\":", view->user.id);
	v3_write_user(context, ",\"type\":\"GroupRequest\",\"user\":", &view->user);
	api_write_string(context->response, ",\"state\":", request_state(view, outcome));
	write_request_words(context, view);
	api_write_time(context->response, ",\"created_at\":", request_time(view));
}

static void write_links(const struct v3_context *context, const char *collection, uint64_t id)
{
	v3_write_self_link(context, collection, id);
	v3_write_group_link(context);
	response_puts(context->response, "}}");
}

void v3_person_write_request(
	const struct v3_context *context, const struct standing_view *view, enum outcome outcome)
{
	open_request(context, view, outcome);
	write_links(context, "/requests/", view->user.id);
}

void v3_person_write_own_request(const struct v3_context *context, const struct standing_view *view)
{
	struct v3_context own = *context;
	char segment[V3_SEGMENT_SIZE];
	v3_segment(texts_get(context->texts, view->group.slug), view->group.id, segment);
	own.group_segment = segment;
	open_request(&own, view, OUTCOME_OK);
	v3_open_group(&own, ",\"group\":", &view->group);
	response_puts(own.response, "}");
	write_links(&own, "/requests/", view->user.id);
}

/* --- bans */

void v3_person_write_ban(const struct v3_context *context, const struct standing_view *view)
{
	struct http_response *response = context->response;
	api_write_number(response, "{\"id\":", view->user.id);
	v3_write_user(context, ",\"type\":\"GroupBan\",\"user\":", &view->user);
	write_text(context, ",\"reason\":", view->note.words);
	if (view->membership.until == TIME_FOREVER) {
		response_puts(response, ",\"until\":null");
	} else {
		api_write_time(response, ",\"until\":", view->membership.until);
	}
	api_write_time(response, ",\"created_at\":", view->membership.since);
	v3_write_user_or_null(context, ",\"created_by\":", &view->by);
	write_links(context, "/bans/", view->user.id);
}

/* --- personal invitations */

static void write_time_or_null(const struct v3_context *context, const char *before, int64_t time)
{
	if (time == 0) {
		response_puts(context->response, before);
		response_puts(context->response, "null");
		return;
	}
	api_write_time(context->response, before, time);
}

void v3_person_write_invitation(
	const struct v3_context *context, const char *before, const struct invitation_view *view)
{
	struct http_response *response = context->response;
	response_puts(response, before);
	if (view == NULL) {
		response_puts(response, "null");
		return;
	}
	const struct invitation *invitation = &view->invitation;
	bool pending = invitation->state == INVITATION_PENDING;
	bool accepted = invitation->state == INVITATION_ACCEPTED;
	api_write_number(response, "{\"id\":", invitation->id);
	v3_open_group(context, ",\"type\":\"MembershipInvitation\",\"target\":", &view->group);
	v3_write_user_or_null(context, "},\"invitee\":", &view->invitee);
	write_text(context, ",\"invitee_email\":", invitation->email);
	v3_write_user_or_null(context, ",\"invited_by\":", &view->by);
	api_write_string(response, ",\"state\":", invitation_state_name(invitation->state));
	write_time_or_null(context, ",\"accepted_at\":", accepted ? invitation->ended_at : 0);
	api_write_time(response, ",\"created_at\":", invitation->created_at);
	api_write_time(response, ",\"updated_at\":",
		pending || invitation->ended_at == 0 ? invitation->created_at : invitation->ended_at);
	response_puts(response, ",\"_links\":{}}");
}
