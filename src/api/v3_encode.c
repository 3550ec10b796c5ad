/* Writes v3 replies: the frame around resources, lists and errors. */
#include "api/v3_encode.h"

#include <inttypes.h>
#include <stdio.h>

#include "api/api_write.h"
#include "api/v3_resource.h"
#include "text/cursor.h"

/* An outcome that the table says cannot occur here is a bug elsewhere; it must not pass for a success. */
static const struct outcome_row *row_of(enum outcome outcome)
{
	const struct outcome_row *row = outcome_row(outcome);
	return row->v3_status == 0 ? outcome_row(OUTCOME_STORE_FAILED) : row;
}

/* A refusal of one field's value says so twice: in a sentence, and under the field's name. */
static void write_field_error(const char *message, const char *field, struct http_response *response)
{
	response_puts(response, ",\"details\":{\"message\":\"");
	api_write_escaped(response, field);
	response_puts(response, " ");
	api_write_sentence(response, message, field);
	api_write_string(response, "\",\"errors\":{", field);
	response_puts(response, ":[\"");
	api_write_sentence(response, message, field);
	response_puts(response, "\"]}}");
}

static void write_error(const struct outcome_row *row, const char *field, struct http_response *response)
{
	response->content_type = API_JSON_TYPE;
	api_write_string(response, "{\"error\":", response->reason);
	api_write_number(response, ",\"code\":", (uint64_t)row->v3_status);
	if (row->v3_message != NULL && row->v3_status == 422 && field[0] != '\0') {
		write_field_error(row->v3_message, field, response);
	} else if (row->v3_message != NULL) {
		response_puts(response, ",\"details\":{\"message\":\"");
		api_write_sentence(response, row->v3_message, field);
		response_puts(response, "\"}");
	}
	response_puts(response, "}");
}

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

static void write_item(
	const struct v3_context *context, enum operation operation, const struct page *page, uint32_t i)
{
	if (operation == OPERATION_MEMBER_LIST) {
		v3_resource_write_member(context, &page->members[i]);
	} else if (operation == OPERATION_USER_GROUPS) {
		v3_resource_write_group(context, &page->groups[i]);
	} else {
		v3_resource_write_invite_token(
			context, &page->invite_tokens[i], &page->invite_tokens_by[i], NULL);
	}
}

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
		write_item(&items, request->operation, page, i);
	}
	write_meta(request, page, context->response);
}

/* --- single resources */

static void write_member(const struct v3_context *context, const struct reply *reply)
{
	bool queued = reply->outcome == OUTCOME_QUEUED || reply->outcome == OUTCOME_ALREADY_QUEUED;
	if (!queued) {
		v3_resource_write_member(context, &reply->member);
		return;
	}
	bool noted = (reply->items & REPLY_NOTE) != 0;
	v3_resource_write_request(
		context, &reply->member, noted ? reply_text(reply, reply->note.words) : NULL);
}

static void write_invite_token(const struct v3_context *context, const struct reply *reply)
{
	bool shown = (reply->items & REPLY_MACAROON) != 0;
	v3_resource_write_invite_token(context, &reply->invite_token, &reply->invite_token_by,
		shown ? reply_text(reply, reply->macaroon) : NULL);
}

/* The most particular item is the answer; a group beside it only names the group in hrefs. */
static void write_resource(const struct v3_context *context, const struct request *request,
	const struct reply *reply, const struct page *page)
{
	context->response->content_type = API_JSON_TYPE;
	if ((reply->items & REPLY_PAGE) != 0) {
		write_list(context, request, page);
	} else if ((reply->items & REPLY_INVITE_TOKEN) != 0) {
		write_invite_token(context, reply);
	} else if ((reply->items & REPLY_INVITE) != 0) {
		v3_resource_write_invite(context, &reply->invite);
	} else if ((reply->items & REPLY_MEMBER) != 0) {
		write_member(context, reply);
	} else {
		v3_resource_write_group(context, &reply->group);
	}
}

/* The URL of the new resource's `_links.self`. */
static void write_location(const struct v3_context *context, const struct reply *reply)
{
	char below[64] = "";
	if (reply->outcome == OUTCOME_JOINED) {
		(void)snprintf(below, sizeof below, "/members/%" PRIu64, reply->member.user.id);
	} else if (reply->outcome == OUTCOME_INVITE_CREATED) {
		(void)snprintf(below, sizeof below, "/invite");
	} else if (reply->outcome == OUTCOME_TOKEN_MINTED) {
		(void)snprintf(below, sizeof below, "/invite-tokens/%" PRIu64, reply->invite_token.id);
	}
	response_header(context->response, "Location", "%s/v3/groups/%s%s", context->site->public_url,
		context->group_segment, below);
}

void v3_encode(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response)
{
	const struct outcome_row *row = row_of(reply->outcome);
	api_write_head(request, reply, row->v3_status, response);
	if (row->v3_status >= 400) {
		write_error(row, reply->field, response);
		return;
	}
	if (row->v3_status == 204) {
		return;
	}
	char segment[V3_SEGMENT_SIZE];
	v3_resource_segment(reply_text(reply, reply->group.group.slug), reply->group.group.id, segment);
	struct v3_context context = {
		.site = site,
		.texts = &reply->texts,
		.group_segment = segment,
		.response = response,
	};
	if (row->v3_status == 201) {
		write_location(&context, reply);
	}
	write_resource(&context, request, reply, page);
}
