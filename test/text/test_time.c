/* Times as texts and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text/time.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const struct {
	int64_t time;
	const char *rfc3339;
	const char *legacy;
	const char *http;
} MOMENTS[] = {
	{0, "1970-01-01T00:00:00Z", "1970-01-01 00:00:00", "Thu, 01 Jan 1970 00:00:00 GMT"},
	{951782399, "2000-02-28T23:59:59Z", "2000-02-28 23:59:59", "Mon, 28 Feb 2000 23:59:59 GMT"},
	{951782400, "2000-02-29T00:00:00Z", "2000-02-29 00:00:00", "Tue, 29 Feb 2000 00:00:00 GMT"},
	{1125627311, "2005-09-02T02:15:11Z", "2005-09-02 02:15:11", "Fri, 02 Sep 2005 02:15:11 GMT"},
	{4107542400, "2100-03-01T00:00:00Z", "2100-03-01 00:00:00", "Mon, 01 Mar 2100 00:00:00 GMT"},
	{TIME_MAX, "9999-12-31T23:59:59Z", "9999-12-31 23:59:59", "Fri, 31 Dec 9999 23:59:59 GMT"},
};

static void moments_are_written_and_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(MOMENTS); i++) {
		char text[TIME_TEXT_SIZE];
		int64_t time = -1;
		time_write_legacy(MOMENTS[i].time, text);
		assert_string_equal(text, MOMENTS[i].legacy);
		char http[TIME_HTTP_SIZE];
		time_write_http(MOMENTS[i].time, http);
		assert_string_equal(http, MOMENTS[i].http);
		time_write_rfc3339(MOMENTS[i].time, text);
		assert_string_equal(text, MOMENTS[i].rfc3339);
		assert_true(time_read_rfc3339(text, strlen(text), &time));
		assert_int_equal(time, MOMENTS[i].time);
	}
}

static void days_of_eight_millennia_read_back(void **state)
{
	(void)state;
	for (int64_t time = 43200; time <= TIME_MAX; time += 11 * 86400) {
		char text[TIME_TEXT_SIZE];
		int64_t read = -1;
		time_write_rfc3339(time, text);
		assert_true(time_read_rfc3339(text, strlen(text), &read));
		assert_int_equal(read, time);
	}
}

static void offsets_and_fractions_are_taken(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t time;
	} cases[] = {
		{"2005-09-02T04:15:11+02:00", 1125627311},
		{"2005-09-01T20:45:11-05:30", 1125627311},
		{"2005-09-02t02:15:11.999999999z", 1125627311},
		{"2005-09-02T02:15:11-00:00", 1125627311},
		{"1969-12-31T23:00:00-01:00", 0},
		{"1998-12-31T23:59:60Z", 915148799}, /* a leap second is the one before it */
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		int64_t time = -1;
		assert_true(time_read_rfc3339(cases[i].text, strlen(cases[i].text), &time));
		assert_int_equal(time, cases[i].time);
	}
}

static void other_texts_are_no_times(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"", "2005", "2005-09-02", "2005-09-02T02:15:11", "2005-09-02 02:15:11Z", "2005-9-2T02:15:11Z",
		"2005-13-02T02:15:11Z", "2005-00-02T02:15:11Z", "2005-09-00T02:15:11Z", "2005-09-31T02:15:11Z",
		"2005-02-29T02:15:11Z", "2100-02-29T02:15:11Z", "2005-09-02T24:15:11Z", "2005-09-02T02:60:11Z",
		"2005-09-02T02:15:61Z", "2005-09-02T02:15:11.Z", "2005-09-02T02:15:11,5Z", "2005-09-02T02:15:11+2:00",
		"2005-09-02T02:15:11+24:00", "2005-09-02T02:15:11+02:60", "2005-09-02T02:15:11+0200",
		"2005-09-02T02:15:11Z ", " 2005-09-02T02:15:11Z", "-005-09-02T02:15:11Z", "1969-12-31T23:59:59Z",
		"1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "99999-12-31T23:59:59Z",
	};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		int64_t time = 77;
		assert_false(time_read_rfc3339(bad[i], strlen(bad[i]), &time));
		assert_int_equal(time, 77);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_are_written_and_read),
		cmocka_unit_test(days_of_eight_millennia_read_back),
		cmocka_unit_test(offsets_and_fractions_are_taken),
		cmocka_unit_test(other_texts_are_no_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
