/* One row per method: adding one is adding a row here and, if need be, an argument. */
#include "method.h"

#include <string.h>

#include "form.h"

#define METHOD_NAME_SIZE_MAX 32
#define HAS(argument) (1u << ARGUMENT_##argument)
#define OPTIONAL_FIELDS \
	(HAS(DESCRIPTION) | HAS(EVENT_MODERATION) | HAS(MEMBER_MODERATION) | HAS(IS_PRIVATE))
#define ROUTE(name) "/services/rest/?method=" name

static const struct method METHODS[] = {
	{"group.join", ROUTE("group.join"), OPERATION_GROUP_JOIN, false, HAS(API_KEY) | HAS(TOKEN) | HAS(GROUP_ID)},
	{"group.leave", ROUTE("group.leave"), OPERATION_GROUP_LEAVE, false, HAS(API_KEY) | HAS(TOKEN) | HAS(GROUP_ID)},
	{"group.add", ROUTE("group.add"), OPERATION_GROUP_CREATE, false,
		HAS(API_KEY) | HAS(TOKEN) | HAS(NAME) | OPTIONAL_FIELDS},
	{"group.edit", ROUTE("group.edit"), OPERATION_GROUP_EDIT, false,
		HAS(API_KEY) | HAS(TOKEN) | HAS(GROUP_TO_EDIT) | HAS(NEW_NAME) | OPTIONAL_FIELDS},
	{"group.getInfo", ROUTE("group.getInfo"), OPERATION_GROUP_INFO, false,
		HAS(API_KEY) | HAS(TOKEN) | HAS(GROUP_IDS)},
	{"group.getMembers", ROUTE("group.getMembers"), OPERATION_MEMBER_LIST, false,
		HAS(API_KEY) | HAS(TOKEN) | HAS(GROUP_ID) | HAS(MEMBERS_PER_PAGE) | HAS(PAGE) | HAS(ORDER) | HAS(DIR)},
	{"group.getMyGroups", ROUTE("group.getMyGroups"), OPERATION_USER_GROUPS, true,
		HAS(API_KEY) | HAS(TOKEN) | HAS(PAGE) | HAS(GROUPS_PER_PAGE)},
	{"auth.checkToken", ROUTE("auth.checkToken"), OPERATION_TOKEN_CHECK, false,
		HAS(API_KEY) | HAS(TOKEN_REPEATED)},
	{"user.getInfo", ROUTE("user.getInfo"), OPERATION_USER_INFO, false, HAS(API_KEY) | HAS(USER_IDS)},
	{"user.getInfoByUsername", ROUTE("user.getInfoByUsername"), OPERATION_USER_INFO_BY_USERNAME, false,
		HAS(API_KEY) | HAS(USERNAMES)},
	{"auth.getToken", ROUTE("auth.getToken"), OPERATION_TOKEN_FROM_FROB, false, HAS(API_KEY) | HAS(FROB)},
};

static const char *const ARGUMENT_NAMES[ARGUMENT_COUNT] = {
	[ARGUMENT_API_KEY] = "api_key",
	[ARGUMENT_TOKEN] = "token",
	[ARGUMENT_TOKEN_REPEATED] = "token",
	[ARGUMENT_GROUP_ID] = "group_id",
	[ARGUMENT_GROUP_TO_EDIT] = "group_id",
	[ARGUMENT_GROUP_IDS] = "group_id",
	[ARGUMENT_USER_IDS] = "user_id",
	[ARGUMENT_USERNAMES] = "username",
	[ARGUMENT_NAME] = "name",
	[ARGUMENT_NEW_NAME] = "name",
	[ARGUMENT_DESCRIPTION] = "description",
	[ARGUMENT_EVENT_MODERATION] = "event_moderation",
	[ARGUMENT_MEMBER_MODERATION] = "member_moderation",
	[ARGUMENT_IS_PRIVATE] = "is_private",
	[ARGUMENT_MEMBERS_PER_PAGE] = "membersPerPage",
	[ARGUMENT_FROB] = "frob",
	[ARGUMENT_PAGE] = "page",
	[ARGUMENT_GROUPS_PER_PAGE] = "groupsPerPage",
	[ARGUMENT_ORDER] = "order",
	[ARGUMENT_DIR] = "dir",
};

const struct method *method_find(struct span raw)
{
	char name[METHOD_NAME_SIZE_MAX];
	size_t length;
	if (!form_copy(raw, name, sizeof name, &length)) {
		return NULL;
	}
	for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++) {
		if (length == strlen(METHODS[i].name) && memcmp(name, METHODS[i].name, length) == 0) {
			return &METHODS[i];
		}
	}
	return NULL;
}

bool method_changes(enum operation operation)
{
	/* auth.getToken is documented as a method that reads, though its exchange spends the frob. */
	return operation != OPERATION_TOKEN_FROM_FROB && operation_changes(operation);
}

const char *method_argument_name(enum argument argument)
{
	return ARGUMENT_NAMES[argument];
}
