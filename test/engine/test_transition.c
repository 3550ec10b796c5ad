/* The transition table against the rules as they are written down: one line per action and kind of group, one
 * word per state. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/transition.h"

/* In the order none, requested, invited, member, banned. "member:joined" becomes a member; "banned" alone
 * changes nothing. */
static const struct {
	enum action action;
	enum kind kind;
	const char *cells[STATE_COUNT];
} RULES[] = {
	{ACTION_JOIN, KIND_OPEN,
		{"member:joined", "member:joined", "member:joined", "already_member", "banned"}},
	{ACTION_JOIN, KIND_MODERATED,
		{"requested:queued", "already_queued", "member:joined", "already_member", "banned"}},
	{ACTION_JOIN, KIND_PRIVATE,
		{"no_such_group", "already_queued", "member:joined", "already_member", "no_such_group"}},
	{ACTION_JOIN_WITH_INVITE, KIND_OPEN,
		{"member:joined", "member:joined", "member:joined", "already_member", "banned"}},
	{ACTION_JOIN_WITH_INVITE, KIND_MODERATED,
		{"member:joined", "member:joined", "member:joined", "already_member", "banned"}},
	{ACTION_JOIN_WITH_INVITE, KIND_PRIVATE,
		{"member:joined", "member:joined", "member:joined", "already_member", "banned"}},
	{ACTION_JOIN_WITH_BAD_INVITE, KIND_OPEN,
		{"invite_invalid", "invite_invalid", "invite_invalid", "already_member", "invite_invalid"}},
	{ACTION_JOIN_WITH_BAD_INVITE, KIND_MODERATED,
		{"invite_invalid", "invite_invalid", "invite_invalid", "already_member", "invite_invalid"}},
	{ACTION_JOIN_WITH_BAD_INVITE, KIND_PRIVATE,
		{"no_such_group", "invite_invalid", "invite_invalid", "already_member", "no_such_group"}},
	{ACTION_LEAVE, KIND_OPEN,
		{"not_a_member", "not_a_member", "not_a_member", "none:left", "not_a_member"}},
	{ACTION_LEAVE, KIND_MODERATED,
		{"not_a_member", "not_a_member", "not_a_member", "none:left", "not_a_member"}},
	{ACTION_LEAVE, KIND_PRIVATE,
		{"no_such_group", "not_a_member", "not_a_member", "none:left", "no_such_group"}},
	{ACTION_WITHDRAW, KIND_OPEN,
		{"request_not_found", "none:request_withdrawn", "request_not_found", "request_not_found",
			"request_not_found"}},
	{ACTION_WITHDRAW, KIND_MODERATED,
		{"request_not_found", "none:request_withdrawn", "request_not_found", "request_not_found",
			"request_not_found"}},
	{ACTION_WITHDRAW, KIND_PRIVATE,
		{"no_such_group", "none:request_withdrawn", "request_not_found", "request_not_found",
			"no_such_group"}},
	{ACTION_DECLINE, KIND_OPEN,
		{"invitation_not_found", "invitation_not_found", "none:invitation_declined",
			"invitation_not_found", "invitation_not_found"}},
	{ACTION_DECLINE, KIND_MODERATED,
		{"invitation_not_found", "invitation_not_found", "none:invitation_declined",
			"invitation_not_found", "invitation_not_found"}},
	{ACTION_DECLINE, KIND_PRIVATE,
		{"no_such_group", "invitation_not_found", "none:invitation_declined", "invitation_not_found",
			"no_such_group"}},
};

/* Who may, at whom, and what becomes of the target. */
static const struct {
	enum deed deed;
	const char *cells[STATE_COUNT];
	struct guards guards;
} DEEDS[] = {
	{DEED_APPROVE,
		{"request_not_pending", "member:approved", "request_not_pending", "request_not_pending",
			"request_not_pending"},
		{ROLE_ADMIN, ROLE_ADMIN, .absent = OUTCOME_USER_NOT_FOUND}},
	{DEED_DENY,
		{"request_not_pending", "none:denied", "request_not_pending", "request_not_pending",
			"request_not_pending"},
		{ROLE_ADMIN, ROLE_ADMIN, .absent = OUTCOME_USER_NOT_FOUND}},
	{DEED_DISCARD,
		{"request_not_pending", "none:discarded", "request_not_pending", "request_not_pending",
			"request_not_pending"},
		{ROLE_ADMIN, ROLE_ADMIN, .absent = OUTCOME_USER_NOT_FOUND}},
	{DEED_INVITE,
		{"invited:invited", "member:added", "invitation_pending", "already_member", "cannot_invite_banned"},
		{ROLE_ADMIN, ROLE_ADMIN, .absent = OUTCOME_USER_UNACCEPTABLE}},
	{DEED_CANCEL,
		{"invitation_not_pending", "invitation_not_pending", "none:invitation_cancelled",
			"invitation_not_pending", "invitation_not_pending"},
		{ROLE_ADMIN, ROLE_ADMIN, .sender_may = true, .absent = OUTCOME_INVITATION_NOT_FOUND}},
	{DEED_REMOVE,
		{"member_not_found", "member_not_found", "member_not_found", "none:removed", "member_not_found"},
		{ROLE_ADMIN, ROLE_MEMBER, .absent = OUTCOME_MEMBER_NOT_FOUND,
			.owner = OUTCOME_OWNER_CANNOT_BE_REMOVED, .spares_admins = true}},
	{DEED_BAN,
		{"banned:ban_created", "banned:ban_created", "banned:ban_created", "banned:ban_created",
			"ban_changed"},
		{ROLE_ADMIN, ROLE_ADMIN, .absent = OUTCOME_USER_NOT_FOUND, .oneself = OUTCOME_CANNOT_BAN_SELF,
			.owner = OUTCOME_CANNOT_BAN_OWNER, .spares_admins = true}},
	{DEED_LIFT, {"not_banned", "not_banned", "not_banned", "not_banned", "none:ban_lifted"},
		{ROLE_ADMIN, ROLE_ADMIN, .absent = OUTCOME_USER_NOT_FOUND}},
	{DEED_SET_ROLE,
		{"member_not_found", "member_not_found", "member_not_found", "role_changed", "member_not_found"},
		{ROLE_OWNER, ROLE_ADMIN, .absent = OUTCOME_MEMBER_NOT_FOUND,
			.owner = OUTCOME_OWNER_MUST_TRANSFER}},
	{DEED_TRANSFER,
		{"member_not_found", "member_not_found", "member_not_found", "ownership_transferred",
			"member_not_found"},
		{ROLE_OWNER, ROLE_OWNER, .absent = OUTCOME_MEMBER_NOT_FOUND, .owner = OUTCOME_ROLE_UNCHANGED}},
};

static void check_cell(struct transition cell, enum state from, const char *expected)
{
	char text[64];
	bool stays = cell.to == from;
	(void)snprintf(text, sizeof text, "%s%s%s", stays ? "" : state_name(cell.to), stays ? "" : ":",
		outcome_row(cell.outcome)->name);
	assert_string_equal(text, expected);
}

static void every_deed_is_as_the_rules_say(void **state)
{
	(void)state;
	assert_int_equal(sizeof DEEDS / sizeof *DEEDS, DEED_COUNT - DEED_FIRST);
	for (size_t i = 0; i < sizeof DEEDS / sizeof *DEEDS; i++) {
		const struct guards *guards = transition_guards(DEEDS[i].deed);
		for (unsigned from = 0; from < STATE_COUNT; from++) {
			check_cell(transition_find_deed(DEEDS[i].deed, (enum state)from), (enum state)from,
				DEEDS[i].cells[from]);
		}
		assert_int_equal(guards->role, DEEDS[i].guards.role);
		assert_int_equal(guards->role_for_oneself, DEEDS[i].guards.role_for_oneself);
		assert_int_equal(guards->sender_may, DEEDS[i].guards.sender_may);
		assert_int_equal(guards->absent, DEEDS[i].guards.absent);
		assert_int_equal(guards->oneself, DEEDS[i].guards.oneself);
		assert_int_equal(guards->owner, DEEDS[i].guards.owner);
		assert_int_equal(guards->spares_admins, DEEDS[i].guards.spares_admins);
	}
}

static void every_cell_is_as_the_rules_say(void **state)
{
	(void)state;
	assert_int_equal(sizeof RULES / sizeof *RULES, ACTION_COUNT * KIND_COUNT);
	for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
		for (unsigned from = 0; from < STATE_COUNT; from++) {
			check_cell(transition_find(RULES[i].action, RULES[i].kind, (enum state)from),
				(enum state)from, RULES[i].cells[from]);
		}
	}
}

static void private_wins_over_moderated(void **state)
{
	(void)state;
	assert_int_equal(transition_kind(&(struct group){0}), KIND_OPEN);
	assert_int_equal(transition_kind(&(struct group){.member_moderation = true}), KIND_MODERATED);
	assert_int_equal(transition_kind(&(struct group){.is_private = true}), KIND_PRIVATE);
	assert_int_equal(transition_kind(&(struct group){.is_private = true, .member_moderation = true}),
		KIND_PRIVATE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_is_as_the_rules_say),
		cmocka_unit_test(every_deed_is_as_the_rules_say),
		cmocka_unit_test(private_wins_over_moderated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
