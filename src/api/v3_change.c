/* Writes what a change was: ids, states and names of fields only, no reasons, messages or addresses. */
#include "api/v3_change.h"

#include "api/api_write.h"

static const struct {
	uint32_t given;
	const char *name; /* as v3 calls it */
} FIELDS[] = {
	{GIVEN_NAME, "name"},
	{GIVEN_DESCRIPTION, "description"},
	{GIVEN_AVATAR_URL, "avatar_url"},
	{GIVEN_MEMBER_MODERATION, "member_moderation"},
	{GIVEN_EVENT_MODERATION, "event_moderation"},
	{GIVEN_IS_PRIVATE, "is_private"},
	{GIVEN_TYPE, "kind"},
	{GIVEN_USERNAME, "username"},
	{GIVEN_EMAIL, "email"},
	{GIVEN_URL, "url"},
	{GIVEN_ZIP, "zip"},
	{GIVEN_ACTIVE, "active"},
};

static void write_fields(struct http_response *response, uint32_t fields)
{
	const char *before = "";
	response_puts(response, ",\"before\":null,\"after\":{\"fields\":[");
	for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) {
		if ((fields & FIELDS[i].given) != 0) {
			api_write_string(response, before, FIELDS[i].name);
			before = ",";
		}
	}
	response_puts(response, "]}");
}

static void write_standing(struct http_response *response, const char *before, const struct standing *standing)
{
	response_puts(response, before);
	api_write_string(response, "{\"state\":", state_name(standing->state));
	if (standing->role != ROLE_NONE) {
		api_write_string(response, ",\"role\":", role_name(standing->role));
	}
	response_puts(response, "}");
}

static void write_effect(struct http_response *response, const struct change *change)
{
	bool stood = change->before.state != STATE_NONE || change->after.state != STATE_NONE;
	if (change->type == CHANGE_GROUP_EDITED || change->type == CHANGE_USER_CHANGED) {
		write_fields(response, change->fields);
	} else if (change->user_id != 0 && stood) {
		write_standing(response, ",\"before\":", &change->before);
		write_standing(response, ",\"after\":", &change->after);
	} else {
		response_puts(response, ",\"before\":null,\"after\":null");
	}
}

/* A command's and the writer's own changes are of no operation. */
static void write_cause(const struct v3_context *context, const struct change *change)
{
	struct http_response *response = context->response;
	const char *operation = change->operation == OPERATION_NONE ? "" : operation_name(change->operation);
	api_write_string(response, ",\"cause\":{\"dialect\":", dialect_name(change->dialect));
	api_write_string_or_null(response, ",\"operation\":", operation);
	api_write_string_or_null(response, ",\"request_id\":", texts_get(context->texts, change->request_id));
	response_puts(response, "}");
}

void v3_change_write(const struct v3_context *context, const struct change *change)
{
	struct http_response *response = context->response;
	api_write_number(response, "{\"seq\":", change->seq);
	api_write_time(response, ",\"at\":", change->at);
	api_write_string(response, ",\"type\":", change_name(change->type));
	api_write_number_or_null(response, ",\"group_id\":", change->group_id);
	api_write_number_or_null(response, ",\"user_id\":", change->user_id);
	api_write_number_or_null(response, ",\"actor_id\":", change->actor_id);
	write_cause(context, change);
	write_effect(response, change);
	response_puts(response, "}");
}
