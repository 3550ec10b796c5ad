/* Who waits for changes is told of them, whatever else comes; and what the runner says of itself. */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake.h"
#include "model/limits.h"
#include "writer/runner.h"

#define WAIT_MS 30000 /* longer than any machine needs: then the test has failed */
#define WATCHERS 3
#define ROUNDS 300

struct letter {
	struct exchange exchange;
	_Alignas(struct request) char memory[sizeof(struct request) + 64];
};

static struct runner *runner;
static const struct runner_options plain = {.queue_requests_max = 0};

static int open_stage(void **state)
{
	(void)state;
	fake_reset();
	runner = runner_create((struct store *)&fake, &fake_source, &plain, NULL, NULL);
	return runner == NULL ? -1 : 0;
}

static int close_stage(void **state)
{
	(void)state;
	runner_stop(runner);
	runner_destroy(runner);
	return 0;
}

static void write_letter(struct letter *letter, enum operation operation, uint64_t slot)
{
	memset(letter, 0, sizeof *letter);
	letter->exchange.size = sizeof *letter;
	letter->exchange.request = request_init(letter->memory, sizeof letter->memory, DIALECT_V3);
	letter->exchange.request->operation = operation;
	letter->exchange.request->group = (struct reference){.kind = REFERENCE_ID, .id = slot};
	reply_init(&letter->exchange.reply);
}

static bool is_woken(const struct runner_client *client, int wait_ms)
{
	struct pollfd poller = {.fd = runner_client_descriptor(client), .events = POLLIN};
	return poll(&poller, 1, wait_ms) == 1;
}

static enum outcome change(struct runner_client *client, enum operation operation, uint64_t slot)
{
	struct letter letter;
	write_letter(&letter, operation, slot);
	struct exchange *taken = NULL;
	assert_int_equal(runner_submit(client, &letter.exchange), RUNNER_PENDING);
	while (taken == NULL) {
		assert_true(is_woken(client, WAIT_MS));
		taken = runner_take(client);
	}
	enum outcome outcome = taken->reply.outcome;
	reply_finish(&taken->reply);
	return outcome;
}

static void who_watches_is_told_and_who_does_not_is_not(void **state)
{
	(void)state;
	struct runner_client *writes = runner_client_create(runner);
	struct runner_client *watches = runner_client_create(runner);
	struct runner_client *sleeps = runner_client_create(runner);
	uint64_t before = runner_last_change(runner);
	runner_client_watch(watches, true);
	runner_client_watch(watches, true);
	assert_int_equal(change(writes, OPERATION_GROUP_JOIN, 1), OUTCOME_JOINED);
	assert_true(is_woken(watches, WAIT_MS));
	assert_int_equal(runner_last_change(runner), before + 1);
	assert_null(runner_take(watches));
	assert_false(is_woken(watches, 0));
	runner_client_watch(watches, false);
	assert_int_equal(change(writes, OPERATION_GROUP_LEAVE, 1), OUTCOME_LEFT);
	while (runner_last_change(runner) != before + 2) {
	}
	assert_false(is_woken(watches, 0));
	assert_false(is_woken(sleeps, 0));
	runner_client_destroy(writes);
	runner_client_watch(watches, true); /* destroyed while it watches */
	runner_client_destroy(watches);
	runner_client_destroy(sleeps);
}

static void a_group_has_changes_behind_a_number(void **state)
{
	(void)state;
	struct runner_client *client = runner_client_create(runner);
	assert_false(runner_client_has_change(client, 7, FAKE_FIRST_CHANGE));
	assert_true(runner_client_has_change(client, 7, 0)); /* that are gone: who asks again is told so */
	assert_int_equal(change(client, OPERATION_GROUP_JOIN, 7), OUTCOME_JOINED);
	assert_true(runner_client_has_change(client, 7, FAKE_FIRST_CHANGE));
	assert_false(runner_client_has_change(client, 8, FAKE_FIRST_CHANGE));
	atomic_store(&fake.read_end, STORE_FAILED);
	assert_true(runner_client_has_change(client, 8, FAKE_FIRST_CHANGE));
	atomic_store(&fake.read_end, STORE_DONE);
	runner_client_destroy(client);
}

struct watcher {
	pthread_t thread;
	struct runner_client *client;
	uint64_t until;
};

/* Sleeps whenever it has seen the last change there is: one lost wake-up and it sleeps for ever. */
static void *follow(void *context)
{
	struct watcher *watcher = context;
	uint64_t seen = 0;
	while (seen < watcher->until) {
		runner_client_watch(watcher->client, true);
		uint64_t last = runner_last_change(runner);
		if (last == seen) {
			assert_true(is_woken(watcher->client, WAIT_MS));
			assert_null(runner_take(watcher->client));
		}
		assert_true(last >= seen);
		seen = last;
		if (seen % 3 == 0) {
			runner_client_watch(watcher->client, false);
		}
	}
	return NULL;
}

static void no_wake_up_is_lost(void **state)
{
	(void)state;
	struct watcher watchers[WATCHERS];
	uint64_t until = runner_last_change(runner) + ROUNDS;
	for (size_t i = 0; i < WATCHERS; i++) {
		watchers[i] = (struct watcher){.client = runner_client_create(runner), .until = until};
		assert_int_equal(pthread_create(&watchers[i].thread, NULL, follow, &watchers[i]), 0);
	}
	struct runner_client *client = runner_client_create(runner);
	for (uint64_t i = 0; i < ROUNDS; i++) {
		(void)change(client, i % 2 == 0 ? OPERATION_GROUP_JOIN : OPERATION_GROUP_LEAVE, 1);
	}
	for (size_t i = 0; i < WATCHERS; i++) {
		assert_int_equal(pthread_join(watchers[i].thread, NULL), 0);
		runner_client_destroy(watchers[i].client);
	}
	runner_client_destroy(client);
}

static enum outcome refuse(struct exchange *exchange)
{
	assert_ptr_not_equal(exchange->client, NULL);
	return OUTCOME_RATE_LIMITED;
}

static enum outcome let_through(struct exchange *exchange)
{
	assert_int_equal(exchange->reply.application_id, 9); /* the credentials are known */
	return OUTCOME_NONE;
}

static void who_is_not_admitted_writes_nothing(void **state)
{
	(void)state;
	struct runner_client *client = runner_client_create(runner);
	struct letter letter;
	write_letter(&letter, OPERATION_GROUP_JOIN, 1);
	letter.exchange.request->item_id = 9;
	letter.exchange.admit = refuse;
	assert_int_equal(runner_submit(client, &letter.exchange), RUNNER_DONE);
	assert_int_equal(letter.exchange.reply.outcome, OUTCOME_RATE_LIMITED);
	assert_int_equal(fake_diary_count(), 0);
	letter.exchange.request->operation = OPERATION_GROUP_GET;
	letter.exchange.admit = let_through;
	assert_int_equal(runner_submit(client, &letter.exchange), RUNNER_DONE);
	assert_int_equal(letter.exchange.reply.outcome, OUTCOME_NO_SUCH_GROUP);
	reply_finish(&letter.exchange.reply);
	runner_client_destroy(client);
}

static int64_t stalled_us(void)
{
	struct runner_counts counts;
	runner_counts(runner, &counts);
	return counts.stalled_us;
}

static void work_that_waits_is_seen(void **state)
{
	(void)state;
	struct runner_client *client = runner_client_create(runner);
	struct letter letters[2];
	assert_int_equal(stalled_us(), 0);
	runner_hold(runner);
	write_letter(&letters[0], OPERATION_GROUP_JOIN, 1);
	assert_int_equal(runner_submit(client, &letters[0].exchange), RUNNER_PENDING);
	int64_t queued_us = stalled_us();
	assert_true(queued_us > 0);
	fake_hold_commit();
	runner_release(runner);
	fake_wait_for_commit();
	assert_true(stalled_us() > 0);
	write_letter(&letters[1], OPERATION_GROUP_JOIN, 2);
	assert_int_equal(runner_submit(client, &letters[1].exchange), RUNNER_PENDING);
	assert_true(stalled_us() > 0);
	fake_let_commit();
	for (unsigned taken = 0; taken < 2;) {
		assert_true(is_woken(client, WAIT_MS));
		struct exchange *exchange = runner_take(client);
		for (; exchange != NULL; exchange = exchange->next) {
			reply_finish(&exchange->reply);
			taken++;
		}
	}
	assert_int_equal(stalled_us(), 0);
	struct runner_counts counts;
	runner_counts(runner, &counts);
	assert_int_equal(atomic_load(&counts.batch_sizes.counts[0]), 2); /* of one request each */
	assert_int_equal(atomic_load(&counts.batch_sizes.sum), 2);
	assert_int_equal(counts.store.max, 2);
	runner_client_destroy(client);
}

static void an_unreadable_store_is_seen(void **state)
{
	(void)state;
	assert_true(runner_can_read(runner));
	atomic_store(&fake.read_end, STORE_FAILED);
	assert_false(runner_can_read(runner));
	atomic_store(&fake.read_end, STORE_DONE);
	assert_true(runner_can_read(runner));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_watches_is_told_and_who_does_not_is_not, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(a_group_has_changes_behind_a_number, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(no_wake_up_is_lost, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(who_is_not_admitted_writes_nothing, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(work_that_waits_is_seen, open_stage, close_stage),
		cmocka_unit_test_setup_teardown(an_unreadable_store_is_seen, open_stage, close_stage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
