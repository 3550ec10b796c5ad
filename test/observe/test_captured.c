/* The line of an exchange: what it keeps, what it replaces, what it leaves out. */
#define _GNU_SOURCE /* memmem */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "observe/captured.h"

#define SPAN(text) {(text), sizeof(text) - 1}
#define SECRET "SeCrEt"

static const struct alias_key key = {.bytes = {7}};

static struct captured legacy(struct span target, struct span body)
{
	return (struct captured){
		.at_us = 1,
		.latency_us = 2,
		.dialect = DIALECT_LEGACY,
		.operation = OPERATION_GROUP_JOIN,
		.routed = true,
		.method = HTTP_POST,
		.target = target,
		.body = body,
		.status = 200,
		.outcome_known = true,
		.outcome = OUTCOME_JOINED,
	};
}

static struct captured v3(struct span target, struct span body)
{
	struct captured captured = legacy(target, body);
	captured.dialect = DIALECT_V3;
	return captured;
}

/* The line as JSON; no secret is in it. */
static json_t *line_of(const struct captured *captured)
{
	struct line_maker maker = {0};
	assert_true(captured_write(&maker, &key, captured));
	assert_null(memmem(maker.line.bytes, maker.line.size, SECRET, strlen(SECRET)));
	assert_int_equal(maker.line.bytes[maker.line.size - 1], '\n');
	assert_ptr_equal(memchr(maker.line.bytes, '\n', maker.line.size), maker.line.bytes + maker.line.size - 1);
	json_t *line = json_loadb(maker.line.bytes, maker.line.size, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(line);
	line_maker_finish(&maker);
	return line;
}

static void check(const struct captured *captured, const char *name, const char *expected)
{
	json_t *line = line_of(captured);
	json_t *value = json_loads(expected, JSON_DECODE_ANY, NULL);
	char *found = json_dumps(json_object_get(line, name), JSON_ENCODE_ANY | JSON_SORT_KEYS);
	char *wanted = json_dumps(value, JSON_ENCODE_ANY | JSON_SORT_KEYS);
	assert_string_equal(found, wanted);
	free(found);
	free(wanted);
	json_decref(value);
	json_decref(line);
}

static void parameters_are_kept_by_name(void **state)
{
	(void)state;
	struct captured captured = legacy((struct span)SPAN("/services/rest/?format=json&format=&&page"),
		(struct span)SPAN("method=group.add&name=A%20B%2b+C&description=100%"));
	check(&captured, "query", "{\"format\":[\"json\",\"\"],\"page\":\"\"}");
	check(&captured, "form", "{\"method\":\"group.add\",\"name\":\"A B+ C\",\"description\":\"100%\"}");
	check(&captured, "path", "\"/services/rest/\"");
}

static void what_no_dialect_knows_is_not_shown(void **state)
{
	(void)state;
	struct captured captured = legacy((struct span)SPAN("/services/rest/?" SECRET "&password=" SECRET),
		(struct span)SPAN("Token=" SECRET "1&" SECRET "=1"));
	check(&captured, "query", "{\"?\":[\"\",\"(6 bytes)\"]}");
	check(&captured, "form", "{\"?\":[\"(7 bytes)\",\"(1 bytes)\"]}");
	captured = v3((struct span)SPAN("/v3/groups?access_token=" SECRET),
		(struct span)SPAN("{\"name\":{\"" SECRET "\":1},\"" SECRET "\":2,\"max_uses\":1.5,\"password\":\"" SECRET
				  "\",\"is_private\":true,\"description\":null,\"expires_in\":7}"));
	check(&captured, "query", "{\"?\":\"(6 bytes)\"}");
	check(&captured, "body",
		"{\"name\":{},\"max_uses\":0.5,\"is_private\":true,\"description\":null,\"expires_in\":7}");
}

/* A name that looks like a secret is one that stands in a wrong place. */
static void a_place_of_names_shows_no_address_and_no_token(void **state)
{
	(void)state;
#define MINTED "0123456789abcdef0123456789ABCDEF01234567"
	struct captured captured = legacy((struct span)SPAN("/services/rest/?group_id=" MINTED "&user_id=7,8"),
		(struct span)SPAN("username=" MINTED "8&name=" MINTED));
	check(&captured, "query", "{\"group_id\":\"unusable:720f0af7990b0886\",\"user_id\":\"7,8\"}");
	check(&captured, "form", "{\"username\":\"" MINTED "8\",\"name\":\"" MINTED "\"}");
	captured = v3((struct span)SPAN("/v3/groups/" MINTED "/members"),
		(struct span)SPAN("{\"user_id\":12,\"username\":\"" SECRET "@example.org\"}"));
	check(&captured, "path", "\"/v3/groups/?/members\"");
	check(&captured, "body", "{\"user_id\":12,\"username\":\"0eedd4ae8a077733@alias.invalid\"}");
#undef MINTED
}

static void secrets_become_aliases(void **state)
{
	(void)state;
	struct captured captured = legacy((struct span)SPAN("/services/rest/?token=" SECRET "&token=%53eCrEt"),
		(struct span)SPAN("api_key=" SECRET "&frob=" SECRET "&token="));
	json_t *line = line_of(&captured);
	json_t *tokens = json_object_get(json_object_get(line, "query"), "token");
	assert_int_equal(json_array_size(tokens), 2);
	assert_true(json_equal(json_array_get(tokens, 0), json_array_get(tokens, 1)));
	assert_memory_equal(json_string_value(json_array_get(tokens, 0)), "token:", 6);
	json_t *form = json_object_get(line, "form");
	assert_memory_equal(json_string_value(json_object_get(form, "api_key")), "api_key:", 8);
	assert_memory_equal(json_string_value(json_object_get(form, "frob")), "frob:", 5);
	assert_string_equal(json_string_value(json_object_get(form, "token")), "");
	json_decref(line);
}

static const char *member(json_t *line, const char *name)
{
	return json_string_value(json_object_get(json_object_get(line, "body"), name));
}

static void invites_and_addresses_become_aliases(void **state)
{
	(void)state;
	struct captured captured = v3((struct span)SPAN("/v3/groups/1/members"),
		(struct span)SPAN("\xef\xbb\xbf{\"invite_token\":\"" SECRET "\",\"email\":\"A@" SECRET ".example\","
				  "\"token\":\"" SECRET " \",\"user_id\":3}"));
	json_t *line = line_of(&captured);
	assert_memory_equal(member(line, "invite_token"), "code-", 5);
	assert_non_null(strstr(member(line, "email"), "@alias.invalid"));
	assert_memory_equal(member(line, "token"), "unusable:", 9);
	json_decref(line);
	captured.body = (struct span)SPAN("{\"token\":123456,\"user_id\":3}"); /* somebody left out the quotes */
	check(&captured, "body", "{\"token\":0,\"user_id\":3}");
	json_t *again;
	captured.body = (struct span)SPAN("{\"email\":\"a@secret.EXAMPLE\"}");
	again = line_of(&captured);
	captured.body = (struct span)SPAN("{\"email\":\"A@SECRET.example\"}");
	line = line_of(&captured);
	assert_string_equal(member(line, "email"), member(again, "email"));
	json_decref(line);
	json_decref(again);
}

static void a_body_that_is_no_object_is_known_by_its_length(void **state)
{
	(void)state;
	static const struct span bodies[] = {
		SPAN("{\"name\":\"" SECRET "\""), SPAN("[\"" SECRET "\"]"), SPAN("{\"a\":1,\"a\":\"" SECRET "\"}")};
	static const char *const expected[] = {"\"(16 bytes)\"", "\"(10 bytes)\"", "\"(20 bytes)\""};
	for (size_t i = 0; i < 3; i++) {
		struct captured captured = v3((struct span)SPAN("/v3/groups"), bodies[i]);
		check(&captured, "raw_body", expected[i]);
	}
}

static void headers_are_veiled(void **state)
{
	(void)state;
	struct captured captured = v3((struct span)SPAN("/v3/me"), (struct span){"", 0});
	captured.headers[HEADER_AUTHORIZATION] = (struct span)SPAN("Basic " SECRET);
	captured.headers[HEADER_CONTENT_TYPE] = (struct span)SPAN("application/json; charset=\"utf-8\"");
	captured.headers[HEADER_IF_MATCH] = (struct span)SPAN("{" SECRET "}");
	check(&captured, "headers",
		"{\"authorization\":\"Other\",\"content-type\":\"application/json; charset=\\\"utf-8\\\"\","
		"\"if-match\":\"(8 bytes)\"}");
	static char letters[257];
	memset(letters, 'a', sizeof letters);
	captured.headers[HEADER_IF_MATCH] = (struct span){letters, sizeof letters};
	captured.headers[HEADER_AUTHORIZATION] = (struct span)SPAN("Bearer" SECRET);
	check(&captured, "headers",
		"{\"authorization\":\"Other\",\"content-type\":\"application/json; charset=\\\"utf-8\\\"\","
		"\"if-match\":\"(257 bytes)\"}");
	captured.headers[HEADER_AUTHORIZATION] = (struct span)SPAN("bearer  \t" SECRET);
	captured.headers[HEADER_X_AUTH_TOKEN] = (struct span)SPAN(SECRET);
	captured.headers[HEADER_MACAROON] = (struct span)SPAN(SECRET);
	captured.repeated[HEADER_MACAROON] = true;
	captured.headers[HEADER_IDEMPOTENCY_KEY] = (struct span)SPAN(SECRET);
	json_t *line = line_of(&captured);
	json_t *headers = json_object_get(line, "headers");
	const char *token = json_string_value(json_object_get(headers, "x-auth-token"));
	assert_string_equal(json_string_value(json_object_get(headers, "authorization")) + strlen("Bearer "), token);
	assert_int_equal(json_array_size(json_object_get(headers, "macaroon")), 2);
	assert_memory_equal(json_string_value(json_object_get(headers, "idempotency-key")), "key:", 4);
	json_decref(line);
}

static void a_path_shows_only_what_could_be_a_route(void **state)
{
	(void)state;
	struct captured captured = v3((struct span)SPAN("/v3/users/ada@" SECRET ".example/groups"), (struct span){"", 0});
	check(&captured, "path", "\"/v3/users/?/groups\"");
	captured.target = (struct span)SPAN("/v3/groups/%63hess/");
	check(&captured, "path", "\"/v3/groups/chess/\"");
	captured.routed = false;
	captured.target = (struct span)SPAN("/v3/" SECRET);
	check(&captured, "path", "\"/-\"");
}

static void what_is_no_text_stays_unacceptable(void **state)
{
	(void)state;
	struct captured captured =
		legacy((struct span)SPAN("/services/rest/"), (struct span)SPAN("name=a%ffb%00c%c3%a4\x80"));
	check(&captured, "form", "{\"name\":\"a\\u0001b\\u0001c\xc3\xa4\\u0001\"}");
}

static void a_long_reply_is_known_by_its_length(void **state)
{
	(void)state;
	static char reply[CAPTURED_REPLY_SIZE_MAX + 1];
	struct captured captured = v3((struct span)SPAN("/v3/me"), (struct span){"", 0});
	captured.replied = true;
	captured.reply = (struct span){reply, sizeof reply};
	check(&captured, "reply_bytes", "65537");
}

static void a_reply_without_a_body_is_known_by_its_location(void **state)
{
	(void)state;
	struct captured captured = v3((struct span)SPAN("/groups"), (struct span){"", 0});
	captured.replied = true;
	captured.location = (struct span)SPAN("/groups/17");
	check(&captured, "location", "\"/groups/17\"");
	captured.location = (struct span)SPAN("/groups/a@" SECRET "/b");
	check(&captured, "location", "\"/groups/?/b\"");
	captured.reply = (struct span)SPAN("{}");
	json_t *line = line_of(&captured);
	assert_null(json_object_get(line, "location"));
	json_decref(line);
}

static void too_many_parameters_are_no_line(void **state)
{
	(void)state;
	static char body[2 * 257 + 1];
	struct line_maker maker = {0};
	for (size_t i = 0; i < 257; i++) {
		memcpy(body + 2 * i, "a&", 2);
	}
	struct captured captured = legacy((struct span)SPAN("/services/rest/"), (struct span){body, 2 * 257});
	assert_false(captured_write(&maker, &key, &captured));
	captured.body.length = 2 * 256;
	assert_true(captured_write(&maker, &key, &captured));
	line_maker_finish(&maker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_are_kept_by_name),
		cmocka_unit_test(what_no_dialect_knows_is_not_shown),
		cmocka_unit_test(a_place_of_names_shows_no_address_and_no_token),
		cmocka_unit_test(secrets_become_aliases),
		cmocka_unit_test(invites_and_addresses_become_aliases),
		cmocka_unit_test(a_body_that_is_no_object_is_known_by_its_length),
		cmocka_unit_test(headers_are_veiled),
		cmocka_unit_test(a_path_shows_only_what_could_be_a_route),
		cmocka_unit_test(what_is_no_text_stays_unacceptable),
		cmocka_unit_test(a_long_reply_is_known_by_its_length),
		cmocka_unit_test(a_reply_without_a_body_is_known_by_its_location),
		cmocka_unit_test(too_many_parameters_are_no_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
