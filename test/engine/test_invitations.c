/* Personal invitations and those of addresses: nobody learns from them who has which address. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "engine/secrets.h"
#include "world.h"

#define ADDRESS "someone@example.org"

static void give_address(struct world *world, uint64_t user_id, const char *email)
{
	struct user user;
	texts_clear(&world->scratch);
	store_begin(world->txn, TXN_WRITE, world->now);
	assert_true(store_find_user(world->txn, user_id, &world->scratch, &user));
	user.email = texts_add(&world->scratch, email, strlen(email));
	store_put_user(world->txn, &user, &world->scratch);
	engine_adopt_invitations(world->txn, &user, &world->options,
		&(struct change){.dialect = DIALECT_COMMAND, .operation = OPERATION_NONE}, &world->scratch);
	assert_int_equal(store_end(world->txn), STORE_DONE);
}

static struct request *ask(struct world *world, enum operation operation, const char *token)
{
	return world_ask(world, DIALECT_V3, operation, token, OPEN_GROUP);
}

static enum outcome act(struct world *world, enum operation operation, const char *token)
{
	(void)ask(world, operation, token);
	return world_run(world);
}

static enum outcome invite_person(struct world *world, uint64_t user_id)
{
	struct request *request = ask(world, OPERATION_INVITATION_CREATE, "ada/write");
	request->user = (struct reference){.kind = REFERENCE_ID, .id = user_id};
	return world_run(world);
}

static enum outcome invite_address(struct world *world, const char *email)
{
	struct request *request = ask(world, OPERATION_INVITATION_CREATE, "ada/write");
	request->given = GIVEN_EMAIL;
	world_give_text(world, &request->email, email);
	return world_run(world);
}

static enum outcome cancel(struct world *world, const char *token, uint64_t id)
{
	ask(world, OPERATION_INVITATION_CANCEL, token)->item_id = id;
	return world_run(world);
}

static enum invitation_state state_of(struct world *world, uint64_t id)
{
	struct invitation invitation = {0};
	store_begin(world->txn, TXN_READ, world->now);
	assert_true(store_find_invitation(world->txn, id, &world->scratch, &invitation));
	assert_int_equal(store_end(world->txn), STORE_DONE);
	return invitation.state;
}

static void report(void *context, const char *line)
{
	(void)context;
	fail_msg("%s", line);
}

/* Every index holds what the records imply. */
static void check_store(struct world *world)
{
	struct check_result result = {0};
	store_begin(world->txn, TXN_READ, world->now);
	store_check(world->txn, report, NULL, &result);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	assert_int_equal(result.errors, 0);
}

static void put(struct world *world, uint64_t user_id, enum state state)
{
	world_put_member(
		world, OPEN_GROUP, user_id, state, state == STATE_MEMBER ? ROLE_MEMBER : ROLE_NONE, 10);
}

/* --- of persons */

static void invited_person_is_shown_and_found(void **state)
{
	struct world *world = *state;
	assert_int_equal(invite_person(world, BOB), OUTCOME_INVITED);
	const struct invitation_view *view = &world->reply.invitation;
	assert_int_equal(world->reply.items, REPLY_GROUP | REPLY_INVITATION);
	assert_int_equal(view->invitee.id, BOB);
	assert_int_equal(view->by.id, ADA);
	assert_int_equal(view->group.id, OPEN_GROUP);
	assert_string_equal(reply_text(&world->reply, view->group.name), "group-1");
	assert_int_equal(view->invitation.state, INVITATION_PENDING);
	uint64_t id = view->invitation.id;
	uint64_t version = world->reply.version;
	struct change change = world_change(world, 0);
	assert_int_equal(change.type, CHANGE_INVITED);
	assert_int_equal(change.user_id, BOB);
	assert_int_equal(change.reference, id);
	assert_int_equal(invite_person(world, BOB), OUTCOME_INVITATION_PENDING);
	assert_int_equal(world->reply.invitation.invitation.id, id);
	assert_int_equal(world->reply.version, version);
	assert_int_equal(act(world, OPERATION_INVITATION_LIST, "ada/read"), OUTCOME_OK);
	assert_int_equal(world->page.count, 1);
	assert_int_equal(world->page.invitations[0].invitation.id, id);
	assert_int_equal(act(world, OPERATION_MY_INVITATION_LIST, "bob/read"), OUTCOME_OK);
	assert_int_equal(world->page.count, 1);
	assert_int_equal(world->page.invitations[0].group.id, OPEN_GROUP);
	check_store(world);
}

static void person_who_had_asked_is_added(void **state)
{
	struct world *world = *state;
	put(world, BOB, STATE_REQUESTED);
	assert_int_equal(invite_person(world, BOB), OUTCOME_ADDED);
	assert_int_equal(world->reply.items, REPLY_GROUP | REPLY_INVITATION | REPLY_MEMBER);
	assert_int_equal(world->reply.member.user.id, BOB);
	assert_int_equal(world->reply.group.member_count, 2);
	assert_int_equal(world->reply.invitation.invitation.state, INVITATION_ACCEPTED);
	assert_int_equal(world->reply.invitation.invitation.ended_at, world->now);
	assert_int_equal(world_change(world, 0).type, CHANGE_ADDED);
	assert_int_equal(world_membership(world, OPEN_GROUP, BOB).state, STATE_MEMBER);
	assert_int_equal(invite_person(world, BOB), OUTCOME_ALREADY_MEMBER);
	assert_int_equal(world->reply.items, REPLY_GROUP | REPLY_MEMBER);
	put(world, CLEO, STATE_REQUESTED);
	world->options.groups_per_user_max = 0;
	assert_int_equal(invite_person(world, CLEO), OUTCOME_TOO_MANY_GROUPS);
	check_store(world);
}

static void nobody_is_no_one_to_invite(void **state)
{
	struct world *world = *state;
	assert_int_equal(invite_person(world, 99), OUTCOME_USER_UNACCEPTABLE);
	assert_string_equal(world->reply.field, "user_id");
	put(world, BOB, STATE_BANNED);
	assert_int_equal(invite_person(world, BOB), OUTCOME_CANNOT_INVITE_BANNED);
}

/* --- their end */

static void sender_may_cancel_also_when_no_manager_any_more(void **state)
{
	struct world *world = *state;
	world_put_member(world, OPEN_GROUP, CLEO, STATE_MEMBER, ROLE_ADMIN, 10);
	ask(world, OPERATION_INVITATION_CREATE, "cleo/write")->user =
		(struct reference){.kind = REFERENCE_ID, .id = BOB};
	assert_int_equal(world_run(world), OUTCOME_INVITED);
	uint64_t id = world->reply.invitation.invitation.id;
	world_put_member(world, OPEN_GROUP, CLEO, STATE_MEMBER, ROLE_MEMBER, 10);
	assert_int_equal(invite_person(world, DAN), OUTCOME_INVITED);
	uint64_t adas = world->reply.invitation.invitation.id;
	assert_int_equal(cancel(world, "cleo/write", adas), OUTCOME_NOT_ALLOWED);
	assert_int_equal(cancel(world, "cleo/write", 99), OUTCOME_NOT_ALLOWED);
	assert_int_equal(cancel(world, "cleo/write", id), OUTCOME_INVITATION_CANCELLED);
	assert_int_equal(state_of(world, id), INVITATION_REVOKED);
	assert_int_equal(world_membership(world, OPEN_GROUP, BOB).state, STATE_NONE);
	struct change change = world_change(world, 0);
	assert_int_equal(change.type, CHANGE_INVITATION_CANCELLED);
	assert_int_equal(change.user_id, BOB);
	assert_int_equal(change.reference, id);
	assert_int_equal(cancel(world, "ada/write", id), OUTCOME_INVITATION_NOT_PENDING);
	assert_int_equal(cancel(world, "ada/write", 99), OUTCOME_INVITATION_NOT_FOUND);
	assert_int_equal(cancel(world, "ada/write", 0), OUTCOME_INVITATION_NOT_FOUND);
	world_ask(world, DIALECT_V3, OPERATION_INVITATION_CANCEL, "ada/write", MODERATED_GROUP)->item_id = adas;
	assert_int_equal(world_run(world), OUTCOME_INVITATION_NOT_FOUND);
	check_store(world);
}

static void invitation_that_is_over_is_not_cancelled_by_its_successor(void **state)
{
	struct world *world = *state;
	assert_int_equal(invite_person(world, BOB), OUTCOME_INVITED);
	uint64_t first = world->reply.invitation.invitation.id;
	assert_int_equal(act(world, OPERATION_INVITATION_DECLINE, "bob/write"), OUTCOME_INVITATION_DECLINED);
	assert_int_equal(state_of(world, first), INVITATION_DECLINED);
	assert_int_equal(world_change(world, 0).reference, first);
	assert_int_equal(act(world, OPERATION_INVITATION_DECLINE, "bob/write"), OUTCOME_INVITATION_NOT_FOUND);
	assert_int_equal(invite_person(world, BOB), OUTCOME_INVITED);
	assert_int_equal(cancel(world, "ada/write", first), OUTCOME_INVITATION_NOT_PENDING);
	assert_int_equal(world_membership(world, OPEN_GROUP, BOB).state, STATE_INVITED);
}

static void ban_ends_an_invitation_as_revoked(void **state)
{
	struct world *world = *state;
	assert_int_equal(invite_person(world, BOB), OUTCOME_INVITED);
	uint64_t id = world->reply.invitation.invitation.id;
	ask(world, OPERATION_BAN_PUT, "ada/write")->user = (struct reference){.kind = REFERENCE_ID, .id = BOB};
	assert_int_equal(world_run(world), OUTCOME_BAN_CREATED);
	assert_int_equal(state_of(world, id), INVITATION_REVOKED);
	assert_int_equal(cancel(world, "ada/write", id), OUTCOME_INVITATION_NOT_PENDING);
	check_store(world);
}

/* --- of addresses */

/* Whoever has the address, and however the group stands to that person: the answers and the list are those of an
 * address that nobody has, but for ids. */
static void address_tells_nothing(void **state)
{
	struct world *world = *state;
	for (unsigned from = STATE_NONE; from <= STATE_COUNT; from++) {
		char email[] = "0@example.org";
		email[0] = (char)('0' + from);
		if (from < STATE_COUNT) {
			give_address(world, from % 2 == 0 ? BOB : EVE, email);
			put(world, from % 2 == 0 ? BOB : EVE, (enum state)from);
		}
		assert_int_equal(invite_address(world, email), OUTCOME_INVITED);
		const struct invitation_view *view = &world->reply.invitation;
		assert_int_equal(world->reply.items, REPLY_GROUP | REPLY_INVITATION);
		assert_int_equal(view->invitee.id, 0);
		assert_int_equal(view->invitation.user_id, 0);
		assert_int_equal(view->invitation.state, INVITATION_PENDING);
		assert_string_equal(reply_text(&world->reply, view->invitation.email), email);
		uint64_t id = view->invitation.id;
		assert_int_equal(invite_address(world, email), OUTCOME_INVITATION_PENDING);
		assert_int_equal(world->reply.items, REPLY_GROUP | REPLY_INVITATION);
		assert_int_equal(world->reply.invitation.invitation.id, id);
		assert_int_equal(world->reply.invitation.invitee.id, 0);
		assert_int_equal(act(world, OPERATION_INVITATION_LIST, "ada/read"), OUTCOME_OK);
		assert_int_equal(world->page.invitations[0].invitation.id, id);
		assert_int_equal(world->page.invitations[0].invitee.id, 0);
		check_store(world);
		assert_int_equal(cancel(world, "ada/write", id), OUTCOME_INVITATION_CANCELLED);
		assert_int_equal(cancel(world, "ada/write", id), OUTCOME_INVITATION_NOT_PENDING);
		check_store(world);
	}
}

static void address_that_is_somebodys_has_its_effect_at_once(void **state)
{
	struct world *world = *state;
	give_address(world, BOB, ADDRESS);
	assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITED);
	uint64_t id = world->reply.invitation.invitation.id;
	assert_int_equal(world->changes, 2);
	struct change letter = world_change(world, 1);
	struct change effect = world_change(world, 0);
	assert_int_equal(letter.type, CHANGE_INVITED);
	assert_int_equal(letter.user_id, 0);
	assert_int_equal(letter.reference, id);
	assert_int_equal(effect.type, CHANGE_INVITED);
	assert_int_equal(effect.user_id, BOB);
	assert_int_equal(effect.actor_id, ADA);
	assert_int_equal(effect.reference, id);
	assert_int_equal(world_membership(world, OPEN_GROUP, BOB).state, STATE_INVITED);
	assert_int_equal(invite_person(world, BOB), OUTCOME_INVITATION_PENDING);
	assert_int_equal(world->reply.invitation.invitee.id, BOB);
	assert_int_equal(world->reply.invitation.invitation.email.length, 0);
	assert_int_equal(act(world, OPERATION_GROUP_JOIN, "bob/write"), OUTCOME_JOINED);
	assert_int_equal(state_of(world, id), INVITATION_ACCEPTED);
	check_store(world);
}

static void letter_to_who_had_asked_lets_in_once(void **state)
{
	struct world *world = *state;
	give_address(world, BOB, ADDRESS);
	put(world, BOB, STATE_REQUESTED);
	assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITED);
	uint64_t id = world->reply.invitation.invitation.id;
	assert_int_equal(world_membership(world, OPEN_GROUP, BOB).state, STATE_MEMBER);
	assert_int_equal(world_change(world, 0).type, CHANGE_ADDED);
	assert_int_equal(act(world, OPERATION_GROUP_LEAVE, "bob/write"), OUTCOME_LEFT);
	assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITATION_PENDING);
	assert_int_equal(world_membership(world, OPEN_GROUP, BOB).state, STATE_NONE);
	assert_int_equal(act(world, OPERATION_GROUP_JOIN, "bob/write"), OUTCOME_JOINED);
	assert_int_equal(state_of(world, id), INVITATION_ACCEPTED);
	check_store(world);
}

static void letter_to_who_has_no_room_invites(void **state)
{
	struct world *world = *state;
	give_address(world, BOB, ADDRESS);
	put(world, BOB, STATE_REQUESTED);
	world->options.groups_per_user_max = 0;
	assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITED);
	assert_int_equal(world_membership(world, OPEN_GROUP, BOB).state, STATE_INVITED);
	assert_int_equal(act(world, OPERATION_INVITATION_DECLINE, "bob/write"), OUTCOME_INVITATION_DECLINED);
	assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITED);
}

static void letter_to_a_member_ends_with_a_ban(void **state)
{
	struct world *world = *state;
	give_address(world, BOB, ADDRESS);
	put(world, BOB, STATE_MEMBER);
	assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITED);
	uint64_t id = world->reply.invitation.invitation.id;
	assert_int_equal(world->changes, 1);
	ask(world, OPERATION_MEMBER_SET_ROLE, "ada/write")->role = ROLE_ADMIN;
	world->request->user = (struct reference){.kind = REFERENCE_ID, .id = BOB};
	assert_int_equal(world_run(world), OUTCOME_ROLE_CHANGED);
	assert_int_equal(state_of(world, id), INVITATION_PENDING);
	ask(world, OPERATION_BAN_PUT, "ada/write")->user = (struct reference){.kind = REFERENCE_ID, .id = BOB};
	assert_int_equal(world_run(world), OUTCOME_BAN_CREATED);
	assert_int_equal(state_of(world, id), INVITATION_REVOKED);
	check_store(world);
}

static void who_declines_declines_the_letter_too(void **state)
{
	struct world *world = *state;
	give_address(world, BOB, ADDRESS);
	assert_int_equal(invite_person(world, BOB), OUTCOME_INVITED);
	assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITED);
	uint64_t id = world->reply.invitation.invitation.id;
	assert_int_equal(act(world, OPERATION_INVITATION_DECLINE, "bob/write"), OUTCOME_INVITATION_DECLINED);
	assert_int_equal(state_of(world, id), INVITATION_DECLINED);
	check_store(world);
}

static void letter_waits_for_who_gets_the_address(void **state)
{
	struct world *world = *state;
	assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITED);
	uint64_t id = world->reply.invitation.invitation.id;
	assert_int_equal(world->changes, 1);
	uint64_t version = world->reply.version;
	give_address(world, CLEO, ADDRESS);
	assert_int_equal(world_membership(world, OPEN_GROUP, CLEO).state, STATE_INVITED);
	assert_int_equal(world_change(world, 0).reference, id);
	assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITATION_PENDING);
	assert_int_equal(world->reply.invitation.invitation.id, id);
	assert_int_equal(world->reply.version, version);
	assert_int_equal(cancel(world, "ada/write", id), OUTCOME_INVITATION_CANCELLED);
	assert_int_equal(world_membership(world, OPEN_GROUP, CLEO).state, STATE_NONE);
	assert_int_equal(state_of(world, id), INVITATION_REVOKED);
	check_store(world);
}

static void letter_does_not_end_when_a_member_gets_the_address(void **state)
{
	struct world *world = *state;
	assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITED);
	uint64_t id = world->reply.invitation.invitation.id;
	put(world, CLEO, STATE_MEMBER);
	give_address(world, CLEO, ADDRESS);
	assert_int_equal(state_of(world, id), INVITATION_PENDING);
	assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITATION_PENDING);
	check_store(world);
}

/* Whatever the first holder was to the group, and though the letter still looks as one that waits. */
static void letter_that_met_its_person_invites_no_later_holder_of_the_address(void **state)
{
	static const enum state met[] = {STATE_REQUESTED, STATE_INVITED, STATE_MEMBER, STATE_BANNED};
	struct world *world = *state;
	give_address(world, BOB, ADDRESS);
	for (size_t i = 0; i < sizeof met / sizeof *met; i++) {
		put(world, BOB, met[i]);
		assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITED);
		uint64_t id = world->reply.invitation.invitation.id;
		uint64_t version = world->reply.version;
		give_address(world, BOB, "");
		give_address(world, CLEO, ADDRESS);
		assert_int_equal(world_membership(world, OPEN_GROUP, CLEO).state, STATE_NONE);
		assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITATION_PENDING);
		assert_int_equal(world->reply.invitation.invitation.id, id);
		assert_int_equal(world->reply.version, version);
		check_store(world);
		assert_int_equal(cancel(world, "ada/write", id), OUTCOME_INVITATION_CANCELLED);
		assert_int_equal(invite_address(world, ADDRESS), OUTCOME_INVITED);
		assert_int_equal(world_membership(world, OPEN_GROUP, CLEO).state, STATE_INVITED);
		assert_int_equal(act(world, OPERATION_INVITATION_DECLINE, "cleo/write"), OUTCOME_INVITATION_DECLINED);
		give_address(world, CLEO, "");
		give_address(world, BOB, ADDRESS);
	}
}

/* --- pages */

static void sign_in(struct world *world, uint64_t user_id, enum scope scope)
{
	struct session session = {
		.user_id = user_id, .token_id = user_id * 10 + (uint64_t)scope, .seen_at = world->now};
	secret_digest("cookie", 6, session.digest);
	store_begin(world->txn, TXN_WRITE, world->now);
	store_put_session(world->txn, &session);
	assert_int_equal(store_end(world->txn), STORE_DONE);
}

static struct request *visit(struct world *world, enum operation operation, uint64_t group_id)
{
	struct request *request = world_ask(world, DIALECT_PAGE, operation, NULL, group_id);
	request->session.given = true;
	secret_digest("cookie", 6, request->session.digest);
	return request;
}

static void lists_of_pages_come_with_what_their_forms_need(void **state)
{
	static const enum operation lists[] = {
		OPERATION_MEMBER_LIST, OPERATION_REQUEST_LIST, OPERATION_BAN_LIST};
	struct world *world = *state;
	const uint32_t items = REPLY_GROUP | REPLY_PAGE | REPLY_USER;
	for (unsigned i = 0; i < 3; i++) {
		sign_in(world, ADA, SCOPE_READ);
		(void)visit(world, lists[i], OPEN_GROUP);
		assert_int_equal(world_run(world), OUTCOME_OK);
		assert_int_equal(world->reply.items, i == 0 ? items : items | REPLY_INVITE);
		assert_int_equal(world->reply.user.id, ADA);
		if (i == 0) {
			assert_int_equal(act(world, OPERATION_INVITE_CREATE, "ada/write"), OUTCOME_INVITE_CREATED);
		}
	}
	put(world, BOB, STATE_MEMBER);
	sign_in(world, BOB, SCOPE_WRITE);
	for (unsigned i = 0; i < 3; i++) {
		(void)visit(world, lists[i], OPEN_GROUP);
		assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
		assert_int_equal(world->reply.items, 0);
	}
}

static int64_t seen_at(struct world *world)
{
	uint8_t digest[DIGEST_SIZE];
	struct session session = {0};
	secret_digest("cookie", 6, digest);
	store_begin(world->txn, TXN_READ, world->now);
	assert_true(store_find_session(world->txn, digest, &session));
	assert_int_equal(store_end(world->txn), STORE_DONE);
	return session.seen_at;
}

static void what_is_done_by_a_page_notes_that_its_session_is_used(void **state)
{
	struct world *world = *state;
	put(world, BOB, STATE_REQUESTED);
	sign_in(world, ADA, SCOPE_WRITE);
	world->now += SESSION_SEEN_EVERY_S;
	for (unsigned i = 0; i < 2; i++) {
		visit(world, OPERATION_REQUEST_DISCARD, OPEN_GROUP)->user =
			(struct reference){.kind = REFERENCE_ID, .id = BOB};
		assert_int_equal(
			world_run(world), i == 0 ? OUTCOME_DISCARDED : OUTCOME_REQUEST_NOT_PENDING);
		assert_int_equal(seen_at(world), 1000 + SESSION_SEEN_EVERY_S);
		world->now += SESSION_SEEN_EVERY_S;
	}
}

static enum outcome visit_by_code(struct world *world, uint64_t group_id, const char *code)
{
	(void)visit(world, OPERATION_INVITE_VISIT, group_id);
	world_give_invite(world, INVITE_CODE, code);
	return world_run(world);
}

static void invites_page_is_answered_as_a_join_would_be(void **state)
{
	struct world *world = *state;
	char code[CODE_SIZE + 1];
	(void)world_ask(world, DIALECT_V3, OPERATION_INVITE_CREATE, "ada/write", PRIVATE_GROUP);
	assert_int_equal(world_run(world), OUTCOME_INVITE_CREATED);
	memcpy(code, reply_text(&world->reply, world->reply.invite.code), sizeof code);
	sign_in(world, BOB, SCOPE_READ);
	assert_int_equal(visit_by_code(world, PRIVATE_GROUP, code), OUTCOME_OK);
	assert_int_equal(world->reply.group.group.id, PRIVATE_GROUP);
	assert_int_equal(world->reply.user.id, BOB);
	assert_int_equal(visit_by_code(world, PRIVATE_GROUP, "wrong"), OUTCOME_NO_SUCH_GROUP);
	assert_int_equal(visit_by_code(world, OPEN_GROUP, code), OUTCOME_INVITE_INVALID);
	world_put_member(world, PRIVATE_GROUP, BOB, STATE_BANNED, ROLE_NONE, 10);
	assert_int_equal(visit_by_code(world, PRIVATE_GROUP, code), OUTCOME_BANNED);
	world_put_member(world, PRIVATE_GROUP, BOB, STATE_MEMBER, ROLE_MEMBER, 10);
	assert_int_equal(visit_by_code(world, PRIVATE_GROUP, "wrong"), OUTCOME_OK);
	assert_int_equal(world->reply.group.caller.state, STATE_MEMBER);
	sign_in(world, CLEO, SCOPE_OPERATOR);
	assert_int_equal(visit_by_code(world, PRIVATE_GROUP, "wrong"), OUTCOME_INVITE_INVALID);
	assert_int_equal(visit_by_code(world, PRIVATE_GROUP, code), OUTCOME_OK);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(invited_person_is_shown_and_found),
		IN_A_WORLD(person_who_had_asked_is_added),
		IN_A_WORLD(nobody_is_no_one_to_invite),
		IN_A_WORLD(sender_may_cancel_also_when_no_manager_any_more),
		IN_A_WORLD(invitation_that_is_over_is_not_cancelled_by_its_successor),
		IN_A_WORLD(ban_ends_an_invitation_as_revoked),
		IN_A_WORLD(address_tells_nothing),
		IN_A_WORLD(address_that_is_somebodys_has_its_effect_at_once),
		IN_A_WORLD(letter_to_who_had_asked_lets_in_once),
		IN_A_WORLD(letter_to_who_has_no_room_invites),
		IN_A_WORLD(letter_to_a_member_ends_with_a_ban),
		IN_A_WORLD(who_declines_declines_the_letter_too),
		IN_A_WORLD(letter_waits_for_who_gets_the_address),
		IN_A_WORLD(letter_does_not_end_when_a_member_gets_the_address),
		IN_A_WORLD(letter_that_met_its_person_invites_no_later_holder_of_the_address),
		IN_A_WORLD(lists_of_pages_come_with_what_their_forms_need),
		IN_A_WORLD(what_is_done_by_a_page_notes_that_its_session_is_used),
		IN_A_WORLD(invites_page_is_answered_as_a_join_would_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
