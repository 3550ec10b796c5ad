/* The change feed as operators and managers read it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/limits.h"
#include "world.h"

static void join(struct world *world, const char *token, uint64_t group_id)
{
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, token, group_id);
	(void)world_run(world);
	assert_int_equal(world->changes, 1);
}

static struct request *ask(struct world *world, const char *token, uint64_t group_id)
{
	enum operation operation = group_id == 0 ? OPERATION_CHANGE_LIST : OPERATION_GROUP_CHANGE_LIST;
	struct request *request = world_ask(world, DIALECT_V3, operation, token, group_id);
	request->feed.limit = FEED_LIMIT_DEFAULT;
	return request;
}

static void feed_goes_on_behind_the_last_number(void **state)
{
	struct world *world = *state;
	join(world, "bob/write", OPEN_GROUP);
	join(world, "bob/write", MODERATED_GROUP);
	join(world, "cleo/write", OPEN_GROUP);
	struct request *request = ask(world, "dan/operator", 0);
	request->feed.limit = 2;
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->reply.items, REPLY_PAGE);
	assert_int_equal(world->page.count, 2);
	assert_true(world->page.has_more);
	assert_int_equal(world->page.changes[0].type, CHANGE_JOINED);
	assert_int_equal(world->page.changes[1].type, CHANGE_QUEUED);
	request->feed.after = world->page.last_seq;
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 1);
	assert_false(world->page.has_more);
	assert_int_equal(world->page.changes[0].user_id, CLEO);
	uint64_t last = world->page.last_seq;
	request->feed.after = last;
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 0);
	assert_int_equal(world->page.last_seq, last);
}

static void feed_of_a_group_is_its_managers(void **state)
{
	struct world *world = *state;
	join(world, "bob/write", OPEN_GROUP);
	join(world, "cleo/write", MODERATED_GROUP);
	(void)ask(world, "ada/read", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 1);
	assert_int_equal(world->page.changes[0].user_id, BOB);
	(void)ask(world, "bob/read", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
	(void)ask(world, "bob/read", PRIVATE_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NO_SUCH_GROUP);
	(void)ask(world, "dan/operator", MODERATED_GROUP);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 1);
	(void)ask(world, "ada/write", 0);
	assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
}

static void what_was_trimmed_is_said_to_be_gone(void **state)
{
	struct world *world = *state;
	join(world, "bob/write", OPEN_GROUP);
	join(world, "cleo/write", OPEN_GROUP);
	join(world, "dan/write", OPEN_GROUP);
	store_begin(world->txn, TXN_WRITE, world->now);
	assert_false(store_trim_changes(world->txn, 3));
	assert_int_equal(store_end(world->txn), STORE_DONE);
	struct request *request = ask(world, "dan/operator", 0);
	assert_int_equal(world_run(world), OUTCOME_CHANGES_GONE);
	assert_int_equal(world->reply.first_seq, 3);
	assert_int_equal(world->reply.items, 0);
	request->feed.after = 2;
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 1);
	(void)ask(world, "ada/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_CHANGES_GONE);
	assert_int_equal(world->reply.first_seq, 3);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(feed_goes_on_behind_the_last_number),
		WORLD_TEST(feed_of_a_group_is_its_managers),
		WORLD_TEST(what_was_trimmed_is_said_to_be_gone),
	};
	return cmocka_run_group_tests_name("engine feed", tests, NULL, NULL);
}
