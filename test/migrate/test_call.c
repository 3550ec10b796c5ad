/* Calls: read from one dialect, written in another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "migrate/call.h"

/* What is asked, as a recording tells it, and what becomes of it in another dialect. */
struct example {
	enum dialect from;
	const char *method;
	const char *path;
	const char *query;
	const char *form;
	const char *body;
	enum dialect to;
	const char *target; /* method and target; or, behind '!', why it cannot be said */
	const char *said; /* the body */
};

#define GATEWAY "POST", "/services/rest/"
#define V3 DIALECT_V3
#define LEGACY DIALECT_LEGACY
#define ONEZONE DIALECT_ONEZONE

static const struct example EXAMPLES[] = {
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.join\",\"token\":\"t\",\"group_id\":\"7\"}", NULL, V3,
		"POST /v3/groups/7/members", "{}"},
	{LEGACY, GATEWAY, "{\"group_id\":\"7\"}", "{\"method\":\"group.join\",\"group_id\":[\"8\",\"9\"]}",
		NULL, V3, "POST /v3/groups/9/members", "{}"},
	{LEGACY, "GET", "/services/rest/", "{\"method\":\"group.leave\",\"group_id\":\"7\"}", "{\"group_id\":\"8\"}", NULL, V3,
		"DELETE /v3/groups/7/members/me", ""},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.join\",\"group_id\":\"-1\"}", NULL, V3,
		"POST /v3/groups/-1/members", "{}"},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.join\",\"group_id\":\"abc\"}", NULL, V3,
		"POST /v3/groups/abc/members", "{}"},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.join\",\"group_id\":\"\"}", NULL, ONEZONE,
		"!it has no such call", NULL},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"user.getInfoByUsername\",\"username\":\"A B+\"}", NULL, LEGACY,
		"POST /services/rest/", "method=user.getInfoByUsername&username=A+B%2B"},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"user.getInfoByUsername\",\"username\":\"a,b\"}", NULL, V3,
		"!several are asked for one by one", NULL},
	{V3, "GET", "/v3/users/me", "{}", NULL, NULL, LEGACY, "POST /services/rest/",
		"method=user.getInfo&user_id=me"},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.join\"}", NULL, V3, "!without an id there is no path",
		NULL},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.add\",\"name\":\"a\\\"b\",\"is_private\":\"1\"}", NULL,
		V3, "POST /v3/groups",
		"{\"name\":\"a\\u0022b\",\"event_moderation\":false,\"member_moderation\":false,\"is_"
		"private\":true,"
		"\"unique_name\":true}"},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.edit\",\"group_id\":\"2\",\"description\":\"\"}", NULL,
		V3, "PUT /v3/groups/2", "{\"description\":\"\",\"unique_name\":true}"},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.getInfo\",\"group_id\":\"1,2\"}", NULL, V3,
		"!several are asked for one by one", NULL},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.getMembers\",\"group_id\":\"7\",\"page\":\"2\",\"order\":\"x\"}", NULL,
		V3, "GET /v3/groups/7/members?per=100&page=2 HTTP", ""},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.getMembers\",\"group_id\":\"7\",\"membersPerPage\":\"3\"}", NULL,
		ONEZONE, "GET /groups/7/users?limit=3 HTTP", ""},
	{V3, "GET", "/v3/users/me/groups", "{\"sort\":\"name_desc\",\"after\":\"c/1\"}", NULL, NULL, V3,
		"GET /v3/users/me/groups?per=100&after=c%2F1&sort=name_desc HTTP", ""},
	{ONEZONE, "GET", "/user/groups", "{\"limit\":\"2\",\"after\":\"c\"}", NULL, NULL, LEGACY,
		"POST /services/rest/", "method=group.getMyGroups&groupsPerPage=2"},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.leave\",\"token\":\"t\",\"group_id\":\"7\"}", NULL,
		ONEZONE, "DELETE /user/groups/7", ""},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.leave\",\"token\":\"a b\",\"group_id\":\"7\"}", NULL, V3,
		"!no header can hold the token", NULL},
	{V3, "POST", "/v3/groups", "{}", NULL, "{\"name\":\"n\",\"unique_name\":true}", LEGACY,
		"POST /services/rest/",
		"method=group.add&name=n&event_moderation=0&member_moderation=1&is_private=0"},
	{ONEZONE, "POST", "/user/groups", "{}", NULL, "{\"name\":\"n\"}", V3,
		"!it has no type, for which the other APIs have a default", NULL},
	{V3, "POST", "/v3/groups", "{}", NULL, "{\"name\":\"n\"}", LEGACY,
		"!it always asks for a unique name", NULL},
	{V3, "POST", "/v3/groups", "{}", NULL,
		"{\"name\":\"n\",\"is_private\":true,\"member_moderation\":false}", ONEZONE,
		"POST /user/groups", "{\"name\":\"n\",\"type\":\"team\"}"},
	{V3, "PUT", "/v3/groups/5", "{}", NULL, "{\"is_private\":false}", LEGACY,
		"!it always asks for a unique name", NULL},
	{V3, "DELETE", "/v3/groups/5/members/me", "{}", NULL, NULL, LEGACY, "POST /services/rest/",
		"method=group.leave&group_id=5"},
	{V3, "POST", "/v3/groups/5/members", "{}", NULL, "{\"message\":\"hello\"}", LEGACY,
		"!it has no place for an argument", NULL},
	{V3, "PUT", "/v3/groups/5/bans/3", "{}", NULL, "{}", LEGACY, "!a call that no other API has", NULL},
	{ONEZONE, "DELETE", "/api/v3/onezone/user/groups/5/", "{}", NULL, NULL, V3,
		"DELETE /v3/groups/5/members/me", ""},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.getInfo\",\"group_id\":\" 7  \"}", NULL, V3, "GET /v3/groups/7 ", ""},
	{LEGACY, GATEWAY, "{}", "{\"method\":\"group.leave\",\"group_id\":\" 7\"}", NULL, V3,
		"DELETE /v3/groups/%207/members/me", ""},
	{V3, "POST", "/v3/groups/5/invite-tokens", "{}", NULL, "{\"max_uses\":\"1\",\"expires_in\":60,\"user_id\":3}", ONEZONE,
		"POST /groups/5/users/token", "{\"expires_in\":60,\"max_uses\":\"1\",\"user_id\":\"3\"}"},
	{V3, "POST", "/v3/groups/5/invite-tokens", "{}", NULL, "{\"user_id\":\"3\"}", ONEZONE,
		"!a JSON value of a type that no other API has", NULL},
	{ONEZONE, "POST", "/groups/5/users/token", "{}", NULL, "{\"user_id\":3}", V3,
		"!a JSON value of a type that no other API has", NULL},
	{V3, "PUT", "/v3/groups/5", "{}", NULL, "{\"is_private\":\"1\"}", LEGACY,
		"!a JSON value of a type that no other API has", NULL},
	{V3, "PUT", "/v3/groups/5", "{}", NULL, "{\"description\":\"d\",\"unique_name\":\"0\"}", LEGACY,
		"!a JSON value of a type that no other API has", NULL},
	{ONEZONE, "GET", "/groups/5/users/token", "{}", NULL, NULL, V3, "POST /v3/groups/5/invite-tokens",
		"{}"},
};

static json_t *parse(const char *text)
{
	return text == NULL ? NULL : json_loads(text, JSON_DECODE_ANY, NULL);
}

static const char *say(const struct example *example, struct call_request *said)
{
	struct recorded recorded = {
		.dialect = example->from,
		.method = example->method,
		.path = example->path,
		.query = parse(example->query),
		.form = parse(example->form),
		.body = parse(example->body),
		.headers = json_object(),
	};
	struct call call;
	const char *why = call_read(&recorded, &call);
	if (why == NULL) {
		why = call_write(&call, example->to, said);
	}
	json_decref(recorded.query);
	json_decref(recorded.form);
	json_decref(recorded.body);
	json_decref(recorded.headers);
	return why;
}

static void every_example_is_said_so(void **state)
{
	(void)state;
	struct call_request said = {0};
	for (size_t i = 0; i < sizeof EXAMPLES / sizeof *EXAMPLES; i++) {
		const struct example *example = &EXAMPLES[i];
		const char *why = say(example, &said);
		if (example->target[0] == '!') {
			assert_non_null(why);
			assert_string_equal(why, example->target + 1);
			continue;
		}
		assert_null(why);
		assert_memory_equal(said.text, example->target, strlen(example->target));
		assert_string_equal(strstr(said.text, "\r\n\r\n") + 4, example->said);
	}
	call_request_finish(&said);
}

/* A body with a flaw, asked in v3, and what becomes of it in the other dialects. */
static void flaws_are_said_where_they_can_be(void **state)
{
	(void)state;
	static const char none[] = "its body is a form, and a form has no such fault";
	static const struct {
		enum call_flaw flaw;
		const char *v3;
		const char *why_not_legacy;
		const char *legacy;
	} rows[] = {
		{CALL_SOUND, "{\"name\":\"n\"}", NULL, "method=group.edit&group_id=7&name=n"},
		{CALL_TWICE, "{\"name\":\"n\"}", NULL,
			"method=x&method=group.edit&group_id=x&group_id=7&name=x&name=n"},
		{CALL_WRONG_TYPE, "{\"name\":\"n\"}", NULL, "method=group.edit&group_id=7&name=n"},
		{CALL_AS_JSON, "{\"name\":\"n\"}", NULL, "method=group.edit&format=json&group_id=7&name=n"},
		{CALL_MEMBER_TWICE, "{\"twice\":1,\"twice\":2,\"name\":\"n\"}", none, NULL},
		{CALL_CUT, "{\"name\":\"n\"", none, NULL},
		{CALL_LIST, "[{\"name\":\"n\"}]", none, NULL},
		{CALL_BODILESS, "", none, NULL},
	};
	struct call_request said = {0};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct call call = {.verb = CALL_EDIT, .flaw = rows[i].flaw};
		call_give(&call, CALL_GROUP, CALL_TEXT, "7", 1);
		call_give(&call, CALL_NAME, CALL_TEXT, "n", 1);
		assert_true(call_ask(&call, DIALECT_V3, &said));
		assert_string_equal(strstr(said.text, "\r\n\r\n") + 4, rows[i].v3);
		assert_int_equal(strstr(said.text, "text/plain") != NULL, rows[i].flaw == CALL_WRONG_TYPE);
		call_give(&call, CALL_UNIQUE_NAME, CALL_FLAG, "1", 1);
		const char *why = call_write(&call, DIALECT_LEGACY, &said);
		assert_int_equal(why == NULL, rows[i].why_not_legacy == NULL);
		assert_string_equal(why != NULL ? why : strstr(said.text, "\r\n\r\n") + 4,
			why != NULL ? rows[i].why_not_legacy : rows[i].legacy);
	}
	call_request_finish(&said);
}

static void a_call_is_asked_as_bad_as_it_is(void **state)
{
	(void)state;
	struct call_request said = {0};
	struct call call = {.verb = CALL_LEAVE};
	call_give(&call, CALL_GROUP, CALL_TEXT, "", 0);
	assert_true(call_ask(&call, DIALECT_V3, &said));
	assert_memory_equal(said.text, "DELETE /v3/groups//members/me HTTP/1.1", 38);
	assert_non_null(call_alone(&call, DIALECT_V3));
	assert_null(call_alone(&call, DIALECT_LEGACY));
	assert_string_equal(call_write(&call, DIALECT_V3, &said), "a path has no place for an empty id");
	call.verb = CALL_CHECK_TOKEN;
	assert_false(call_ask(&call, DIALECT_ONEZONE, &said));
	call_request_finish(&said);
}

/* What JSON only asks for on a condition, in the other JSON API. */
static void conditions_are_said_by_both_json_apis(void **state)
{
	(void)state;
	struct call_request said = {0};
	struct call call;
	struct recorded recorded = {.dialect = DIALECT_ONEZONE, .method = "PATCH", .path = "/groups/7",
		.query = json_object(),
		.body = json_pack("{ss}", "name", "n"),
		.headers = json_pack("{ss}", "if-match", "W/\"3-0\"")};
	assert_null(call_read(&recorded, &call));
	call_give(&call, CALL_UNIQUE_NAME, CALL_FLAG, "0", 1);
	assert_null(call_write(&call, DIALECT_V3, &said));
	assert_non_null(strstr(said.text, "\r\nIf-Match: W/\"3-0\"\r\n"));
	call_give(&call, CALL_UNIQUE_NAME, CALL_FLAG, "1", 1);
	assert_string_equal(call_write(&call, DIALECT_LEGACY, &said), "it has no place for an argument");
	recorded.path = "/groups/7/users/8";
	recorded.method = "DELETE";
	assert_string_equal(call_read(&recorded, &call), "a condition, which no other API has");
	json_decref(recorded.query);
	json_decref(recorded.body);
	json_decref(recorded.headers);
	call_request_finish(&said);
}

/* What stands in the head, or asks for another form of reply, decides whether there is a twin. */
static void heads_are_understood(void **state)
{
	(void)state;
	static const struct {
		enum dialect dialect;
		const char *query;
		const char *headers;
		const char *why; /* NULL: it has a twin, with this token */
		const char *token;
	} rows[] = {
		{V3, "{}", "{\"if-match\":[\"a\",\"b\"]}", "a condition, which no other API has", NULL},
		{V3, "{}", "{\"if-none-match\":\"*\"}", "a condition, which no other API has", NULL},
		{V3, "{}", "{\"idempotency-key\":\"k\"}", "an Idempotency-Key, with which the very bytes of the request are kept", NULL},
		{V3, "{}", "{\"authorization\":[\"Bearer a\",\"\"]}", "a header that was sent twice", NULL},
		{V3, "{}", "{\"authorization\":\"Other\"}", "another scheme than a bearer token", NULL},
		{V3, "{}", "{\"x-auth-token\":\"a\",\"authorization\":\"Bearer b\"}", NULL, "b"},
		{ONEZONE, "{}", "{\"macaroon\":\"a\",\"x-auth-token\":\"b\",\"authorization\":\"Bearer c\"}", NULL, "a"},
		{ONEZONE, "{}", "{\"x-auth-token\":\"b\",\"authorization\":\"Bearer c\"}", NULL, "b"},
		{ONEZONE, "{}", "{\"authorization\":\"Bearer c\"}", NULL, "c"},
		{LEGACY, "{\"method\":\"group.leave\",\"callback\":\"f\"}", "{}", "a reply as a script", NULL},
		{LEGACY, "{\"method\":\"group.leave\",\"callback\":\"\",\"token\":\"t\"}", "{}", NULL, "t"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct recorded recorded = {
			.dialect = rows[i].dialect,
			.method = rows[i].dialect == LEGACY ? "GET" : "DELETE",
			.path = rows[i].dialect == V3 ? "/v3/groups/7" : "/groups/7",
			.query = parse(rows[i].query),
			.headers = parse(rows[i].headers),
		};
		struct call call;
		const char *why = call_read(&recorded, &call);
		assert_int_equal(why == NULL, rows[i].why == NULL);
		assert_string_equal(why == NULL ? "" : why, rows[i].why == NULL ? "" : rows[i].why);
		assert_true(why != NULL || call_is(&call, CALL_TOKEN, rows[i].token));
		json_decref(recorded.query);
		json_decref(recorded.headers);
	}
}

static void other_methods_ask_for_nothing(void **state)
{
	(void)state;
	static const struct {
		enum dialect dialect;
		const char *method;
		const char *path;
		enum call_verb verb; /* OTHER: it is no call that another API has */
	} rows[] = {
		{LEGACY, "GET", "/services/rest/", CALL_LEAVE},
		{LEGACY, "POST", "/services/rest/", CALL_LEAVE},
		{LEGACY, "OPTIONS", "/services/rest/", CALL_OTHER},
		{LEGACY, "HEAD", "/services/rest/", CALL_OTHER},
		{LEGACY, "DELETE", "/services/rest/", CALL_OTHER},
		{ONEZONE, "POST", "/user/groups/join", CALL_JOIN_BY_TOKEN},
		{ONEZONE, "GET", "/user/groups/join", CALL_OTHER},
		{ONEZONE, "DELETE", "/user/groups/join", CALL_OTHER},
		{ONEZONE, "DELETE", "/groups/join", CALL_DELETE},
		{ONEZONE, "GET", "/groups/7/users/token", CALL_MINT},
		{ONEZONE, "DELETE", "/groups/7/users/token", CALL_OTHER},
		{ONEZONE, "OPTIONS", "/groups/7", CALL_OTHER},
		{V3, "OPTIONS", "/v3/groups/7", CALL_OTHER},
		{V3, "GET", "/v3/groups/7/members/me", CALL_MEMBER_CHECK},
		{V3, "DELETE", "/v3/groups/7/members/me", CALL_LEAVE},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct recorded recorded = {
			.dialect = rows[i].dialect,
			.method = rows[i].method,
			.path = rows[i].path,
			.query = parse(rows[i].dialect == LEGACY ? "{\"method\":\"group.leave\"}" : "{}"),
			.headers = json_object(),
		};
		struct call call;
		assert_int_equal(call_read(&recorded, &call) == NULL, rows[i].verb != CALL_OTHER);
		assert_int_equal(call.verb, rows[i].verb);
		json_decref(recorded.query);
		json_decref(recorded.headers);
	}
}

static void what_a_dialect_cannot_hold_is_not_said_there(void **state)
{
	(void)state;
	static const struct {
		enum call_verb verb;
		enum call_argument argument;
		enum call_form form;
		const char *text;
		enum dialect dialect;
		const char *why;
	} rows[] = {
		{CALL_EDIT, CALL_NAME, CALL_NULL, "", LEGACY, "a form cannot hold the JSON value"},
		{CALL_EDIT, CALL_NAME, CALL_NUMBER, "5", LEGACY, "a form cannot hold the JSON value"},
		{CALL_EDIT, CALL_DESCRIPTION, CALL_NULL, "", LEGACY, NULL},
		{CALL_MINT, CALL_MAX_USES, CALL_NUMBER, "9999999999999999999", V3, "its bodies cannot hold the number"},
		{CALL_MINT, CALL_MAX_USES, CALL_NUMBER, "999999999999999999", V3, NULL},
		{CALL_LEAVE, CALL_GROUP, CALL_TEXT, "..", V3, "no path can hold the bytes"},
		{CALL_LEAVE, CALL_GROUP, CALL_TEXT, ".", ONEZONE, "no path can hold the bytes"},
		{CALL_LEAVE, CALL_GROUP, CALL_TEXT, "..", LEGACY, NULL},
	};
	struct call_request said = {0};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct call call = {.verb = rows[i].verb};
		call_give(&call, CALL_GROUP, CALL_TEXT, "7", 1);
		call_give(&call, CALL_UNIQUE_NAME, CALL_FLAG, "1", 1);
		if (rows[i].verb != CALL_EDIT) {
			call_give(&call, CALL_UNIQUE_NAME, CALL_NOT_GIVEN, NULL, 0);
		}
		call_give(&call, rows[i].argument, rows[i].form, rows[i].text, strlen(rows[i].text));
		const char *why = call_write(&call, rows[i].dialect, &said);
		assert_string_equal(why == NULL ? "" : why, rows[i].why == NULL ? "" : rows[i].why);
	}
	call_request_finish(&said);
}

static void a_curl_line_is_quoted_for_a_shell(void **state)
{
	(void)state;
	struct call_request said = {0};
	struct call_request line = {0};
	struct call call = {.verb = CALL_ADD};
	call_give(&call, CALL_NAME, CALL_TEXT, "it's", 4);
	call_give(&call, CALL_TOKEN, CALL_TEXT, "t", 1);
	assert_null(call_write(&call, DIALECT_V3, &said));
	call_write_curl(&said, "http://localhost:1", &line);
	assert_string_equal(line.text, "curl -i -X POST -H 'Authorization: Bearer t' -H 'Content-Type: "
				       "application/json' --data-binary "
				       "'{\"name\":\"it'\\''s\"}' 'http://localhost:1/v3/groups'");
	call_request_finish(&line);
	call_request_finish(&said);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_is_said_so),
		cmocka_unit_test(flaws_are_said_where_they_can_be),
		cmocka_unit_test(a_call_is_asked_as_bad_as_it_is),
		cmocka_unit_test(conditions_are_said_by_both_json_apis),
		cmocka_unit_test(heads_are_understood),
		cmocka_unit_test(other_methods_ask_for_nothing),
		cmocka_unit_test(what_a_dialect_cannot_hold_is_not_said_there),
		cmocka_unit_test(a_curl_line_is_quoted_for_a_shell),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
