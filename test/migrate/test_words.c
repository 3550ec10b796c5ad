/* How texts, numbers and times are shown, and how exact the quantiles are. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/report_latency.h"
#include "migrate/report_pretty.h"
#include "migrate/report_words.h"

static void assert_clean(const char *text, bool lines, const char *expected)
{
	char *clean = words_clean(text, lines);
	assert_string_equal(clean, expected);
	free(clean);
}

static void what_may_not_be_shown_is_pictured_or_replaced(void **state)
{
	(void)state;
	assert_clean("plain \xc3\xa9 \xf0\x9f\x98\x80", false, "plain \xc3\xa9 \xf0\x9f\x98\x80");
	assert_clean("a\x1b[2J\x7f", false, "a\xe2\x90\x9b[2J\xe2\x90\xa1");
	assert_clean("a\nb\tc\r", true, "a\nb\tc\xe2\x90\x8d");
	assert_clean("a\r\nb\r", true, "a\nb\xe2\x90\x8d");
	assert_clean("a\r\n", false, "a\xe2\x90\x8d\xe2\x90\x8a");
	assert_clean("a\nb", false, "a\xe2\x90\x8a" "b");
	assert_clean("\xff", false, "\xef\xbf\xbd");
	assert_clean("\xed\xa0\x80", false, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_clean("\xef\xbf\xbf\xc2\x85\xe2\x80\xae", false, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	assert_clean(NULL, false, "");
}

static void numbers_in_paths_are_alike(void **state)
{
	(void)state;
	char pattern[32];
	words_pattern("groups.17.member_count", pattern, sizeof pattern);
	assert_string_equal(pattern, "groups.#.member_count");
	words_pattern("12 a 3", pattern, sizeof pattern);
	assert_string_equal(pattern, "# a #");
	words_pattern("abcdef", pattern, 4);
	assert_string_equal(pattern, "abc");
}

static void numbers_and_times_are_readable(void **state)
{
	(void)state;
	char text[WORDS_NUMBER_SIZE];
	assert_string_equal(words_number(0, text), "0");
	assert_string_equal(words_number(999, text), "999");
	assert_string_equal(words_number(1204000, text), "1,204,000");
	assert_string_equal(words_number(UINT64_MAX, text), "18,446,744,073,709,551,615");
	assert_string_equal(words_time(-1, text), "-");
	assert_string_equal(words_time(999, text), "999 us");
	assert_string_equal(words_time(1234, text), "1.2 ms");
	assert_string_equal(words_time(123456, text), "123 ms");
	assert_string_equal(words_time(INT64_MAX, text), "9223372036855 s");
}

static void quantiles_are_exact_to_a_32nd(void **state)
{
	(void)state;
	static struct latency latency;
	assert_int_equal(latency_quantile(&latency, 500), -1);
	for (int64_t value = 1; value <= 100000; value++) {
		latency_add(&latency, value);
	}
	latency_add(&latency, -1);
	assert_int_equal(latency.count, 100000);
	int64_t p50 = latency_quantile(&latency, 500);
	int64_t p99 = latency_quantile(&latency, 990);
	assert_in_range(p50, 50000, 50000 + 50000 / LATENCY_STEPS);
	assert_in_range(p99, 99000, 99000 + 99000 / LATENCY_STEPS);
}

static void each_range_ends_at_or_above_its_values(void **state)
{
	(void)state;
	for (int64_t value = 0; value < INT64_MAX / 3; value = value * 3 / 2 + 1) {
		struct latency latency = {.count = 0};
		latency_add(&latency, value);
		int64_t end = latency_quantile(&latency, 1000);
		assert_true(value > (INT64_C(1) << 36) || (end >= value && end <= value + value / LATENCY_STEPS));
	}
}

static void a_range_ends_where_the_next_begins(void **state)
{
	(void)state;
	static const int64_t CASES[][2] = {{0, 0}, {63, 63}, {64, 65}, {65, 65}, {66, 67}, {128, 131}, {1000, 1007}};
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		struct latency latency = {.count = 0};
		latency_add(&latency, CASES[i][0]);
		assert_int_equal(latency_quantile(&latency, 500), CASES[i][1]);
	}
}

static void assert_pretty(const char *reply, const char *expected)
{
	char *text = pretty_reply(reply);
	assert_string_equal(text, expected);
	free(text);
}

static void replies_are_laid_out_whatever_they_are(void **state)
{
	(void)state;
	assert_pretty("{\"b\":[1],\"a\":null}", "{\n  \"b\": [\n    1\n  ],\n  \"a\": null\n}");
	assert_pretty("<?xml version=\"1.0\"?>\n<rsp stat=\"ok\"><error code=\"1\" msg=\"&lt;\"/>x</rsp>",
		"<rsp stat=\"ok\">\n  <error\n      code=\"1\"\n      msg=\"&lt;\"/>\n  x\n</rsp>\n");
	assert_pretty("<rsp><cut", "<rsp><cut");
	assert_pretty("plain", "plain");
	assert_pretty("", "");
	assert_pretty("HTTP/1.1 200 OK\r\nA: b\r\n\r\n[ ]", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n[]");
	assert_pretty("HTTP/1.1 204 No Content", "HTTP/1.1 204 No Content");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_not_be_shown_is_pictured_or_replaced),
		cmocka_unit_test(numbers_in_paths_are_alike),
		cmocka_unit_test(numbers_and_times_are_readable),
		cmocka_unit_test(quantiles_are_exact_to_a_32nd),
		cmocka_unit_test(each_range_ends_at_or_above_its_values),
		cmocka_unit_test(a_range_ends_where_the_next_begins),
		cmocka_unit_test(replies_are_laid_out_whatever_they_are),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
