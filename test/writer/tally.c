/* The counts of calls between threads that count and one that stores. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake.h"
#include "log.h"
#include "model/limits.h"
#include "writer/tally.h"

#define THREADS_COUNT 4
#define CALLS_PER_THREAD 20000
#define APPLICATIONS_USED 37
#define ROWS_KEPT 65536 /* per shard */

struct caller {
	struct tally *tally;
	unsigned shard;
	pthread_t thread;
};

static void add(struct tally *tally, unsigned shard, uint64_t application, uint32_t day)
{
	const struct usage usage = {
		.application_id = application, .day = day, .operation = OPERATION_GROUP_JOIN, .calls = 1};
	tally_add(tally, shard, &usage);
}

static void *count_calls(void *context)
{
	const struct caller *caller = context;
	for (unsigned i = 0; i < CALLS_PER_THREAD; i++) {
		add(caller->tally, caller->shard, 1 + i % APPLICATIONS_USED, 20000 + i % 3);
	}
	return NULL;
}

/* Stores slices until one was not full; returns how many there were. */
static unsigned store_all(struct tally *tally, struct txn *txn)
{
	unsigned slices = 0;
	bool more = true;
	while (more) {
		slices++;
		assert_int_equal(tally_store(tally, txn, 1000, &more), STORE_DONE);
	}
	return slices;
}

static uint64_t calls_stored(void)
{
	uint64_t sum = 0;
	for (uint64_t application = 0; application < APPLICATIONS_MAX; application++) {
		sum += fake_calls(application);
	}
	return sum;
}

static void threads_and_failures_lose_no_call(void **state)
{
	(void)state;
	struct tally tally;
	assert_true(tally_init(&tally));
	for (unsigned i = 0; i < SCRIPT_MAX; i++) {
		fake.script[i] = i % 3 == 0 ? STORE_DONE : i % 3 == 1 ? STORE_FAILED : STORE_AGAIN;
	}
	fake.script_length = SCRIPT_MAX;
	struct txn *txn = txn_create(NULL);
	struct caller callers[THREADS_COUNT];
	for (unsigned i = 0; i < THREADS_COUNT; i++) {
		callers[i] = (struct caller){.tally = &tally, .shard = i / 2}; /* two share one */
		assert_int_equal(pthread_create(&callers[i].thread, NULL, count_calls, &callers[i]), 0);
	}
	for (unsigned i = 0; i < SCRIPT_MAX; i++) {
		bool more;
		(void)tally_store(&tally, txn, 1000, &more); /* most of them fail */
	}
	for (unsigned i = 0; i < THREADS_COUNT; i++) {
		assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
	}
	(void)store_all(&tally, txn);
	assert_true(tally_is_empty(&tally));
	assert_int_equal(calls_stored(), THREADS_COUNT * CALLS_PER_THREAD);
	txn_destroy(txn);
	tally_finish(&tally);
}

static void many_rows_leave_in_slices(void **state)
{
	(void)state;
	struct tally tally;
	assert_true(tally_init(&tally));
	struct txn *txn = txn_create(NULL);
	for (unsigned i = 0; i < 2 * SLICE_ROWS_MAX + 1; i++) {
		add(&tally, i, 1 + i % 2, i);
		add(&tally, i, 1 + i % 2, i);
	}
	assert_int_equal(store_all(&tally, txn), 3);
	assert_int_equal(fake_calls(1), 2 * (SLICE_ROWS_MAX + 1));
	assert_int_equal(fake_calls(2), 2 * SLICE_ROWS_MAX);
	add(&tally, 0, 1, 7); /* what was emptied counts again */
	assert_int_equal(store_all(&tally, txn), 1);
	assert_int_equal(fake_calls(1), 2 * (SLICE_ROWS_MAX + 1) + 1);
	txn_destroy(txn);
	tally_finish(&tally);
}

static void memory_is_bounded(void **state)
{
	(void)state;
	struct tally tally;
	log_set_level(LOG_ERROR); /* the warning is no news here */
	assert_true(tally_init(&tally));
	struct txn *txn = txn_create(NULL);
	for (uint32_t day = 0; day < ROWS_KEPT + 10; day++) {
		add(&tally, 3, 1, day);
	}
	add(&tally, 3, 1, 0); /* a row that is there goes on counting */
	add(&tally, 4, 1, 0);
	(void)store_all(&tally, txn);
	assert_int_equal(fake_calls(1), ROWS_KEPT + 2);
	txn_destroy(txn);
	tally_finish(&tally);
}

static int new_world(void **state)
{
	(void)state;
	fake_reset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(threads_and_failures_lose_no_call, new_world),
		cmocka_unit_test_setup(many_rows_leave_in_slices, new_world),
		cmocka_unit_test_setup(memory_is_bounded, new_world),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
