/* Joining, leaving, and what follows for groups and their owners. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/transition.h"
#include "world.h"

static enum outcome act(struct world *world, enum operation operation, const char *token, uint64_t group_id)
{
	(void)world_ask(world, DIALECT_V3, operation, token, group_id);
	return world_run(world);
}

static enum outcome join(struct world *world, const char *token, uint64_t group_id)
{
	return act(world, OPERATION_GROUP_JOIN, token, group_id);
}

static enum outcome leave(struct world *world, const char *token, uint64_t group_id)
{
	return act(world, OPERATION_GROUP_LEAVE, token, group_id);
}

static void make_code(struct world *world, uint64_t group_id, char *code, size_t capacity)
{
	assert_int_equal(act(world, OPERATION_INVITE_CREATE, "ada/write", group_id), OUTCOME_INVITE_CREATED);
	const char *text = reply_text(&world->reply, world->reply.invite.code);
	assert_true(strlen(text) < capacity);
	memcpy(code, text, strlen(text) + 1);
}

static const enum operation OPERATION_OF[ACTION_COUNT] = {
	[ACTION_JOIN] = OPERATION_GROUP_JOIN,
	[ACTION_JOIN_WITH_INVITE] = OPERATION_GROUP_JOIN,
	[ACTION_JOIN_WITH_BAD_INVITE] = OPERATION_GROUP_JOIN,
	[ACTION_LEAVE] = OPERATION_GROUP_LEAVE,
	[ACTION_WITHDRAW] = OPERATION_REQUEST_WITHDRAW,
	[ACTION_DECLINE] = OPERATION_INVITATION_DECLINE,
};

/* Every cell of the table, through the engine: the outcome and the state after are the cell's. */
static void every_cell_happens_as_the_table_says(void **state)
{
	struct world *world = *state;
	char codes[PRIVATE_GROUP + 1][32];
	for (uint64_t group_id = OPEN_GROUP; group_id <= PRIVATE_GROUP; group_id++) {
		make_code(world, group_id, codes[group_id], sizeof codes[group_id]);
	}
	for (unsigned cell = 0; cell < ACTION_COUNT * KIND_COUNT * STATE_COUNT; cell++) {
		enum action action = (enum action)(cell / (KIND_COUNT * STATE_COUNT));
		enum kind kind = (enum kind)(cell / STATE_COUNT % KIND_COUNT);
		enum state from = (enum state)(cell % STATE_COUNT);
		uint64_t group_id = (uint64_t)kind + OPEN_GROUP;
		struct transition expected = transition_find(action, kind, from);
		world_put_member(
			world, group_id, BOB, from, from == STATE_MEMBER ? ROLE_MEMBER : ROLE_NONE, 10);
		(void)world_ask(world, DIALECT_V3, OPERATION_OF[action], "bob/write", group_id);
		if (action == ACTION_JOIN_WITH_INVITE) {
			world_give_invite(world, INVITE_CODE, codes[group_id]);
		} else if (action == ACTION_JOIN_WITH_BAD_INVITE) {
			world_give_invite(world, INVITE_CODE, codes[group_id % PRIVATE_GROUP + 1]);
		}
		assert_int_equal(world_run(world), expected.outcome);
		struct membership after = world_membership(world, group_id, BOB);
		assert_int_equal(after.state, expected.to);
		assert_int_equal(world->changes, expected.to == from ? 0 : 1);
		if (expected.to != STATE_NONE) {
			assert_int_equal(after.since, expected.to == from ? 10 : world->now);
		}
	}
}

static void join_answers_with_group_and_member(void **state)
{
	struct world *world = *state;
	assert_int_equal(join(world, "bob/write", OPEN_GROUP), OUTCOME_JOINED);
	const struct reply *reply = &world->reply;
	assert_int_equal(reply->items, REPLY_GROUP | REPLY_MEMBER);
	assert_int_equal(reply->group.member_count, 2);
	assert_int_equal(reply->group.owner.id, ADA);
	assert_string_equal(reply_text(reply, reply->group.owner.username), "ada");
	assert_string_equal(reply_text(reply, reply->group.group.name), "group-1");
	assert_string_equal(reply_text(reply, reply->group.group.description), "as it was");
	assert_int_equal(reply->group.caller.state, STATE_MEMBER);
	assert_true(reply->group.caller_known);
	assert_int_equal(reply->member.membership.since, world->now);
	assert_string_equal(reply_text(reply, reply->member.user.username), "bob");
	struct change change = world_change(world, 0);
	assert_int_equal(change.type, CHANGE_JOINED);
	assert_int_equal(change.user_id, BOB);
	assert_int_equal(change.actor_id, BOB);
	assert_int_equal(change.group_id, OPEN_GROUP);
	assert_int_equal(change.dialect, DIALECT_V3);
	assert_int_equal(change.operation, OPERATION_GROUP_JOIN);
	assert_int_equal(change.before.state, STATE_NONE);
	assert_int_equal(change.after.role, ROLE_MEMBER);
	assert_string_equal(texts_get(&world->scratch, change.request_id), "request-1");
}

static void queued_request_keeps_its_message(void **state)
{
	struct world *world = *state;
	struct request *request =
		world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, "bob/write", MODERATED_GROUP);
	world_give_text(world, &request->message, "let me in");
	assert_int_equal(world_run(world), OUTCOME_QUEUED);
	assert_int_equal(world->reply.items, REPLY_GROUP | REPLY_MEMBER | REPLY_NOTE);
	assert_string_equal(reply_text(&world->reply, world->reply.note.words), "let me in");
	assert_int_equal(world_change(world, 0).type, CHANGE_QUEUED);
	assert_int_equal(join(world, "bob/write", MODERATED_GROUP), OUTCOME_ALREADY_QUEUED);
	assert_string_equal(reply_text(&world->reply, world->reply.note.words), "let me in");
	assert_int_equal(world_count_members(world, MODERATED_GROUP), 1);
}

static void full_person_joins_no_more(void **state)
{
	struct world *world = *state;
	world->options.groups_per_user_max = 1;
	assert_int_equal(join(world, "bob/write", OPEN_GROUP), OUTCOME_JOINED);
	assert_int_equal(join(world, "bob/write", MODERATED_GROUP), OUTCOME_QUEUED);
	world_put_member(world, PRIVATE_GROUP, BOB, STATE_INVITED, ROLE_NONE, 10);
	assert_int_equal(join(world, "bob/write", PRIVATE_GROUP), OUTCOME_TOO_MANY_GROUPS);
	assert_int_equal(join(world, "bob/write", OPEN_GROUP), OUTCOME_ALREADY_MEMBER);
}

static void ended_ban_forbids_nothing(void **state)
{
	struct world *world = *state;
	const struct membership ban = {
		OPEN_GROUP, BOB, STATE_BANNED, ROLE_NONE, .since = 5, .until = 1000, .has_note = true};
	const struct note note = {.by = ADA};
	store_begin(world->txn, TXN_WRITE, world->now - 10);
	store_put_membership(world->txn, &ban, &note, &world->scratch);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	world->now = 999;
	assert_int_equal(join(world, "bob/write", OPEN_GROUP), OUTCOME_BANNED);
	world->now = 1000;
	assert_int_equal(join(world, "bob/write", OPEN_GROUP), OUTCOME_JOINED);
}

static void owner_leaving_passes_the_group_to_the_first_active_admin(void **state)
{
	struct world *world = *state;
	world_put_member(world, OPEN_GROUP, BOB, STATE_MEMBER, ROLE_MEMBER, 2);
	world_put_member(world, OPEN_GROUP, CLEO, STATE_MEMBER, ROLE_ADMIN, 30);
	world_put_member(world, OPEN_GROUP, DAN, STATE_MEMBER, ROLE_ADMIN, 20);
	world_put_member(world, OPEN_GROUP, EVE, STATE_MEMBER, ROLE_ADMIN, 10);
	assert_int_equal(leave(world, "ada/write", OPEN_GROUP), OUTCOME_LEFT);
	assert_int_equal(world->changes, 2);
	assert_int_equal(world_owner(world, OPEN_GROUP), DAN);
	struct membership heir = world_membership(world, OPEN_GROUP, DAN);
	assert_int_equal(heir.role, ROLE_OWNER);
	assert_int_equal(heir.since, 20);
	assert_int_equal(world_membership(world, OPEN_GROUP, ADA).state, STATE_NONE);
	struct change left = world_change(world, 1);
	struct change passed = world_change(world, 0);
	assert_int_equal(left.type, CHANGE_LEFT);
	assert_int_equal(left.user_id, ADA);
	assert_int_equal(left.before.role, ROLE_OWNER);
	assert_int_equal(passed.type, CHANGE_OWNERSHIP_TRANSFERRED);
	assert_int_equal(passed.user_id, DAN);
	assert_int_equal(passed.actor_id, ADA);
	assert_int_equal(passed.before.role, ROLE_ADMIN);
	assert_int_equal(passed.after.role, ROLE_OWNER);
}

static void suspended_heir_is_better_than_none(void **state)
{
	struct world *world = *state;
	world_put_member(world, OPEN_GROUP, EVE, STATE_MEMBER, ROLE_MEMBER, 10);
	assert_int_equal(leave(world, "ada/write", OPEN_GROUP), OUTCOME_LEFT);
	assert_int_equal(world_owner(world, OPEN_GROUP), EVE);
}

static void last_member_leaving_ends_the_group(void **state)
{
	struct world *world = *state;
	world_put_member(world, OPEN_GROUP, BOB, STATE_BANNED, ROLE_NONE, 10);
	world_put_member(world, OPEN_GROUP, CLEO, STATE_REQUESTED, ROLE_NONE, 10);
	assert_int_equal(leave(world, "ada/write", OPEN_GROUP), OUTCOME_LEFT);
	assert_int_equal(world->changes, 2);
	assert_false(world_has_group(world, OPEN_GROUP));
	assert_int_equal(world_change(world, 1).type, CHANGE_LEFT);
	assert_int_equal(world_change(world, 0).type, CHANGE_GROUP_DELETED);
	assert_int_equal(join(world, "bob/write", OPEN_GROUP), OUTCOME_NO_SUCH_GROUP);
}

static void admin_leaving_is_not_replaced(void **state)
{
	struct world *world = *state;
	world_put_member(world, OPEN_GROUP, BOB, STATE_MEMBER, ROLE_ADMIN, 10);
	assert_int_equal(leave(world, "bob/write", OPEN_GROUP), OUTCOME_LEFT);
	assert_int_equal(world->changes, 1);
	assert_int_equal(world_owner(world, OPEN_GROUP), ADA);
}

static void members_see_a_private_group_and_the_invited_only_themselves(void **state)
{
	struct world *world = *state;
	world_put_member(world, PRIVATE_GROUP, BOB, STATE_INVITED, ROLE_NONE, 10);
	assert_int_equal(act(world, OPERATION_GROUP_GET, "bob/read", PRIVATE_GROUP), OUTCOME_OK);
	assert_int_equal(
		act(world, OPERATION_MEMBER_LIST, "bob/read", PRIVATE_GROUP), OUTCOME_NOT_A_PRIVATE_MEMBER);
	struct request *request =
		world_ask(world, DIALECT_V3, OPERATION_MEMBER_GET, "bob/read", PRIVATE_GROUP);
	request->user = (struct reference){.kind = REFERENCE_ID, .id = ADA};
	assert_int_equal(world_run(world), OUTCOME_NOT_A_PRIVATE_MEMBER);
	request->user.kind = REFERENCE_CALLER;
	assert_int_equal(world_run(world), OUTCOME_MEMBER_NOT_FOUND);
	world_put_member(world, PRIVATE_GROUP, BOB, STATE_MEMBER, ROLE_MEMBER, 10);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->reply.member.user.id, BOB);
	request->user = (struct reference){.kind = REFERENCE_ID, .id = 99};
	assert_int_equal(world_run(world), OUTCOME_MEMBER_NOT_FOUND);
	assert_int_equal(act(world, OPERATION_MEMBER_LIST, "bob/read", PRIVATE_GROUP), OUTCOME_OK);
	assert_int_equal(world->page.count, 2);
	assert_int_equal(world->page.members[0].user.id, ADA);
}

static void groups_of_others_are_the_public_ones_as_the_caller_stands(void **state)
{
	struct world *world = *state;
	world_put_member(world, MODERATED_GROUP, BOB, STATE_BANNED, ROLE_NONE, 10);
	struct request *request = world_ask(world, DIALECT_V3, OPERATION_USER_GROUPS, "bob/read", 0);
	request->user = (struct reference){.kind = REFERENCE_ID, .id = ADA};
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 2);
	assert_int_equal(world->page.groups[0].caller.state, STATE_NONE);
	assert_int_equal(world->page.groups[1].caller.state, STATE_BANNED);
	assert_true(world->page.groups[1].caller_known);
	request->token.given = false;
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.groups[1].caller.state, STATE_NONE);
	assert_false(world->page.groups[1].caller_known);
	request = world_ask(world, DIALECT_V3, OPERATION_USER_GROUPS, "ada/read", 0);
	request->user.kind = REFERENCE_CALLER;
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 3);
	assert_int_equal(world->page.groups[0].caller.role, ROLE_OWNER);
	request->user = (struct reference){.kind = REFERENCE_ID, .id = 99};
	assert_int_equal(world_run(world), OUTCOME_USER_NOT_FOUND);
}

static void info_shows_the_visible_ones_in_the_order_asked(void **state)
{
	struct world *world = *state;
	static const char ids[] = {0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 99, 0,
		0, 0, 0, 0, 0, 0, 1};
	struct request *request = world_ask(world, DIALECT_LEGACY, OPERATION_GROUP_INFO, NULL, 0);
	assert_true(request_add(request, ids, sizeof ids, &request->ids));
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 2);
	assert_int_equal(world->page.groups[0].group.id, 2);
	assert_int_equal(world->page.groups[1].group.id, 1);
	assert_int_equal(world->page.groups[1].member_count, 1);
	request->ids.length = 8;
	assert_int_equal(world_run(world), OUTCOME_NO_GROUP_FOUND);
	world_put_member(world, PRIVATE_GROUP, BOB, STATE_REQUESTED, ROLE_NONE, 10);
	request = world_ask(world, DIALECT_LEGACY, OPERATION_GROUP_INFO, "bob/read", 0);
	assert_true(request_add(request, ids, sizeof ids, &request->ids));
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_cell_happens_as_the_table_says),
		TEST(join_answers_with_group_and_member),
		TEST(queued_request_keeps_its_message),
		TEST(full_person_joins_no_more),
		TEST(ended_ban_forbids_nothing),
		TEST(owner_leaving_passes_the_group_to_the_first_active_admin),
		TEST(suspended_heir_is_better_than_none),
		TEST(last_member_leaving_ends_the_group),
		TEST(admin_leaving_is_not_replaced),
		TEST(members_see_a_private_group_and_the_invited_only_themselves),
		TEST(groups_of_others_are_the_public_ones_as_the_caller_stands),
		TEST(info_shows_the_visible_ones_in_the_order_asked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
