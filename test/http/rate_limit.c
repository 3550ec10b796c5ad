/* The buckets of rate limits: exactly as many pass as may, from one thread or from many, and nobody innocent is
 * refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "http/rate_limit.h"
#include "model/limits.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define THREADS 4
#define TRIES 20000
#define CROWD 400000 /* more owners than there are slots */

static struct rate_limiter limiter;

static void start(uint32_t limit)
{
	const uint32_t limits[RATE_KIND_COUNT] = {[RATE_ADDRESS] = limit, [RATE_TOKEN] = limit};
	assert_true(rate_limiter_init(&limiter, limits));
}

static bool take(uint64_t token_id, int64_t now_us, struct rate_level *level)
{
	const struct rate_owner owner = rate_owner_of_id(&limiter, RATE_TOKEN, token_id);
	return rate_limiter_take(&limiter, &owner, now_us, level);
}

static uint32_t drain(uint64_t token_id, int64_t now_us)
{
	struct rate_level level;
	uint32_t passed = 0;
	while (take(token_id, now_us, &level)) {
		passed++;
	}
	return passed;
}

static void a_bucket_holds_exactly_its_limit(void **state)
{
	(void)state;
	static const uint32_t limits[] = {1, 2, 7, 60, 61, 1000, 59999, RATE_LIMIT_MAX - 1, RATE_LIMIT_MAX};
	static const int64_t starts_us[] = {0, 1, 123456789, 400 * 86400 * SECOND_US};
	for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
		start(limits[i]);
		for (size_t k = 0; k < sizeof starts_us / sizeof starts_us[0]; k++) {
			assert_int_equal(drain(k + 1, starts_us[k]), limits[i]);
			assert_int_equal(drain(k + 1, starts_us[k] + MINUTE_US), limits[i]);
			/* A unit of time is at most 60 us. */
			uint32_t nearly = drain(k + 1, starts_us[k] + 2 * MINUTE_US - 61);
			assert_in_range(nearly, limits[i] - 1 - limits[i] / 900000, limits[i] - 1);
		}
		rate_limiter_finish(&limiter);
	}
}

static void it_fills_evenly_and_says_when(void **state)
{
	(void)state;
	start(6);
	struct rate_level level;
	int64_t now_us = 7 * SECOND_US;
	assert_true(take(1, now_us, &level));
	assert_int_equal(level.limit, 6);
	assert_int_equal(level.left, 5);
	assert_int_equal(level.wait_us, 0);
	assert_in_range(level.full_us, 10 * SECOND_US - 60, 10 * SECOND_US);
	assert_int_equal(drain(1, now_us), 5);
	assert_false(take(1, now_us, &level));
	assert_int_equal(level.left, 0);
	assert_in_range(level.wait_us, 10 * SECOND_US - 60, 10 * SECOND_US);
	int64_t filled_us = now_us + level.wait_us;
	assert_false(take(1, filled_us - 1, &level));
	assert_true(take(1, filled_us, &level));
	assert_int_equal(drain(1, filled_us + 10 * SECOND_US), 1);
	assert_int_equal(drain(1, now_us), 0); /* a thread whose clock is behind */
	assert_int_equal(drain(2, now_us), 6);
	rate_limiter_finish(&limiter);
}

static void what_is_given_back_can_be_taken_again(void **state)
{
	(void)state;
	start(3);
	const struct rate_owner owner = rate_owner_of_id(&limiter, RATE_TOKEN, 1);
	rate_limiter_give_back(&limiter, &owner, 0);
	assert_int_equal(drain(1, 0), 3);
	rate_limiter_give_back(&limiter, &owner, 0);
	assert_int_equal(drain(1, 0), 1);
	rate_limiter_give_back(&limiter, &owner, MINUTE_US);
	assert_int_equal(drain(1, MINUTE_US), 3);
	rate_limiter_finish(&limiter);
}

static void a_kind_without_a_limit_lets_everything_through(void **state)
{
	(void)state;
	start(1);
	const struct rate_owner owner = rate_owner_of_id(&limiter, RATE_APPLICATION, 1);
	struct rate_level level;
	for (unsigned i = 0; i < 10; i++) {
		assert_true(rate_limiter_take(&limiter, &owner, 0, &level));
		assert_int_equal(level.limit, 0);
	}
	rate_limiter_give_back(&limiter, &owner, 0);
	rate_limiter_finish(&limiter);
}

static struct rate_owner at(uint8_t first, uint8_t eighth, uint8_t last)
{
	struct peer peer = {.address = {[0] = first, [7] = eighth, [15] = last}};
	if (first == 0) {
		peer.address[10] = peer.address[11] = 0xff;
	}
	return rate_owner_of_peer(&limiter, &peer);
}

static void an_address_of_version_6_counts_by_its_network(void **state)
{
	(void)state;
	start(1);
	const struct rate_owner owners[] = {at(0xfd, 1, 1), at(0xfd, 1, 2), at(0xfd, 2, 1), at(0, 0, 1), at(0, 0, 2)};
	static const bool passes[] = {true, false, true, true, true};
	for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
		struct rate_level level;
		assert_int_equal(rate_limiter_take(&limiter, &owners[i], 0, &level), passes[i]);
	}
	rate_limiter_finish(&limiter);
}

static void a_crowd_refuses_nobody_and_forgives_nobody_who_is_there(void **state)
{
	(void)state;
	start(2);
	struct rate_level level;
	assert_int_equal(drain(CROWD + 1, 0), 2);
	for (uint64_t id = 1; id <= CROWD; id++) {
		assert_true(take(id, 0, &level));
	}
	assert_true(atomic_load(&limiter.unmetered) > 0);
	assert_false(take(CROWD + 1, 0, &level));
	assert_int_equal(drain(CROWD + 2, MINUTE_US), 2); /* whoever was there has gone */
	rate_limiter_finish(&limiter);
}

struct worker {
	pthread_t thread;
	uint64_t first_id;
	uint64_t ids;
	uint32_t passed;
};

static void *work(void *context)
{
	struct worker *worker = context;
	struct rate_level level;
	for (uint64_t i = 0; i < TRIES; i++) {
		worker->passed += take(worker->first_id + i % worker->ids, (int64_t)i % 3, &level);
	}
	return NULL;
}

static void *take_and_give_back(void *context)
{
	struct worker *worker = context;
	const struct rate_owner owner = rate_owner_of_id(&limiter, RATE_TOKEN, worker->first_id);
	struct rate_level level;
	for (unsigned i = 0; i < TRIES; i++) {
		if (rate_limiter_take(&limiter, &owner, 0, &level)) {
			rate_limiter_give_back(&limiter, &owner, 0);
		}
	}
	return NULL;
}

static uint32_t race(void *(*task)(void *context), uint64_t ids)
{
	struct worker workers[THREADS] = {0};
	uint32_t passed = 0;
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i].first_id = 1;
		workers[i].ids = ids;
		assert_int_equal(pthread_create(&workers[i].thread, NULL, task, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		passed += workers[i].passed;
	}
	return passed;
}

static void threads_that_race_get_exactly_the_limit(void **state)
{
	(void)state;
	static const uint64_t owners[] = {1, 2, 500};
	for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
		start(37);
		assert_int_equal(race(work, owners[i]), 37 * owners[i]);
		rate_limiter_finish(&limiter);
	}
}

static void nothing_that_is_given_back_is_lost_in_a_race(void **state)
{
	(void)state;
	start(5);
	(void)race(take_and_give_back, 1);
	assert_int_equal(drain(1, 0), 5);
	rate_limiter_finish(&limiter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bucket_holds_exactly_its_limit),
		cmocka_unit_test(it_fills_evenly_and_says_when),
		cmocka_unit_test(what_is_given_back_can_be_taken_again),
		cmocka_unit_test(a_kind_without_a_limit_lets_everything_through),
		cmocka_unit_test(an_address_of_version_6_counts_by_its_network),
		cmocka_unit_test(a_crowd_refuses_nobody_and_forgives_nobody_who_is_there),
		cmocka_unit_test(threads_that_race_get_exactly_the_limit),
		cmocka_unit_test(nothing_that_is_given_back_is_lost_in_a_race),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
