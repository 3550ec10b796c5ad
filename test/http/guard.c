/* The guard's verdicts on raw bytes, whole and byte by byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/guard.h"

#define POST "POST /a HTTP/1.1\r\nHost: x\r\n"
#define GET "GET /a HTTP/1.1\r\nHost: x\r\n"
#define CHUNKED "Transfer-Encoding: chunked\r\n\r\n"

static const struct {
	const char *bytes;
	enum outcome outcome; /* NONE: complete */
} cases[] = {
	{GET "\r\n", OUTCOME_NONE},
	{"\r\n" GET "\r\n", OUTCOME_NONE},
	{"\r\n\r\n" GET "\r\n", OUTCOME_MALFORMED},
	{"GET / HTTP/1.0\r\n\r\n", OUTCOME_NONE},
	{"GET http://h:1/a?b HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_NONE},
	{"GET https://h HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_NONE},
	{"GET http://h:/ HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_MALFORMED},
	{"GET http://u@h/ HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_MALFORMED},
	{"GET http:/// HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_MALFORMED},
	{"GET ftp://h/ HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_MALFORMED},
	{"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_MALFORMED},
	{"GET  /a HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_MALFORMED},
	{"GET /a  HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_MALFORMED},
	{"GET /a HTTP/1.1 \r\nHost: x\r\n\r\n", OUTCOME_MALFORMED},
	{"GET\t/a HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_MALFORMED},
	{"G@T /a HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_MALFORMED},
	{"Get /a HTTP/1.1\r\nHost: x\r\n\r\n", OUTCOME_NOT_IMPLEMENTED},
	{"BREW /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", OUTCOME_MALFORMED},
	{POST "Content-Length: 3\r\n\r\nabc", OUTCOME_NONE},
	{POST "content-length:3 \r\n\r\nabc", OUTCOME_NONE},
	{POST "Content-Length: 0000000003\r\n\r\nabc", OUTCOME_NONE},
	{POST "Content-Length: 3\t\r\n\r\nabc", OUTCOME_MALFORMED},
	{POST "Content-Length: 65537\r\n\r\n", OUTCOME_TOO_LARGE},
	{POST "Content-Length: 99999999999\r\n\r\n", OUTCOME_TOO_LARGE},
	{POST "Content-Length: 9999999999x\r\n\r\n", OUTCOME_MALFORMED},
	{POST CHUNKED "0\r\n\r\n", OUTCOME_NONE},
	{POST CHUNKED "3\r\nabc\r\n00\r\n\r\n", OUTCOME_NONE},
	{POST CHUNKED "\r\n", OUTCOME_MALFORMED},
	{POST CHUNKED "00000000000000000\r\n\r\n", OUTCOME_MALFORMED},
	{POST CHUNKED "3\r\nabcd\n", OUTCOME_MALFORMED},
	{POST CHUNKED "10000000000000001\r\n", OUTCOME_MALFORMED},
	{POST CHUNKED "fffffffffffffff\r\n", OUTCOME_TOO_LARGE},
	{POST "Content-Length: 3\r\n" CHUNKED "0\r\n\r\n", OUTCOME_MALFORMED},
	{POST "Transfer-Encoding: chunked\r\n" CHUNKED, OUTCOME_MALFORMED},
	{"POST / HTTP/1.0\r\n" CHUNKED, OUTCOME_MALFORMED},
	{"HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", OUTCOME_NONE},
	{"HEAD / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n", OUTCOME_MALFORMED},
	{"HEAD / HTTP/1.1\r\nHost: x\r\n" CHUNKED, OUTCOME_MALFORMED},
	{GET "Expect: 100-Continue\r\n\r\n", OUTCOME_NONE},
	{GET "Expect: 200-ok\r\n\r\n", OUTCOME_MALFORMED},
	{GET "X: a\tb\xff\r\n\r\n", OUTCOME_NONE},
	{GET "X: a\x7f\r\n\r\n", OUTCOME_MALFORMED},
	{GET "X: a\rb\r\n\r\n", OUTCOME_MALFORMED},
	{GET "X Y: a\r\n\r\n", OUTCOME_MALFORMED},
};

static void whole_requests_are_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct guard guard = {0};
		size_t length = strlen(cases[i].bytes);
		enum guard_verdict verdict = guard_measure(&guard, cases[i].bytes, length);
		print_message("%zu\n", i);
		assert_int_equal(verdict, cases[i].outcome == OUTCOME_NONE ? GUARD_COMPLETE : GUARD_REFUSED);
		if (verdict == GUARD_COMPLETE) {
			assert_int_equal(guard.size, length);
		} else {
			assert_int_equal(guard.outcome, cases[i].outcome);
		}
	}
}

static void byte_by_byte_the_verdict_is_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct guard guard = {0};
		size_t length = strlen(cases[i].bytes);
		enum guard_verdict verdict = GUARD_INCOMPLETE;
		size_t given = 0;
		while (verdict == GUARD_INCOMPLETE && given < length) {
			verdict = guard_measure(&guard, cases[i].bytes, ++given);
		}
		print_message("%zu\n", i);
		if (cases[i].outcome == OUTCOME_NONE) {
			assert_int_equal(verdict, GUARD_COMPLETE);
			assert_int_equal(given, length);
		} else {
			assert_int_equal(verdict, GUARD_REFUSED);
			assert_int_equal(guard.outcome, cases[i].outcome);
		}
	}
}

/* A GET with a header of `filling` bytes, or (`in_line`) such a path. */
static enum outcome judge_long(size_t filling, bool in_line, bool ends)
{
	char *bytes = malloc(filling + 100);
	assert_non_null(bytes);
	size_t length = (size_t)sprintf(bytes, in_line ? "GET /" : GET "X: ");
	memset(bytes + length, 'y', filling);
	length += filling;
	if (ends) {
		length += (size_t)sprintf(bytes + length, in_line ? " HTTP/1.1\r\nHost: x\r\n\r\n" : "\r\n\r\n");
	}
	struct guard guard = {0};
	enum guard_verdict verdict = guard_measure(&guard, bytes, length);
	free(bytes);
	return verdict == GUARD_REFUSED ? guard.outcome : OUTCOME_NONE;
}

static void heads_and_lines_have_their_limit(void **state)
{
	(void)state;
	size_t line = REQUEST_LINE_SIZE_MAX - strlen("GET / HTTP/1.1");
	assert_int_equal(judge_long(line, true, true), OUTCOME_NONE);
	assert_int_equal(judge_long(line + 1, true, true), OUTCOME_URI_TOO_LONG);
	assert_int_equal(judge_long(REQUEST_LINE_SIZE_MAX, true, false), OUTCOME_URI_TOO_LONG);
	size_t head = HEAD_SIZE_MAX - strlen(GET "X: \r\n\r\n");
	assert_int_equal(judge_long(head, false, true), OUTCOME_NONE);
	assert_int_equal(judge_long(head + 1, false, true), OUTCOME_HEADER_TOO_LARGE);
	assert_int_equal(judge_long(HEAD_SIZE_MAX, false, false), OUTCOME_HEADER_TOO_LARGE);
}

static void two_requests_are_measured_one_by_one(void **state)
{
	(void)state;
	static const char first[] = POST "Content-Length: 3\r\n\r\nabc";
	static const char both[] = POST "Content-Length: 3\r\n\r\nabc" GET "\r\n";
	struct guard guard = {0};
	assert_int_equal(guard_measure(&guard, both, sizeof both - 1), GUARD_COMPLETE);
	assert_int_equal(guard.size, sizeof first - 1);
}

static void the_target_is_found_up_to_its_fault(void **state)
{
	(void)state;
	static const char bytes[] = "GET /services/rest?\xff HTTP/1.1\r\n";
	struct guard guard = {0};
	assert_int_equal(guard_measure(&guard, bytes, sizeof bytes - 1), GUARD_REFUSED);
	assert_int_equal(guard.target_length, strlen("/services/rest?"));
	assert_memory_equal(bytes + guard.target_start, "/services/rest?", guard.target_length);
}

static void large_bodies_are_swallowed_unless_asked_for(void **state)
{
	(void)state;
	struct guard small = {0};
	struct guard large = {0};
	struct guard asked = {0};
	static const char first[] = POST "Content-Length: 1048576\r\n\r\n";
	static const char second[] = POST "Content-Length: 1048577\r\n\r\n";
	static const char third[] = POST "Content-Length: 70000\r\nExpect: 100-continue\r\n\r\n";
	(void)guard_measure(&small, first, sizeof first - 1);
	(void)guard_measure(&large, second, sizeof second - 1);
	(void)guard_measure(&asked, third, sizeof third - 1);
	assert_int_equal(small.swallow, 1048576);
	assert_int_equal(large.swallow, 0);
	assert_int_equal(asked.swallow, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_requests_are_judged),
		cmocka_unit_test(byte_by_byte_the_verdict_is_the_same),
		cmocka_unit_test(heads_and_lines_have_their_limit),
		cmocka_unit_test(two_requests_are_measured_one_by_one),
		cmocka_unit_test(the_target_is_found_up_to_its_fault),
		cmocka_unit_test(large_bodies_are_swallowed_unless_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
