/* If-Match, If-None-Match, ETag, Idempotency-Key, and what a reply says of repeats and limits. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define HASH "0123456789abcdef"
#define GROUP "/v3/groups/7"

static struct decoded ask(enum http_method method, const char *header, const char *value)
{
	return support_decode(&v3_driver, &(struct call){.method = method,
						  .target = GROUP,
						  .body = method == HTTP_PUT ? "{}" : NULL,
						  .headers = {BEARER, {header, value}}});
}

/* --- If-Match */

static void conditions_are_lists_of_versions(void **state)
{
	(void)state;
	static const struct {
		const char *value;
		enum match_kind kind;
		bool malformed;
		const char *versions; /* that it has, of "0", "7" and "12" */
	} values[] = {
		{"*", MATCH_ANY, false, ""},
		{" * ", MATCH_ANY, false, ""},
		{"W/\"7-" HASH "\"", MATCH_VERSIONS, false, "7"},
		{"\"7-" HASH "\"", MATCH_VERSIONS, false, "7"},
		{"W/\"0-" HASH "\" ,, W/\"12-" HASH "\",", MATCH_VERSIONS, false, "0 12"},
		{"\"other\"", MATCH_VERSIONS, false, ""},
		{"\"7-" HASH "0\"", MATCH_VERSIONS, false, ""},
		{"\"07-" HASH "\"", MATCH_VERSIONS, false, ""},
		{"\"7-0123456789abcdeg\"", MATCH_VERSIONS, false, ""},
		{"\"\"", MATCH_VERSIONS, false, ""},
		{"", MATCH_VERSIONS, true, ""},
		{",", MATCH_VERSIONS, true, ""},
		{"7", MATCH_VERSIONS, true, ""},
		{"*, \"7\"", MATCH_VERSIONS, true, ""},
		{"w/\"7\"", MATCH_VERSIONS, true, ""},
		{"\"7", MATCH_VERSIONS, true, ""},
		{"\"7\" \"8\"", MATCH_VERSIONS, true, ""},
		{"\"a b\"", MATCH_VERSIONS, true, ""},
		{"\"a\x7F\"", MATCH_VERSIONS, true, ""},
	};
	for (size_t i = 0; i < COUNT_OF(values); i++) {
		const struct decoded decoded = ask(HTTP_PUT, "If-Match", values[i].value);
		const struct request *request = decoded.request;
		char versions[16];
		(void)snprintf(versions, sizeof versions, "%s%s%s", request_match_has(request, 0) ? "0 " : "",
			request_match_has(request, 7) ? "7" : "", request_match_has(request, 12) ? "12" : "");
		assert_int_equal(decoded.outcome, OUTCOME_NONE);
		assert_int_equal(request->match, values[i].kind);
		assert_int_equal(request->syntax.outcome,
			values[i].malformed ? OUTCOME_INVALID_PARAMETER : OUTCOME_NONE);
		assert_string_equal(request->syntax.field, values[i].malformed ? "If-Match" : "");
		assert_string_equal(versions, values[i].versions);
	}
}

static void conditions_are_as_many_as_the_limit(void **state)
{
	(void)state;
	char value[1024] = "";
	for (unsigned i = 0; i <= MATCH_VERSIONS_MAX; i++) {
		size_t length = strlen(value);
		(void)snprintf(value + length, sizeof value - length, ",\"%u-" HASH "\"", i);
		bool fits = i < MATCH_VERSIONS_MAX;
		const struct decoded decoded = ask(HTTP_DELETE, "If-Match", value);
		assert_int_equal(request_match_has(decoded.request, i), fits);
		assert_int_equal(decoded.request->syntax.outcome, fits ? OUTCOME_NONE : OUTCOME_INVALID_PARAMETER);
	}
}

/* --- Idempotency-Key */

static void keys_are_bare_or_quoted(void **state)
{
	(void)state;
	uint8_t key[16];
	const struct request *request = ask(HTTP_PUT, "Idempotency-Key", "one").request;
	assert_true(request->idempotency.given);
	memcpy(key, request->idempotency.key, sizeof key);
	request = ask(HTTP_PUT, "Idempotency-Key", " \"one\" ").request;
	assert_memory_equal(request->idempotency.key, key, sizeof key);
	request = ask(HTTP_PUT, "Idempotency-Key", "One").request;
	assert_memory_not_equal(request->idempotency.key, key, sizeof key);
	request = ask(HTTP_GET, "Idempotency-Key", "one").request;
	assert_false(request->idempotency.given);
	assert_false(ask(HTTP_PUT, "X-Other", "one").request->idempotency.given);
}

static void bad_keys_are_refused(void **state)
{
	(void)state;
	char longest[IDEMPOTENCY_KEY_SIZE_MAX + 2];
	memset(longest, 'k', sizeof longest);
	longest[IDEMPOTENCY_KEY_SIZE_MAX] = '\0';
	assert_true(ask(HTTP_PUT, "Idempotency-Key", longest).request->idempotency.given);
	longest[IDEMPOTENCY_KEY_SIZE_MAX] = 'k';
	longest[IDEMPOTENCY_KEY_SIZE_MAX + 1] = '\0';
	const char *const bad[] = {"", "\"\"", "a b", "a\xC3\xA9", longest};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		const struct decoded decoded = ask(HTTP_PUT, "Idempotency-Key", bad[i]);
		assert_int_equal(decoded.outcome, OUTCOME_NONE); /* a bad token comes first */
		assert_int_equal(decoded.request->syntax.outcome, OUTCOME_INVALID_PARAMETER);
		assert_string_equal(decoded.request->syntax.field, "Idempotency-Key");
		assert_false(decoded.request->idempotency.given);
	}
}

static void fill_fingerprint(const struct call *call, uint8_t fingerprint[16])
{
	const struct decoded decoded = support_decode(&v3_driver, call);
	assert_true(decoded.request->idempotency.given);
	memcpy(fingerprint, decoded.request->idempotency.fingerprint, 16);
}

static void fingerprints_tell_method_target_and_body_apart(void **state)
{
	(void)state;
	const struct call calls[] = {
		{HTTP_PUT, GROUP, "{}", 0, {BEARER, {"Idempotency-Key", "one"}}},
		{HTTP_PUT, GROUP, "{ }", 0, {BEARER, {"Idempotency-Key", "one"}}},
		{HTTP_PUT, GROUP "?", "{}", 0, {BEARER, {"Idempotency-Key", "one"}}},
		{HTTP_PUT, GROUP "/", "{}", 0, {BEARER, {"Idempotency-Key", "one"}}},
		{HTTP_DELETE, GROUP, "{}", 0, {BEARER, {"Idempotency-Key", "one"}}},
	};
	uint8_t first[16];
	uint8_t other[16];
	fill_fingerprint(&calls[0], first);
	for (size_t i = 1; i < COUNT_OF(calls); i++) {
		fill_fingerprint(&calls[i], other);
		assert_memory_not_equal(first, other, sizeof first);
	}
	fill_fingerprint(&calls[0], other);
	assert_memory_equal(first, other, sizeof first);
}

static void repeated_headers_are_malformed(void **state)
{
	(void)state;
	static const char *const names[] = {"If-Match", "Idempotency-Key"};
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		struct call call = {.method = HTTP_DELETE,
			.target = GROUP,
			.headers = {BEARER, {names[i], "*"}, {names[i], "*"}}};
		assert_int_equal(support_decode(&v3_driver, &call).outcome, OUTCOME_MALFORMED);
		call.method = HTTP_GET; /* which knows neither */
		assert_int_equal(support_decode(&v3_driver, &call).outcome, OUTCOME_NONE);
	}
}

/* --- replies */

/* Answers a call with this outcome. The caller finishes the response. */
static struct http_response answer(const struct call *call, enum outcome outcome, bool replayed)
{
	struct http_response response = {.outcome = OUTCOME_NONE};
	const struct decoded decoded = support_decode(&v3_driver, call);
	struct reply *reply = malloc(sizeof *reply);
	assert_non_null(reply);
	reply_init(reply);
	support_fill_reply(reply, decoded.request->operation);
	reply->outcome = outcome;
	reply->items = REPLY_GROUP;
	reply->replayed = replayed;
	v3_driver.encode(&support_site, decoded.request, reply, NULL, &response);
	reply_finish(reply);
	free(reply);
	return response;
}

static void who_has_it_all_gets_304(void **state)
{
	(void)state;
	struct call call = {.method = HTTP_GET, .target = GROUP, .headers = {BEARER}};
	struct http_response response = answer(&call, OUTCOME_OK, false);
	char tag[64];
	char list[256];
	(void)snprintf(tag, sizeof tag, "%s", response_find_header(&response, "ETag"));
	assert_int_equal(strncmp(tag, "W/\"19-", 6), 0);
	assert_int_equal(strlen(tag), strlen("W/\"19-" HASH "\""));
	response_finish(&response);
	(void)snprintf(list, sizeof list, "\"x\" , %s", tag + 2);
	const struct {
		enum http_method method;
		const char *value;
		int status;
	} asked[] = {
		{HTTP_GET, tag, 304},
		{HTTP_HEAD, tag, 304},
		{HTTP_GET, tag + 2, 304}, /* compared weakly */
		{HTTP_GET, list, 304},
		{HTTP_GET, "*", 304},
		{HTTP_GET, "W/\"19-" HASH "\"", 200}, /* the whole is compared */
		{HTTP_GET, "19", 200},
		{HTTP_GET, "", 200},
		{HTTP_PUT, tag, 200},
	};
	for (size_t i = 0; i < COUNT_OF(asked); i++) {
		call = (struct call){asked[i].method, GROUP, "{}", 0, {BEARER, {"If-None-Match", asked[i].value}}};
		response = answer(&call, OUTCOME_OK, false);
		bool same = asked[i].status == 304;
		assert_int_equal(response.status, asked[i].status);
		assert_int_equal(response.outcome, same ? OUTCOME_NOT_MODIFIED : OUTCOME_NONE);
		assert_string_equal(response_find_header(&response, "ETag"), tag);
		assert_string_equal(response_find_header(&response, "Cache-Control"), "private, no-cache");
		assert_non_null(response_find_header(&response, "Vary"));
		assert_int_equal(response.body_size == 0, same);
		assert_int_equal(response.content_type == NULL, same);
		response_finish(&response);
	}
}

static void only_what_shows_a_resource_has_a_tag(void **state)
{
	(void)state;
	static const enum outcome without[] = {OUTCOME_NO_SUCH_GROUP, OUTCOME_BUSY, OUTCOME_GROUP_DELETED};
	const struct call call = {.method = HTTP_GET, .target = GROUP, .headers = {BEARER, {"If-None-Match", "*"}}};
	for (size_t i = 0; i < COUNT_OF(without); i++) {
		struct http_response response = answer(&call, without[i], false);
		assert_null(response_find_header(&response, "ETag"));
		assert_int_equal(response.status, outcome_row(without[i])->v3_status);
		response_finish(&response);
	}
}

static void replays_say_so(void **state)
{
	(void)state;
	const struct call call = {.method = HTTP_DELETE, .target = GROUP, .headers = {BEARER}};
	struct http_response response = answer(&call, OUTCOME_GROUP_DELETED, true);
	assert_string_equal(response_find_header(&response, "Idempotency-Replayed"), "true");
	response_finish(&response);
	response = answer(&call, OUTCOME_GROUP_DELETED, false);
	assert_null(response_find_header(&response, "Idempotency-Replayed"));
	response_finish(&response);
}

/* The headers of limits are the transport's. */
static void limits_are_refused_as_by_the_original(void **state)
{
	(void)state;
	const struct call call = {.method = HTTP_DELETE, .target = GROUP, .headers = {BEARER}};
	struct http_response response = answer(&call, OUTCOME_RATE_LIMITED, false);
	response_write(&response, "", 1);
	assert_string_equal(response.body,
		"{\"error\":{\"type\":\"rate_limit_exceeded\",\"message\":\"Too many requests.\","
		"\"tier\":\"guest\",\"limit\":60,\"retry_after\":3,\"suggestions\":[]}}");
	response_finish(&response);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(conditions_are_lists_of_versions),
		cmocka_unit_test(conditions_are_as_many_as_the_limit),
		cmocka_unit_test(keys_are_bare_or_quoted),
		cmocka_unit_test(bad_keys_are_refused),
		cmocka_unit_test(fingerprints_tell_method_target_and_body_apart),
		cmocka_unit_test(repeated_headers_are_malformed),
		cmocka_unit_test(who_has_it_all_gets_304),
		cmocka_unit_test(only_what_shows_a_resource_has_a_tag),
		cmocka_unit_test(replays_say_so),
		cmocka_unit_test(limits_are_refused_as_by_the_original),
	};
	return cmocka_run_group_tests_name("api conditional", tests, NULL, NULL);
}
