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
};

static void every_cell_is_as_the_rules_say(void **state)
{
	(void)state;
	assert_int_equal(sizeof RULES / sizeof *RULES, ACTION_COUNT * KIND_COUNT);
	for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
		for (unsigned from = 0; from < STATE_COUNT; from++) {
			struct transition cell =
				transition_find(RULES[i].action, RULES[i].kind, (enum state)from);
			char text[64];
			const char *outcome = outcome_row(cell.outcome)->name;
			bool stays = cell.to == (enum state)from;
			(void)snprintf(text, sizeof text, "%s%s%s", stays ? "" : state_name(cell.to),
				stays ? "" : ":", outcome);
			assert_string_equal(text, RULES[i].cells[from]);
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
		cmocka_unit_test(private_wins_over_moderated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
