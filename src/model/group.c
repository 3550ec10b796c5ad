/* Names of the enumerations that users and operators read and write, and those that nothing may have. */
#include "model/group.h"

#include <string.h>

static const char *const TYPES[GROUP_TYPE_COUNT] = {"team", "organization", "unit", "role"};
static const char *const STATES[STATE_COUNT] = {"none", "requested", "invited", "member", "banned"};
static const char *const ROLES[ROLE_COUNT] = {"none", "member", "admin", "owner"};
static const char *const INVITATIONS[INVITATION_STATE_COUNT] = {"pending", "accepted", "declined", "revoked"};
static const char *const SCOPES[SCOPE_COUNT] = {"read", "write", "operator"};

/* The index of the name, or `count`. */
static unsigned find(const char *const *names, unsigned count, const char *name)
{
	unsigned i = 0;
	while (i < count && strcmp(names[i], name) != 0) {
		i++;
	}
	return i;
}

const char *group_type_name(enum group_type type)
{
	return TYPES[type];
}

bool group_type_from_name(const char *name, enum group_type *found)
{
	unsigned i = find(TYPES, GROUP_TYPE_COUNT, name);
	if (i == GROUP_TYPE_COUNT) {
		return false;
	}
	*found = (enum group_type)i;
	return true;
}

const char *state_name(enum state state)
{
	return STATES[state];
}

bool state_from_name(const char *name, enum state *found)
{
	unsigned i = find(STATES, STATE_COUNT, name);
	if (i == STATE_COUNT) {
		return false;
	}
	*found = (enum state)i;
	return true;
}

const char *role_name(enum role role)
{
	return ROLES[role];
}

bool role_from_name(const char *name, enum role *found)
{
	unsigned i = find(ROLES, ROLE_COUNT, name);
	if (i == ROLE_COUNT) {
		return false;
	}
	*found = (enum role)i;
	return true;
}

const char *invitation_state_name(enum invitation_state state)
{
	return INVITATIONS[state];
}

bool invitation_state_from_name(const char *name, enum invitation_state *found)
{
	unsigned i = find(INVITATIONS, INVITATION_STATE_COUNT, name);
	if (i == INVITATION_STATE_COUNT) {
		return false;
	}
	*found = (enum invitation_state)i;
	return true;
}

const char *scope_name(enum scope scope)
{
	return SCOPES[scope];
}

bool scope_from_name(const char *name, enum scope *found)
{
	unsigned i = find(SCOPES, SCOPE_COUNT, name);
	if (i == SCOPE_COUNT) {
		return false;
	}
	*found = (enum scope)i;
	return true;
}

bool slug_is_reserved(const char *slug)
{
	return strcmp(slug, "me") == 0 || strcmp(slug, "new") == 0;
}
