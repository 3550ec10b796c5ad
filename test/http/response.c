/* The response that encoders write, and the names that requests get. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/cors.h"
#include "http/dialect.h"
#include "http/request_id.h"

static void body_grows_and_is_used_again(void **state)
{
	(void)state;
	struct http_response response = {0};
	for (int i = 0; i < 10000; i++) {
		response_puts(&response, "0123456789");
	}
	response_write(&response, "", 0);
	assert_int_equal(response.body_size, 100000);
	assert_memory_equal(response.body + 99990, "0123456789", 10);
	response_header(&response, "Location", "%s/%d", "x", 7);
	assert_string_equal(response.headers[0].value, "x/7");
	char *kept = response.body;
	response_clear(&response);
	assert_int_equal(response.body_size, 0);
	assert_int_equal(response.header_count, 0);
	response_puts(&response, "a");
	assert_ptr_equal(response.body, kept);
	response_finish(&response);
}

static void giant_bodies_are_given_back(void **state)
{
	(void)state;
	struct http_response response = {0};
	char *block = calloc(1, 2 << 20);
	assert_non_null(block);
	response_write(&response, block, 2 << 20);
	free(block);
	response_clear(&response);
	assert_null(response.body);
	response_finish(&response);
}

static void made_request_ids_differ(void **state)
{
	(void)state;
	struct request_ids ids;
	char first[REQUEST_ID_MADE_SIZE];
	char second[REQUEST_ID_MADE_SIZE];
	request_ids_init(&ids);
	request_ids_next(&ids, first);
	request_ids_next(&ids, second);
	assert_int_equal(strspn(first, "0123456789abcdef"), 16);
	assert_int_equal(strlen(first), 16);
	assert_string_not_equal(first, second);
}

static void allow_always_names_options(void **state)
{
	(void)state;
	char text[ALLOW_SIZE];
	cors_methods(0, text);
	assert_string_equal(text, "OPTIONS");
	cors_methods(HTTP_GET | HTTP_HEAD | HTTP_POST | HTTP_PUT | HTTP_PATCH | HTTP_DELETE, text);
	assert_string_equal(text, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
}

static void trace_ids_are_read_from_valid_traceparents(void **state)
{
	(void)state;
	static const struct {
		const char *traceparent;
		bool valid;
	} cases[] = {
		{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true},
		{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-x", false},
		{"cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later", true},
		{"cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01.", false},
		{"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false},
		{"00-00000000000000000000000000000000-b7ad6b7169203331-01", false},
		{"00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false},
		{"00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", false},
		{"00-0af7651916cd43dd8448eb211c80319-cb7ad6b7169203331-01", false},
		{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0", false},
		{"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0g", false},
		{"00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01", false},
		{"0", false},
		{"", false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char id[TRACE_ID_SIZE] = "";
		assert_int_equal(trace_id_read(cases[i].traceparent, id), cases[i].valid);
		assert_string_equal(id, cases[i].valid ? "0af7651916cd43dd8448eb211c80319c" : "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(body_grows_and_is_used_again),
		cmocka_unit_test(giant_bodies_are_given_back),
		cmocka_unit_test(made_request_ids_differ),
		cmocka_unit_test(trace_ids_are_read_from_valid_traceparents),
		cmocka_unit_test(allow_always_names_options),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
