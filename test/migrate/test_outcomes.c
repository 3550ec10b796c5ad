/* Differences that the contracts prescribe: only where what they depend on is so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "migrate/compare.h"
#include "migrate/compare_reply.h"
#include "migrate/outcomes_when.h"
#include "migrate/world.h"

#define AN_OPEN_GROUP "3" /* of person 3 */
#define A_PRIVATE_GROUP "2" /* of person 2 */
#define OF_THREE "personal-03"

static void give(struct call *call, enum call_argument argument, const char *text)
{
	if (text != NULL) {
		call_give(call, argument, CALL_TEXT, text, strlen(text));
	}
}

static void each_condition_is_found_in_the_state(void **state)
{
	(void)state;
	static const struct {
		enum outcomes_when when;
		bool holds;
		const char *token;
		const char *group;
		const char *user; /* its id, or username */
		const char *name;
	} rows[] = {
		{OUTCOMES_ALWAYS, true, NULL, NULL, NULL, NULL},
		{OUTCOMES_STRANGER, true, OF_THREE, A_PRIVATE_GROUP, NULL, NULL},
		{OUTCOMES_STRANGER, false, OF_THREE, AN_OPEN_GROUP, NULL, NULL},
		{OUTCOMES_MEMBER, false, OF_THREE, A_PRIVATE_GROUP, NULL, NULL},
		{OUTCOMES_MEMBER, true, OF_THREE, AN_OPEN_GROUP, NULL, NULL},
		{OUTCOMES_OPERATOR, true, "personal-20", NULL, NULL, NULL},
		{OUTCOMES_OPERATOR, false, OF_THREE, NULL, NULL, NULL},
		{OUTCOMES_SUSPENDED, true, "personal-18", NULL, NULL, NULL},
		{OUTCOMES_SUSPENDED, false, OF_THREE, NULL, NULL, NULL},
		{OUTCOMES_NO_TOKEN, true, "", NULL, NULL, NULL},
		{OUTCOMES_NO_TOKEN, false, "nobody's", NULL, NULL, NULL},
		{OUTCOMES_BAD_TOKEN, true, "nobody's", NULL, NULL, NULL},
		{OUTCOMES_BAD_TOKEN, true, "deactivated-03", NULL, NULL, NULL},
		{OUTCOMES_BAD_TOKEN, true, "disabled-03", NULL, NULL, NULL},
		{OUTCOMES_BAD_TOKEN, false, "application-03", NULL, NULL, NULL},
		{OUTCOMES_BAD_TOKEN, false, "", NULL, NULL, NULL},
		{OUTCOMES_NO_MANAGER, true, "personal-02", AN_OPEN_GROUP, NULL, NULL},
		{OUTCOMES_NO_MANAGER, false, OF_THREE, AN_OPEN_GROUP, NULL, NULL},
		{OUTCOMES_NO_MANAGER, false, OF_THREE, A_PRIVATE_GROUP, NULL, NULL},
		{OUTCOMES_UNSEEN, true, OF_THREE, A_PRIVATE_GROUP, NULL, NULL},
		{OUTCOMES_UNSEEN, true, OF_THREE, "999", NULL, NULL},
		{OUTCOMES_UNSEEN, false, OF_THREE, AN_OPEN_GROUP, NULL, NULL},
		{OUTCOMES_UNSEEN, false, "personal-20", A_PRIVATE_GROUP, NULL, NULL},
		{OUTCOMES_NO_ID, true, NULL, "007", NULL, NULL},
		{OUTCOMES_NO_ID, true, NULL, "", NULL, NULL},
		{OUTCOMES_NO_ID, false, NULL, "999", NULL, NULL},
		{OUTCOMES_NO_USER, true, NULL, NULL, "person77", NULL},
		{OUTCOMES_NO_USER, false, NULL, NULL, "Person3", NULL},
		{OUTCOMES_NO_USER_ID, true, NULL, NULL, "x", NULL},
		{OUTCOMES_NO_USER_ID, false, NULL, NULL, "999", NULL},
		{OUTCOMES_BAD_BYTES, true, NULL, NULL, NULL, "a\xff"},
		{OUTCOMES_BAD_BYTES, false, NULL, NULL, NULL, "a\xc3\xb6"},
		{OUTCOMES_EMPTY_NAME, true, NULL, NULL, NULL, ""},
		{OUTCOMES_EMPTY_NAME, false, NULL, NULL, NULL, " "},
		{OUTCOMES_EMPTY_NAME, false, NULL, NULL, NULL, NULL},
		{OUTCOMES_BAD_FLAG, false, NULL, NULL, NULL, NULL},
	};
	struct trial *trial = trial_over(NULL, world_master_key);
	assert_non_null(trial);
	assert_true(world_make(trial_store(trial), WORLD_START));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct call call = {.verb = CALL_EDIT};
		give(&call, CALL_TOKEN, rows[i].token);
		give(&call, CALL_GROUP, rows[i].group);
		give(&call, CALL_USER, rows[i].user);
		give(&call, CALL_USERNAME, rows[i].user);
		give(&call, CALL_NAME, rows[i].name);
		if (outcomes_hold(rows[i].when, &call, trial, WORLD_START) != rows[i].holds) {
			fail_msg("row %zu", i);
		}
	}
	trial_close(trial);
}

static void a_flag_is_bad_where_it_is_neither_word(void **state)
{
	(void)state;
	static const struct {
		const char *flag;
		bool bad;
	} rows[] = {{"0", false}, {"1", false}, {"", false}, {"2", true}, {"true", true}, {"01", true}};
	struct trial *trial = trial_over(NULL, world_master_key);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct call call = {.verb = CALL_ADD};
		give(&call, CALL_EVENT_MODERATION, "0");
		give(&call, CALL_IS_PRIVATE, rows[i].flag);
		assert_int_equal(outcomes_hold(OUTCOMES_BAD_FLAG, &call, trial, WORLD_START), rows[i].bad);
	}
	trial_close(trial);
}

static void only_a_later_flag_may_be_named_instead(void **state)
{
	(void)state;
	assert_true(compare_flag_is_later(CALL_ADD, "name", "is_private"));
	assert_true(compare_flag_is_later(CALL_EDIT, "description", "event_moderation"));
	assert_false(compare_flag_is_later(CALL_ADD, "is_private", "event_moderation"));
	assert_false(compare_flag_is_later(CALL_ADD, "is_private", "is_private"));
	assert_false(compare_flag_is_later(CALL_ADD, "name", "description"));
	assert_false(compare_flag_is_later(CALL_ADD, "token", "is_private"));
}

static bool answer(void *context, enum outcomes_when when)
{
	assert_int_equal(when, OUTCOMES_STRANGER);
	return *(const bool *)context;
}

static uint32_t outcomes_that_differ(bool is_so, enum outcome right_outcome)
{
	static struct differences found;
	static struct side sides[2] = {{.dialect = DIALECT_V3}, {.dialect = DIALECT_ONEZONE}};
	const struct call call = {.verb = CALL_DELETE};
	const struct compare_caller caller = {.is = answer, .context = &is_so};
	uint32_t count = 0;
	sides[0].result.outcome = OUTCOME_NOT_ALLOWED;
	sides[1].result.outcome = right_outcome;
	compare_sides(&call, &caller, &sides[0], &sides[1], &found);
	for (uint32_t i = 0; i < found.count; i++) {
		count += found.items[i].kind == DIFFERENCE_OUTCOME;
	}
	differences_finish(&found);
	return count;
}

static void a_prescribed_difference_needs_its_condition(void **state)
{
	(void)state;
	assert_int_equal(outcomes_that_differ(true, OUTCOME_NO_SUCH_GROUP), 0);
	assert_int_equal(outcomes_that_differ(false, OUTCOME_NO_SUCH_GROUP), 1);
	assert_int_equal(outcomes_that_differ(true, OUTCOME_BANNED), 1);
}

static void order_does_not_matter_but_the_call_does(void **state)
{
	(void)state;
	const char *why;
	enum outcomes_when when;
	assert_true(outcomes_agree(CALL_INFO, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP, DIALECT_LEGACY, OUTCOME_OK, &why,
		&when));
	assert_int_equal(when, OUTCOMES_STRANGER);
	assert_non_null(why);
	assert_true(outcomes_agree(CALL_INFO, DIALECT_V3, OUTCOME_OK, DIALECT_LEGACY, OUTCOME_OK, &why, &when));
	assert_int_equal(when, OUTCOMES_ALWAYS);
	assert_null(why);
	assert_false(outcomes_agree(CALL_MY_GROUPS, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP, DIALECT_LEGACY, OUTCOME_OK, &why,
		&when));
	assert_false(outcomes_agree(CALL_INFO, DIALECT_V3, OUTCOME_NO_SUCH_GROUP, DIALECT_LEGACY, OUTCOME_OK, &why, &when));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_condition_is_found_in_the_state),
		cmocka_unit_test(a_flag_is_bad_where_it_is_neither_word),
		cmocka_unit_test(only_a_later_flag_may_be_named_instead),
		cmocka_unit_test(a_prescribed_difference_needs_its_condition),
		cmocka_unit_test(order_does_not_matter_but_the_call_does),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
