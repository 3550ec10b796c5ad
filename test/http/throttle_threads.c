/* Tries of one address from many threads at once: no more pass than may, and none that is given back is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "http/throttle.h"
#include "model/limits.h"

#define THREADS 4
#define ROUNDS 20000

static struct throttle throttle;

struct worker {
	pthread_t thread;
	struct peer peer;
	unsigned passed;
};

static void *take(void *context)
{
	struct worker *worker = context;
	for (unsigned i = 0; i < ROUNDS; i++) {
		worker->passed += throttle_take(&throttle, &worker->peer, 0);
	}
	return NULL;
}

static void *take_and_give_back(void *context)
{
	struct worker *worker = context;
	for (unsigned i = 0; i < ROUNDS; i++) {
		if (throttle_take(&throttle, &worker->peer, 0)) {
			worker->passed++;
			throttle_give_back(&throttle, &worker->peer, 0);
		}
	}
	return NULL;
}

static unsigned run(void *(*work)(void *context))
{
	struct worker workers[THREADS] = {0};
	unsigned passed = 0;
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		passed += workers[i].passed;
	}
	return passed;
}

static void no_more_pass_than_may(void **state)
{
	(void)state;
	throttle_init(&throttle);
	assert_int_equal(run(take), SIGN_IN_FAILURES_MAX);
}

static void what_is_given_back_can_be_taken_again(void **state)
{
	(void)state;
	throttle_init(&throttle);
	assert_true(run(take_and_give_back) > SIGN_IN_FAILURES_MAX);
	assert_int_equal(run(take), SIGN_IN_FAILURES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_more_pass_than_may),
		cmocka_unit_test(what_is_given_back_can_be_taken_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
