/* Ids and slugs, lists, and members that several bodies have. */
#include "api/v3_take.h"

#include "api/list.h"
#include "text/check.h"
#include "text/fold.h"

#define PER_PAGE_DEFAULT 24

void v3_take_id(struct span segment, struct reference *reference)
{
	reference->kind = text_read_id(segment.bytes, segment.length, &reference->id) ? REFERENCE_ID
										      : REFERENCE_MALFORMED;
}

void v3_take_item_id(struct span segment, struct request *request)
{
	if (!text_read_id(segment.bytes, segment.length, &request->item_id)) {
		request->item_id = 0; /* nothing has it */
	}
}

void v3_take_id_or_slug(struct request *request, struct span segment, struct reference *reference)
{
	text_take_reference(request, segment.bytes, segment.length, reference);
}

void v3_take_user(struct request *request, struct span segment)
{
	if (span_is(segment, "me")) {
		request->user.kind = REFERENCE_CALLER;
	} else {
		v3_take_id_or_slug(request, segment, &request->user);
	}
}

void v3_take_listing(const struct http_request *http, struct request *request)
{
	uint64_t per_page = PER_PAGE_DEFAULT;
	request->listing.page = 1;
	bool by_number = api_list_take_number(http, request, "page", ID_MAX, &request->listing.page);
	(void)api_list_take_number(http, request, "per", V3_PER_PAGE_MAX, &per_page); /* else the default */
	request->listing.per_page = (uint32_t)per_page;
	api_list_take_after(http, request, by_number);
}

void v3_take_user_id(struct request *request, const char *name, const json_t *value)
{
	if (!json_is_integer(value)) {
		request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, name);
		return;
	}
	json_int_t id = json_integer_value(value);
	bool possible = id >= 1 && (uint64_t)id <= ID_MAX;
	request->user.kind = possible ? REFERENCE_ID : REFERENCE_MALFORMED;
	request->user.id = possible ? (uint64_t)id : 0;
	request->given |= GIVEN_USER_ID;
}

void v3_take_message(struct request *request, const char *name, const json_t *value)
{
	api_body_take_text(request, name, value, TEXT_MESSAGE, &request->message);
}

void v3_take_avatar_url(struct request *request, const char *name, const json_t *value)
{
	api_body_take_text(request, name, value, TEXT_AVATAR_URL, &request->avatar_url);
	request->given |= GIVEN_AVATAR_URL;
}

void v3_take_email(struct request *request, const char *name, const json_t *value)
{
	api_body_take_text(request, name, value, TEXT_EMAIL, &request->email);
	if (request->email.length > 0) {
		fold_email((char *)request + request->email.offset);
	}
	request->given |= GIVEN_EMAIL;
}

void v3_decode_group(const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)http; /* all that it reads is in the path */
	v3_take_id_or_slug(request, captures->segments[0], &request->group);
}

void v3_decode_group_list(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group(http, captures, request);
	v3_take_listing(http, request);
}

void v3_decode_group_person(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group(http, captures, request);
	v3_take_id(captures->segments[1], &request->user);
}

void v3_decode_group_item(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group(http, captures, request);
	v3_take_item_id(captures->segments[1], request);
}
