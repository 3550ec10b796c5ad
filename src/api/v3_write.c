/* Pieces that v3's resources are made of. */
#include "api/v3_write.h"

#include <stdio.h>
#include <string.h>

#include "api/api_write.h"
#include "text/fold.h"
#include "text/number.h"

#define INITIALS_SIZE 32

void v3_segment(const char *slug, uint64_t id, char segment[V3_SEGMENT_SIZE])
{
	if (*slug != '\0') {
		(void)snprintf(segment, V3_SEGMENT_SIZE, "%s", slug); /* SLUG_SIZE_MAX is less */
		return;
	}
	(void)number_write(id, segment);
}

void v3_write_link(const struct v3_context *context, const char *before, const char *const path[4])
{
	struct http_response *response = context->response;
	response_puts(response, before);
	response_puts(response, "{\"href\":\"");
	api_write_escaped(response, context->site->public_url);
	for (unsigned i = 0; i < 4 && path[i] != NULL; i++) {
		api_write_escaped(response, path[i]);
	}
	response_puts(response, "\"}");
}

void v3_write_user_link(const struct v3_context *context, const struct user *user)
{
	char segment[V3_SEGMENT_SIZE];
	v3_segment(texts_get(context->texts, user->slug), user->id, segment);
	v3_write_link(context, ",\"user\":", (const char *const[4]){"/v3/users/", segment});
}

/* id to initials, which all people and groups have; the object stays open. */
static void open_embedded(const struct v3_context *context, uint64_t id, const char *type, const char *name)
{
	api_write_number(context->response, "{\"id\":", id);
	api_write_string(context->response, ",\"type\":", type);
	api_write_string(context->response, ",\"name\":", name);
}

static void write_look(
	const struct v3_context *context, const char *name, struct text slug, struct text avatar)
{
	char initials[INITIALS_SIZE];
	text_initials(name, strlen(name), initials, sizeof initials);
	api_write_string(context->response, ",\"slug\":", texts_get(context->texts, slug));
	api_write_string_or_null(context->response, ",\"avatar\":", texts_get(context->texts, avatar));
	api_write_string(context->response, ",\"initials\":", initials);
}

void v3_open_user(const struct v3_context *context, const char *before, const struct user *user)
{
	const char *name = texts_get(context->texts, user->name.length > 0 ? user->name : user->username);
	response_puts(context->response, before);
	open_embedded(context, user->id, "User", name);
	write_look(context, name, user->slug, user->avatar_url);
}

void v3_write_user(const struct v3_context *context, const char *before, const struct user *user)
{
	v3_open_user(context, before, user);
	response_puts(context->response, "}");
}

void v3_write_user_or_null(const struct v3_context *context, const char *before, const struct user *user)
{
	if (user->id == 0) {
		response_puts(context->response, before);
		response_puts(context->response, "null");
		return;
	}
	v3_write_user(context, before, user);
}

void v3_open_group(const struct v3_context *context, const char *before, const struct group *group)
{
	const char *name = texts_get(context->texts, group->name);
	response_puts(context->response, before);
	open_embedded(context, group->id, "Group", name);
	write_look(context, name, group->slug, group->avatar_url);
}

void v3_write_self_link(const struct v3_context *context, const char *collection, uint64_t id)
{
	char number[NUMBER_TEXT_SIZE];
	(void)number_write(id, number);
	v3_write_link(context, ",\"_links\":{\"self\":",
		(const char *const[4]){"/v3/groups/", context->group_segment, collection, number});
}

void v3_write_group_link(const struct v3_context *context)
{
	v3_write_link(context, ",\"group\":", (const char *const[4]){"/v3/groups/", context->group_segment});
}
