/* Reads requests about groups as such: to make, edit and list them, and their invites. */
#include "api/v3_decode_groups.h"

#include "api/query.h"
#include "text/check.h"

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
	request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, "sort");
}

static void take_description(struct request *request, const char *name, const json_t *value)
{
	api_body_take_text(request, name, value, TEXT_DESCRIPTION, &request->description);
	request->given |= GIVEN_DESCRIPTION;
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

#define GROUP_MEMBERS \
	{"description", false, take_description}, {"avatar_url", false, v3_take_avatar_url}, \
		{"kind", false, api_body_take_type}, {"member_moderation", false, take_member_moderation}, \
		{"event_moderation", false, take_event_moderation}, {"is_private", false, take_is_private}, \
	{ \
		"unique_name", false, take_unique_name \
	}

static const struct api_member CREATE_MEMBERS[] = {{"name", true, api_body_take_name}, GROUP_MEMBERS};
static const struct api_member EDIT_MEMBERS[] = {{"name", false, api_body_take_name}, GROUP_MEMBERS};
static const struct api_member MINT_MEMBERS[] = {
	{"expires_in", false, api_body_take_expires_in},
	{"max_uses", false, api_body_take_max_uses},
	{"user_id", false, v3_take_user_id},
};

/* The original lets nobody in without a code, so a new group is moderated unless told otherwise. */
void v3_decode_create(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	(void)captures; /* the path has none */
	request->member_moderation = true;
	request->given |= GIVEN_MEMBER_MODERATION;
	api_body_read(http, CREATE_MEMBERS, COUNT_OF(CREATE_MEMBERS), request);
}

void v3_decode_edit(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group(http, captures, request);
	api_body_read(http, EDIT_MEMBERS, COUNT_OF(EDIT_MEMBERS), request);
}

void v3_decode_mint(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group(http, captures, request);
	request->expires_in_s = INVITE_EXPIRES_IN_S_DEFAULT;
	request->max_uses = INVITE_USES_DEFAULT;
	api_body_read_optional(http, MINT_MEMBERS, COUNT_OF(MINT_MEMBERS), request);
}

void v3_decode_user_groups(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_take_user(request, captures->segments[0]);
	take_sort(http, request);
	v3_take_listing(http, request);
}
