/* One row per method: adding one is adding a row here and, if need be, an argument. */
#include "method.h"

#include <string.h>

#include "form.h"

#define METHOD_NAME_SIZE_MAX 32
#define HAS(argument) (1u << ARGUMENT_##argument)
#define ROUTE(name) "/services/rest/?method=" name

static const struct method METHODS[] = {
	{"group.join", ROUTE("group.join"), OPERATION_GROUP_JOIN, false, HAS(API_KEY) | HAS(TOKEN) | HAS(GROUP_ID)},
	{"group.leave", ROUTE("group.leave"), OPERATION_GROUP_LEAVE, false, HAS(API_KEY) | HAS(TOKEN) | HAS(GROUP_ID)},
	{"group.getInfo", ROUTE("group.getInfo"), OPERATION_GROUP_INFO, false,
		HAS(API_KEY) | HAS(TOKEN) | HAS(GROUP_IDS)},
	{"group.getMyGroups", ROUTE("group.getMyGroups"), OPERATION_USER_GROUPS, true,
		HAS(API_KEY) | HAS(TOKEN) | HAS(PAGE) | HAS(GROUPS_PER_PAGE)},
	{"auth.checkToken", ROUTE("auth.checkToken"), OPERATION_TOKEN_CHECK, false,
		HAS(API_KEY) | HAS(TOKEN_REPEATED)},
};

static const char *const ARGUMENT_NAMES[ARGUMENT_COUNT] = {
	[ARGUMENT_API_KEY] = "api_key",
	[ARGUMENT_TOKEN] = "token",
	[ARGUMENT_TOKEN_REPEATED] = "token",
	[ARGUMENT_GROUP_ID] = "group_id",
	[ARGUMENT_GROUP_IDS] = "group_id",
	[ARGUMENT_PAGE] = "page",
	[ARGUMENT_GROUPS_PER_PAGE] = "groupsPerPage",
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

const char *method_argument_name(enum argument argument)
{
	return ARGUMENT_NAMES[argument];
}
