/* What replies of the gateway say about its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "compat.h"

static struct http_response response;

/* Has the dialect answer with one outcome, as it does for those that no engine was asked for. */
static void encode(const struct http_site *site, enum outcome outcome)
{
	static _Alignas(struct request) char memory[sizeof(struct request) + 64];
	static struct reply reply;
	struct page page;
	struct request *request = request_init(memory, sizeof memory, DIALECT_LEGACY);
	request->operation = OPERATION_NONE;
	reply_init(&reply);
	page_init(&page);
	reply.outcome = outcome;
	response_clear(&response);
	compat_driver.encode(site, request, &reply, &page, &response);
	page_finish(&page);
	reply_finish(&reply);
}

static const char *header(const char *name)
{
	return response_find_header(&response, name);
}

static void nothing_is_said_without_a_date(void **state)
{
	(void)state;
	encode(&(const struct http_site){.public_url = "http://a"}, OUTCOME_METHOD_NOT_FOUND);
	assert_null(header("Deprecation"));
	assert_null(header("Sunset"));
	assert_null(header("Link"));
}

static void every_outcome_carries_both_dates_and_the_successor(void **state)
{
	(void)state;
	const struct http_site site = {
		.public_url = "https://a.example/base",
		.retirement = {.deprecated = true, .ends = true, .deprecated_at = 1125627311, .ends_at = 1798675200},
	};
	for (enum outcome outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
		encode(&site, outcome);
		assert_string_equal(header("Deprecation"), "@1125627311");
		assert_string_equal(header("Sunset"), "Thu, 31 Dec 2026 00:00:00 GMT");
		assert_string_equal(header("Link"), "<https://a.example/base/docs>; rel=\"deprecation\", "
						    "<https://a.example/base/v3>; rel=\"successor-version\"");
	}
}

static void a_deprecation_alone_has_no_end(void **state)
{
	(void)state;
	const struct http_site site = {
		.public_url = "http://a", .retirement = {.deprecated = true, .deprecated_at = 0}};
	encode(&site, OUTCOME_METHOD_NOT_FOUND);
	assert_string_equal(header("Deprecation"), "@0");
	assert_null(header("Sunset"));
}

static void the_longest_url_fits(void **state)
{
	(void)state;
	char url[PUBLIC_URL_SIZE_MAX + 1] = "http://";
	memset(url + 7, 'x', PUBLIC_URL_SIZE_MAX - 7);
	const struct http_site site = {.public_url = url, .retirement = {.deprecated = true}};
	encode(&site, OUTCOME_METHOD_NOT_FOUND);
	assert_true(strlen(header("Link")) > 2 * (size_t)PUBLIC_URL_SIZE_MAX);
}

static int finish(void **state)
{
	(void)state;
	response_finish(&response);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_said_without_a_date),
		cmocka_unit_test(every_outcome_carries_both_dates_and_the_successor),
		cmocka_unit_test(a_deprecation_alone_has_no_end),
		cmocka_unit_test(the_longest_url_fits),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
