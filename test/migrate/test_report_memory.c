/* A report without memory: each allocation of its own fails once, and what differed is told all the same. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/report.h"

#define FAILURES_MAX 10000

static unsigned until_failure; /* 0: none fails */
static bool failed;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t length);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t length);

static bool fails(void)
{
	bool now = until_failure > 0 && --until_failure == 0;
	failed |= now;
	return now;
}

void *__wrap_malloc(size_t size)
{
	return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return fails() ? NULL : __real_calloc(count, size);
}

char *__wrap_strdup(const char *text)
{
	return fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t length)
{
	return fails() ? NULL : __real_strndup(text, length);
}

static void add_calls(struct report *report)
{
	const struct difference differences[] = {
		{.kind = DIFFERENCE_FIELD, .path = "a.b", .left = "1", .right = "2"},
		{.kind = DIFFERENCE_STATE, .path = "member 1", .left = NULL, .right = "2", .rule = "known"},
	};
	const struct report_side side = {.name = "v3", .request = "GET /", .reply = "{\"b\":1}", .outcome = "ok"};
	struct verdict verdict = {
		.number = 1,
		.method = "group.join",
		.left = side,
		.right = side,
		.differences = differences,
		.difference_count = 2,
		.state_diff = "- a\n+ b",
		.repeat = "joinery twin",
	};
	report_add(report, &verdict);
	report_add(report, &verdict);
	verdict.no_twin = "there is none";
	report_add(report, &verdict);
	report_trouble(report, MIGRATE_UNREACHABLE, "it does not answer");
}

static void each_allocation_may_fail(void **state)
{
	(void)state;
	const struct report_options options = {
		.title = "t", .json_path = "/dev/null", .junit_path = "/dev/null", .html_path = "/dev/null", .kept_max = 4,
		.whole = true};
	unsigned failures = 0;
	do {
		char why[128] = "";
		failed = false;
		until_failure = ++failures;
		struct report *report = report_open(&options, NULL, why, sizeof why);
		if (report == NULL) {
			assert_string_not_equal(why, "");
			continue;
		}
		add_calls(report);
		assert_int_equal(report_close(report), MIGRATE_DIFFERENT);
	} while (failed && failures < FAILURES_MAX);
	assert_in_range(failures, 20, FAILURES_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_allocation_may_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
