/* Which rules are taken, what they accept, and which are stale. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "migrate/rules.h"

#define NOON_2026_06_15 1781524800 /* 12:00 UTC */
#define WHY_SIZE 512

static char why[WHY_SIZE];

static struct rules *read_rules(const char *text)
{
	why[0] = '\0';
	return rules_read("rules.jsonl", text, strlen(text), NOON_2026_06_15, why, sizeof why);
}

static const char *accept_values(struct rules *rules, enum difference_kind kind, const char *path, const char *left,
	const char *right)
{
	const struct difference difference = {.kind = kind, .path = path, .left = left, .right = right};
	return rules_accept(rules, "group.join", &difference);
}

static const char *accept(struct rules *rules, enum difference_kind kind, const char *path)
{
	return accept_values(rules, kind, path, "1", "2");
}

#define RULE(method, kind, path)                                                                                       \
	"{\"method\":\"" method "\",\"kind\":\"" kind "\",\"path\":\"" path                                            \
	"\",\"reason\":\"known\",\"expires\":\"2026-06-15\"}\n"

static void a_rule_accepts_what_it_names_and_nothing_else(void **state)
{
	(void)state;
	struct rules *rules = read_rules(RULE("group.join", "field", "group.name"));
	assert_non_null(rules);
	assert_string_equal(accept(rules, DIFFERENCE_FIELD, "group.name"), "known");
	assert_null(accept(rules, DIFFERENCE_FIELD, "group.names"));
	assert_null(accept(rules, DIFFERENCE_FIELD, "group"));
	assert_null(accept(rules, DIFFERENCE_STATE, "group.name"));
	const struct difference difference = {.kind = DIFFERENCE_FIELD, .path = "group.name"};
	assert_null(rules_accept(rules, "group.leave", &difference));
	rules_free(rules);
}

static void a_star_stands_for_any_end(void **state)
{
	(void)state;
	struct rules *rules = read_rules(RULE("group.*", "state", "member *"));
	assert_non_null(accept(rules, DIFFERENCE_STATE, "member 7 9"));
	assert_null(accept(rules, DIFFERENCE_STATE, "group 7"));
	rules_free(rules);
}

static void a_rule_may_name_the_values(void **state)
{
	(void)state;
	struct rules *rules = read_rules("{\"method\":\"group.join\",\"kind\":\"outcome\",\"left\":\"joined\","
					 "\"right\":null,\"reason\":\"known\",\"expires\":\"2026-06-15\"}");
	assert_non_null(rules);
	assert_non_null(accept_values(rules, DIFFERENCE_OUTCOME, "", "joined", NULL));
	assert_null(accept_values(rules, DIFFERENCE_OUTCOME, "", "joined", "queued"));
	assert_null(accept_values(rules, DIFFERENCE_OUTCOME, "", NULL, NULL));
	rules_free(rules);
}

static void take_line(void *context, const char *line)
{
	(void)snprintf(context, WHY_SIZE, "%s", line);
}

static void the_last_day_of_a_rule_is_a_whole_one(void **state)
{
	(void)state;
	const char *text = RULE("group.join", "field", "a");
	const int64_t end = NOON_2026_06_15 + 12 * 3600; /* the first second of the 16th */
	char line[WHY_SIZE] = "";
	struct rules *good = rules_read("r", text, strlen(text), end - 1, why, sizeof why);
	(void)accept(good, DIFFERENCE_FIELD, "a");
	assert_int_equal(rules_stale(good, false, take_line, line), 0);
	rules_free(good);
	struct rules *late = rules_read("r", text, strlen(text), end, why, sizeof why);
	assert_non_null(accept(late, DIFFERENCE_FIELD, "a"));
	assert_int_equal(rules_stale(late, true, take_line, line), 1);
	assert_string_equal(line, "r:1: expired on 2026-06-15, and explains 1 difference: known");
	rules_free(late);
}

static void an_unused_rule_is_stale_unless_only_a_part_was_compared(void **state)
{
	(void)state;
	char line[WHY_SIZE] = "";
	struct rules *rules = read_rules("# why they are here\n\n" RULE("group.join", "field", "a"));
	assert_int_equal(rules_stale(rules, true, take_line, line), 0);
	assert_int_equal(rules_stale(rules, false, take_line, line), 1);
	assert_string_equal(line, "rules.jsonl:3: unused, nothing differs so any more: known");
	assert_int_equal(rules_stale(NULL, false, take_line, line), 0);
	rules_free(rules);
}

static void the_first_rule_that_fits_is_used(void **state)
{
	(void)state;
	char line[WHY_SIZE] = "";
	struct rules *rules = read_rules(RULE("group.join", "field", "group.*") RULE("group.join", "field", "group.name"));
	assert_non_null(accept(rules, DIFFERENCE_FIELD, "group.name"));
	assert_int_equal(rules_stale(rules, false, take_line, line), 1);
	assert_string_equal(line, "rules.jsonl:2: unused, nothing differs so any more: known");
	rules_free(rules);
}

static void a_bad_rule_is_named_by_its_place(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *why;
	} CASES[] = {
		{"\n[]", "rules.jsonl:2: not an object"},
		{"{", "rules.jsonl:1: not JSON: string or '}' expected near end of file"},
		{"{\"kind\":\"field\"}", "rules.jsonl:1: a rule needs a text as its method"},
		{"{\"method\":\"m\"}", "rules.jsonl:1: a rule needs a text as its kind"},
		{"{\"method\":\"m\",\"kind\":\"fields\"}",
			"rules.jsonl:1: kind must be outcome, status, field, state or check"},
		{"{\"method\":\"m\",\"kind\":\"field\"}", "rules.jsonl:1: a rule needs a text as its path"},
		{RULE("m", "field", "*"), "rules.jsonl:1: a rule names what it accepts: not the path *"},
		{RULE("m", "status", "x"), "rules.jsonl:1: an outcome or a status has no path"},
		{"{\"method\":\"m\",\"kind\":\"status\",\"left\":200}",
			"rules.jsonl:1: neither a text nor null: left"},
		{"{\"method\":\"m\",\"kind\":\"status\",\"reason\":\"\"}",
			"rules.jsonl:1: a rule needs a text as its reason"},
		{"{\"method\":\"m\",\"kind\":\"status\",\"reason\":\"r\"}",
			"rules.jsonl:1: a rule needs a text as its expires"},
		{"{\"method\":\"m\",\"kind\":\"status\",\"reason\":\"r\",\"expires\":\"2026-02-30\"}",
			"rules.jsonl:1: expires must be a day: YYYY-MM-DD"},
		{"{\"methods\":\"m\"}", "rules.jsonl:1: a rule has no member methods"},
		{"{\"method\":\"m\",\"method\":\"m\"}", "rules.jsonl:1: not JSON: duplicate object key near '\"method\"'"},
	};
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		assert_null(read_rules(CASES[i].text));
		assert_string_equal(why, CASES[i].why);
	}
}

static void a_file_that_is_not_there_is_told(void **state)
{
	(void)state;
	assert_null(rules_load("/nowhere/rules.jsonl", NOON_2026_06_15, why, sizeof why));
	assert_string_equal(why, "cannot open /nowhere/rules.jsonl: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_accepts_what_it_names_and_nothing_else),
		cmocka_unit_test(a_star_stands_for_any_end),
		cmocka_unit_test(a_rule_may_name_the_values),
		cmocka_unit_test(the_last_day_of_a_rule_is_a_whole_one),
		cmocka_unit_test(an_unused_rule_is_stale_unless_only_a_part_was_compared),
		cmocka_unit_test(the_first_rule_that_fits_is_used),
		cmocka_unit_test(a_bad_rule_is_named_by_its_place),
		cmocka_unit_test(a_file_that_is_not_there_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
