/* What is left of a sequence is what its failure needs, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "migrate/shrink.h"

#define STEPS 250

static uint32_t asked;

/* A ban of somebody, and later a join of a group that was counted back. */
static bool ban_then_join(void *context, const struct step *steps, uint32_t count)
{
	(void)context;
	asked++;
	bool banned = false;
	for (uint32_t i = 0; i < count; i++) {
		if (banned && steps[i].kind == STEP_JOIN && steps[i].choices[CHOICE_GROUP] >= 2) {
			return true;
		}
		banned |= steps[i].kind == STEP_BAN;
	}
	return false;
}

static bool always(void *context, const struct step *steps, uint32_t count)
{
	(void)context, (void)steps, (void)count;
	return true;
}

/* Three steps of one kind, wherever they are. */
static bool three_bans(void *context, const struct step *steps, uint32_t count)
{
	(void)context;
	uint32_t bans = 0;
	for (uint32_t i = 0; i < count; i++) {
		bans += steps[i].kind == STEP_BAN;
	}
	return bans >= 3;
}

static void only_what_the_failure_needs_is_left(void **state)
{
	(void)state;
	struct step steps[STEPS];
	steps_invent(11, 1, steps, STEPS);
	assert_true(ban_then_join(NULL, steps, STEPS));
	asked = 0;
	uint32_t left = shrink_steps(steps, STEPS, ban_then_join, NULL);
	assert_int_equal(left, 2);
	assert_int_equal(steps[0].kind, STEP_BAN);
	assert_int_equal(steps[1].kind, STEP_JOIN);
	assert_int_equal(steps[1].choices[CHOICE_GROUP], 2);
	assert_int_equal(steps[1].choices[CHOICE_NAME], 0);
	assert_int_equal(steps[0].choices[CHOICE_TARGET], 0);
	assert_true(asked < 1000);
}

static void pieces_that_belong_together_stay_together(void **state)
{
	(void)state;
	struct step steps[STEPS];
	steps_invent(12, 1, steps, STEPS);
	assert_int_equal(shrink_steps(steps, STEPS, three_bans, NULL), 3);
	assert_true(three_bans(NULL, steps, 3));
}

static void one_step_always_stays(void **state)
{
	(void)state;
	struct step steps[STEPS];
	steps_invent(13, 1, steps, STEPS);
	assert_int_equal(shrink_steps(steps, STEPS, always, NULL), 1);
	assert_int_equal(shrink_steps(steps, 1, always, NULL), 1);
}

static void the_same_sequence_shrinks_to_the_same(void **state)
{
	(void)state;
	struct step first[STEPS];
	struct step second[STEPS];
	steps_invent(11, 1, first, STEPS);
	steps_invent(11, 1, second, STEPS);
	uint32_t left = shrink_steps(first, STEPS, ban_then_join, NULL);
	assert_int_equal(left, shrink_steps(second, STEPS, ban_then_join, NULL));
	assert_memory_equal(first, second, left * sizeof *first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_the_failure_needs_is_left),
		cmocka_unit_test(pieces_that_belong_together_stay_together),
		cmocka_unit_test(one_step_always_stays),
		cmocka_unit_test(the_same_sequence_shrinks_to_the_same),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
