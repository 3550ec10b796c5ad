/* People's tokens over the modern API. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/secrets.h"
#include "world.h"

#define UNKNOWN 99

static struct request *ask(struct world *world, enum operation operation, const char *token, uint64_t user_id)
{
	struct request *request = world_ask(world, DIALECT_V3, operation, token, 0);
	request->user = (struct reference){.kind = REFERENCE_ID, .id = user_id};
	request->scope = SCOPE_WRITE;
	return request;
}

static uint64_t mint(struct world *world, uint64_t user_id, char secret[USER_TOKEN_SIZE + 1])
{
	struct request *request = ask(world, OPERATION_USER_TOKEN_MINT, "ada/operator", user_id);
	world_give_text(world, &request->label, "phone");
	assert_int_equal(world_run_unrecorded(world), OUTCOME_USER_TOKEN_MINTED);
	strcpy(secret, reply_text(&world->reply, world->reply.secret));
	return world->reply.user_token.id;
}

static enum outcome use(struct world *world, const char *secret)
{
	struct request *request = world_ask(world, DIALECT_V3, OPERATION_USER_GET, secret, 0);
	request->user.kind = REFERENCE_CALLER;
	return world_run(world);
}

static void minted_token_is_shown_once_and_works(void **state)
{
	struct world *world = *state;
	char secret[USER_TOKEN_SIZE + 1];
	uint64_t id = mint(world, BOB, secret);
	assert_int_equal(strlen(secret), USER_TOKEN_SIZE);
	assert_int_equal(world->reply.items, REPLY_USER_TOKEN | REPLY_SECRET);
	assert_int_equal(world->reply.user_token.user_id, BOB);
	assert_int_equal(world->reply.user_token.scope, SCOPE_WRITE);
	assert_int_equal(world->reply.version, id);
	assert_string_equal(reply_text(&world->reply, world->reply.user_token.label), "phone");
	assert_int_equal(use(world, secret), OUTCOME_OK);
	assert_int_equal(world->reply.user.id, BOB);
	ask(world, OPERATION_USER_TOKEN_GET, "ada/operator", BOB)->item_id = id;
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->reply.items, REPLY_USER_TOKEN);
	assert_string_equal(reply_text(&world->reply, world->reply.user_token.label), "phone");
	char other[USER_TOKEN_SIZE + 1];
	assert_int_equal(mint(world, BOB, other), id + 1);
	assert_string_not_equal(other, secret);
}

static void operators_are_made_by_the_joinery_program_only(void **state)
{
	struct world *world = *state;
	ask(world, OPERATION_USER_TOKEN_MINT, "ada/operator", UNKNOWN)->scope = SCOPE_OPERATOR;
	assert_int_equal(world_run(world), OUTCOME_UNACCEPTABLE_VALUE);
	assert_string_equal(world->reply.field, "scope");
	(void)ask(world, OPERATION_USER_TOKEN_MINT, "ada/operator", UNKNOWN);
	assert_int_equal(world_run(world), OUTCOME_USER_NOT_FOUND);
}

static void revoked_token_is_none(void **state)
{
	struct world *world = *state;
	char secret[USER_TOKEN_SIZE + 1];
	uint64_t id = mint(world, BOB, secret);
	ask(world, OPERATION_USER_TOKEN_REVOKE, "ada/operator", CLEO)->item_id = id;
	assert_int_equal(world_run(world), OUTCOME_USER_TOKEN_NOT_FOUND);
	assert_int_equal(use(world, secret), OUTCOME_OK);
	ask(world, OPERATION_USER_TOKEN_REVOKE, "ada/operator", BOB)->item_id = id;
	assert_int_equal(world_run_unrecorded(world), OUTCOME_USER_TOKEN_REVOKED);
	assert_int_equal(use(world, secret), OUTCOME_TOKEN_INVALID);
	static const enum operation operations[] = {OPERATION_USER_TOKEN_REVOKE, OPERATION_USER_TOKEN_GET};
	for (size_t i = 0; i < 2; i++) {
		ask(world, operations[i], "ada/operator", BOB)->item_id = id;
		assert_int_equal(world_run(world), OUTCOME_USER_TOKEN_NOT_FOUND);
		ask(world, operations[i], "ada/operator", UNKNOWN)->item_id = id;
		assert_int_equal(world_run(world), OUTCOME_USER_NOT_FOUND);
	}
}

static void session_ends_with_the_token_that_signed_in(void **state)
{
	struct world *world = *state;
	char secret[USER_TOKEN_SIZE + 1];
	uint64_t id = mint(world, BOB, secret);
	(void)world_ask(world, DIALECT_PAGE, OPERATION_SIGN_IN, secret, 0);
	assert_int_equal(world_run_unrecorded(world), OUTCOME_SIGNED_IN);
	struct credential session = {.given = true};
	secret_digest(reply_text(&world->reply, world->reply.secret), SESSION_SIZE, session.digest);
	world_ask(world, DIALECT_PAGE, OPERATION_SIGN_IN_SHOW, NULL, 0)->session = session;
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->reply.user.id, BOB);
	ask(world, OPERATION_USER_TOKEN_REVOKE, "ada/operator", BOB)->item_id = id;
	assert_int_equal(world_run_unrecorded(world), OUTCOME_USER_TOKEN_REVOKED);
	world_ask(world, DIALECT_PAGE, OPERATION_SIGN_IN_SHOW, NULL, 0)->session = session;
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->reply.items & REPLY_USER, 0);
}

static void list_holds_the_active_ones(void **state)
{
	struct world *world = *state;
	ask(world, OPERATION_USER_TOKEN_REVOKE, "ada/operator", BOB)->item_id = BOB * 10 + SCOPE_WRITE;
	assert_int_equal(world_run_unrecorded(world), OUTCOME_USER_TOKEN_REVOKED);
	(void)ask(world, OPERATION_USER_TOKEN_LIST, "ada/operator", BOB);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->reply.items, REPLY_PAGE);
	assert_int_equal(world->page.count, 2);
	assert_int_equal(world->page.total, 2);
	assert_int_equal(world->page.tokens[0].scope, SCOPE_READ);
	assert_int_equal(world->page.tokens[1].scope, SCOPE_OPERATOR);
	assert_int_equal(world->page.last.of, BOB);
	world->request->given |= GIVEN_AFTER;
	world->request->listing.after.of = CLEO;
	assert_int_equal(world_run(world), OUTCOME_INVALID_PARAMETER);
	assert_string_equal(world->reply.field, "after");
}

static void tokens_are_for_operators(void **state)
{
	struct world *world = *state;
	static const enum operation operations[] = {OPERATION_USER_TOKEN_LIST, OPERATION_USER_TOKEN_GET,
		OPERATION_USER_TOKEN_MINT, OPERATION_USER_TOKEN_REVOKE};
	for (size_t i = 0; i < 4; i++) {
		ask(world, operations[i], "bob/write", BOB)->item_id = BOB * 10;
		assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
		world->request->token.given = false;
		assert_int_equal(world_run(world), OUTCOME_TOKEN_MISSING);
	}
}

static void condition_names_the_token(void **state)
{
	struct world *world = *state;
	static const char wrong[8] = {0};
	static const char right[8] = {0, 0, 0, 0, 0, 0, 0, BOB * 10};
	struct request *request = ask(world, OPERATION_USER_TOKEN_REVOKE, "ada/operator", BOB);
	request->item_id = BOB * 10;
	request->match = MATCH_VERSIONS;
	assert_true(request_add(request, wrong, sizeof wrong, &request->match_versions));
	assert_int_equal(world_run(world), OUTCOME_PRECONDITION_FAILED);
	assert_true(request_add(request, right, sizeof right, &request->match_versions));
	assert_int_equal(world_run_unrecorded(world), OUTCOME_USER_TOKEN_REVOKED);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(minted_token_is_shown_once_and_works),
		WORLD_TEST(operators_are_made_by_the_joinery_program_only),
		WORLD_TEST(revoked_token_is_none),
		WORLD_TEST(session_ends_with_the_token_that_signed_in),
		WORLD_TEST(list_holds_the_active_ones),
		WORLD_TEST(tokens_are_for_operators),
		WORLD_TEST(condition_names_the_token),
	};
	return cmocka_run_group_tests_name("engine user tokens", tests, NULL, NULL);
}
