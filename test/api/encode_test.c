/* Every outcome renders in both dialects, with the table's status and JSON that a parser takes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "support.h"

struct rendered {
	struct http_response response;
	json_t *body; /* NULL: none */
};

/* Encodes a full reply with this outcome and these items. */
static struct rendered render(const struct dialect_driver *driver, struct request *request,
	enum outcome outcome, uint32_t items, const char *field)
{
	struct rendered rendered = {0};
	struct reply *reply = malloc(sizeof *reply);
	struct page page;
	assert_non_null(reply);
	reply_init(reply);
	page_init(&page);
	support_fill_reply(reply, request->operation);
	support_fill_page(&page, request->operation);
	reply->outcome = outcome;
	reply->items = items;
	strncpy(reply->field, field, sizeof reply->field - 1);
	driver->encode(&support_site, request, reply, &page, &rendered.response);
	if (rendered.response.body_size > 0) {
		rendered.body = json_loadb(
			rendered.response.body, rendered.response.body_size, JSON_REJECT_DUPLICATES, NULL);
		assert_non_null(rendered.body);
	}
	page_finish(&page);
	reply_finish(reply);
	free(reply);
	return rendered;
}

static void finish(struct rendered *rendered)
{
	json_decref(rendered->body);
	response_finish(&rendered->response);
}

static struct request *make_request(const struct dialect_driver *driver, enum operation operation)
{
	static _Alignas(struct request) char block[4096];
	struct request *request = request_init(block, sizeof block, driver->dialect);
	request->operation = operation;
	request->listing = (struct listing){.page = 1, .per_page = 2};
	return request;
}

static const char *string_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void every_outcome_renders_in_onezone(void **state)
{
	(void)state;
	for (unsigned outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
		const struct outcome_row *row = outcome_row(outcome);
		struct request *request = make_request(&onezone_driver, OPERATION_NONE);
		struct rendered rendered = render(&onezone_driver, request, outcome, REPLY_GROUP, "\"field");
		int status = row->onezone_status == 0 ? 500 : row->onezone_status;
		assert_int_equal(rendered.response.status, status);
		assert_string_equal(rendered.response.reason, outcome_reason(status));
		bool has_body = status == 200 || status >= 400;
		assert_int_equal(rendered.body != NULL, has_body);
		assert_int_equal(rendered.response.content_type != NULL, has_body);
		if (status >= 400) {
			assert_non_null(string_at(rendered.body, "error"));
			assert_null(strstr(string_at(rendered.body, "error_description"), "%f"));
		}
		finish(&rendered);
	}
}

static void every_outcome_renders_in_v3(void **state)
{
	(void)state;
	for (unsigned outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
		const struct outcome_row *row = outcome_row(outcome);
		struct request *request = make_request(&v3_driver, OPERATION_NONE);
		struct rendered rendered = render(&v3_driver, request, outcome, REPLY_GROUP, "\"field");
		int status = row->v3_status == 0 ? 500 : row->v3_status;
		assert_int_equal(rendered.response.status, status);
		bool has_body = status != 204 && status != 304;
		assert_int_equal(rendered.body != NULL, has_body);
		assert_int_equal(rendered.response.content_type != NULL, has_body);
		if (outcome == OUTCOME_RATE_LIMITED) { /* the original's own form */
			assert_true(json_is_object(json_object_get(rendered.body, "error")));
		} else if (status >= 400) {
			assert_string_equal(string_at(rendered.body, "error"), outcome_reason(status));
			assert_int_equal(json_integer_value(json_object_get(rendered.body, "code")), status);
		}
		finish(&rendered);
	}
}

static void refused_values_are_named(void **state)
{
	(void)state;
	struct request *request = make_request(&v3_driver, OPERATION_GROUP_CREATE);
	struct rendered rendered = render(&v3_driver, request, OUTCOME_UNACCEPTABLE_VALUE, 0, "name");
	json_t *details = json_object_get(rendered.body, "details");
	json_t *errors = json_object_get(json_object_get(details, "errors"), "name");
	assert_string_equal(string_at(details, "message"), "name is not acceptable");
	assert_string_equal(json_string_value(json_array_get(errors, 0)), "is not acceptable");
	finish(&rendered);
	rendered = render(&v3_driver, request, OUTCOME_PARAMETER_MISSING, 0, "name");
	details = json_object_get(rendered.body, "details");
	assert_string_equal(string_at(details, "message"), "Missing required parameter: name.");
	assert_null(json_object_get(details, "errors"));
	finish(&rendered);
	rendered = render(&onezone_driver, request, OUTCOME_PARAMETER_MISSING, 0, "token");
	assert_string_equal(string_at(rendered.body, "error_description"), "Missing required key: token.");
	finish(&rendered);
}

static void challenges_say_what_was_wrong(void **state)
{
	(void)state;
	static const struct dialect_driver *const drivers[] = {&v3_driver, &onezone_driver};
	for (unsigned i = 0; i < 2; i++) {
		struct request *request = make_request(drivers[i], OPERATION_GROUP_GET);
		struct rendered rendered = render(drivers[i], request, OUTCOME_TOKEN_MISSING, 0, "");
		assert_string_equal(
			response_find_header(&rendered.response, "WWW-Authenticate"), "Bearer realm=\"joinery\"");
		finish(&rendered);
		request->token.given = true;
		rendered = render(drivers[i], request, OUTCOME_TOKEN_INVALID, 0, "");
		assert_string_equal(response_find_header(&rendered.response, "WWW-Authenticate"),
			"Bearer realm=\"joinery\", error=\"invalid_token\"");
		finish(&rendered);
		rendered = render(drivers[i], request, OUTCOME_SCOPE_INSUFFICIENT, 0, "");
		assert_int_equal(rendered.response.status, 403);
		assert_string_equal(response_find_header(&rendered.response, "WWW-Authenticate"),
			"Bearer realm=\"joinery\", error=\"insufficient_scope\", scope=\"write\"");
		finish(&rendered);
		rendered = render(drivers[i], request, OUTCOME_BUSY, 0, "");
		assert_non_null(response_find_header(&rendered.response, "Retry-After"));
		assert_null(response_find_header(&rendered.response, "WWW-Authenticate"));
		finish(&rendered);
	}
}

static void only_secrets_are_never_stored(void **state)
{
	(void)state;
	struct request *request = make_request(&v3_driver, OPERATION_INVITE_TOKEN_MINT);
	uint32_t minted = REPLY_GROUP | REPLY_INVITE_TOKEN | REPLY_MACAROON;
	struct rendered rendered = render(&v3_driver, request, OUTCOME_TOKEN_MINTED, minted, "");
	assert_string_equal(response_find_header(&rendered.response, "Cache-Control"), "no-store");
	assert_string_equal(string_at(rendered.body, "token"), "MDAxNWxvY2F0aW9u");
	finish(&rendered);
	rendered = render(&onezone_driver, request, OUTCOME_TOKEN_MINTED, minted, "");
	assert_string_equal(response_find_header(&rendered.response, "Cache-Control"), "no-store");
	assert_string_equal(string_at(rendered.body, "token"), "MDAxNWxvY2F0aW9u");
	finish(&rendered);
	rendered = render(&v3_driver, request, OUTCOME_OK, REPLY_GROUP, "");
	assert_string_equal(response_find_header(&rendered.response, "Cache-Control"), "private, no-cache");
	assert_string_equal(
		response_find_header(&rendered.response, "Vary"), "Authorization, X-Auth-Token, Macaroon");
	finish(&rendered);
}

static void locations_are_relative_in_onezone_and_absolute_in_v3(void **state)
{
	(void)state;
	static const struct {
		const struct dialect_driver *driver;
		enum operation operation;
		uint32_t form;
		enum outcome outcome;
		const char *location;
	} cases[] = {
		{&onezone_driver, OPERATION_GROUP_JOIN_BY_TOKEN, 0, OUTCOME_JOINED, "/user/groups/7"},
		{&onezone_driver, OPERATION_GROUP_JOIN_BY_TOKEN, 0, OUTCOME_ALREADY_MEMBER, "/user/groups/7"},
		{&onezone_driver, OPERATION_GROUP_CREATE, 0, OUTCOME_GROUP_CREATED, "/user/groups/7"},
		{&onezone_driver, OPERATION_GROUP_CREATE, 1, OUTCOME_GROUP_CREATED, "/groups/7"},
		{&v3_driver, OPERATION_GROUP_CREATE, 0, OUTCOME_GROUP_CREATED,
			"https://groups.example/base/v3/groups/chess-club"},
		{&v3_driver, OPERATION_GROUP_JOIN, 0, OUTCOME_JOINED,
			"https://groups.example/base/v3/groups/chess-club/members/5"},
		{&v3_driver, OPERATION_INVITE_CREATE, 0, OUTCOME_INVITE_CREATED,
			"https://groups.example/base/v3/groups/chess-club/invite"},
		{&v3_driver, OPERATION_INVITE_TOKEN_MINT, 0, OUTCOME_TOKEN_MINTED,
			"https://groups.example/base/v3/groups/chess-club/invite-tokens/11"},
		{&v3_driver, OPERATION_BAN_PUT, 0, OUTCOME_BAN_CREATED,
			"https://groups.example/base/v3/groups/chess-club/bans/5"},
		{&v3_driver, OPERATION_USER_PUT, 0, OUTCOME_USER_ADDED,
			"https://groups.example/base/v3/users/alice"},
		{&v3_driver, OPERATION_USER_TOKEN_MINT, 0, OUTCOME_USER_TOKEN_MINTED,
			"https://groups.example/base/v3/users/5/tokens/17"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request *request = make_request(cases[i].driver, cases[i].operation);
		request->form = cases[i].form;
		struct rendered rendered =
			render(cases[i].driver, request, cases[i].outcome, REPLY_GROUP, "");
		assert_int_equal(rendered.response.status, 201);
		assert_string_equal(response_find_header(&rendered.response, "Location"), cases[i].location);
		finish(&rendered);
	}
}

static void texts_are_escaped_once(void **state)
{
	(void)state;
	struct request *request = make_request(&v3_driver, OPERATION_GROUP_GET);
	struct rendered rendered = render(&v3_driver, request, OUTCOME_OK, REPLY_GROUP, "");
	assert_string_equal(string_at(rendered.body, "name"), "Ch\xC3\xA9ss \\ \"Club\"");
	assert_string_equal(string_at(json_object_get(rendered.body, "description"), "markdown"),
		"We **play**\tand\nlearn.");
	finish(&rendered);
	rendered = render(&onezone_driver, request, OUTCOME_OK, REPLY_GROUP, "");
	assert_string_equal(string_at(rendered.body, "groupId"), "7");
	assert_string_equal(string_at(rendered.body, "type"), "unit");
	assert_int_equal(json_object_size(rendered.body), 3);
	finish(&rendered);
}

/* --- what v3 tells whom */

static void invitations_by_address_name_nobody(void **state)
{
	(void)state;
	struct request *request = make_request(&v3_driver, OPERATION_INVITATION_CREATE);
	struct rendered rendered = render(&v3_driver, request, OUTCOME_INVITED, REPLY_INVITATION, "");
	assert_string_equal(string_at(rendered.body, "outcome"), "invited");
	assert_string_equal(string_at(json_object_get(rendered.body, "user"), "slug"), "alice");
	const json_t *invitation = json_object_get(rendered.body, "invitation");
	assert_string_equal(string_at(invitation, "updated_at"), string_at(invitation, "created_at"));
	assert_null(response_find_header(&rendered.response, "Location"));
	finish(&rendered);
	rendered = render(&v3_driver, request, OUTCOME_ADDED, REPLY_INVITATION | REPLY_MEMBER, "");
	assert_true(json_is_null(json_object_get(rendered.body, "invitation")));
	finish(&rendered);
	request->given = GIVEN_EMAIL;
	rendered = render(&v3_driver, request, OUTCOME_INVITED, REPLY_INVITATION | REPLY_MEMBER, "");
	assert_true(json_is_null(json_object_get(rendered.body, "user")));
	finish(&rendered);
}

static void discarding_looks_as_denying(void **state)
{
	(void)state;
	static const struct {
		enum operation operation;
		enum outcome outcome;
		const char *state;
	} cases[] = {
		{OPERATION_REQUEST_GET, OUTCOME_OK, "pending"},
		{OPERATION_REQUEST_APPROVE, OUTCOME_APPROVED, "approved"},
		{OPERATION_REQUEST_DENY, OUTCOME_DENIED, "denied"},
		{OPERATION_REQUEST_DISCARD, OUTCOME_DISCARDED, "denied"},
		{OPERATION_GROUP_JOIN, OUTCOME_QUEUED, "pending"},
		{OPERATION_GROUP_JOIN, OUTCOME_ALREADY_QUEUED, "pending"},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct request *request = make_request(&v3_driver, cases[i].operation);
		struct rendered rendered = render(&v3_driver, request, cases[i].outcome, REPLY_NOTE, "");
		assert_string_equal(string_at(rendered.body, "type"), "GroupRequest");
		assert_string_equal(string_at(rendered.body, "state"), cases[i].state);
		assert_string_equal(string_at(rendered.body, "message"), "Let me in, please.");
		assert_true(json_is_null(json_object_get(rendered.body, "reason")));
		finish(&rendered);
	}
}

static void how_a_person_is_reached_is_not_for_all(void **state)
{
	(void)state;
	struct request *request = make_request(&v3_driver, OPERATION_USER_GET);
	struct rendered rendered = render(&v3_driver, request, OUTCOME_OK, REPLY_USER, "");
	assert_null(json_object_get(rendered.body, "email"));
	assert_null(json_object_get(rendered.body, "active"));
	assert_null(json_object_get(rendered.body, "can"));
	finish(&rendered);
	rendered = render(&v3_driver, request, OUTCOME_OK, REPLY_USER | REPLY_USER_WHOLE, "");
	assert_true(json_is_null(json_object_get(rendered.body, "email")));
	assert_true(json_is_true(json_object_get(rendered.body, "active")));
	assert_null(json_object_get(rendered.body, "can"));
	finish(&rendered);
	request->user.kind = REFERENCE_CALLER;
	rendered = render(&v3_driver, request, OUTCOME_OK, REPLY_USER | REPLY_USER_WHOLE, "");
	assert_true(json_is_object(json_object_get(rendered.body, "can")));
	finish(&rendered);
}

static void expect_change(size_t index, const char *key, const char *expected)
{
	struct request *request = make_request(&v3_driver, OPERATION_CHANGE_LIST);
	struct rendered rendered = render(&v3_driver, request, OUTCOME_OK, REPLY_PAGE, "");
	json_t *change = json_array_get(json_object_get(rendered.body, "data"), index);
	char *text = json_dumps(json_object_get(change, key), JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
	assert_string_equal(text, expected);
	free(text);
	finish(&rendered);
}

static void changes_say_what_was_and_is(void **state)
{
	(void)state;
	expect_change(0, "before", "{\"state\":\"none\"}");
	expect_change(0, "after", "{\"role\":\"member\",\"state\":\"member\"}");
	expect_change(0, "cause",
		"{\"dialect\":\"v3\",\"operation\":\"group_join\",\"request_id\":\"request-1\"}");
	expect_change(1, "before", "null");
	expect_change(1, "after", "{\"fields\":[\"name\",\"kind\"]}");
	expect_change(1, "actor_id", "null");
	expect_change(1, "cause", "{\"dialect\":\"command\",\"operation\":null,\"request_id\":null}");
}

static void what_is_gone_names_what_is_kept(void **state)
{
	(void)state;
	struct request *request = make_request(&v3_driver, OPERATION_CHANGE_LIST);
	struct rendered rendered = render(&v3_driver, request, OUTCOME_CHANGES_GONE, 0, "");
	json_t *details = json_object_get(rendered.body, "details");
	assert_int_equal(rendered.response.status, 410);
	assert_int_equal(json_integer_value(json_object_get(details, "first_seq")), 40);
	finish(&rendered);
}

static void expect_meta(const struct request *request, const char *expected)
{
	struct rendered rendered =
		render(&v3_driver, (struct request *)request, OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, "");
	json_t *meta = json_object_get(rendered.body, "meta");
	assert_int_equal(json_array_size(json_object_get(rendered.body, "data")), 2);
	assert_true(json_is_string(json_object_get(meta, "next_cursor")));
	json_object_del(meta, "next_cursor");
	char *text = json_dumps(meta, JSON_COMPACT | JSON_SORT_KEYS);
	assert_string_equal(text, expected);
	free(text);
	finish(&rendered);
}

static void lists_say_where_they_stand(void **state)
{
	(void)state;
	struct request *request = make_request(&v3_driver, OPERATION_MEMBER_LIST);
	expect_meta(request, "{\"current_page\":1,\"has_more_pages\":true,\"next_page\":2,\"per_page\":2,"
			     "\"prev_page\":null,"
			     "\"total_count\":5,\"total_pages\":3}");
	request->listing.page = 9;
	expect_meta(request,
		"{\"current_page\":9,\"has_more_pages\":true,\"next_page\":10,\"per_page\":2,\"prev_page\":3,"
		"\"total_count\":5,\"total_pages\":3}");
	request->given = GIVEN_AFTER;
	request->listing.after.ordinal = 2;
	expect_meta(request, "{\"current_page\":2,\"has_more_pages\":true,\"next_page\":null,\"per_page\":2,"
			     "\"prev_page\":null,\"total_count\":5,\"total_pages\":3}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_outcome_renders_in_onezone),
		cmocka_unit_test(every_outcome_renders_in_v3),
		cmocka_unit_test(refused_values_are_named),
		cmocka_unit_test(challenges_say_what_was_wrong),
		cmocka_unit_test(only_secrets_are_never_stored),
		cmocka_unit_test(locations_are_relative_in_onezone_and_absolute_in_v3),
		cmocka_unit_test(texts_are_escaped_once),
		cmocka_unit_test(lists_say_where_they_stand),
		cmocka_unit_test(invitations_by_address_name_nobody),
		cmocka_unit_test(discarding_looks_as_denying),
		cmocka_unit_test(how_a_person_is_reached_is_not_for_all),
		cmocka_unit_test(changes_say_what_was_and_is),
		cmocka_unit_test(what_is_gone_names_what_is_kept),
	};
	return cmocka_run_group_tests_name("api encode", tests, NULL, NULL);
}
