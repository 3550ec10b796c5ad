/* Readiness over a scripted runner: what makes the server unready, and who is told why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_runner.h"
#include "http/plain.h"
#include "http/status.h"
#include "model/limits.h"

#define SECOND_US INT64_C(1000000)

static const char *no_header(const void *context, const char *name, bool *repeated)
{
	(void)context;
	(void)name;
	(void)repeated;
	return NULL;
}

static struct http_response response;

static void ask_ready(bool by_operator)
{
	static const struct http_status status = {.version = "1"};
	static const struct http_site site = {.status = &status};
	static char memory[4096] __attribute__((aligned(16)));
	static struct reply reply;
	struct request *request = request_init(memory, sizeof memory, DIALECT_V3);
	const struct http_request http = {
		.method = HTTP_GET,
		.path = {.count = 1, .segments = {{.bytes = "readyz", .length = 6}}},
		.header = no_header,
		.site = &site,
		.by_operator = by_operator,
	};
	struct http_route route;
	reply_init(&reply);
	reply.outcome = plain_driver.decode(&http, request, &route);
	assert_true(route.same_origin);
	response_clear(&response);
	plain_driver.encode(&site, request, &reply, NULL, &response);
	response_write(&response, "", 1);
}

static void work_that_waits_too_long_makes_it_unready(void **state)
{
	(void)state;
	fake_stalled_us = READY_STALL_MAX_S * SECOND_US - 1;
	ask_ready(false);
	assert_int_equal(response.status, 200);
	fake_stalled_us++;
	ask_ready(false);
	assert_int_equal(response.status, 503);
	assert_string_equal(response.headers[0].name, "Retry-After");
	assert_null(strstr(response.body, "queued"));
	ask_ready(true);
	assert_int_equal(response.status, 503);
	assert_non_null(strstr(response.body, "requests queued: 3\n"));
	fake_stalled_us = 0;
}

static void a_store_that_cannot_be_read_makes_it_unready(void **state)
{
	(void)state;
	fake_readable = false;
	ask_ready(true);
	assert_int_equal(response.status, 503);
	assert_non_null(strstr(response.body, "store: unreadable\n"));
	fake_readable = true;
	ask_ready(true);
	assert_int_equal(response.status, 200);
	response_finish(&response);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_that_waits_too_long_makes_it_unready),
		cmocka_unit_test(a_store_that_cannot_be_read_makes_it_unready),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
