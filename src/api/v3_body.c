/* Picks what an operation shows when it is done: a table from operations to resources. */
#include "api/v3_body.h"

#include <assert.h>

#include "api/api_write.h"
#include "api/v3_change.h"
#include "api/v3_person.h"
#include "api/v3_resource.h"
#include "text/cursor.h"

/* --- lists */

/* By number there are neighbours; behind a cursor there is only the next cursor. A page past the end has
 * the last one before it. */
static void write_page_numbers(const struct listing *listing, bool by_cursor, const struct page *page,
	struct http_response *response)
{
	uint64_t total_pages = (page->total + listing->per_page - 1) / listing->per_page;
	uint64_t current = by_cursor ? listing->after.ordinal : listing->page;
	uint64_t before = current - 1 < total_pages ? current - 1 : total_pages;
	api_write_number(response, "],\"meta\":{\"current_page\":", current);
	api_write_number_or_null(response, ",\"next_page\":", page->has_more && !by_cursor ? current + 1 : 0);
	api_write_number_or_null(response, ",\"prev_page\":", by_cursor ? 0 : before);
	api_write_number(response, ",\"per_page\":", listing->per_page);
	api_write_number(response, ",\"total_pages\":", total_pages);
	api_write_number(response, ",\"total_count\":", page->total);
	api_write_boolean(response, ",\"has_more_pages\":", page->has_more);
}

static void write_meta(const struct request *request, const struct page *page, struct http_response *response)
{
	char cursor[CURSOR_TEXT_SIZE] = "";
	write_page_numbers(&request->listing, (request->given & GIVEN_AFTER) != 0, page, response);
	if (page->has_more) {
		text_cursor_write(request, &page->last, cursor);
	}
	api_write_string_or_null(response, ",\"next_cursor\":", cursor);
	response_puts(response, "}}");
}

static void write_feed_meta(const struct page *page, struct http_response *response)
{
	api_write_number(response, "],\"meta\":{\"last_seq\":", page->last_seq);
	api_write_boolean(response, ",\"has_more\":", page->has_more);
	response_puts(response, "}}");
}

static bool is_feed(const struct request *request)
{
	return request->operation == OPERATION_CHANGE_LIST || request->operation == OPERATION_GROUP_CHANGE_LIST;
}

/* --- items of lists */

static void write_member_item(const struct v3_context *context, const struct page *page, uint32_t i)
{
	v3_resource_write_member(context, &page->members[i]);
}

static void write_group_item(const struct v3_context *context, const struct page *page, uint32_t i)
{
	v3_resource_write_group(context, &page->groups[i]);
}

static void write_invite_token_item(const struct v3_context *context, const struct page *page, uint32_t i)
{
	v3_resource_write_invite_token(context, &page->invite_tokens[i], &page->invite_tokens_by[i], NULL);
}

static void write_request_item(const struct v3_context *context, const struct page *page, uint32_t i)
{
	v3_person_write_request(context, &page->standings[i], OUTCOME_OK);
}

static void write_own_request_item(const struct v3_context *context, const struct page *page, uint32_t i)
{
	v3_person_write_own_request(context, &page->standings[i]);
}

static void write_ban_item(const struct v3_context *context, const struct page *page, uint32_t i)
{
	v3_person_write_ban(context, &page->standings[i]);
}

static void write_invitation_item(const struct v3_context *context, const struct page *page, uint32_t i)
{
	v3_person_write_invitation(context, "", &page->invitations[i]);
}

static void write_token_item(const struct v3_context *context, const struct page *page, uint32_t i)
{
	v3_person_write_token(context, &page->tokens[i], NULL);
}

static void write_change_item(const struct v3_context *context, const struct page *page, uint32_t i)
{
	v3_change_write(context, &page->changes[i]);
}

/* --- single resources */

static void write_group(const struct v3_context *context, const struct request *request, const struct reply *reply)
{
	(void)request;
	v3_resource_write_group(context, &reply->group);
}

static void write_member(const struct v3_context *context, const struct request *request, const struct reply *reply)
{
	(void)request;
	v3_resource_write_member(context, &reply->member);
}

/* Who asked to be let in, or is in. */
static void write_joined(const struct v3_context *context, const struct request *request, const struct reply *reply)
{
	if (reply->outcome != OUTCOME_QUEUED && reply->outcome != OUTCOME_ALREADY_QUEUED) {
		write_member(context, request, reply);
		return;
	}
	struct standing_view view = {.user = reply->member.user, .membership = reply->member.membership};
	if ((reply->items & REPLY_NOTE) != 0) {
		view.note = reply->note;
	}
	v3_person_write_request(context, &view, reply->outcome);
}

static void write_request(const struct v3_context *context, const struct request *request, const struct reply *reply)
{
	(void)request;
	v3_person_write_request(context, &reply->standing, reply->outcome);
}

static void write_ban(const struct v3_context *context, const struct request *request, const struct reply *reply)
{
	(void)request;
	v3_person_write_ban(context, &reply->standing);
}

/* Who has an address is not told, so an invitation by e-mail names nobody. */
static void write_invited(const struct v3_context *context, const struct request *request, const struct reply *reply)
{
	static const struct user nobody = {0};
	const struct user *user = &nobody;
	bool shown = reply->outcome == OUTCOME_INVITED || reply->outcome == OUTCOME_INVITATION_PENDING;
	if ((request->given & GIVEN_EMAIL) == 0) {
		user = (reply->items & REPLY_MEMBER) != 0 ? &reply->member.user : &reply->invitation.invitee;
	}
	api_write_string(context->response, "{\"outcome\":", outcome_row(reply->outcome)->name);
	v3_write_user_or_null(context, ",\"user\":", user);
	v3_person_write_invitation(context, ",\"invitation\":", shown ? &reply->invitation : NULL);
	response_puts(context->response, "}");
}

static void write_invite(const struct v3_context *context, const struct request *request, const struct reply *reply)
{
	(void)request;
	v3_resource_write_invite(context, &reply->invite);
}

static void write_invite_token(
	const struct v3_context *context, const struct request *request, const struct reply *reply)
{
	(void)request;
	bool shown = (reply->items & REPLY_MACAROON) != 0;
	v3_resource_write_invite_token(context, &reply->invite_token, &reply->invite_token_by,
		shown ? reply_text(reply, reply->macaroon) : NULL);
}

static void write_user(const struct v3_context *context, const struct request *request, const struct reply *reply)
{
	bool is_caller = request->user.kind == REFERENCE_CALLER;
	bool whole = (reply->items & REPLY_USER_WHOLE) != 0;
	v3_person_write_user(context, &reply->user, whole, is_caller);
}

static void write_user_token(
	const struct v3_context *context, const struct request *request, const struct reply *reply)
{
	(void)request;
	bool shown = (reply->items & REPLY_SECRET) != 0;
	v3_person_write_token(context, &reply->user_token, shown ? reply_text(reply, reply->secret) : NULL);
}

/* What is no operation and is answered well. */
static void write_pong(const struct v3_context *context, const struct request *request, const struct reply *reply)
{
	(void)request;
	(void)reply;
	response_puts(context->response, "{\"status\":\"ok\"}");
}

/* What an operation answers when it is done: a resource, or a list of items. */
static const struct {
	void (*resource)(
		const struct v3_context *context, const struct request *request, const struct reply *reply);
	void (*item)(const struct v3_context *context, const struct page *page, uint32_t i);
} WRITERS[OPERATION_COUNT + 1] = {
	[OPERATION_NONE] = {.resource = write_pong},
	[OPERATION_GROUP_CREATE] = {.resource = write_group},
	[OPERATION_GROUP_GET] = {.resource = write_group},
	[OPERATION_GROUP_EDIT] = {.resource = write_group},
	[OPERATION_GROUP_JOIN] = {.resource = write_joined},
	[OPERATION_MEMBER_GET] = {.resource = write_member},
	[OPERATION_MEMBER_SET_ROLE] = {.resource = write_member},
	[OPERATION_REQUEST_GET] = {.resource = write_request},
	[OPERATION_REQUEST_APPROVE] = {.resource = write_request},
	[OPERATION_REQUEST_DENY] = {.resource = write_request},
	[OPERATION_REQUEST_DISCARD] = {.resource = write_request},
	[OPERATION_BAN_GET] = {.resource = write_ban},
	[OPERATION_BAN_PUT] = {.resource = write_ban},
	[OPERATION_INVITATION_CREATE] = {.resource = write_invited},
	[OPERATION_INVITE_SHOW] = {.resource = write_invite},
	[OPERATION_INVITE_CREATE] = {.resource = write_invite},
	[OPERATION_INVITE_TOKEN_MINT] = {.resource = write_invite_token},
	[OPERATION_INVITE_TOKEN_GET] = {.resource = write_invite_token},
	[OPERATION_USER_GET] = {.resource = write_user},
	[OPERATION_USER_PUT] = {.resource = write_user},
	[OPERATION_USER_TOKEN_MINT] = {.resource = write_user_token},
	[OPERATION_USER_TOKEN_GET] = {.resource = write_user_token},
	[OPERATION_MEMBER_LIST] = {.item = write_member_item},
	[OPERATION_USER_GROUPS] = {.item = write_group_item},
	[OPERATION_INVITE_TOKEN_LIST] = {.item = write_invite_token_item},
	[OPERATION_REQUEST_LIST] = {.item = write_request_item},
	[OPERATION_MY_REQUEST_LIST] = {.item = write_own_request_item},
	[OPERATION_BAN_LIST] = {.item = write_ban_item},
	[OPERATION_INVITATION_LIST] = {.item = write_invitation_item},
	[OPERATION_MY_INVITATION_LIST] = {.item = write_invitation_item},
	[OPERATION_USER_TOKEN_LIST] = {.item = write_token_item},
	[OPERATION_CHANGE_LIST] = {.item = write_change_item},
	[OPERATION_GROUP_CHANGE_LIST] = {.item = write_change_item},
};

/* A list of what no group has (GROUP_CONTENT_LIST) is empty. */
static void write_list(
	const struct v3_context *context, const struct request *request, const struct page *page)
{
	struct v3_context items = *context;
	items.texts = &page->texts;
	response_puts(context->response, "{\"data\":[");
	for (uint32_t i = 0; i < page->count; i++) {
		if (i > 0) {
			response_puts(context->response, ",");
		}
		assert(WRITERS[request->operation].item != NULL);
		WRITERS[request->operation].item(&items, page, i);
	}
	if (is_feed(request)) {
		write_feed_meta(page, context->response);
	} else {
		write_meta(request, page, context->response);
	}
}

void v3_body_write(const struct v3_context *context, const struct request *request, const struct reply *reply,
	const struct page *page)
{
	if ((reply->items & REPLY_PAGE) != 0) {
		write_list(context, request, page);
		return;
	}
	assert(WRITERS[request->operation].resource != NULL);
	WRITERS[request->operation].resource(context, request, reply);
}
