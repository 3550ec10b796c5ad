/* Numbers that stand in stored records. One that changed would give old records another meaning without a sign
 * of it: new values are only ever added behind the old ones, here as there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/change.h"
#include "model/group.h"
#include "model/operation.h"
#include "model/request.h"
#include "store/store.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
/* Each name stands at its number. */
#define ASSERT_NAMES(names, name_of, type) \
	for (size_t i = 0; i < COUNT_OF(names); i++) { \
		assert_string_equal(name_of((type)i), names[i]); \
	}

static void names_stand_at_their_numbers(void **state)
{
	(void)state;
	static const char *const operations[] = {"group_join", "group_join_by_token", "group_leave", "group_create",
		"group_edit", "group_delete", "group_get", "group_get_members_only", "group_info", "user_groups",
		"member_list", "member_get", "invite_show", "invite_create", "invite_delete", "invite_token_mint",
		"invite_token_list", "invite_token_revoke", "token_check"};
	static const char *const changes[] = {"joined", "queued", "left", "ownership_transferred", "group_created",
		"group_edited", "group_deleted", "invite_created", "invite_deleted", "token_minted", "token_revoked",
		"ban_ended", "invited", "added", "user_added", "user_suspended", "user_activated"};
	static const char *const dialects[] = {"legacy", "onezone", "v3", "command", "system"};
	static const char *const types[] = {"team", "organization", "unit", "role"};
	static const char *const states[] = {"none", "requested", "invited", "member", "banned"};
	static const char *const roles[] = {"none", "member", "admin", "owner"};
	static const char *const scopes[] = {"read", "write", "operator"};
	static const char *const invitations[] = {"pending", "accepted", "declined", "revoked"};
	ASSERT_NAMES(operations, operation_name, enum operation)
	ASSERT_NAMES(changes, change_name, enum change_type)
	ASSERT_NAMES(dialects, dialect_name, enum dialect)
	ASSERT_NAMES(types, group_type_name, enum group_type)
	ASSERT_NAMES(states, state_name, enum state)
	ASSERT_NAMES(roles, role_name, enum role)
	ASSERT_NAMES(scopes, scope_name, enum scope)
	ASSERT_NAMES(invitations, invitation_state_name, enum invitation_state)
}

static void kinds_without_names_keep_their_numbers(void **state)
{
	(void)state;
	static const unsigned due[] = {DUE_BAN, DUE_DECISION, DUE_INVITE_TOKEN};
	static const unsigned fields[] = {GIVEN_NAME, GIVEN_DESCRIPTION, GIVEN_AVATAR_URL, GIVEN_MEMBER_MODERATION,
		GIVEN_EVENT_MODERATION, GIVEN_IS_PRIVATE, GIVEN_TYPE};
	for (unsigned i = 0; i < COUNT_OF(due); i++) {
		assert_int_equal(due[i], i);
	}
	for (unsigned i = 0; i < COUNT_OF(fields); i++) {
		assert_int_equal(fields[i], 1u << i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_stand_at_their_numbers),
		cmocka_unit_test(kinds_without_names_keep_their_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
