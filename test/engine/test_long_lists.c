/* Complete lists of ids, as Onezone asks for them: whole up to the limit, refused beyond it, never cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/limits.h"
#include "world.h"

#define FIRST_ID 1000

static void add_person(struct world *world, uint64_t id)
{
	char name[24];
	int length = snprintf(name, sizeof name, "person-%06u", (unsigned)id);
	texts_clear(&world->scratch);
	struct text text = texts_add(&world->scratch, name, (size_t)length);
	struct user user = {.id = id, .active = true, .username = text, .slug = text, .created_at = 1, .updated_at = 1};
	memcpy(user.username_fold, name, FOLD_DIGEST_SIZE < (size_t)length ? FOLD_DIGEST_SIZE : (size_t)length);
	memcpy(user.username_order, name, (size_t)length);
	store_put_user(world->txn, &user, &world->scratch);
}

/* Makes the group have so many members, its owner among them. */
static void fill(struct world *world, uint64_t group_id, uint64_t from, uint64_t to)
{
	store_begin(world->txn, TXN_WRITE, world->now);
	for (uint64_t i = from; i < to; i++) {
		add_person(world, FIRST_ID + i);
		const struct membership membership = {
			group_id, FIRST_ID + i, STATE_MEMBER, ROLE_MEMBER, .since = (int64_t)(1000000 - i)};
		store_put_membership(world->txn, &membership, NULL, &world->scratch);
	}
	assert_int_equal(store_end(world->txn), STORE_DONE);
}

static struct request *ask(struct world *world, uint32_t limit)
{
	struct request *request =
		world_ask(world, DIALECT_ONEZONE, OPERATION_MEMBER_LIST, "ada/read", OPEN_GROUP);
	request->listing = (struct listing){.order = ORDER_ID_ASC, .page = limit == 0 ? 0 : 1, .per_page = limit};
	return request;
}

static void a_complete_list_is_whole_or_refused(void **state)
{
	struct world *world = *state;
	fill(world, OPEN_GROUP, 1, COMPLETE_LIST_MAX);
	(void)ask(world, 0);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, COMPLETE_LIST_MAX);
	assert_int_equal(world->page.ids[0], ADA);
	for (uint32_t i = 1; i < world->page.count; i++) {
		assert_true(world->page.ids[i - 1] < world->page.ids[i]);
	}

	fill(world, OPEN_GROUP, COMPLETE_LIST_MAX, COMPLETE_LIST_MAX + 1);
	(void)ask(world, 0);
	assert_int_equal(world_run(world), OUTCOME_PARAMETER_MISSING);
	assert_string_equal(world->reply.field, "limit");

	struct request *request = ask(world, COMPLETE_LIST_MAX);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, COMPLETE_LIST_MAX);
	assert_true(world->page.has_more);
	const struct cursor after = world->page.last;
	request = ask(world, COMPLETE_LIST_MAX);
	request->listing.after = after;
	request->given |= GIVEN_AFTER;
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 1);
	assert_false(world->page.has_more);
	assert_int_equal(world->page.ids[0], FIRST_ID + 1); /* who joined last */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_complete_list_is_whole_or_refused, world_setup, world_teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
