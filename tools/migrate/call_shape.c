/* One row per verb and dialect. Adding a call is adding its rows here, and its fields in flatten.c. */
#include "migrate/call_shape.h"

#include <string.h>

/* clang-format off: braces of initializers */
#define LEGACY(verb, method, ...) {CALL_##verb, DIALECT_LEGACY, "", method, false, {__VA_ARGS__}}
#define JSON(verb, dialect, method, path, ...) {CALL_##verb, DIALECT_##dialect, method, path, false, {__VA_ARGS__}}
#define LIST(verb, dialect, path, ...) {CALL_##verb, DIALECT_##dialect, "GET", path, true, {__VA_ARGS__}}
#define NOTHING {0}
#define GROUP {CALL_GROUP, "group_id", SLOT_TEXT}
#define GROUP_FIELDS \
	{CALL_NAME, "name", SLOT_TEXT}, {CALL_DESCRIPTION, "description", SLOT_TEXT}, \
	{CALL_EVENT_MODERATION, "event_moderation", SLOT_FLAG}, \
	{CALL_MEMBER_MODERATION, "member_moderation", SLOT_FLAG}, {CALL_IS_PRIVATE, "is_private", SLOT_FLAG}
#define V3_FIELDS GROUP_FIELDS, {CALL_TYPE, "kind", SLOT_TEXT}, {CALL_UNIQUE_NAME, "unique_name", SLOT_FLAG}
#define ONEZONE_FIELDS {CALL_NAME, "name", SLOT_TEXT}, {CALL_TYPE, "type", SLOT_TEXT}
#define MINT_FIELDS \
	{CALL_EXPIRES_IN, "expires_in", SLOT_NUMBER}, {CALL_MAX_USES, "max_uses", SLOT_NUMBER}, \
	{CALL_USER, "user_id", SLOT_ID}
#define V3_PAGE {CALL_PER_PAGE, "per", SLOT_SIZE}, {CALL_PAGE, "page", SLOT_PAGE}, {CALL_AFTER, "after", SLOT_TEXT}
#define ONEZONE_PAGE {CALL_PER_PAGE, "limit", SLOT_SIZE}, {CALL_AFTER, "after", SLOT_TEXT}
/* clang-format on */

static const struct shape ROWS[] = {
	LEGACY(JOIN, "group.join", GROUP),
	LEGACY(LEAVE, "group.leave", GROUP),
	LEGACY(ADD, "group.add", GROUP_FIELDS),
	LEGACY(EDIT, "group.edit", GROUP, GROUP_FIELDS),
	LEGACY(INFO, "group.getInfo", GROUP),
	LEGACY(MEMBERS, "group.getMembers", GROUP, {CALL_PER_PAGE, "membersPerPage", SLOT_TEXT},
		{CALL_PAGE, "page", SLOT_TEXT}, {CALL_ORDER, "order", SLOT_TEXT},
		{CALL_DIRECTION, "dir", SLOT_TEXT}),
	LEGACY(MY_GROUPS, "group.getMyGroups", {CALL_PER_PAGE, "groupsPerPage", SLOT_TEXT},
		{CALL_PAGE, "page", SLOT_TEXT}),
	LEGACY(CHECK_TOKEN, "auth.checkToken", NOTHING),
	LEGACY(USER_INFO, "user.getInfo", {CALL_USER, "user_id", SLOT_TEXT}),
	LEGACY(USER_INFO, "user.getInfoByUsername", {CALL_USERNAME, "username", SLOT_TEXT}),

	JSON(JOIN, V3, "POST", "/v3/groups/{g}/members", {CALL_INVITE, "invite_token", SLOT_TEXT},
		{CALL_MESSAGE, "message", SLOT_TEXT}),
	JSON(JOIN_BY_TOKEN, V3, "POST", "/v3/groups/{g}/members", {CALL_INVITE, "invite_token", SLOT_TEXT}),
	JSON(LEAVE, V3, "DELETE", "/v3/groups/{g}/members/me", NOTHING),
	JSON(ADD, V3, "POST", "/v3/groups", V3_FIELDS),
	JSON(EDIT, V3, "PUT", "/v3/groups/{g}", V3_FIELDS),
	JSON(DELETE, V3, "DELETE", "/v3/groups/{g}", NOTHING),
	JSON(INFO, V3, "GET", "/v3/groups/{g}", NOTHING),
	LIST(MEMBERS, V3, "/v3/groups/{g}/members", V3_PAGE),
	JSON(MEMBER_CHECK, V3, "GET", "/v3/groups/{g}/members/{u}", NOTHING),
	JSON(REMOVE, V3, "DELETE", "/v3/groups/{g}/members/{u}", NOTHING),
	LIST(MY_GROUPS, V3, "/v3/users/me/groups", V3_PAGE, {CALL_ORDER, "sort", SLOT_TEXT}),
	JSON(CHECK_TOKEN, V3, "GET", "/v3/me", NOTHING),
	JSON(USER_INFO, V3, "GET", "/v3/users/{u}", NOTHING),
	JSON(MINT, V3, "POST", "/v3/groups/{g}/invite-tokens", MINT_FIELDS),

	JSON(JOIN_BY_TOKEN, ONEZONE, "POST", "/user/groups/join", {CALL_INVITE, "token", SLOT_TEXT}),
	JSON(LEAVE, ONEZONE, "DELETE", "/user/groups/{g}", NOTHING),
	JSON(ADD, ONEZONE, "POST", "/user/groups", ONEZONE_FIELDS),
	JSON(ADD, ONEZONE, "POST", "/groups", ONEZONE_FIELDS),
	JSON(EDIT, ONEZONE, "PATCH", "/groups/{g}", ONEZONE_FIELDS),
	JSON(DELETE, ONEZONE, "DELETE", "/groups/{g}", NOTHING),
	JSON(INFO, ONEZONE, "GET", "/groups/{g}", NOTHING),
	JSON(INFO, ONEZONE, "GET", "/user/groups/{g}", NOTHING),
	LIST(MEMBERS, ONEZONE, "/groups/{g}/users", ONEZONE_PAGE),
	JSON(MINT, ONEZONE, "POST", "/groups/{g}/users/token", MINT_FIELDS),
	JSON(MEMBER_CHECK, ONEZONE, "GET", "/groups/{g}/users/{u}", NOTHING),
	JSON(REMOVE, ONEZONE, "DELETE", "/groups/{g}/users/{u}", NOTHING),
	LIST(MY_GROUPS, ONEZONE, "/user/groups", ONEZONE_PAGE),
};

const struct shape *shape_rows(size_t *count)
{
	*count = sizeof ROWS / sizeof *ROWS;
	return ROWS;
}

const struct slot *shape_slot(const struct shape *shape, enum call_argument argument)
{
	for (size_t i = 0; i < SHAPE_SLOTS_MAX && shape->slots[i].name != NULL; i++) {
		if (shape->slots[i].argument == argument) {
			return &shape->slots[i];
		}
	}
	return NULL;
}

const struct shape *shape_find(enum call_verb verb, enum dialect dialect)
{
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		if (ROWS[i].verb == verb && ROWS[i].dialect == dialect) {
			return &ROWS[i];
		}
	}
	return NULL;
}

const struct shape *shape_for(const struct call *call, enum dialect dialect)
{
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS && call_has(call, CALL_USERNAME); i++) {
		bool same = ROWS[i].verb == call->verb && ROWS[i].dialect == dialect;
		if (same && shape_slot(&ROWS[i], CALL_USERNAME) != NULL) {
			return &ROWS[i];
		}
	}
	return shape_find(call->verb, dialect);
}

struct span call_span(const struct call *call, enum call_argument argument)
{
	return (struct span){call->arguments[argument].bytes, call->arguments[argument].length};
}

bool shape_has_in_path(const struct shape *shape, enum call_argument argument)
{
	return (argument == CALL_GROUP && strstr(shape->path, "{g}") != NULL) ||
	       (argument == CALL_USER && strstr(shape->path, "{u}") != NULL);
}

bool span_is_digits(struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.bytes[i] < '0' || text.bytes[i] > '9') {
			return false;
		}
	}
	return text.length > 0;
}

/* As JSON writes it. */
bool span_is_number(struct span text)
{
	return span_is_digits(text) && (text.bytes[0] != '0' || text.length == 1);
}

bool shape_has_body(const struct shape *shape)
{
	return shape->dialect == DIALECT_LEGACY || shape->method[0] == 'P'; /* POST, PUT, PATCH */
}

bool call_has_body(const struct call *call, enum dialect dialect)
{
	const struct shape *shape = shape_for(call, dialect);
	return shape != NULL && shape_has_body(shape);
}
