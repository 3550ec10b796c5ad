/* Calls of the gateway become requests; what is wrong with their arguments waits in the request. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compat.h"
#include "text/fold.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define INPUT_SIZE_MAX 70000
#define FORM "application/x-www-form-urlencoded"

static struct {
	_Alignas(struct request) char memory[INPUT_SIZE_MAX + 4096];
	struct request *request;
	struct http_route route;
} decoded;

static const char *find_header(const void *context, const char *name, bool *repeated)
{
	if (repeated != NULL) {
		*repeated = false;
	}
	return strcmp(name, "Content-Type") == 0 ? context : NULL;
}

static struct span span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

static enum outcome decode_http(const struct http_request *http)
{
	size_t capacity = request_capacity(strlen("/services/rest/") + http->query.length + http->body.length);
	assert_true(capacity <= sizeof decoded.memory);
	decoded.request = request_init(decoded.memory, capacity, DIALECT_LEGACY);
	return compat_driver.decode(http, decoded.request, &decoded.route);
}

static enum outcome decode_call(enum http_method method, const char *query, const char *body, const char *type)
{
	const struct http_request http = {
		.method = method,
		.path = {.count = 2, .segments = {{"services", 8}, {"rest", 4}}},
		.query = span_of(query),
		.body = span_of(body),
		.header = find_header,
		.context = type,
	};
	return decode_http(&http);
}

static const struct request *decode_query(const char *query)
{
	assert_int_equal(decode_call(HTTP_GET, query, "", NULL), OUTCOME_NONE);
	return decoded.request;
}

static void methods_become_operations(void **state)
{
	(void)state;
	static const struct {
		const char *query;
		enum operation operation;
		enum reference_kind user;
	} cases[] = {
		{"method=group.join", OPERATION_GROUP_JOIN, REFERENCE_NONE},
		{"method=group.leave", OPERATION_GROUP_LEAVE, REFERENCE_NONE},
		{"method=group.getInfo", OPERATION_GROUP_INFO, REFERENCE_NONE},
		{"method=group.getMyGroups", OPERATION_USER_GROUPS, REFERENCE_CALLER},
		{"method=auth.checkToken", OPERATION_TOKEN_CHECK, REFERENCE_NONE},
		{"method=group.add", OPERATION_GROUP_CREATE, REFERENCE_NONE},
		{"method=group.edit", OPERATION_GROUP_EDIT, REFERENCE_NONE},
		{"method=group.getMembers", OPERATION_MEMBER_LIST, REFERENCE_NONE},
		{"method=user.getInfo", OPERATION_USER_INFO, REFERENCE_NONE},
		{"method=user.getInfoByUsername", OPERATION_USER_INFO_BY_USERNAME, REFERENCE_NONE},
		{"method=group%2ejoin&callback=f&format=json", OPERATION_GROUP_JOIN, REFERENCE_NONE},
		{"method=event.search&method=group.join", OPERATION_GROUP_JOIN, REFERENCE_NONE},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct request *request = decode_query(cases[i].query);
		assert_int_equal(request->operation, cases[i].operation);
		assert_int_equal(request->user.kind, cases[i].user);
		assert_int_equal(decoded.route.methods_allowed, HTTP_GET | HTTP_POST);
	}
}

static void other_methods_are_not_found(void **state)
{
	(void)state;
	static const char *const queries[] = {
		"", "method", "method=", "method=group.Join", "method=group.join%00", "method=+group.join",
		"method=group.joinx", "method=group", "method=event.search", "Method=group.join",
		"method=group.join&method=", "method=\xFF",
		"method=group.joinnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn",
	};
	for (size_t i = 0; i < COUNT_OF(queries); i++) {
		assert_int_equal(decode_call(HTTP_GET, queries[i], "", NULL), OUTCOME_METHOD_NOT_FOUND);
		assert_int_equal(decoded.request->operation, OPERATION_NONE);
		assert_string_equal(decoded.route.name, "/services/rest/");
	}
}

static void http_methods_and_types_come_before_the_call(void **state)
{
	(void)state;
	static const struct {
		enum http_method method;
		const char *body;
		const char *type;
		enum outcome outcome;
	} cases[] = {
		{HTTP_GET, "", NULL, OUTCOME_NONE},
		{HTTP_GET, "", "application/json", OUTCOME_NONE},
		{HTTP_POST, "", NULL, OUTCOME_NONE},
		{HTTP_POST, "", "application/json", OUTCOME_NONE},
		{HTTP_POST, "a=b", NULL, OUTCOME_NONE},
		{HTTP_POST, "a=b", FORM, OUTCOME_NONE},
		{HTTP_POST, "a=b", "APPLICATION/X-www-form-urlencoded ; charset=latin1", OUTCOME_NONE},
		{HTTP_POST, "a=b", FORM "x", OUTCOME_UNSUPPORTED_TYPE},
		{HTTP_POST, "a=b", "application/json", OUTCOME_UNSUPPORTED_TYPE},
		{HTTP_POST, "a=b", "multipart/form-data; boundary=x", OUTCOME_UNSUPPORTED_TYPE},
		{HTTP_POST, "a=b", "", OUTCOME_UNSUPPORTED_TYPE},
		{HTTP_HEAD, "", NULL, OUTCOME_METHOD_NOT_ALLOWED},
		{HTTP_PUT, "a=b", "application/json", OUTCOME_METHOD_NOT_ALLOWED},
		{HTTP_PATCH, "", NULL, OUTCOME_METHOD_NOT_ALLOWED},
		{HTTP_DELETE, "", NULL, OUTCOME_METHOD_NOT_ALLOWED},
		{HTTP_OPTIONS, "", NULL, OUTCOME_PREFLIGHT},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		assert_int_equal(decode_call(cases[i].method, "method=group.join", cases[i].body, cases[i].type),
			cases[i].outcome);
		assert_int_equal(decoded.route.methods_allowed, HTTP_GET | HTTP_POST);
	}
}

static void a_group_id_is_canonical_or_malformed(void **state)
{
	(void)state;
	static const struct {
		const char *raw;
		enum reference_kind kind;
		uint64_t id;
	} cases[] = {
		{"101", REFERENCE_ID, 101},
		{"1%301", REFERENCE_ID, 101},
		{"9007199254740991", REFERENCE_ID, ID_MAX},
		{"9007199254740992", REFERENCE_MALFORMED, 0},
		{"9223372036854775808", REFERENCE_MALFORMED, 0},
		{"18446744073709551717", REFERENCE_MALFORMED, 0},
		{"0", REFERENCE_MALFORMED, 0},
		{"007", REFERENCE_MALFORMED, 0},
		{"-1", REFERENCE_MALFORMED, 0},
		{"%2B1", REFERENCE_MALFORMED, 0},
		{"+1", REFERENCE_MALFORMED, 0},
		{"1+", REFERENCE_MALFORMED, 0},
		{"1%00", REFERENCE_MALFORMED, 0},
		{"1%0A", REFERENCE_MALFORMED, 0},
		{"1%", REFERENCE_MALFORMED, 0},
		{"%FF%FE", REFERENCE_MALFORMED, 0},
		{"\xD9\xA1", REFERENCE_MALFORMED, 0},
		{"1,2", REFERENCE_MALFORMED, 0},
		{"abc", REFERENCE_MALFORMED, 0},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char query[128];
		(void)snprintf(query, sizeof query, "group_id=7&method=group.join&group_id=%s", cases[i].raw);
		const struct request *request = decode_query(query);
		assert_int_equal(request->group.kind, cases[i].kind);
		assert_int_equal(request->group.id, cases[i].id);
		assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	}
}

static void a_missing_or_empty_group_id_names_nothing(void **state)
{
	(void)state;
	static const char *const queries[] = {"method=group.join", "method=group.leave&group_id=",
		"method=group.leave&group_id=5&group_id", "method=group.join&GROUP_ID=5"};
	for (size_t i = 0; i < COUNT_OF(queries); i++) {
		const struct request *request = decode_query(queries[i]);
		assert_int_equal(request->group.kind, REFERENCE_MALFORMED);
		assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	}
}

static void expect_digest(const struct credential *credential, const char *text)
{
	uint8_t digest[DIGEST_SIZE] = {0};
	if (text != NULL) {
		text_sha256(text, strlen(text), digest);
	}
	assert_memory_equal(credential->digest, digest, DIGEST_SIZE);
}

static void credentials_are_hashed_or_bad_or_missing(void **state)
{
	(void)state;
	static const struct {
		const char *raw;
		bool given;
		const char *text; /* NULL: it has no digest */
	} cases[] = {
		{"", false, NULL},
		{"a", true, "a"},
		{"a1b2c3d4e5", true, "a1b2c3d4e5"},
		{"%21~", true, "!~"},
		{"%zz", true, "%zz"},
		{"a+b", true, NULL},
		{"a%00", true, NULL},
		{"a%7F", true, NULL},
		{"caf%C3%A9", true, NULL},
		{"%FF", true, NULL},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char query[128];
		(void)snprintf(query, sizeof query, "method=group.join&group_id=1&api_key=%s&token=%s", cases[i].raw,
			cases[i].raw);
		const struct request *request = decode_query(query);
		assert_int_equal(request->api_key.given, cases[i].given);
		assert_int_equal(request->token.given, cases[i].given);
		expect_digest(&request->api_key, cases[i].text);
		expect_digest(&request->token, cases[i].text);
		assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	}
}

static void credentials_are_bounded(void **state)
{
	(void)state;
	char query[2048], token[TOKEN_SIZE_MAX + 2];
	memset(token, 't', sizeof token);
	for (size_t length = TOKEN_SIZE_MAX; length <= TOKEN_SIZE_MAX + 1; length++) {
		token[length] = '\0';
		(void)snprintf(query, sizeof query, "method=group.leave&group_id=1&token=%s", token);
		const struct request *request = decode_query(query);
		assert_true(request->token.given);
		expect_digest(&request->token, length == TOKEN_SIZE_MAX ? token : NULL);
		token[length] = 't';
	}
}

static bool holds(const char *bytes, size_t size, const char *text)
{
	for (size_t at = 0; at + strlen(text) <= size; at++) {
		if (memcmp(bytes + at, text, strlen(text)) == 0) {
			return true;
		}
	}
	return false;
}

static void only_a_checked_token_stays_in_the_request(void **state)
{
	(void)state;
	const struct request *request = decode_query("method=group.join&group_id=1&api_key=SECRETKEY&token=SECRETTOKEN");
	assert_false(holds(decoded.memory, request->size, "SECRET"));
	request = decode_query("method=auth.checkToken&api_key=SECRETKEY&token=SECRETTOKEN");
	assert_string_equal(request_text(request, request->token_repeated), "SECRETTOKEN");
	assert_false(holds(decoded.memory, request->size, "SECRETKEY"));
	request = decode_query("method=auth.checkToken&api_key=k&token=bad+one");
	assert_true(request->token.given);
	assert_int_equal(request->token_repeated.length, 0);
}

static uint64_t read_id(const struct request *request, uint32_t index)
{
	const uint8_t *bytes = (const uint8_t *)request_text(request, request->ids) + 8 * (size_t)index;
	uint64_t id = 0;
	for (unsigned i = 0; i < 8; i++) {
		id = id << 8 | bytes[i];
	}
	return id;
}

static void several_ids_are_kept_in_order_and_once(void **state)
{
	(void)state;
	static const struct {
		const char *raw;
		uint32_t count;
		uint64_t ids[4];
	} cases[] = {
		{"", 0, {0}},
		{"7", 1, {7}},
		{"3,1,2", 3, {3, 1, 2}},
		{"3%2C1", 2, {3, 1}},
		{"+3+,++1%20,2", 3, {3, 1, 2}},
		{"3,1,3,1,3", 2, {3, 1}},
		{"x,0,-1,007,1.0,9007199254740992,5", 1, {5}},
		{"1+2,5", 1, {5}},
		{"1%00,5", 1, {5}},
		{",,5,,", 1, {5}},
		{"9007199254740991", 1, {ID_MAX}},
		{"11111111111111111111111111111111111111111,5", 1, {5}},
		{"1111111111111++++1,5", 1, {5}},
		{"%FF,5", 1, {5}},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char query[256];
		(void)snprintf(query, sizeof query, "method=group.getInfo&group_id=%s", cases[i].raw);
		const struct request *request = decode_query(query);
		assert_int_equal(request->ids.length, 8 * cases[i].count);
		assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
		for (uint32_t at = 0; at < cases[i].count; at++) {
			assert_int_equal(read_id(request, at), cases[i].ids[at]);
		}
	}
}

static void a_hundred_ids_fit_and_more_are_refused(void **state)
{
	(void)state;
	char query[1024] = "method=group.getInfo&group_id=";
	size_t length = strlen(query);
	for (unsigned i = 1; i <= IDS_ASKED_MAX; i++) {
		length += (size_t)snprintf(query + length, sizeof query - length, "%u,", i);
	}
	const struct request *request = decode_query(query);
	assert_int_equal(request->ids.length, 8 * IDS_ASKED_MAX);
	assert_int_equal(read_id(request, IDS_ASKED_MAX - 1), IDS_ASKED_MAX);
	(void)snprintf(query + length, sizeof query - length, "1");
	request = decode_query(query);
	assert_int_equal(request->syntax.outcome, OUTCOME_NO_GROUP_FOUND);
}

static void paging_is_clamped_and_never_refused(void **state)
{
	(void)state;
	static const struct {
		const char *page;
		const char *per_page;
		uint64_t page_read;
		uint32_t per_page_read;
	} cases[] = {
		{"", "", 1, 1000},
		{"2", "5", 2, 5},
		{"02", "005", 2, 5},
		{"0", "0", 1, 1},
		{"-3", "-3", 1, 1},
		{"-", "-", 1, 1000},
		{"9007199254740993", "1001", ID_MAX, 1000},
		{"99999999999999999999999999999999", "99999999999999999999999999999999", ID_MAX, 1000},
		{"x", "5x", 1, 1000},
		{"1.5", "%2B5", 1, 1000},
		{"2%00", "+5", 1, 1000},
		{"%FF", "--5", 1, 1000},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char query[256];
		(void)snprintf(query, sizeof query, "method=group.getMyGroups&page=%s&groupsPerPage=%s", cases[i].page,
			cases[i].per_page);
		const struct request *request = decode_query(query);
		assert_int_equal(request->listing.page, cases[i].page_read);
		assert_int_equal(request->listing.per_page, cases[i].per_page_read);
		assert_int_equal(request->listing.order, ORDER_NAME_ASC);
		assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	}
}

static void the_body_counts_over_the_query(void **state)
{
	(void)state;
	assert_int_equal(decode_call(HTTP_POST, "method=group.leave&group_id=1&token=a",
				 "group_id=2&method=group.join&token=", FORM),
		OUTCOME_NONE);
	assert_int_equal(decoded.request->operation, OPERATION_GROUP_JOIN);
	assert_int_equal(decoded.request->group.id, 2);
	assert_false(decoded.request->token.given);
}

static void giant_values_are_bad_ones(void **state)
{
	(void)state;
	static char body[BODY_SIZE_MAX + 1];
	memset(body, '1', BODY_SIZE_MAX);
	memcpy(body, "token=", 6);
	assert_int_equal(decode_call(HTTP_POST, "method=group.join&group_id=1", body, FORM), OUTCOME_NONE);
	assert_true(decoded.request->token.given);
	expect_digest(&decoded.request->token, NULL);
	memcpy(body, "group_id=", 9);
	assert_int_equal(decode_call(HTTP_POST, "method=group.join", body, FORM), OUTCOME_NONE);
	assert_int_equal(decoded.request->group.kind, REFERENCE_MALFORMED);
	assert_int_equal(decode_call(HTTP_POST, "method=group.getInfo", body, FORM), OUTCOME_NONE);
	assert_int_equal(decoded.request->ids.length, 0);
	memset(body + 9, ',', BODY_SIZE_MAX - 9);
	assert_int_equal(decode_call(HTTP_POST, "method=group.getInfo", body, FORM), OUTCOME_NONE);
	assert_int_equal(decoded.request->ids.length, 0);
	memset(body, '&', BODY_SIZE_MAX);
	assert_int_equal(decode_call(HTTP_POST, "method=group.join&group_id=1", body, FORM), OUTCOME_NONE);
	assert_int_equal(decoded.request->group.id, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(methods_become_operations),
		cmocka_unit_test(other_methods_are_not_found),
		cmocka_unit_test(http_methods_and_types_come_before_the_call),
		cmocka_unit_test(a_group_id_is_canonical_or_malformed),
		cmocka_unit_test(a_missing_or_empty_group_id_names_nothing),
		cmocka_unit_test(credentials_are_hashed_or_bad_or_missing),
		cmocka_unit_test(credentials_are_bounded),
		cmocka_unit_test(only_a_checked_token_stays_in_the_request),
		cmocka_unit_test(several_ids_are_kept_in_order_and_once),
		cmocka_unit_test(a_hundred_ids_fit_and_more_are_refused),
		cmocka_unit_test(paging_is_clamped_and_never_refused),
		cmocka_unit_test(the_body_counts_over_the_query),
		cmocka_unit_test(giant_values_are_bad_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
