/* Repeated requests: the first reply again, and nothing done twice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/secrets.h"
#include "model/limits.h"
#include "world.h"

static void give_key(struct world *world, char key, char fingerprint)
{
	struct idempotency *idempotency = &world->request->idempotency;
	idempotency->given = true;
	memset(idempotency->key, key, sizeof idempotency->key);
	memset(idempotency->fingerprint, fingerprint, sizeof idempotency->fingerprint);
}

static void ask_to_join(struct world *world, const char *token, uint64_t group_id)
{
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, token, group_id);
	give_key(world, 'k', 'f');
}

static struct request *ask_to_mint(struct world *world)
{
	struct request *request =
		world_ask(world, DIALECT_V3, OPERATION_INVITE_TOKEN_MINT, "ada/write", PRIVATE_GROUP);
	request->expires_in_s = 60;
	request->max_uses = 3;
	give_key(world, 'k', 'f');
	return request;
}

static void reopen(struct world *world)
{
	const struct store_options options = {
		.directory = world->directory, .threads = 2, .map_size = 1u << 30};
	char why[256] = "";
	txn_destroy(world->txn);
	store_close(world->store);
	world->store = store_open_directory(&options, why, sizeof why);
	assert_non_null(world->store);
	world->txn = txn_create(world->store);
}

static void repeated_join_gets_the_first_reply(void **state)
{
	struct world *world = *state;
	ask_to_join(world, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	assert_false(world->reply.replayed);
	uint32_t items = world->reply.items;
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	assert_true(world->reply.replayed);
	assert_int_equal(world->changes, 0);
	assert_int_equal(world->reply.items, items);
	assert_int_equal(world->reply.member.user.id, BOB);
	assert_string_equal(reply_text(&world->reply, world->reply.member.user.username), "bob");
	assert_int_equal(world->reply.token_id, BOB * 10 + SCOPE_WRITE);
	world->request->idempotency.given = false;
	assert_int_equal(world_run(world), OUTCOME_ALREADY_MEMBER);
}

static void key_of_another_request_is_refused(void **state)
{
	struct world *world = *state;
	ask_to_join(world, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	ask_to_join(world, "bob/write", MODERATED_GROUP);
	give_key(world, 'k', 'g');
	assert_int_equal(world_run(world), OUTCOME_IDEMPOTENCY_MISMATCH);
	assert_int_equal(world->reply.items, 0);
	assert_false(world->reply.replayed);
	give_key(world, 'l', 'g');
	assert_int_equal(world_run(world), OUTCOME_QUEUED);
}

static void key_belongs_to_its_token(void **state)
{
	struct world *world = *state;
	ask_to_join(world, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	ask_to_join(world, "bob/operator", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_ALREADY_MEMBER);
	ask_to_join(world, "cleo/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	assert_false(world->reply.replayed);
}

static void refusals_and_what_wrote_nothing_are_judged_anew(void **state)
{
	struct world *world = *state;
	world_put_member(world, OPEN_GROUP, BOB, STATE_BANNED, ROLE_NONE, 5);
	ask_to_join(world, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_BANNED);
	world_put_member(world, OPEN_GROUP, BOB, STATE_MEMBER, ROLE_MEMBER, 5);
	assert_int_equal(world_run(world), OUTCOME_ALREADY_MEMBER);
	world_put_member(world, OPEN_GROUP, BOB, STATE_NONE, ROLE_NONE, 0);
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	assert_false(world->reply.replayed);
}

static void repeat_comes_behind_token_and_syntax_and_before_the_group(void **state)
{
	struct world *world = *state;
	ask_to_join(world, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	ask_to_join(world, "nobody", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_TOKEN_INVALID);
	ask_to_join(world, "bob/write", OPEN_GROUP);
	request_fault(&world->request->syntax, OUTCOME_MALFORMED_BODY, "");
	assert_int_equal(world_run(world), OUTCOME_MALFORMED_BODY);
	ask_to_join(world, "bob/write", 99);
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	give_key(world, 'k', 'g');
	assert_int_equal(world_run(world), OUTCOME_IDEMPOTENCY_MISMATCH);
	world->request->idempotency.given = false;
	assert_int_equal(world_run(world), OUTCOME_NO_SUCH_GROUP);
}

static void key_is_free_again_after_a_day(void **state)
{
	struct world *world = *state;
	ask_to_join(world, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	world->now += IDEMPOTENCY_KEPT_S - 1;
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	world->now++;
	assert_int_equal(world_run(world), OUTCOME_ALREADY_MEMBER);
}

static void invite_token_is_shown_again_byte_for_byte(void **state)
{
	struct world *world = *state;
	char first[MACAROON_SIZE_MAX + 1];
	(void)ask_to_mint(world);
	assert_int_equal(world_run(world), OUTCOME_TOKEN_MINTED);
	uint64_t id = world->reply.invite_token.id;
	strcpy(first, reply_text(&world->reply, world->reply.macaroon));
	reopen(world);
	world->now += 100; /* past the token's end */
	(void)ask_to_mint(world);
	assert_int_equal(world_run(world), OUTCOME_TOKEN_MINTED);
	assert_true(world->reply.replayed);
	assert_int_equal(world->reply.invite_token.id, id);
	assert_int_equal(world->reply.items & REPLY_MACAROON, REPLY_MACAROON);
	assert_string_equal(reply_text(&world->reply, world->reply.macaroon), first);
}

static void token_of_a_person_is_shown_again(void **state)
{
	struct world *world = *state;
	char first[USER_TOKEN_SIZE + 1];
	struct request *request = world_ask(world, DIALECT_V3, OPERATION_USER_TOKEN_MINT, "ada/operator", 0);
	request->user = (struct reference){.kind = REFERENCE_ID, .id = BOB};
	request->scope = SCOPE_READ;
	give_key(world, 'k', 'f');
	assert_int_equal(world_run_unrecorded(world), OUTCOME_USER_TOKEN_MINTED);
	uint64_t id = world->reply.user_token.id;
	strcpy(first, reply_text(&world->reply, world->reply.secret));
	reopen(world);
	assert_int_equal(world_run(world), OUTCOME_USER_TOKEN_MINTED);
	assert_true(world->reply.replayed);
	assert_int_equal(world->reply.user_token.id, id);
	assert_int_equal(world->reply.items, REPLY_USER_TOKEN | REPLY_SECRET);
	assert_string_equal(reply_text(&world->reply, world->reply.secret), first);
}

static void condition_that_held_need_not_hold_again(void **state)
{
	struct world *world = *state;
	struct request *request = world_ask(world, DIALECT_V3, OPERATION_USER_PUT, "ada/operator", 0);
	static const char imported[8] = {0};
	request->user = (struct reference){.kind = REFERENCE_ID, .id = BOB};
	request->given |= GIVEN_NAME;
	world_give_text(world, &request->name, "Bob");
	request->match = MATCH_VERSIONS;
	assert_true(request_add(request, imported, sizeof imported, &request->match_versions));
	give_key(world, 'k', 'f');
	assert_int_equal(world_run(world), OUTCOME_USER_CHANGED);
	assert_int_equal(world_run(world), OUTCOME_USER_CHANGED);
	assert_true(world->reply.replayed);
	give_key(world, 'l', 'f');
	assert_int_equal(world_run(world), OUTCOME_PRECONDITION_FAILED);
}

static void who_was_erased_since_is_shown_by_id_and_slug(void **state)
{
	struct world *world = *state;
	world_put_member(world, MODERATED_GROUP, BOB, STATE_REQUESTED, ROLE_NONE, 5);
	struct request *request = world_ask(world, DIALECT_V3, OPERATION_REQUEST_DENY, "ada/write", MODERATED_GROUP);
	request->user = (struct reference){.kind = REFERENCE_ID, .id = BOB};
	world_give_text(world, &request->message, "Bob is rude");
	give_key(world, 'k', 'f');
	assert_int_equal(world_run(world), OUTCOME_DENIED);
	world_erase(world, BOB);
	assert_int_equal(world_run(world), OUTCOME_DENIED);
	assert_true(world->reply.replayed);
	const struct standing_view *standing = &world->reply.standing;
	assert_int_equal(standing->user.id, BOB);
	assert_string_equal(reply_text(&world->reply, standing->user.slug), "bob");
	assert_int_equal(standing->user.username.length + standing->user.name.length, 0);
	assert_int_equal(standing->note.words.length, 0);
	assert_string_equal(reply_text(&world->reply, standing->by.username), "ada");
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(repeated_join_gets_the_first_reply),
		WORLD_TEST(key_of_another_request_is_refused),
		WORLD_TEST(key_belongs_to_its_token),
		WORLD_TEST(refusals_and_what_wrote_nothing_are_judged_anew),
		WORLD_TEST(repeat_comes_behind_token_and_syntax_and_before_the_group),
		WORLD_TEST(key_is_free_again_after_a_day),
		WORLD_TEST(invite_token_is_shown_again_byte_for_byte),
		WORLD_TEST(token_of_a_person_is_shown_again),
		WORLD_TEST(condition_that_held_need_not_hold_again),
		WORLD_TEST(who_was_erased_since_is_shown_by_id_and_slug),
	};
	return cmocka_run_group_tests_name("engine repeat", tests, NULL, NULL);
}
