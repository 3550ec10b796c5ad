/* Whatever call of the rows fails, and however: the store reports it and shows nothing of the transaction. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rows_fault.h"
#include "store/txn.h"
#include "world.h"

#define OWNER 1
#define GROUP 1
#define NEWCOMER 2

struct faulty {
	struct world world;
	struct rows *rows;
};

static const enum store_end ends[] = {STORE_AGAIN, STORE_FULL, STORE_FAILED, STORE_UNKNOWN};
#define ENDS (sizeof ends / sizeof ends[0])

static int set_up(void **state)
{
	struct faulty *faulty = test_calloc(1, sizeof *faulty);
	char why[128] = "";
	faulty->rows = rows_fault_create(rows_memory_create(NULL));
	faulty->world.store = store_open_rows(faulty->rows, why, sizeof why);
	assert_string_equal(why, "");
	faulty->world.txn = txn_create(faulty->world.store);
	assert_non_null(faulty->world.txn);
	texts_init(&faulty->world.texts, NULL, 0);
	page_init(&faulty->world.page);
	world_write(&faulty->world);
	world_put_user(&faulty->world, OWNER);
	world_put_group(&faulty->world, GROUP, OWNER);
	world_end(&faulty->world);
	*state = faulty;
	return 0;
}

static int tear_down(void **state)
{
	struct faulty *faulty = *state;
	txn_destroy(faulty->world.txn);
	store_close(faulty->world.store);
	texts_finish(&faulty->world.texts);
	page_finish(&faulty->world.page);
	test_free(faulty);
	return 0;
}

/* Standings, invitations, tokens, the feed, repeated requests: each list has something on it. */
static void act_on_lists(struct world *world)
{
	static struct reply reply;
	const struct listing listing = {.per_page = 10};
	const struct feed feed = {.limit = 10};
	struct token token = {.id = 1, .user_id = OWNER, .active = true};
	struct kept kept = {.token_id = 1, .at = WORLD_NOW};
	uint64_t first;
	bool same;
	reply_init(&reply);
	reply.outcome = OUTCOME_LEFT;
	store_put_token(world->txn, &token, &world->texts);
	store_list_tokens(world->txn, OWNER, &listing, false, &world->page);
	world_put_state(world, GROUP, NEWCOMER, STATE_INVITED, 5);
	store_list_invitations(world->txn, GROUP, &listing, false, &world->page);
	store_list_invitations_of_user(world->txn, NEWCOMER, &listing, false, &world->page);
	world_put_state(world, GROUP, NEWCOMER, STATE_REQUESTED, 5);
	store_list_requests(world->txn, GROUP, &listing, false, &world->page);
	store_list_requests_of_user(world->txn, NEWCOMER, &listing, false, &world->page);
	world_put_state(world, GROUP, NEWCOMER, STATE_BANNED, 5);
	store_list_bans(world->txn, GROUP, &listing, false, &world->page);
	(void)store_list_changes(world->txn, 0, &feed, &world->page, &first);
	(void)store_list_changes(world->txn, GROUP, &feed, &world->page, &first);
	(void)store_trim_changes(world->txn, UINT64_MAX);
	store_keep_reply(world->txn, &kept, &reply);
	reply_clear(&reply);
	(void)store_find_kept_reply(world->txn, &kept, &same, &reply);
	store_delete_token(world->txn, 1);
	reply_finish(&reply);
}

/* A transaction with most of what requests do, so that most calls are among it. */
static void act(struct world *world)
{
	struct listing listing = {.per_page = 10};
	struct due due;
	const struct change change = {.at = 5, .group_id = GROUP, .user_id = NEWCOMER};
	world_write(world);
	world_put_user(world, NEWCOMER);
	world_put_state(world, GROUP, NEWCOMER, STATE_REQUESTED, 5);
	world_put_member(world, GROUP, NEWCOMER, ROLE_MEMBER, 6);
	(void)store_append_change(world->txn, &change, &world->texts);
	(void)store_count_members(world->txn, GROUP);
	struct group group = world_group(world, GROUP, OWNER);
	page_clear(&world->page);
	store_list_members(world->txn, &group, &listing, false, &world->page);
	(void)store_next_due(world->txn, &due);
	(void)store_sweep(world->txn);
	act_on_lists(world);
	world_put_state(world, GROUP, NEWCOMER, STATE_BANNED, 7);
	store_delete_group(world->txn, GROUP);
	world->open = false;
}

static void assert_untouched(struct world *world)
{
	struct user user;
	struct group group;
	world_read(world);
	assert_false(store_find_user(world->txn, NEWCOMER, NULL, &user));
	assert_true(store_find_group(world->txn, GROUP, NULL, &group));
	assert_int_equal(store_count_members(world->txn, GROUP), 1);
	world_end(world);
	world_check(world, 0);
}

/* Fails the nth call of a kind in the transaction above. False: there are fewer. */
static bool fail_one(struct faulty *faulty, enum rows_call call, uint64_t nth, enum store_end wanted)
{
	rows_fault_arm(faulty->rows, call, nth, wanted);
	act(&faulty->world);
	if (!rows_fault_disarm(faulty->rows)) {
		store_abandon(faulty->world.txn);
		return false;
	}
	assert_int_equal(store_end(faulty->world.txn), wanted);
	assert_untouched(&faulty->world);
	return true;
}

static void any_failing_call_is_reported_and_undoes_all(void **state)
{
	static const enum rows_call calls[] = {
		ROWS_CALL_BEGIN, ROWS_CALL_GET, ROWS_CALL_SEEK, ROWS_CALL_LAST, ROWS_CALL_SEEK_SET, ROWS_CALL_PUT,
		ROWS_CALL_APPEND, ROWS_CALL_REMOVE, ROWS_CALL_WALK, ROWS_CALL_COUNT};
	unsigned met = 0;
	for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
		for (uint64_t nth = 1; fail_one(*state, calls[i], nth, ends[nth % ENDS]); nth++) {
			met++;
		}
	}
	assert_true(met > 60); /* else the transaction has become too small to prove anything */
}

static void failing_commit_is_reported_and_undoes_all(void **state)
{
	struct faulty *faulty = *state;
	for (size_t i = 0; i < ENDS && ends[i] != STORE_UNKNOWN; i++) {
		rows_fault_arm(faulty->rows, ROWS_CALL_END, 1, ends[i]);
		act(&faulty->world);
		assert_int_equal(store_end(faulty->world.txn), ends[i]);
		assert_untouched(&faulty->world);
	}
}

static void commit_of_unknown_end_is_reported_and_may_have_happened(void **state)
{
	struct faulty *faulty = *state;
	struct user user;
	rows_fault_arm(faulty->rows, ROWS_CALL_END, 1, STORE_UNKNOWN);
	world_write(&faulty->world);
	world_put_user(&faulty->world, NEWCOMER);
	faulty->world.open = false;
	assert_int_equal(store_end(faulty->world.txn), STORE_UNKNOWN);
	world_read(&faulty->world);
	assert_true(store_find_user(faulty->world.txn, NEWCOMER, NULL, &user));
	world_end(&faulty->world);
}

static void reading_that_fails_is_reported(void **state)
{
	struct faulty *faulty = *state;
	struct user user;
	for (size_t i = 0; i < ENDS; i++) {
		rows_fault_arm(faulty->rows, ROWS_CALL_GET, 1, ends[i]);
		store_begin(faulty->world.txn, TXN_READ, WORLD_NOW);
		assert_false(store_find_user(faulty->world.txn, OWNER, NULL, &user));
		assert_false(store_find_user(faulty->world.txn, OWNER, NULL, &user));
		assert_int_equal(store_end(faulty->world.txn), ends[i]);
	}
	world_read(&faulty->world);
	assert_true(store_find_user(faulty->world.txn, OWNER, NULL, &user));
	world_end(&faulty->world);
}

static void abandoned_transaction_gives_its_turn_on(void **state)
{
	struct faulty *faulty = *state;
	rows_fault_arm(faulty->rows, ROWS_CALL_PUT, 1, STORE_FULL);
	world_write(&faulty->world);
	world_put_user(&faulty->world, NEWCOMER);
	world_abandon(&faulty->world);
	world_write(&faulty->world);
	world_put_user(&faulty->world, NEWCOMER);
	world_end(&faulty->world);
}

static void store_without_room_says_so(void **state)
{
	struct faulty *faulty = *state;
	rows_fault_arm(faulty->rows, ROWS_CALL_HAS_ROOM, 1, STORE_FULL);
	assert_false(store_has_room(faulty->world.store));
	assert_true(store_has_room(faulty->world.store));
}

static void transaction_without_memory_is_none(void **state)
{
	struct faulty *faulty = *state;
	rows_fault_arm(faulty->rows, ROWS_CALL_TXN_CREATE, 1, STORE_FAILED);
	assert_null(txn_create(faulty->world.store));
}

static void store_that_cannot_be_prepared_does_not_open(void **state)
{
	(void)state;
	static const struct {
		enum rows_call call;
		uint64_t nth;
		const char *why;
	} cases[] = {
		{ROWS_CALL_TXN_CREATE, 1, "out of memory"},
		{ROWS_CALL_GET, 1, "the store cannot be read"},
		{ROWS_CALL_END, 1, "the store cannot be read"},
		{ROWS_CALL_PUT, 1, "the store cannot be written"},
		{ROWS_CALL_PUT, 2, "the store cannot be written"},
		{ROWS_CALL_END, 2, "the store cannot be written"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char why[128] = "";
		struct rows *rows = rows_fault_create(rows_memory_create(NULL));
		rows_fault_arm(rows, cases[i].call, cases[i].nth, STORE_FULL);
		assert_null(store_open_rows(rows, why, sizeof why));
		assert_string_equal(why, cases[i].why);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	static const struct CMUnitTest tests[] = {
		CASE(any_failing_call_is_reported_and_undoes_all),
		CASE(failing_commit_is_reported_and_undoes_all),
		CASE(commit_of_unknown_end_is_reported_and_may_have_happened),
		CASE(reading_that_fails_is_reported),
		CASE(abandoned_transaction_gives_its_turn_on),
		CASE(store_without_room_says_so),
		CASE(transaction_without_memory_is_none),
		CASE(store_that_cannot_be_prepared_does_not_open),
	};
#undef CASE
	return cmocka_run_group_tests_name("rows that fail", tests, NULL, NULL);
}
