/* Which recorded calls are sent, and when: counted, not timed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "migrate/replay_pace.h"

#define CALLS 10000
#define SECOND_US 1000000
#define PERCENT (REPLAY_ALL / 100)

static struct recorded call_of(const char *api_key, int64_t at_us)
{
	return (struct recorded){
		.at_us = at_us,
		.form = json_pack("{s:s}", "api_key", api_key),
		.query = json_object(),
		.headers = json_object(),
	};
}

static void forget(struct recorded *recorded)
{
	json_decref(recorded->form);
	json_decref(recorded->query);
	json_decref(recorded->headers);
}

static unsigned taken_of(struct replay_pace *pace, unsigned clients)
{
	unsigned taken = 0;
	for (unsigned i = 0; i < CALLS; i++) {
		char key[32];
		(void)snprintf(key, sizeof key, "api_key:%016x", i % clients);
		struct recorded recorded = call_of(key, i);
		taken += replay_pace_takes(pace, &recorded);
		forget(&recorded);
	}
	return taken;
}

static void the_rate_is_exact_for_every_call(void **state)
{
	(void)state;
	static const double rates[] = {0.5, 1, 7, 1000, 33333};
	for (size_t r = 0; r < sizeof rates / sizeof rates[0]; r++) {
		struct replay_pace pace = {.percent = REPLAY_ALL, .sample = REPLAY_ALL, .rate = rates[r]};
		struct recorded recorded = call_of("api_key:1", 5);
		for (unsigned i = 0; i < CALLS; i++) {
			int64_t due_us = replay_pace_due_us(&pace, &recorded);
			double wanted_us = (double)i * SECOND_US / rates[r];
			assert_true((double)due_us <= wanted_us && (double)due_us > wanted_us - 1);
		}
		forget(&recorded);
	}
}

static void the_percentage_is_exact(void **state)
{
	(void)state;
	static const uint32_t percents[] = {1, 10, 33, 50, 99, 100};
	for (size_t i = 0; i < sizeof percents / sizeof percents[0]; i++) {
		struct replay_pace pace = {.percent = percents[i] * PERCENT, .sample = REPLAY_ALL};
		assert_int_equal(taken_of(&pace, 100), CALLS / 100 * percents[i]);
	}
}

static void a_sample_has_about_its_part_of_the_clients(void **state)
{
	(void)state;
	struct replay_pace pace = {.percent = REPLAY_ALL, .sample = 20 * PERCENT};
	struct replay_pace again = pace;
	unsigned taken = taken_of(&pace, CALLS);
	assert_in_range(taken, CALLS / 5 - 200, CALLS / 5 + 200);
	assert_int_equal(taken_of(&again, CALLS), taken);
}

static void a_client_is_sampled_as_a_whole(void **state)
{
	(void)state;
	for (unsigned part = 0; part <= 100; part += 10) {
		struct replay_pace pace = {.percent = REPLAY_ALL, .sample = part * PERCENT};
		unsigned taken = taken_of(&pace, 1);
		assert_true(taken == 0 || taken == CALLS);
	}
}

static void an_application_is_sampled_with_all_its_people(void **state)
{
	(void)state;
	struct replay_pace pace = {.percent = REPLAY_ALL, .sample = 50 * PERCENT};
	for (unsigned application = 0; application < 20; application++) {
		unsigned taken = 0;
		for (unsigned person = 0; person < 20; person++) {
			char key[32];
			char token[32];
			(void)snprintf(key, sizeof key, "api_key:%016x", application);
			(void)snprintf(token, sizeof token, "token:%016x", person);
			struct recorded recorded = call_of(key, 0);
			(void)json_object_set_new(recorded.form, "token", json_string(token));
			taken += replay_pace_takes(&pace, &recorded);
			forget(&recorded);
		}
		assert_true(taken == 0 || taken == 20);
	}
}

static void the_speed_divides_recorded_distances(void **state)
{
	(void)state;
	struct replay_pace pace = {.speed = 4, .percent = REPLAY_ALL, .sample = REPLAY_ALL};
	for (unsigned i = 0; i < 10; i++) {
		struct recorded recorded = call_of("api_key:1", 1000 + i * 400);
		assert_int_equal(replay_pace_due_us(&pace, &recorded), i * 100);
		forget(&recorded);
	}
}

static void a_pace_that_never_ends_is_late_not_early(void **state)
{
	(void)state;
	struct replay_pace pace = {.speed = 1e-12, .percent = REPLAY_ALL, .sample = REPLAY_ALL};
	struct replay_pace rate = {.rate = 1e-15, .percent = REPLAY_ALL, .sample = REPLAY_ALL};
	for (unsigned i = 0; i < 3; i++) {
		struct recorded recorded = call_of("api_key:1", i * INT64_C(1000000000000));
		assert_true(replay_pace_due_us(&pace, &recorded) >= i * INT64_C(1000000000000));
		assert_true(replay_pace_due_us(&rate, &recorded) >= i * INT64_C(1000000000000));
		forget(&recorded);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rate_is_exact_for_every_call),
		cmocka_unit_test(the_percentage_is_exact),
		cmocka_unit_test(a_sample_has_about_its_part_of_the_clients),
		cmocka_unit_test(a_client_is_sampled_as_a_whole),
		cmocka_unit_test(an_application_is_sampled_with_all_its_people),
		cmocka_unit_test(the_speed_divides_recorded_distances),
		cmocka_unit_test(a_pace_that_never_ends_is_late_not_early),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
