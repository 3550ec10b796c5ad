/* Showing people by several ids or usernames. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

#define UNKNOWN 99

static void ask_by_id(struct world *world, const uint64_t *ids, size_t count)
{
	char bytes[64];
	for (size_t i = 0; i < 8 * count; i++) {
		bytes[i] = (char)(ids[i / 8] >> (8 * (7 - i % 8)));
	}
	struct request *request = world_ask(world, DIALECT_LEGACY, OPERATION_USER_INFO, NULL, 0);
	assert_true(request_add(request, bytes, 8 * count, &request->ids));
}

/* The fold of the tests is the name itself. */
static void ask_by_username(struct world *world, const char *const *names, size_t count)
{
	char bytes[4 * FOLD_DIGEST_SIZE] = {0};
	assert_true(count * FOLD_DIGEST_SIZE <= sizeof bytes);
	for (size_t i = 0; i < count; i++) {
		memcpy(bytes + i * FOLD_DIGEST_SIZE, names[i], strlen(names[i]));
	}
	struct request *request = world_ask(world, DIALECT_LEGACY, OPERATION_USER_INFO_BY_USERNAME, NULL, 0);
	assert_true(request_add(request, bytes, count * FOLD_DIGEST_SIZE, &request->username_folds));
}

static void people_come_in_the_order_asked_and_suspended_ones_too(void **state)
{
	struct world *world = *state;
	static const uint64_t ids[] = {EVE, UNKNOWN, ADA, CLEO};
	ask_by_id(world, ids, 4);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 3);
	assert_int_equal(world->page.total, 3);
	assert_int_equal(world->page.users[0].id, EVE);
	assert_int_equal(world->page.users[1].id, ADA);
	assert_int_equal(world->page.users[2].id, CLEO);
	assert_string_equal(texts_get(&world->page.texts, world->page.users[1].username), "ada");
	assert_int_equal(world->reply.items, REPLY_PAGE);
}

static void usernames_are_found_by_their_fold(void **state)
{
	struct world *world = *state;
	static const char *const names[] = {"dan", "nobody", "eve"};
	ask_by_username(world, names, 3);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 2);
	assert_int_equal(world->page.users[0].id, DAN);
	assert_int_equal(world->page.users[1].id, EVE);
}

static void nobody_known_is_a_refusal_of_its_own(void **state)
{
	struct world *world = *state;
	static const uint64_t ids[] = {UNKNOWN};
	static const char *const names[] = {"nobody"};
	ask_by_id(world, ids, 1);
	assert_int_equal(world_run(world), OUTCOME_USER_NOT_FOUND);
	(void)world_ask(world, DIALECT_LEGACY, OPERATION_USER_INFO, NULL, 0);
	assert_int_equal(world_run(world), OUTCOME_USER_NOT_FOUND);
	ask_by_username(world, names, 1);
	assert_int_equal(world_run(world), OUTCOME_USERNAME_NOT_FOUND);
	(void)world_ask(world, DIALECT_LEGACY, OPERATION_USER_INFO_BY_USERNAME, NULL, 0);
	assert_int_equal(world_run(world), OUTCOME_USERNAME_NOT_FOUND);
	assert_int_equal(world->reply.items, 0);
}

static void what_decode_refused_comes_behind_the_api_key(void **state)
{
	struct world *world = *state;
	static const uint64_t ids[] = {ADA};
	ask_by_id(world, ids, 1);
	request_fault(&world->request->syntax, OUTCOME_USER_NOT_FOUND, "");
	assert_int_equal(world_run(world), OUTCOME_USER_NOT_FOUND);
	world->request->api_key.given = false;
	assert_int_equal(world_run(world), OUTCOME_API_KEY_MISSING);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(people_come_in_the_order_asked_and_suspended_ones_too),
		WORLD_TEST(usernames_are_found_by_their_fold),
		WORLD_TEST(nobody_known_is_a_refusal_of_its_own),
		WORLD_TEST(what_decode_refused_comes_behind_the_api_key),
	};
	return cmocka_run_group_tests_name("engine people", tests, NULL, NULL);
}
