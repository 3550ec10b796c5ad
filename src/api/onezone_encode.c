/* Writes Onezone replies: small flat objects, ids as strings, relative Locations. */
#include "api/onezone_encode.h"

#include <inttypes.h>

#include "api/api_write.h"
#include "api/onezone_decode.h"
#include "text/cursor.h"

/* An outcome that the table says cannot occur here is a bug elsewhere; it must not pass for a success. */
static const struct outcome_row *row_of(enum outcome outcome)
{
	const struct outcome_row *row = outcome_row(outcome);
	return row->onezone_status == 0 ? outcome_row(OUTCOME_STORE_FAILED) : row;
}

static void write_error(const struct outcome_row *row, const char *field, struct http_response *response)
{
	response->content_type = API_JSON_TYPE;
	api_write_string(response, "{\"error\":", row->onezone_error);
	response_puts(response, ",\"error_description\":\"");
	api_write_sentence(response, row->onezone_description, field);
	response_puts(response, "\"}");
}

static void write_id(struct http_response *response, const char *before, uint64_t id)
{
	api_write_number(response, before, id);
	response_write(response, "\"", 1);
}

/* The reference is relative to the request's path, so it holds under either prefix. */
static void write_next(const struct request *request, const struct page *page, struct http_response *response)
{
	char cursor[CURSOR_TEXT_SIZE];
	text_cursor_write(request, &page->last, cursor);
	response_header(response, "Link", "<?limit=%" PRIu32 "&after=%s>; rel=\"next\"", request->listing.per_page,
		cursor);
}

static void write_ids(const char *before, const struct page *page, struct http_response *response)
{
	response_puts(response, before);
	for (uint32_t i = 0; i < page->count; i++) {
		write_id(response, i == 0 ? "\"" : ",\"", page->ids[i]);
	}
	response_puts(response, "]}");
}

static void write_group(const struct reply *reply, struct http_response *response)
{
	const struct group *group = &reply->group.group;
	write_id(response, "{\"groupId\":\"", group->id);
	api_write_string(response, ",\"name\":", reply_text(reply, group->name));
	api_write_string(response, ",\"type\":", group_type_name(group->type));
	response_write(response, "}", 1);
}

static void write_member(const struct reply *reply, struct http_response *response)
{
	const struct user *user = &reply->member.user;
	struct text name = user->name.length > 0 ? user->name : user->username;
	write_id(response, "{\"userId\":\"", user->id);
	api_write_string(response, ",\"name\":", reply_text(reply, name));
	response_write(response, "}", 1);
}

/* Which of the dialect's two lists a page is. */
static const char *list_start(const struct request *request)
{
	return request->operation == OPERATION_MEMBER_LIST ? "{\"users\":[" : "{\"groups\":[";
}

static void write_body(const struct request *request, const struct reply *reply, const struct page *page,
	struct http_response *response)
{
	response->content_type = API_JSON_TYPE;
	if ((reply->items & REPLY_PAGE) != 0) {
		if (page->has_more) {
			write_next(request, page, response);
		}
		write_ids(list_start(request), page, response);
	} else if ((reply->items & REPLY_MACAROON) != 0) {
		api_write_string(response, "{\"token\":", reply_text(reply, reply->macaroon));
		response_write(response, "}", 1);
	} else if ((reply->items & REPLY_MEMBER) != 0) {
		write_member(reply, response);
	} else {
		write_group(reply, response);
	}
}

static void write_location(
	const struct request *request, const struct reply *reply, struct http_response *response)
{
	bool by_groups = request->operation == OPERATION_GROUP_CREATE && request->form == ONEZONE_FORM_GROUPS;
	response_header(
		response, "Location", "%s/groups/%" PRIu64, by_groups ? "" : "/user", reply->group.group.id);
}

void onezone_encode(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response)
{
	(void)site; /* Locations are relative in this dialect */
	const struct outcome_row *row = row_of(reply->outcome);
	api_write_head(request, reply, row->onezone_status, response);
	if (row->onezone_error != NULL) {
		write_error(row, reply->field, response);
	} else if (row->onezone_status == 201) {
		write_location(request, reply, response);
	} else if (row->onezone_status == 200) {
		write_body(request, reply, page, response);
	}
}
