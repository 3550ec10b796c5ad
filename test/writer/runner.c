/* The promises of runner.h over a scripted store and engine. */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "fake.h"
#include "model/limits.h"
#include "writer/runner.h"

#define CLIENTS_MAX 4
#define WAIT_MS 10000 /* longer than any machine needs: then the test has failed */

/* One request on its way, in one allocation. */
struct letter {
	struct exchange exchange;
	_Alignas(struct request) char memory[sizeof(struct request) + 64];
};

struct stage {
	struct runner *runner;
	struct runner_client *clients[CLIENTS_MAX];
	atomic_int fatal_calls;
	pthread_mutex_t lock;
	pthread_cond_t fatal_called;
};

static void note_fatal(void *context)
{
	struct stage *stage = context;
	pthread_mutex_lock(&stage->lock);
	atomic_fetch_add(&stage->fatal_calls, 1);
	pthread_cond_signal(&stage->fatal_called);
	pthread_mutex_unlock(&stage->lock);
}

/* With a held writer, so that what a test submits becomes one batch. */
static void open_stage(struct stage *stage, const struct runner_options *options)
{
	*stage = (struct stage){.lock = PTHREAD_MUTEX_INITIALIZER, .fatal_called = PTHREAD_COND_INITIALIZER};
	stage->runner = runner_create((struct store *)&fake, &fake_source, options, note_fatal, stage);
	assert_non_null(stage->runner);
	runner_hold(stage->runner);
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		stage->clients[i] = runner_client_create(stage->runner);
		assert_non_null(stage->clients[i]);
	}
}

static void close_stage(struct stage *stage)
{
	runner_stop(stage->runner);
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		runner_client_destroy(stage->clients[i]);
	}
	runner_destroy(stage->runner);
}

static struct letter *write_letter(enum operation operation, uint64_t slot)
{
	struct letter *letter = calloc(1, sizeof *letter);
	assert_non_null(letter);
	letter->exchange.size = sizeof *letter;
	letter->exchange.request = request_init(letter->memory, sizeof letter->memory, DIALECT_V3);
	letter->exchange.request->operation = operation;
	letter->exchange.request->group = (struct reference){.kind = REFERENCE_ID, .id = slot};
	reply_init(&letter->exchange.reply);
	return letter;
}

static void burn(struct letter *letter)
{
	reply_finish(&letter->exchange.reply);
	free(letter);
}

/* The outcome of a reply that must be there; burns the letter. */
static enum outcome open_letter(struct letter *letter)
{
	enum outcome outcome = letter->exchange.reply.outcome;
	burn(letter);
	return outcome;
}

static enum outcome submit_done(struct runner_client *client, struct letter *letter)
{
	assert_int_equal(runner_submit(client, &letter->exchange), RUNNER_DONE);
	return open_letter(letter);
}

static void submit_pending(struct runner_client *client, struct letter *letter)
{
	assert_int_equal(runner_submit(client, &letter->exchange), RUNNER_PENDING);
}

static bool has_mail(const struct runner_client *client, int wait_ms)
{
	struct pollfd poller = {.fd = runner_client_descriptor(client), .events = POLLIN};
	return poll(&poller, 1, wait_ms) == 1;
}

/* Waits until `count` letters came back and puts them in order of arrival. */
static void collect(struct runner_client *client, struct letter **letters, size_t count)
{
	size_t collected = 0;
	while (collected < count) {
		assert_true(has_mail(client, WAIT_MS));
		struct exchange *exchange = runner_take(client);
		while (exchange != NULL) {
			struct exchange *next = exchange->next;
			assert_true(collected < count);
			letters[collected++] = (struct letter *)exchange;
			exchange = next;
		}
	}
	assert_false(has_mail(client, 0));
	assert_null(runner_take(client));
}

static enum outcome collect_one(struct runner_client *client)
{
	struct letter *letter;
	collect(client, &letter, 1);
	return open_letter(letter);
}

/* Joins one slot, on a stage that holds nothing else. */
static void join(struct stage *stage, uint64_t slot)
{
	runner_release(stage->runner);
	submit_pending(stage->clients[0], write_letter(OPERATION_GROUP_JOIN, slot));
	assert_int_equal(collect_one(stage->clients[0]), OUTCOME_JOINED);
}

static int new_world(void **state)
{
	(void)state;
	fake_reset();
	return 0;
}

static const struct runner_options plain = {.queue_requests_max = 0};

static void full_queue_answers_busy(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &(struct runner_options){.queue_requests_max = 2});
	struct runner_client *client = stage.clients[0];
	submit_pending(client, write_letter(OPERATION_GROUP_JOIN, 1));
	submit_pending(client, write_letter(OPERATION_GROUP_JOIN, 2));
	assert_int_equal(submit_done(client, write_letter(OPERATION_GROUP_JOIN, 3)), OUTCOME_BUSY);
	assert_int_equal(submit_done(client, write_letter(OPERATION_GROUP_GET, 3)), OUTCOME_NO_SUCH_GROUP);
	runner_release(stage.runner);
	struct letter *letters[2];
	collect(client, letters, 2);
	assert_int_equal(open_letter(letters[0]), OUTCOME_JOINED);
	assert_int_equal(open_letter(letters[1]), OUTCOME_JOINED);
	submit_pending(client, write_letter(OPERATION_GROUP_JOIN, 3));
	assert_int_equal(collect_one(client), OUTCOME_JOINED);
	close_stage(&stage);
}

static void queue_of_full_size_answers_busy(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &(struct runner_options){.queue_size_max = 2 * sizeof(struct letter) - 1});
	submit_pending(stage.clients[0], write_letter(OPERATION_GROUP_JOIN, 1));
	assert_int_equal(submit_done(stage.clients[0], write_letter(OPERATION_GROUP_JOIN, 2)), OUTCOME_BUSY);
	runner_release(stage.runner);
	assert_int_equal(collect_one(stage.clients[0]), OUTCOME_JOINED);
	close_stage(&stage);
}

static void replies_leave_after_the_commit(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	fake_hold_commit();
	submit_pending(stage.clients[0], write_letter(OPERATION_GROUP_JOIN, 1));
	submit_pending(stage.clients[1], write_letter(OPERATION_GROUP_JOIN, 2));
	runner_release(stage.runner);
	fake_wait_for_commit();
	assert_false(has_mail(stage.clients[0], 0));
	assert_false(has_mail(stage.clients[1], 0));
	assert_int_equal(
		submit_done(stage.clients[2], write_letter(OPERATION_GROUP_GET, 1)), OUTCOME_NO_SUCH_GROUP);
	fake_let_commit();
	assert_int_equal(collect_one(stage.clients[0]), OUTCOME_JOINED);
	assert_int_equal(submit_done(stage.clients[2], write_letter(OPERATION_GROUP_GET, 2)), OUTCOME_OK);
	assert_int_equal(collect_one(stage.clients[1]), OUTCOME_JOINED);
	close_stage(&stage);
}

static void next_batch_gathers_while_one_commits(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	fake_hold_commit();
	runner_release(stage.runner);
	submit_pending(stage.clients[0], write_letter(OPERATION_GROUP_JOIN, 1));
	fake_wait_for_commit();
	for (uint64_t slot = 2; slot < 7; slot++) {
		submit_pending(stage.clients[1], write_letter(OPERATION_GROUP_JOIN, slot));
	}
	struct runner_counts counts;
	runner_counts(stage.runner, &counts);
	assert_int_equal(counts.queued, 5);
	fake_let_commit();
	assert_int_equal(collect_one(stage.clients[0]), OUTCOME_JOINED);
	struct letter *letters[5];
	collect(stage.clients[1], letters, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(letters[i]->exchange.request->group.id, i + 2);
		assert_int_equal(open_letter(letters[i]), OUTCOME_JOINED);
	}
	runner_counts(stage.runner, &counts);
	assert_int_equal(counts.batches, 2);
	assert_int_equal(counts.requests, 6);
	assert_int_equal(counts.queued, 0);
	close_stage(&stage);
}

static void refusals_never_reach_the_writer(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	join(&stage, 1);
	runner_hold(stage.runner);
	struct runner_client *client = stage.clients[1];
	assert_int_equal(submit_done(client, write_letter(OPERATION_GROUP_JOIN, 1)), OUTCOME_ALREADY_MEMBER);
	assert_int_equal(submit_done(client, write_letter(OPERATION_GROUP_LEAVE, 2)), OUTCOME_NOT_A_MEMBER);
	assert_int_equal(submit_done(client, write_letter(OPERATION_GROUP_GET, 1)), OUTCOME_OK);
	runner_release(stage.runner);
	struct runner_counts counts;
	runner_counts(stage.runner, &counts);
	assert_int_equal(counts.requests, 1);
	close_stage(&stage);
}

static void two_conflicting_requests_of_a_batch_run_in_order(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	submit_pending(stage.clients[1], write_letter(OPERATION_GROUP_JOIN, 5));
	submit_pending(stage.clients[0], write_letter(OPERATION_GROUP_JOIN, 5));
	runner_release(stage.runner);
	assert_int_equal(collect_one(stage.clients[1]), OUTCOME_JOINED);
	assert_int_equal(collect_one(stage.clients[0]), OUTCOME_ALREADY_MEMBER);
	struct runner_counts counts;
	runner_counts(stage.runner, &counts);
	assert_int_equal(counts.batches, 1);
	close_stage(&stage);
}

/* How often the descriptor was written since it was last cleared. */
static unsigned long wake_ups(const struct runner_client *client)
{
	char path[64];
	char line[128];
	unsigned long count = 0;
	(void)snprintf(path, sizeof path, "/proc/self/fdinfo/%d", runner_client_descriptor(client));
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL) {
		if (strncmp(line, "eventfd-count:", 14) == 0) {
			count = strtoul(line + 14, NULL, 16);
		}
	}
	assert_int_equal(fclose(file), 0);
	return count;
}

static void a_batch_wakes_each_client_once(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	for (uint64_t slot = 0; slot < 6; slot++) {
		submit_pending(stage.clients[slot % 2], write_letter(OPERATION_GROUP_JOIN, slot));
	}
	runner_release(stage.runner);
	for (size_t i = 0; i < 2; i++) {
		assert_true(has_mail(stage.clients[i], WAIT_MS));
		assert_int_equal(wake_ups(stage.clients[i]), 1);
		struct letter *letters[3];
		collect(stage.clients[i], letters, 3);
		for (size_t j = 0; j < 3; j++) {
			assert_int_equal(letters[j]->exchange.request->group.id, i + 2 * j);
			burn(letters[j]);
		}
		assert_int_equal(wake_ups(stage.clients[i]), 0);
	}
	close_stage(&stage);
}

static void mail_that_waits_is_not_announced_again(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	runner_release(stage.runner);
	submit_pending(stage.clients[0], write_letter(OPERATION_GROUP_JOIN, 1));
	assert_true(has_mail(stage.clients[0], WAIT_MS));
	submit_pending(stage.clients[0], write_letter(OPERATION_GROUP_JOIN, 2));
	submit_pending(stage.clients[1], write_letter(OPERATION_GROUP_JOIN, 3));
	assert_int_equal(collect_one(stage.clients[1]), OUTCOME_JOINED);
	submit_pending(stage.clients[1], write_letter(OPERATION_GROUP_JOIN, 4));
	assert_int_equal(collect_one(stage.clients[1]), OUTCOME_JOINED); /* so all before it is delivered */
	assert_int_equal(wake_ups(stage.clients[0]), 1);
	struct letter *letters[2];
	collect(stage.clients[0], letters, 2);
	burn(letters[0]);
	burn(letters[1]);
	close_stage(&stage);
}

/* Submits three joins of slots 1 to 3 and one leave of slot 0, which is joined, as one batch. */
static void run_batch(struct stage *stage, uint64_t trouble, enum outcome outcomes[4])
{
	join(stage, 0);
	runner_hold(stage->runner);
	for (uint64_t slot = 1; slot < 4; slot++) {
		struct letter *letter = write_letter(OPERATION_GROUP_JOIN, slot);
		letter->exchange.request->user.id = slot == 2 ? trouble : TROUBLE_NONE;
		submit_pending(stage->clients[0], letter);
	}
	submit_pending(stage->clients[0], write_letter(OPERATION_GROUP_LEAVE, 0));
	runner_release(stage->runner);
	struct letter *letters[4];
	collect(stage->clients[0], letters, 4);
	for (size_t i = 0; i < 4; i++) {
		outcomes[i] = open_letter(letters[i]);
	}
}

/* The results of store_end from the batch on, which stands behind one join that is done. */
static void script(const enum store_end *ends, unsigned count)
{
	fake.script[0] = STORE_DONE;
	for (unsigned i = 0; i < count; i++) {
		fake.script[i + 1] = ends[i];
	}
	fake.script_length = count + 1;
}

static void assert_outcomes(
	const enum outcome outcomes[4], enum outcome a, enum outcome b, enum outcome c, enum outcome d)
{
	assert_int_equal(outcomes[0], a);
	assert_int_equal(outcomes[1], b);
	assert_int_equal(outcomes[2], c);
	assert_int_equal(outcomes[3], d);
}

static void failed_batch_runs_one_by_one(void **state)
{
	(void)state;
	struct stage stage;
	enum outcome outcomes[4];
	open_stage(&stage, &plain);
	run_batch(&stage, TROUBLE_POISON, outcomes);
	assert_outcomes(outcomes, OUTCOME_JOINED, OUTCOME_STORE_FAILED, OUTCOME_JOINED, OUTCOME_LEFT);
	close_stage(&stage);
	assert_int_equal(fake_diary_count(), 1 + 1 + 4);
	assert_int_equal(fake_diary(1).executed, 2);
}

static void a_reply_that_lost_a_text_is_never_given(void **state)
{
	(void)state;
	struct stage stage;
	enum outcome outcomes[4];
	open_stage(&stage, &plain);
	run_batch(&stage, TROUBLE_FORGETS, outcomes);
	assert_outcomes(outcomes, OUTCOME_JOINED, OUTCOME_STORE_FAILED, OUTCOME_JOINED, OUTCOME_LEFT);
	struct letter *letter = write_letter(OPERATION_GROUP_GET, 1);
	letter->exchange.request->user.id = TROUBLE_FORGETS;
	assert_int_equal(submit_done(stage.clients[0], letter), OUTCOME_BUSY);
	assert_int_equal(
		submit_done(stage.clients[0], write_letter(OPERATION_GROUP_GET, 2)), OUTCOME_NO_SUCH_GROUP);
	close_stage(&stage);
}

static void a_request_without_memory_is_busy_and_its_neighbours_go_on(void **state)
{
	(void)state;
	struct stage stage;
	enum outcome outcomes[4];
	open_stage(&stage, &plain);
	run_batch(&stage, TROUBLE_STARVES, outcomes);
	assert_outcomes(outcomes, OUTCOME_JOINED, OUTCOME_BUSY, OUTCOME_JOINED, OUTCOME_LEFT);
	close_stage(&stage);
	assert_int_equal(fake_diary_count(), 1 + 1);
}

static void one_failed_request_is_not_run_again(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	fake.script[0] = STORE_FAILED;
	fake.script_length = 1;
	submit_pending(stage.clients[0], write_letter(OPERATION_GROUP_JOIN, 1));
	runner_release(stage.runner);
	assert_int_equal(collect_one(stage.clients[0]), OUTCOME_STORE_FAILED);
	close_stage(&stage);
	assert_int_equal(fake_diary_count(), 1);
}

static void full_store_still_does_what_does_not_grow(void **state)
{
	(void)state;
	struct stage stage;
	enum outcome outcomes[4];
	script((const enum store_end[]){STORE_FULL}, 1);
	open_stage(&stage, &plain);
	run_batch(&stage, TROUBLE_NONE, outcomes);
	assert_outcomes(outcomes, OUTCOME_STORE_FULL, OUTCOME_STORE_FULL, OUTCOME_STORE_FULL, OUTCOME_LEFT);
	close_stage(&stage);
	assert_int_equal(fake_diary(2).executed, 1);
}

static void store_without_any_room_answers_store_full(void **state)
{
	(void)state;
	struct stage stage;
	enum outcome outcomes[4];
	script((const enum store_end[]){STORE_FULL, STORE_FULL}, 2);
	open_stage(&stage, &plain);
	run_batch(&stage, TROUBLE_NONE, outcomes);
	assert_outcomes(
		outcomes, OUTCOME_STORE_FULL, OUTCOME_STORE_FULL, OUTCOME_STORE_FULL, OUTCOME_STORE_FULL);
	close_stage(&stage);
}

static void no_room_is_seen_before_the_batch(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	join(&stage, 1);
	runner_hold(stage.runner);
	atomic_store(&fake.room, false);
	submit_pending(stage.clients[0], write_letter(OPERATION_GROUP_JOIN, 2));
	submit_pending(stage.clients[1], write_letter(OPERATION_GROUP_LEAVE, 1));
	runner_release(stage.runner);
	assert_int_equal(collect_one(stage.clients[0]), OUTCOME_STORE_FULL);
	assert_int_equal(collect_one(stage.clients[1]), OUTCOME_LEFT);
	close_stage(&stage);
	assert_int_equal(fake_diary_count(), 2);
}

static void again_runs_the_batch_again(void **state)
{
	(void)state;
	struct stage stage;
	enum outcome outcomes[4];
	script((const enum store_end[]){STORE_AGAIN, STORE_AGAIN}, 2);
	open_stage(&stage, &plain);
	run_batch(&stage, TROUBLE_NONE, outcomes);
	assert_outcomes(outcomes, OUTCOME_JOINED, OUTCOME_JOINED, OUTCOME_JOINED, OUTCOME_LEFT);
	close_stage(&stage);
	assert_int_equal(fake_diary_count(), 1 + 3);
}

static void again_without_an_end_answers_busy(void **state)
{
	(void)state;
	struct stage stage;
	enum outcome outcomes[4];
	enum store_end ends[SCRIPT_MAX - 1];
	for (size_t i = 0; i < SCRIPT_MAX - 1; i++) {
		ends[i] = STORE_AGAIN;
	}
	script(ends, SCRIPT_MAX - 1);
	open_stage(&stage, &plain);
	run_batch(&stage, TROUBLE_NONE, outcomes);
	assert_outcomes(outcomes, OUTCOME_BUSY, OUTCOME_BUSY, OUTCOME_BUSY, OUTCOME_BUSY);
	close_stage(&stage);
}

static void a_try_that_fails_is_answered_without_the_writer(void **state)
{
	(void)state;
	static const struct {
		enum store_end end;
		enum outcome outcome;
	} cases[] = {
		{STORE_AGAIN, OUTCOME_BUSY},
		{STORE_FAILED, OUTCOME_STORE_FAILED},
		{STORE_UNKNOWN, OUTCOME_STORE_FAILED},
	};
	struct stage stage;
	open_stage(&stage, &plain);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		fake.try_end = cases[i].end;
		struct letter *letter = write_letter(OPERATION_GROUP_JOIN, 1);
		assert_int_equal(submit_done(stage.clients[0], letter), cases[i].outcome);
	}
	close_stage(&stage);
	assert_int_equal(fake_diary_count(), 0);
}

static void unknown_calls_fatal_and_delivers_nothing(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	fake.script[0] = STORE_UNKNOWN;
	fake.script_length = 1;
	struct letter *letters[2] = {
		write_letter(OPERATION_GROUP_JOIN, 1), write_letter(OPERATION_GROUP_JOIN, 2)};
	submit_pending(stage.clients[0], letters[0]);
	submit_pending(stage.clients[1], letters[1]);
	runner_release(stage.runner);
	pthread_mutex_lock(&stage.lock);
	while (atomic_load(&stage.fatal_calls) == 0) {
		pthread_cond_wait(&stage.fatal_called, &stage.lock);
	}
	pthread_mutex_unlock(&stage.lock);
	assert_int_equal(
		submit_done(stage.clients[2], write_letter(OPERATION_GROUP_JOIN, 3)), OUTCOME_STOPPING);
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		assert_false(has_mail(stage.clients[i], 0));
	}
	close_stage(&stage);
	assert_int_equal(atomic_load(&stage.fatal_calls), 1);
	assert_int_equal(fake_diary_count(), 1);
	burn(letters[0]);
	burn(letters[1]);
}

static void stop_loses_nothing(void **state)
{
	(void)state;
	enum { COUNT = 2 * BATCH_REQUESTS_MAX + 7 };
	struct stage stage;
	open_stage(&stage, &plain);
	for (uint64_t slot = 0; slot < COUNT; slot++) {
		submit_pending(stage.clients[slot % CLIENTS_MAX], write_letter(OPERATION_GROUP_JOIN, slot));
	}
	runner_stop(stage.runner);
	struct letter *late = write_letter(OPERATION_GROUP_GET, 0);
	assert_int_equal(submit_done(stage.clients[0], late), OUTCOME_STOPPING);
	static struct letter *letters[COUNT];
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		size_t count = (COUNT + CLIENTS_MAX - 1 - i) / CLIENTS_MAX;
		collect(stage.clients[i], letters, count);
		for (size_t j = 0; j < count; j++) {
			assert_int_equal(open_letter(letters[j]), OUTCOME_JOINED);
		}
	}
	close_stage(&stage);
	assert_int_equal(fake_diary_count(), 3);
}

static void a_batch_is_bounded_in_bytes(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	for (uint64_t slot = 0; slot < 5; slot++) {
		struct letter *letter = write_letter(OPERATION_GROUP_JOIN, slot);
		letter->exchange.size = slot == 4 ? BATCH_SIZE_MAX + 1 : BATCH_SIZE_MAX / 2;
		submit_pending(stage.clients[0], letter);
	}
	runner_release(stage.runner);
	struct letter *letters[5];
	collect(stage.clients[0], letters, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(open_letter(letters[i]), OUTCOME_JOINED);
	}
	close_stage(&stage);
	assert_int_equal(fake_diary_count(), 3);
	assert_int_equal(fake_diary(0).executed, 2);
	assert_int_equal(fake_diary(1).executed, 2);
	assert_int_equal(fake_diary(2).executed, 1);
}

static void batch_time_never_goes_back(void **state)
{
	(void)state;
	struct stage stage;
	fake.last_change_at = 5000; /* ahead of the clock */
	open_stage(&stage, &plain);
	static const int64_t clocks[] = {1000, 6000, 4000, 6001};
	static const int64_t times[] = {5000, 6000, 6000, 6001};
	for (size_t i = 0; i < 4; i++) {
		atomic_store(&fake.clock, clocks[i]);
		join(&stage, i);
	}
	close_stage(&stage);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(fake_diary(i).now, times[i]);
	}
}

static void chores_run_while_idle(void **state)
{
	(void)state;
	struct stage stage;
	atomic_store(&fake.chores, 3);
	atomic_store(&fake.due, 450);
	open_stage(&stage, &plain);
	runner_release(stage.runner);
	fake_wait_for_chores();
	close_stage(&stage);
	unsigned slices = 0;
	unsigned expired = 0;
	for (unsigned i = 0; i < fake_diary_count(); i++) {
		struct entry entry = fake_diary(i);
		slices += entry.swept ? 1 : 0;
		expired += entry.expired;
		assert_true(entry.expired <= SLICE_ROWS_MAX);
		assert_int_equal(entry.executed, 0);
	}
	assert_int_equal(slices, 3);
	assert_int_equal(expired, 450);
}

static void what_comes_due_is_found_while_idle(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	join(&stage, 1);
	atomic_store(&fake.due, 1);
	fake_wait_for_chores();
	close_stage(&stage);
}

/* Joins slot 0 and holds its commit, so that what is submitted next follows without a pause. */
static void begin_without_pause(struct stage *stage)
{
	fake_hold_commit();
	runner_release(stage->runner);
	submit_pending(stage->clients[1], write_letter(OPERATION_GROUP_JOIN, 0));
	fake_wait_for_commit();
}

static void a_batch_begins_with_what_is_due(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	begin_without_pause(&stage);
	atomic_store(&fake.due, 450);
	submit_pending(stage.clients[0], write_letter(OPERATION_GROUP_JOIN, 1));
	fake_let_commit();
	assert_int_equal(collect_one(stage.clients[0]), OUTCOME_JOINED);
	assert_int_equal(collect_one(stage.clients[1]), OUTCOME_JOINED);
	fake_wait_for_chores();
	close_stage(&stage);
	assert_int_equal(fake_diary(0).expired, 0);
	assert_int_equal(fake_diary(1).executed, 1);
	assert_int_equal(fake_diary(1).expired, SLICE_ROWS_MAX);
}

static void chores_run_between_batches_that_never_pause(void **state)
{
	(void)state;
	enum { COUNT = 24 };
	struct stage stage;
	open_stage(&stage, &(struct runner_options){.queue_size_max = COUNT * BATCH_SIZE_MAX});
	begin_without_pause(&stage);
	atomic_store(&fake.chores, 1);
	for (uint64_t slot = 1; slot <= COUNT; slot++) {
		struct letter *letter = write_letter(OPERATION_GROUP_JOIN, slot);
		letter->exchange.size = BATCH_SIZE_MAX;
		submit_pending(stage.clients[0], letter);
	}
	fake_let_commit();
	assert_int_equal(collect_one(stage.clients[1]), OUTCOME_JOINED);
	struct letter *letters[COUNT];
	collect(stage.clients[0], letters, COUNT);
	for (size_t i = 0; i < COUNT; i++) {
		assert_int_equal(open_letter(letters[i]), OUTCOME_JOINED);
	}
	close_stage(&stage);
	assert_int_equal(fake_diary_count(), 1 + COUNT + 1);
	assert_true(fake_diary(20).swept);
}

static int64_t monotonic_ms(void)
{
	struct timespec now;
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void a_chore_that_fails_does_not_spin(void **state)
{
	(void)state;
	struct stage stage;
	fake.script[0] = STORE_FAILED;
	fake.script_length = 1;
	atomic_store(&fake.chores, 2);
	int64_t begin = monotonic_ms();
	open_stage(&stage, &plain);
	runner_release(stage.runner);
	fake_wait_for_chores();
	assert_true(monotonic_ms() - begin > 500);
	close_stage(&stage);
	assert_int_equal(fake_diary_count(), 3);
	assert_int_equal(fake_diary(0).end, STORE_FAILED);
}

static struct letter *write_letter_of(uint64_t application_id, enum operation operation, uint64_t slot)
{
	struct letter *letter = write_letter(operation, slot);
	letter->exchange.request->item_id = application_id;
	return letter;
}

static void calls_of_an_application_are_stored_by_the_writer(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	for (size_t i = 0; i < CLIENTS_MAX; i++) {
		assert_int_equal(submit_done(stage.clients[i], write_letter_of(3, OPERATION_GROUP_GET, 1)),
			OUTCOME_NO_SUCH_GROUP);
	}
	assert_int_equal(fake_calls(3), 0); /* no commit per call */
	runner_release(stage.runner);
	fake_wait_for_calls(3, CLIENTS_MAX);
	close_stage(&stage);
	assert_int_equal(fake_calls(3), CLIENTS_MAX);
}

/* When the second answer is here, the writer has looked after the first. */
static void run_two_batches(struct stage *stage, uint64_t slot)
{
	join(stage, slot);
	join(stage, slot + 1);
}

static void calls_are_stored_twice_a_minute(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	(void)submit_done(stage.clients[0], write_letter_of(3, OPERATION_GROUP_GET, 1));
	run_two_batches(&stage, 10);
	assert_int_equal(fake_calls(3), 1);
	(void)submit_done(stage.clients[0], write_letter_of(3, OPERATION_GROUP_GET, 1));
	atomic_fetch_add(&fake.clock, 29);
	run_two_batches(&stage, 20);
	assert_int_equal(fake_calls(3), 1);
	atomic_fetch_add(&fake.clock, 1);
	run_two_batches(&stage, 30);
	assert_int_equal(fake_calls(3), 2);
	close_stage(&stage);
}

static void every_outcome_counts_as_one_call(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &(struct runner_options){.queue_requests_max = 1});
	struct runner_client *client = stage.clients[0];
	submit_pending(client, write_letter_of(5, OPERATION_GROUP_JOIN, 1));
	assert_int_equal(submit_done(client, write_letter_of(5, OPERATION_GROUP_JOIN, 2)), OUTCOME_BUSY);
	assert_int_equal(submit_done(client, write_letter_of(5, OPERATION_GROUP_LEAVE, 3)), OUTCOME_NOT_A_MEMBER);
	assert_int_equal(submit_done(client, write_letter(OPERATION_GROUP_GET, 3)), OUTCOME_NO_SUCH_GROUP);
	runner_release(stage.runner);
	assert_int_equal(collect_one(client), OUTCOME_JOINED);
	close_stage(&stage);
	assert_int_equal(fake_calls(5), 3);
	assert_int_equal(fake_calls(0), 0);
}

static void a_clean_stop_loses_no_call(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	runner_release(stage.runner);
	(void)submit_done(stage.clients[0], write_letter_of(7, OPERATION_GROUP_GET, 1));
	fake_wait_for_calls(7, 1); /* and now the writer rests for a while */
	for (uint64_t application = 1; application < APPLICATIONS_MAX; application++) {
		(void)submit_done(stage.clients[application % CLIENTS_MAX],
			write_letter_of(application, OPERATION_GROUP_GET, 1));
	}
	close_stage(&stage);
	for (uint64_t application = 1; application < APPLICATIONS_MAX; application++) {
		assert_int_equal(fake_calls(application), application == 7 ? 2 : 1);
	}
}

static void calls_that_could_not_be_stored_are_still_counted(void **state)
{
	(void)state;
	struct stage stage;
	open_stage(&stage, &plain);
	(void)submit_done(stage.clients[0], write_letter_of(1, OPERATION_GROUP_GET, 1));
	(void)submit_done(stage.clients[0], write_letter_of(2, OPERATION_GROUP_GET, 1));
	struct txn *txn = txn_create((struct store *)&fake);
	fake.script[0] = STORE_FAILED;
	fake.script[1] = STORE_FULL;
	fake.script_length = 2;
	assert_int_equal(runner_store_usage(stage.runner, txn), STORE_FAILED);
	assert_int_equal(runner_store_usage(stage.runner, txn), STORE_FULL);
	assert_int_equal(fake_calls(1), 0);
	(void)submit_done(stage.clients[0], write_letter_of(1, OPERATION_GROUP_GET, 1));
	assert_int_equal(runner_store_usage(stage.runner, txn), STORE_DONE);
	assert_int_equal(fake_calls(1), 2);
	assert_int_equal(fake_calls(2), 1);
	txn_destroy(txn);
	close_stage(&stage);
}

static void without_room_calls_wait_in_memory(void **state)
{
	(void)state;
	struct stage stage;
	atomic_store(&fake.room, false);
	open_stage(&stage, &plain);
	(void)submit_done(stage.clients[0], write_letter_of(1, OPERATION_GROUP_GET, 1));
	runner_release(stage.runner);
	submit_pending(stage.clients[0], write_letter(OPERATION_GROUP_JOIN, 1));
	assert_int_equal(collect_one(stage.clients[0]), OUTCOME_STORE_FULL); /* the writer looks after a batch */
	assert_int_equal(fake_calls(1), 0);
	close_stage(&stage);
	assert_int_equal(fake_calls(1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(full_queue_answers_busy, new_world),
		cmocka_unit_test_setup(queue_of_full_size_answers_busy, new_world),
		cmocka_unit_test_setup(replies_leave_after_the_commit, new_world),
		cmocka_unit_test_setup(next_batch_gathers_while_one_commits, new_world),
		cmocka_unit_test_setup(refusals_never_reach_the_writer, new_world),
		cmocka_unit_test_setup(two_conflicting_requests_of_a_batch_run_in_order, new_world),
		cmocka_unit_test_setup(a_batch_wakes_each_client_once, new_world),
		cmocka_unit_test_setup(mail_that_waits_is_not_announced_again, new_world),
		cmocka_unit_test_setup(failed_batch_runs_one_by_one, new_world),
		cmocka_unit_test_setup(a_reply_that_lost_a_text_is_never_given, new_world),
		cmocka_unit_test_setup(a_request_without_memory_is_busy_and_its_neighbours_go_on, new_world),
		cmocka_unit_test_setup(one_failed_request_is_not_run_again, new_world),
		cmocka_unit_test_setup(full_store_still_does_what_does_not_grow, new_world),
		cmocka_unit_test_setup(store_without_any_room_answers_store_full, new_world),
		cmocka_unit_test_setup(no_room_is_seen_before_the_batch, new_world),
		cmocka_unit_test_setup(again_runs_the_batch_again, new_world),
		cmocka_unit_test_setup(again_without_an_end_answers_busy, new_world),
		cmocka_unit_test_setup(a_try_that_fails_is_answered_without_the_writer, new_world),
		cmocka_unit_test_setup(unknown_calls_fatal_and_delivers_nothing, new_world),
		cmocka_unit_test_setup(stop_loses_nothing, new_world),
		cmocka_unit_test_setup(a_batch_is_bounded_in_bytes, new_world),
		cmocka_unit_test_setup(batch_time_never_goes_back, new_world),
		cmocka_unit_test_setup(chores_run_while_idle, new_world),
		cmocka_unit_test_setup(what_comes_due_is_found_while_idle, new_world),
		cmocka_unit_test_setup(a_batch_begins_with_what_is_due, new_world),
		cmocka_unit_test_setup(chores_run_between_batches_that_never_pause, new_world),
		cmocka_unit_test_setup(a_chore_that_fails_does_not_spin, new_world),
		cmocka_unit_test_setup(calls_of_an_application_are_stored_by_the_writer, new_world),
		cmocka_unit_test_setup(calls_are_stored_twice_a_minute, new_world),
		cmocka_unit_test_setup(every_outcome_counts_as_one_call, new_world),
		cmocka_unit_test_setup(a_clean_stop_loses_no_call, new_world),
		cmocka_unit_test_setup(calls_that_could_not_be_stored_are_still_counted, new_world),
		cmocka_unit_test_setup(without_room_calls_wait_in_memory, new_world),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
