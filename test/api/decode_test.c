/* What bodies, ids and queries become, and which fault each bad one leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support.h"
#include "text/cursor.h"
#include "text/fold.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define NONE OUTCOME_NONE

struct body_case {
	const char *body;
	enum outcome syntax;
	enum outcome value;
	const char *field; /* of whichever is set */
};

static void check(const struct dialect_driver *driver, enum http_method method, const char *target,
	const struct body_case *expected)
{
	struct decoded decoded = support_decode(
		driver, &(struct call){.method = method, .target = target, .body = expected->body});
	const struct request *request = decoded.request;
	assert_int_equal(decoded.outcome, OUTCOME_NONE);
	if (request->syntax.outcome != expected->syntax || request->value.outcome != expected->value) {
		print_error("%s: %s\n", target, expected->body == NULL ? "(no body)" : expected->body);
	}
	assert_int_equal(request->syntax.outcome, expected->syntax);
	assert_int_equal(request->value.outcome, expected->value);
	const char *field = expected->syntax == OUTCOME_NONE ? request->value.field : request->syntax.field;
	assert_string_equal(field, expected->field);
}

static void bodies_that_are_no_json_object_are_malformed(void **state)
{
	(void)state;
	static const char *const bodies[] = {
		NULL,
		" ",
		"{",
		"[]",
		"null",
		"1",
		"\"name\"",
		"{} x",
		"{\"name\":\"a\",\"name\":\"b\"}",
		"{\"x\":{\"y\":1,\"y\":1}}",
		"{\"name\":\"a\\u0000b\"}",
		"{\"name\":\"\xFF\"}",
		"{\"name\":\"\xC0\x80\"}",
		"{\"name\":\"\\ud800\"}",
		"{\"name\":\"a\nb\"}",
		"{\"x\":9223372036854775808}",
		"{\"x\":1e400}",
		"{\"x\":01}",
		"\xEF\xBB\xBF\xEF\xBB\xBF{}",
		"{\"name\":'a'}",
		"{\"\\u0000\":1}",
	};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		struct body_case expected = {bodies[i], OUTCOME_MALFORMED_BODY, NONE, ""};
		check(&v3_driver, HTTP_POST, "/v3/groups", &expected);
		check(&v3_driver, HTTP_PUT, "/v3/groups/7", &expected);
		check(&onezone_driver, HTTP_POST, "/user/groups/join", &expected);
	}
	struct call nul = {.method = HTTP_POST,
		.target = "/v3/groups",
		.body = "{\"name\":\"a\0b\"}",
		.body_length = 14};
	assert_int_equal(support_decode(&v3_driver, &nul).request->syntax.outcome, OUTCOME_MALFORMED_BODY);
}

static void giant_and_deep_bodies_are_judged(void **state)
{
	(void)state;
	static char body[BODY_SIZE_MAX + 1];
	memset(body, '[', BODY_SIZE_MAX);
	struct body_case expected = {body, OUTCOME_MALFORMED_BODY, NONE, ""};
	check(&v3_driver, HTTP_POST, "/v3/groups", &expected);
	memset(body, 'a', BODY_SIZE_MAX);
	memcpy(body, "{\"name\":\"", 9);
	memcpy(body + BODY_SIZE_MAX - 2, "\"}", 2);
	expected = (struct body_case){body, NONE, OUTCOME_UNACCEPTABLE_VALUE, "name"};
	check(&v3_driver, HTTP_POST, "/v3/groups", &expected);
	memcpy(body, "{\"token\":\"", 10);
	expected = (struct body_case){body, NONE, NONE, ""};
	check(&onezone_driver, HTTP_POST, "/user/groups/join", &expected);
}

static void group_bodies_of_v3(void **state)
{
	(void)state;
	static const struct body_case cases[] = {
		{"{\"name\":\"Chess\"}", NONE, NONE, ""},
		{"\xEF\xBB\xBF{\"name\":\"Chess\",\"unknown\":[1,{}]}", NONE, NONE, ""},
		{"{\"name\":\"C\",\"description\":null,\"avatar_url\":null}", NONE, NONE, ""},
		{"{\"name\":\"C\",\"description\":\"\",\"avatar_url\":\"https://a.example/"
		 "b\",\"kind\":\"role\"}",
			NONE, NONE, ""},
		{"{}", OUTCOME_PARAMETER_MISSING, NONE, "name"},
		{"{\"name\":null}", OUTCOME_INVALID_PARAMETER, NONE, "name"},
		{"{\"name\":7}", OUTCOME_INVALID_PARAMETER, NONE, "name"},
		{"{\"name\":\"a\\u0007\"}", OUTCOME_INVALID_PARAMETER, NONE, "name"},
		{"{\"name\":\"a\\u007f\"}", OUTCOME_INVALID_PARAMETER, NONE, "name"},
		{"{\"name\":\"\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "name"},
		{"{\"name\":\"  \"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "name"},
		{"{\"name\":\"C\",\"kind\":\"club\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "kind"},
		{"{\"name\":\"C\",\"kind\":1}", OUTCOME_INVALID_PARAMETER, NONE, "kind"},
		{"{\"name\":\"C\",\"is_private\":1}", OUTCOME_INVALID_PARAMETER, NONE, "is_private"},
		{"{\"name\":\"C\",\"is_private\":null}", OUTCOME_INVALID_PARAMETER, NONE, "is_private"},
		{"{\"name\":\"C\",\"unique_name\":\"true\"}", OUTCOME_INVALID_PARAMETER, NONE, "unique_name"},
		{"{\"name\":\"C\",\"description\":[]}", OUTCOME_INVALID_PARAMETER, NONE, "description"},
		{"{\"name\":\"C\",\"avatar_url\":\"ftp://a\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE,
			"avatar_url"},
		/* The first in the body is named. */
		{"{\"kind\":\"club\",\"name\":\"\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "kind"},
		{"{\"is_private\":0,\"name\":1}", OUTCOME_INVALID_PARAMETER, NONE, "is_private"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		check(&v3_driver, HTTP_POST, "/v3/groups", &cases[i]);
	}
	check(&v3_driver, HTTP_PUT, "/v3/groups/7", &(struct body_case){"{}", NONE, NONE, ""});
}

static void creation_has_the_defaults_of_its_dialect(void **state)
{
	(void)state;
	struct call v3 = {.method = HTTP_POST, .target = "/v3/groups", .body = "{\"name\":\"Chess Club\"}"};
	const struct request *request = support_decode(&v3_driver, &v3).request;
	assert_int_equal(request->given, GIVEN_NAME | GIVEN_MEMBER_MODERATION);
	assert_true(request->member_moderation);
	assert_string_equal(request_text(request, request->name), "Chess Club");
	assert_string_equal(request_text(request, request->slug), "chess-club");
	v3.body = "{\"name\":\"C\",\"member_moderation\":false,\"is_private\":true}";
	request = support_decode(&v3_driver, &v3).request;
	assert_false(request->member_moderation);
	assert_true(request->is_private);

	struct call onezone = {
		.method = HTTP_POST, .target = "/user/groups", .body = "{\"name\":\"C\",\"type\":\"unit\"}"};
	request = support_decode(&onezone_driver, &onezone).request;
	assert_int_equal(request->given, GIVEN_NAME | GIVEN_TYPE | GIVEN_IS_PRIVATE);
	assert_true(request->is_private);
	assert_false(request->member_moderation);
	assert_int_equal(request->type, GROUP_TYPE_UNIT);
}

static void edit_gives_only_what_is_given(void **state)
{
	(void)state;
	struct call call = {
		.method = HTTP_PUT, .target = "/v3/groups/chess-club", .body = "{\"description\":null}"};
	const struct request *request = support_decode(&v3_driver, &call).request;
	assert_int_equal(request->given, GIVEN_DESCRIPTION);
	assert_int_equal(request->description.length, 0);
	assert_int_equal(request->group.kind, REFERENCE_SLUG);
	assert_string_equal(request_text(request, request->group.slug), "chess-club");
}

static void onezone_bodies(void **state)
{
	(void)state;
	static const struct {
		const char *target;
		struct body_case expected;
	} cases[] = {
		{"/user/groups/join", {"{\"token\":\"x\"}", NONE, NONE, ""}},
		{"/user/groups/join", {"{}", OUTCOME_PARAMETER_MISSING, NONE, "token"}},
		{"/user/groups/join", {"{\"token\":null}", OUTCOME_INVALID_PARAMETER, NONE, "token"}},
		{"/user/groups/join", {"{\"token\":12}", OUTCOME_INVALID_PARAMETER, NONE, "token"}},
		{"/user/groups", {"{}", OUTCOME_PARAMETER_MISSING, NONE, "name"}},
		{"/user/groups", {"{\"name\":\"C\"}", OUTCOME_PARAMETER_MISSING, NONE, "type"}},
		{"/groups", {"{\"name\":\"C\",\"type\":\"x\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "type"}},
		{"/groups/7/users/token", {NULL, NONE, NONE, ""}},
		{"/groups/7/users/token", {"{\"user_id\":5}", OUTCOME_INVALID_PARAMETER, NONE, "user_id"}},
		{"/groups/7/users/token",
			{"{\"user_id\":\"5\",\"max_uses\":0}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "max_uses"}},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		check(&onezone_driver, HTTP_POST, cases[i].target, &cases[i].expected);
	}
}

static void mint_bodies_of_v3(void **state)
{
	(void)state;
	static const struct body_case cases[] = {
		{NULL, NONE, NONE, ""},
		{"{}", NONE, NONE, ""},
		{"{\"expires_in\":31536000,\"max_uses\":1000000,\"user_id\":9007199254740991}", NONE, NONE,
			""},
		{"{\"expires_in\":31536001}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "expires_in"},
		{"{\"expires_in\":0}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "expires_in"},
		{"{\"expires_in\":-1}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "expires_in"},
		{"{\"expires_in\":9223372036854775807}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "expires_in"},
		{"{\"expires_in\":12.0}", OUTCOME_INVALID_PARAMETER, NONE, "expires_in"},
		{"{\"max_uses\":1e1}", OUTCOME_INVALID_PARAMETER, NONE, "max_uses"},
		{"{\"max_uses\":\"1\"}", OUTCOME_INVALID_PARAMETER, NONE, "max_uses"},
		{"{\"max_uses\":true}", OUTCOME_INVALID_PARAMETER, NONE, "max_uses"},
		{"{\"user_id\":\"5\"}", OUTCOME_INVALID_PARAMETER, NONE, "user_id"},
		{"{\"user_id\":null}", OUTCOME_INVALID_PARAMETER, NONE, "user_id"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		check(&v3_driver, HTTP_POST, "/v3/groups/7/invite-tokens", &cases[i]);
	}
	struct call call = {.method = HTTP_POST,
		.target = "/v3/groups/7/invite-tokens",
		.body = "{\"user_id\":9007199254740992}"};
	const struct request *request = support_decode(&v3_driver, &call).request;
	assert_int_equal(request->user.kind, REFERENCE_MALFORMED);
	assert_true((request->given & GIVEN_USER_ID) != 0);
	assert_int_equal(request->expires_in_s, INVITE_EXPIRES_IN_S_DEFAULT);
	assert_int_equal(request->max_uses, INVITE_USES_DEFAULT);
}

static void minting_by_get_ignores_a_body(void **state)
{
	(void)state;
	struct call call = {
		.method = HTTP_GET, .target = "/groups/7/users/token", .body = "{\"max_uses\":9}"};
	const struct request *request = support_decode(&onezone_driver, &call).request;
	assert_int_equal(request->max_uses, INVITE_USES_DEFAULT);
	call.method = HTTP_POST;
	assert_int_equal(support_decode(&onezone_driver, &call).request->max_uses, 9);
}

static void invites_are_codes_up_to_64_characters(void **state)
{
	(void)state;
	static const char code[] = "abc_DEF-123";
	struct call call = {.method = HTTP_POST,
		.target = "/v3/groups/7/members",
		.body = "{\"invite_token\":\"abc_DEF-123\",\"message\":\"hi\\n\"}"};
	const struct request *request = support_decode(&v3_driver, &call).request;
	uint8_t digest[DIGEST_SIZE];
	text_sha256(code, strlen(code), digest);
	assert_int_equal(request->invite_kind, INVITE_CODE);
	assert_memory_equal(request->invite_digest, digest, DIGEST_SIZE);
	assert_string_equal(request_text(request, request->message), "hi\n");

	static char body[8192];
	static const struct {
		int length;
		enum invite_kind kind;
	} sizes[] = {{0, INVITE_UNUSABLE}, {1, INVITE_CODE}, {64, INVITE_CODE}, {65, INVITE_TOKEN},
		{5464, INVITE_TOKEN}, {5465, INVITE_UNUSABLE}};
	for (size_t i = 0; i < COUNT_OF(sizes); i++) {
		static char text[6000];
		memset(text, 'a', sizeof text);
		(void)snprintf(body, sizeof body, "{\"invite_token\":\"%.*s\"}", sizes[i].length, text);
		call.body = body;
		assert_int_equal(support_decode(&v3_driver, &call).request->invite_kind, sizes[i].kind);
	}
	call.body = "{\"invite_token\":\"not a code\"}";
	assert_int_equal(support_decode(&v3_driver, &call).request->invite_kind, INVITE_UNUSABLE);
	call.body = NULL;
	assert_int_equal(support_decode(&v3_driver, &call).request->invite_kind, INVITE_NOT_GIVEN);
}

static void onezone_tokens_are_never_codes(void **state)
{
	(void)state;
	struct call call = {
		.method = HTTP_POST, .target = "/user/groups/join", .body = "{\"token\":\"abc\"}"};
	const struct request *request = support_decode(&onezone_driver, &call).request;
	assert_int_equal(request->invite_kind, INVITE_TOKEN);
	assert_string_equal(request_text(request, request->invite), "abc");
	call.body = "{\"token\":\"\"}";
	assert_int_equal(support_decode(&onezone_driver, &call).request->invite_kind, INVITE_UNUSABLE);
}

static void ids_in_paths(void **state)
{
	(void)state;
	static const struct {
		const char *target;
		enum reference_kind group;
	} cases[] = {
		{"/v3/groups/9007199254740991", REFERENCE_ID},
		{"/v3/groups/9007199254740992", REFERENCE_MALFORMED},
		{"/v3/groups/9223372036854775808", REFERENCE_MALFORMED},
		{"/v3/groups/007", REFERENCE_MALFORMED},
		{"/v3/groups/0", REFERENCE_MALFORMED},
		{"/v3/groups/%37", REFERENCE_ID},
		{"/v3/groups/-7", REFERENCE_SLUG},
		{"/v3/groups/a%2Fb", REFERENCE_SLUG},
		{"/v3/groups/me", REFERENCE_SLUG},
		{"/v3/groups/"
		 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			REFERENCE_MALFORMED},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct decoded decoded = support_decode(
			&v3_driver, &(struct call){.method = HTTP_GET, .target = cases[i].target});
		assert_int_equal(decoded.request->group.kind, cases[i].group);
	}
	struct call onezone = {.method = HTTP_GET, .target = "/user/groups/chess-club"};
	assert_int_equal(support_decode(&onezone_driver, &onezone).request->group.kind, REFERENCE_MALFORMED);
	struct call member = {.method = HTTP_GET, .target = "/v3/groups/7/members/me"};
	assert_int_equal(support_decode(&v3_driver, &member).request->user.kind, REFERENCE_CALLER);
	member.target = "/v3/groups/7/members/5";
	assert_int_equal(support_decode(&v3_driver, &member).request->user.id, 5);
	struct call revoke = {.method = HTTP_DELETE, .target = "/v3/groups/7/invite-tokens/12"};
	assert_int_equal(support_decode(&v3_driver, &revoke).request->item_id, 12);
	revoke.target = "/v3/groups/7/invite-tokens/012";
	assert_int_equal(support_decode(&v3_driver, &revoke).request->item_id, 0);
}

static void queries_of_lists(void **state)
{
	(void)state;
	static const struct {
		const char *query;
		const char *field; /* NULL: good */
	} cases[] = {
		{"", NULL},
		{"page=1&per=100", NULL},
		{"page=9007199254740991", NULL},
		{"p%61ge=%32", NULL},
		{"x=%zz&&=", NULL},
		{"page=0", "page"},
		{"page=", "page"},
		{"page", "page"},
		{"page=-1", "page"},
		{"page=1.0", "page"},
		{"page=+1", "page"},
		{"page=9007199254740992", "page"},
		{"page=1&page=1", "page"},
		{"page=%3", "page"},
		{"page=1%00", "page"},
		{"per=101", "per"},
		{"per=0", "per"},
		{"per=x", "per"},
		{"sort=newest", "sort"},
		{"sort=", "sort"},
		{"after=", "after"},
		{"after=AAAA", "after"},
		{"page=x&per=y", "page"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char target[128];
		(void)snprintf(target, sizeof target, "/v3/users/me/groups?%s", cases[i].query);
		const struct request *request =
			support_decode(&v3_driver, &(struct call){.method = HTTP_GET, .target = target})
				.request;
		enum outcome expected = cases[i].field == NULL ? OUTCOME_NONE : OUTCOME_INVALID_PARAMETER;
		if (request->syntax.outcome != expected) {
			print_error("%s\n", target);
		}
		assert_int_equal(request->syntax.outcome, expected);
		assert_string_equal(request->syntax.field, cases[i].field == NULL ? "" : cases[i].field);
	}
	struct call call = {
		.method = HTTP_GET, .target = "/v3/users/me/groups?sort=updated_at_desc&per=3&page=4"};
	const struct request *request = support_decode(&v3_driver, &call).request;
	assert_int_equal(request->listing.order, ORDER_UPDATED_DESC);
	assert_int_equal(request->listing.per_page, 3);
	assert_int_equal(request->listing.page, 4);
}

/* The request that `target` with a cursor made for the list at `cursor_of` gives. */
static const struct request *go_on(const char *cursor_of, const char *target, char damage)
{
	static const struct cursor cursor = {
		.ordinal = 3, .of = 7, .order = UINT64_MAX, .id = ID_MAX, .name = "a name's first 24 bytes"};
	char text[CURSOR_TEXT_SIZE];
	static char whole[512];
	struct call call = {.method = HTTP_GET, .target = cursor_of, .headers = {BEARER}};
	text_cursor_write(support_decode(&v3_driver, &call).request, &cursor, text);
	if (damage != '\0') {
		text[strlen(text) - 1] = damage;
	}
	(void)snprintf(
		whole, sizeof whole, "%s%safter=%s", target, strchr(target, '?') == NULL ? "?" : "&", text);
	call.target = whole;
	return support_decode(&v3_driver, &call).request;
}

static void cursors_come_back_whole(void **state)
{
	(void)state;
	static const char *const lists[] = {"/v3/groups/7/members", "/v3/groups/a/members",
		"/v3/groups/7/invite-tokens", "/v3/users/me/groups", "/v3/users/5/groups?sort=name_desc"};
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		const struct request *request = go_on(lists[i], lists[i], '\0');
		assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
		assert_true((request->given & GIVEN_AFTER) != 0);
		assert_int_equal(request->listing.after.ordinal, 3);
		assert_int_equal(request->listing.after.of, 7);
		assert_true(request->listing.after.order == UINT64_MAX);
		assert_true(request->listing.after.id == ID_MAX);
		assert_string_equal((const char *)request->listing.after.name, "a name's first 24 bytes");
	}
}

static void cursors_of_other_kinds_of_lists_are_refused(void **state)
{
	(void)state;
	static const char *const others[][2] = {
		{"/v3/groups/7/members", "/v3/groups/7/invite-tokens"},
		{"/v3/users/5/groups", "/v3/users/5/groups?sort=name_desc"},
		{"/v3/users/5/groups", "/v3/groups/5/members"},
		{"/v3/users/5/groups", "/v3/users/5/groups?page=1"},
	};
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		const struct request *request = go_on(others[i][0], others[i][1], '\0');
		assert_int_equal(request->syntax.outcome, OUTCOME_INVALID_PARAMETER);
		assert_string_equal(request->syntax.field, "after");
		assert_int_equal(request->given & GIVEN_AFTER, 0);
	}
	static const char damages[] = "!B=";
	for (size_t i = 0; damages[i] != '\0'; i++) {
		const struct request *request =
			go_on("/v3/groups/7/members", "/v3/groups/7/members", damages[i]);
		assert_int_equal(request->syntax.outcome, OUTCOME_INVALID_PARAMETER);
	}
}

static void cursors_count_pages_from_one(void **state)
{
	(void)state;
	char text[CURSOR_TEXT_SIZE];
	struct call call = {.method = HTTP_GET, .target = "/v3/groups/7/members"};
	const struct request *request = support_decode(&v3_driver, &call).request;
	struct cursor cursor = {.ordinal = 0, .id = 5};
	text_cursor_write(request, &cursor, text);
	assert_false(text_cursor_read(request, text, strlen(text), &cursor));
	cursor.ordinal = 1;
	text_cursor_write(request, &cursor, text);
	assert_true(text_cursor_read(request, text, strlen(text), &cursor));
}

static void onezone_lists_ids_of_the_caller(void **state)
{
	(void)state;
	struct call call = {.method = HTTP_GET, .target = "/user/groups?page=x"};
	const struct request *request = support_decode(&onezone_driver, &call).request;
	assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	assert_int_equal(request->user.kind, REFERENCE_CALLER);
	assert_int_equal(request->listing.order, ORDER_ID_ASC);
	assert_int_equal(request->listing.per_page, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bodies_that_are_no_json_object_are_malformed),
		cmocka_unit_test(giant_and_deep_bodies_are_judged),
		cmocka_unit_test(group_bodies_of_v3),
		cmocka_unit_test(creation_has_the_defaults_of_its_dialect),
		cmocka_unit_test(edit_gives_only_what_is_given),
		cmocka_unit_test(onezone_bodies),
		cmocka_unit_test(mint_bodies_of_v3),
		cmocka_unit_test(minting_by_get_ignores_a_body),
		cmocka_unit_test(invites_are_codes_up_to_64_characters),
		cmocka_unit_test(onezone_tokens_are_never_codes),
		cmocka_unit_test(ids_in_paths),
		cmocka_unit_test(queries_of_lists),
		cmocka_unit_test(cursors_come_back_whole),
		cmocka_unit_test(cursors_of_other_kinds_of_lists_are_refused),
		cmocka_unit_test(cursors_count_pages_from_one),
		cmocka_unit_test(onezone_lists_ids_of_the_caller),
	};
	return cmocka_run_group_tests_name("api decode", tests, NULL, NULL);
}
