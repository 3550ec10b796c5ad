/* The change feed: reading on, one group's share, trimming, over every backend. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "model/limits.h"
#include "world.h"

/* Changes from..to, of group 1 where the number is odd, of group 2 where it is even, of none at each tenth. */
static void append(struct world *world, uint64_t from, uint64_t to)
{
	for (uint64_t seq = from; seq <= to; seq++) {
		struct change change = {.at = (int64_t)seq, .type = CHANGE_JOINED, .operation = OPERATION_NONE};
		texts_clear(&world->texts);
		change.request_id = world_text(world, "abc");
		change.group_id = seq % 10 == 0 ? 0 : seq % 2 == 0 ? 2 : 1;
		assert_int_equal(store_append_change(world->txn, &change, &world->texts), seq);
	}
}

/* Reads on from 0 until nothing comes; every number must be of this group and above the one before. */
static uint32_t read_on(struct world *world, uint64_t group_id, uint64_t after, uint32_t limit)
{
	struct feed feed = {.after = after, .limit = limit};
	uint64_t first;
	uint32_t count = 0;
	for (;;) {
		assert_true(store_list_changes(world->txn, group_id, &feed, &world->page, &first));
		for (uint32_t i = 0; i < world->page.count; i++) {
			const struct change *change = &world->page.changes[i];
			assert_true(change->seq > feed.after);
			assert_true(group_id == 0 || change->group_id == group_id);
			assert_string_equal(texts_get(&world->page.texts, change->request_id), "abc");
			feed.after = change->seq;
			count++;
		}
		assert_int_equal(world->page.last_seq, feed.after);
		if (!world->page.has_more) {
			return count;
		}
		assert_int_equal(world->page.count, limit);
	}
}

static void feed_is_read_on_without_gap_or_repetition(void **state)
{
	struct world *world = *state;
	world_write(world);
	append(world, 1, 100);
	for (uint32_t limit = 1; limit <= 101; limit += 20) {
		assert_int_equal(read_on(world, 0, 0, limit), 100);
		assert_int_equal(read_on(world, 1, 0, limit), 50);
		assert_int_equal(read_on(world, 2, 0, limit), 40);
		assert_int_equal(read_on(world, 3, 0, limit), 0);
	}
	assert_int_equal(read_on(world, 0, 90, 10), 10);
	assert_int_equal(read_on(world, 0, 100, 10), 0);
	assert_int_equal(read_on(world, 0, ID_MAX, 10), 0);
	assert_int_equal(read_on(world, 1, UINT64_MAX, 10), 0);
	world_end(world);
	world_check(world, 0);
}

static void feed_of_nothing_is_empty(void **state)
{
	struct world *world = *state;
	world_read(world);
	assert_int_equal(store_first_change(world->txn), 1);
	assert_int_equal(read_on(world, 0, 0, 10), 0);
	assert_int_equal(read_on(world, 1, 5, 10), 0);
	world_end(world);
}

/* Which change is the first that is kept for who comes with this number; 0: nothing is missing. */
static uint64_t first_kept(struct world *world, uint64_t group_id, uint64_t after)
{
	const struct feed feed = {.after = after, .limit = 10};
	uint64_t first = 0;
	return store_list_changes(world->txn, group_id, &feed, &world->page, &first) ? 0 : first;
}

static void trimmed_changes_are_gone(void **state)
{
	struct world *world = *state;
	world_write(world);
	append(world, 1, 2 * SLICE_ROWS_MAX + 100);
	assert_true(store_trim_changes(world->txn, 2 * SLICE_ROWS_MAX + 11));
	assert_int_equal(store_first_change(world->txn), SLICE_ROWS_MAX + 1);
	assert_true(store_trim_changes(world->txn, 2 * SLICE_ROWS_MAX + 11));
	assert_false(store_trim_changes(world->txn, 2 * SLICE_ROWS_MAX + 11));
	assert_false(store_trim_changes(world->txn, 2 * SLICE_ROWS_MAX + 11));
	uint64_t kept = 2 * SLICE_ROWS_MAX + 11;
	assert_int_equal(store_first_change(world->txn), kept);
	assert_int_equal(first_kept(world, 0, kept - 2), kept);
	assert_int_equal(first_kept(world, 1, kept - 3), kept);
	assert_int_equal(read_on(world, 0, kept - 1, 10), 90);
	assert_int_equal(read_on(world, 1, kept - 1, 10), 45);
	world_end(world);
	world_check(world, 0);
}

static void append_of(struct world *world, uint64_t group_id, enum change_type type)
{
	texts_clear(&world->texts);
	const struct change change = {.type = type,
		.operation = OPERATION_NONE,
		.group_id = group_id,
		.request_id = world_text(world, "abc")};
	assert_true(store_append_change(world->txn, &change, &world->texts) > 0);
}

/* Group 2 sees the changes 1 and 6, group 1 the others. */
static void who_follows_a_quiet_group_misses_nothing_by_a_trim_of_others(void **state)
{
	struct world *world = *state;
	world_write(world);
	for (uint64_t seq = 1; seq <= 6; seq++) {
		append_of(world, seq % 5 == 1 ? 2 : 1, CHANGE_JOINED);
	}
	for (uint64_t before = 3; before <= 5; before++) {
		assert_false(store_trim_changes(world->txn, before));
		assert_int_equal(first_kept(world, 0, 1), before);
		assert_int_equal(first_kept(world, 1, before - 2), before);
		assert_int_equal(first_kept(world, 2, 0), before);
		assert_int_equal(read_on(world, 2, 1, 10), 1);
		assert_int_equal(read_on(world, 3, 0, 10), 0);
	}
	assert_false(store_trim_changes(world->txn, 7));
	assert_int_equal(first_kept(world, 2, 5), 7);
	assert_int_equal(read_on(world, 1, 5, 10), 0);
	world_end(world);
	world_check(world, 0);
}

static void feed_that_begins_late_says_so_to_followers_of_groups(void **state)
{
	struct world *world = *state;
	world_write(world);
	store_raise_counter(world->txn, COUNTER_CHANGE, 4);
	append_of(world, 1, CHANGE_JOINED);
	append_of(world, 2, CHANGE_JOINED);
	assert_int_equal(first_kept(world, 2, 2), 4);
	assert_false(store_trim_changes(world->txn, 5));
	assert_int_equal(first_kept(world, 2, 2), 5);
	assert_int_equal(read_on(world, 2, 3, 10), 1);
	assert_int_equal(first_kept(world, 1, 3), 5);
	world_end(world);
	world_check(world, 0);
}

static void nothing_of_a_deleted_group_is_left_in_its_feed(void **state)
{
	struct world *world = *state;
	world_write(world);
	append_of(world, 1, CHANGE_JOINED);
	append_of(world, 1, CHANGE_GROUP_DELETED);
	append_of(world, 2, CHANGE_JOINED);
	assert_false(store_trim_changes(world->txn, 2));
	assert_int_equal(first_kept(world, 1, 0), 2);
	assert_false(store_trim_changes(world->txn, 3));
	assert_int_equal(first_kept(world, 1, 0), 0);
	world_end(world);
	world_check(world, 0);
}

static void numbers_go_on_behind_a_feed_that_was_trimmed_whole(void **state)
{
	struct world *world = *state;
	world_write(world);
	append(world, 1, 5);
	assert_false(store_trim_changes(world->txn, UINT64_MAX));
	assert_int_equal(store_first_change(world->txn), 6);
	assert_int_equal(store_counter(world->txn, COUNTER_CHANGE), 6);
	assert_int_equal(read_on(world, 0, 5, 10), 0);
	append(world, 6, 7);
	assert_int_equal(read_on(world, 0, 5, 10), 2);
	assert_int_equal(store_first_change(world->txn), 6);
	world_end(world);
	world_check(world, 0);
}

/* What a token's changes must add up to. */
static void put_token(struct world *world, uint32_t uses_left)
{
	struct invite_token token = {.id = 1, .group_id = 1, .by = 1, .expires_at = WORLD_NOW + 9, .max_uses = 3};
	token.uses_left = uses_left;
	token.identifier = world_text(world, "identifier");
	store_put_invite_token(world->txn, &token, &world->texts);
	store_raise_counter(world->txn, COUNTER_INVITE_TOKEN, 2);
}

static void append_use(struct world *world, enum change_type type)
{
	const struct change change = {
		.type = type, .operation = OPERATION_NONE, .group_id = 1, .user_id = 1, .reference = 1};
	assert_true(store_append_change(world->txn, &change, &world->texts) > 0);
}

static void hear_error(void *context, const char *line)
{
	*(bool *)context = strcmp(line, "invite token 1: has other uses than its feed tells") == 0;
}

static bool check_finds_other_uses(struct world *world)
{
	struct check_result result;
	bool found = false;
	world_read(world);
	store_check(world->txn, hear_error, &found, &result);
	world_end(world);
	assert_int_equal(result.errors, found);
	return found;
}

static void uses_of_a_token_are_counted_in_the_feed(void **state)
{
	struct world *world = *state;
	world_write(world);
	world_put_user(world, 1);
	world_put_group(world, 1, 1);
	put_token(world, 1);
	append_use(world, CHANGE_TOKEN_MINTED);
	append_use(world, CHANGE_JOINED);
	world_end(world);
	assert_true(check_finds_other_uses(world));
	world_write(world);
	append_use(world, CHANGE_JOINED);
	world_end(world);
	assert_false(check_finds_other_uses(world));
	world_write(world);
	append_use(world, CHANGE_JOINED);
	world_end(world);
	assert_true(check_finds_other_uses(world));
	world_write(world);
	assert_false(store_trim_changes(world->txn, 2)); /* of a token that is older than the feed nothing is known */
	world_end(world);
	assert_false(check_finds_other_uses(world));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(feed_is_read_on_without_gap_or_repetition),
		WORLD_TEST(feed_of_nothing_is_empty),
		WORLD_TEST(trimmed_changes_are_gone),
		WORLD_TEST(who_follows_a_quiet_group_misses_nothing_by_a_trim_of_others),
		WORLD_TEST(feed_that_begins_late_says_so_to_followers_of_groups),
		WORLD_TEST(nothing_of_a_deleted_group_is_left_in_its_feed),
		WORLD_TEST(numbers_go_on_behind_a_feed_that_was_trimmed_whole),
		WORLD_TEST(uses_of_a_token_are_counted_in_the_feed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
