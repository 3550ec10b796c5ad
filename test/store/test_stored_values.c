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
#include "model/reply.h"
#include "model/request.h"
#include "store/record.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
/* Each name stands at its number. */
#define ASSERT_NAMES(names, name_of, type) \
	for (size_t i = 0; i < COUNT_OF(names); i++) { \
		assert_string_equal(name_of((type)i), names[i]); \
	}

static void names_stand_at_their_numbers(void **state)
{
	(void)state;
	static const char *const operations[] = {"group_join", "group_join_by_token", "group_leave",
		"group_create", "group_edit", "group_delete", "group_get", "group_get_members_only",
		"group_info", "user_groups", "member_list", "member_get", "invite_show", "invite_create",
		"invite_delete", "invite_token_mint", "invite_token_list", "invite_token_revoke",
		"token_check", "user_info", "user_info_by_username", "token_from_frob", "sign_in",
		"sign_out", "sign_in_show", "approve_show", "approve", "group_content_list",
		"group_list_all", "member_remove", "member_set_role", "request_list", "request_get",
		"request_approve", "request_deny", "request_discard", "my_request_list", "request_withdraw",
		"ban_list", "ban_get", "ban_put", "ban_lift", "invitation_list", "invitation_create",
		"invitation_cancel", "my_invitation_list", "invitation_decline", "invite_token_get",
		"user_get", "user_put", "user_token_list", "user_token_get", "user_token_mint",
		"user_token_revoke", "change_list", "group_change_list", "invite_visit"};
	static const char *const changes[] = {"joined", "queued", "left", "ownership_transferred",
		"group_created", "group_edited", "group_deleted", "invite_created", "invite_deleted",
		"token_minted", "token_revoked", "ban_ended", "invited", "added", "user_added",
		"user_suspended", "user_activated", "approved", "denied", "discarded", "request_withdrawn",
		"invitation_cancelled", "invitation_declined", "removed", "ban_created", "ban_changed",
		"ban_lifted", "role_changed", "user_changed", "user_erased"};
	static const char *const dialects[] = {"legacy", "onezone", "v3", "command", "system", "page"};
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
	static const unsigned due[] = {
		DUE_BAN, DUE_DECISION, DUE_INVITE_TOKEN, DUE_FROB, DUE_SESSION, DUE_KEPT_REPLY};
	static const unsigned fields[] = {GIVEN_NAME, GIVEN_DESCRIPTION, GIVEN_AVATAR_URL, GIVEN_MEMBER_MODERATION,
		GIVEN_EVENT_MODERATION, GIVEN_IS_PRIVATE, GIVEN_TYPE, GIVEN_USER_ID, GIVEN_AFTER, GIVEN_USERNAME,
		GIVEN_EMAIL, GIVEN_URL, GIVEN_ZIP, GIVEN_ACTIVE};
	static const unsigned items[] = {REPLY_GROUP, REPLY_MEMBER, REPLY_NOTE, REPLY_INVITE, REPLY_INVITE_TOKEN,
		REPLY_MACAROON, REPLY_TOKEN, REPLY_PAGE, REPLY_USER, REPLY_APPLICATION, REPLY_SECRET, REPLY_REQUEST,
		REPLY_BAN, REPLY_INVITATION, REPLY_USER_TOKEN, REPLY_USER_WHOLE};
	for (unsigned i = 0; i < COUNT_OF(due); i++) {
		assert_int_equal(due[i], i);
	}
	for (unsigned i = 0; i < COUNT_OF(fields); i++) {
		assert_int_equal(fields[i], 1u << i);
	}
	for (unsigned i = 0; i < COUNT_OF(items); i++) {
		assert_int_equal(items[i], 1u << i);
	}
}

/* id 1 of the key; group 1, user 2, by 3, created 4, accepted, no address. */
static void invitation_of_the_first_version_is_still_read(void **state)
{
	(void)state;
	uint8_t bytes[] = {1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0,
		0, 4, 1, 0, 0};
	struct invitation found = {.ended_at = 99};
	assert_true(record_read_invitation((struct bytes){.data = bytes, .size = sizeof bytes}, NULL, &found));
	assert_int_equal(found.by, 3);
	assert_int_equal(found.created_at, 4);
	assert_int_equal(found.state, INVITATION_ACCEPTED);
	assert_int_equal(found.ended_at, 0);
	bytes[0] = 3;
	assert_false(record_read_invitation((struct bytes){.data = bytes, .size = sizeof bytes}, NULL, &found));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_stand_at_their_numbers),
		cmocka_unit_test(kinds_without_names_keep_their_numbers),
		cmocka_unit_test(invitation_of_the_first_version_is_still_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
