/* What follows a person's names: rosters by name, and the address by which a person is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

#define MEMBERS 510 /* above what a group without a roster by name has */

static void renamed_member_moves_in_every_large_group(void **state)
{
	struct world *world = *state;
	const struct listing listing = {.order = ORDER_NAME_ASC, .page = 1, .per_page = 2};
	world_write(world);
	for (uint64_t id = 1; id <= MEMBERS; id++) {
		world_put_user(world, id);
	}
	for (uint64_t group_id = 1; group_id <= 3; group_id++) {
		world_put_group(world, group_id, 1);
	}
	for (uint64_t id = 2; id <= MEMBERS; id++) {
		world_put_member(world, 1, id, ROLE_MEMBER, 10);
		world_put_member(world, 2, id, ROLE_MEMBER, 10);
	}
	world_put_member(world, 3, 2, ROLE_MEMBER, 10);
	world_end(world);
	world_check(world, 0);
	world_write(world);
	struct user user = world_user(world, 2);
	memset(user.username_order, 0, sizeof user.username_order);
	memset(user.username_fold, 'a', sizeof user.username_fold);
	store_put_user(world->txn, &user, &world->texts);
	for (uint64_t group_id = 1; group_id <= 3; group_id++) {
		const struct group group = world_group(world, group_id, 1);
		store_list_members(world->txn, &group, &listing, false, &world->page);
		assert_int_equal(world->page.members[0].user.id, 2);
		assert_int_equal(world->page.members[1].user.id, group_id == 3 ? 1 : MEMBERS);
		assert_int_equal(world->page.total, group_id == 3 ? 2 : MEMBERS);
	}
	world_end(world);
	world_check(world, 0);
}

static void address_that_changes_or_goes_finds_nobody(void **state)
{
	struct world *world = *state;
	uint64_t id = 0;
	world_write(world);
	world_put_user(world, 1);
	struct user user = world_user(world, 1);
	user.email = world_text(world, "other@example.org");
	store_put_user(world->txn, &user, &world->texts);
	assert_false(store_find_user_id_by_email(world->txn, "u1@example.org", &id));
	assert_true(store_find_user_id_by_email(world->txn, "other@example.org", &id) && id == 1);
	user.email = (struct text){0};
	store_put_user(world->txn, &user, &world->texts);
	assert_false(store_find_user_id_by_email(world->txn, "other@example.org", &id));
	world_put_user(world, 2);
	user = world_user(world, 2);
	user.email = world_text(world, "other@example.org");
	store_put_user(world->txn, &user, &world->texts);
	assert_true(store_find_user_id_by_email(world->txn, "other@example.org", &id) && id == 2);
	world_end(world);
	world_check(world, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(renamed_member_moves_in_every_large_group),
		WORLD_TEST(address_that_changes_or_goes_finds_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
