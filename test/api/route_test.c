/* Every route, every refusal before the store, every credential and media type rule. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "support.h"
#include "text/fold.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define READS (HTTP_GET | HTTP_HEAD)

static void each_route_has_its_operation(void **state)
{
	(void)state;
	static const struct {
		const struct dialect_driver *driver;
		enum http_method method;
		const char *target;
		enum operation operation;
		unsigned allowed;
	} routes[] = {
		{&v3_driver, HTTP_POST, "/v3/groups", OPERATION_GROUP_CREATE, HTTP_POST},
		{&v3_driver, HTTP_GET, "/v3/groups/7", OPERATION_GROUP_GET, READS | HTTP_PUT | HTTP_DELETE},
		{&v3_driver, HTTP_HEAD, "/v3/groups/7", OPERATION_GROUP_GET, READS | HTTP_PUT | HTTP_DELETE},
		{&v3_driver, HTTP_PUT, "/v3/groups/7", OPERATION_GROUP_EDIT, READS | HTTP_PUT | HTTP_DELETE},
		{&v3_driver, HTTP_DELETE, "/v3/groups/7/", OPERATION_GROUP_DELETE,
			READS | HTTP_PUT | HTTP_DELETE},
		{&v3_driver, HTTP_GET, "/v3/groups/a/members", OPERATION_MEMBER_LIST, READS | HTTP_POST},
		{&v3_driver, HTTP_POST, "/v3/groups/a/members", OPERATION_GROUP_JOIN, READS | HTTP_POST},
		{&v3_driver, HTTP_GET, "/v3/groups/a/members/me", OPERATION_MEMBER_GET,
			READS | HTTP_PATCH | HTTP_DELETE},
		{&v3_driver, HTTP_DELETE, "/v3/groups/a/members/me", OPERATION_GROUP_LEAVE,
			READS | HTTP_PATCH | HTTP_DELETE},
		{&v3_driver, HTTP_GET, "/v3/groups/a/members/5", OPERATION_MEMBER_GET,
			READS | HTTP_PATCH | HTTP_DELETE},
		{&v3_driver, HTTP_GET, "/v3/groups/a/invite", OPERATION_INVITE_SHOW,
			READS | HTTP_POST | HTTP_DELETE},
		{&v3_driver, HTTP_POST, "/v3/groups/a/invite", OPERATION_INVITE_CREATE,
			READS | HTTP_POST | HTTP_DELETE},
		{&v3_driver, HTTP_DELETE, "/v3/groups/a/invite", OPERATION_INVITE_DELETE,
			READS | HTTP_POST | HTTP_DELETE},
		{&v3_driver, HTTP_GET, "/v3/groups/a/invite-tokens", OPERATION_INVITE_TOKEN_LIST,
			READS | HTTP_POST},
		{&v3_driver, HTTP_POST, "/v3/groups/a/invite-tokens", OPERATION_INVITE_TOKEN_MINT,
			READS | HTTP_POST},
		{&v3_driver, HTTP_DELETE, "/v3/groups/a/invite-tokens/3", OPERATION_INVITE_TOKEN_REVOKE,
			READS | HTTP_DELETE},
		{&v3_driver, HTTP_GET, "/v3/users/me/groups", OPERATION_USER_GROUPS, READS},
		{&onezone_driver, HTTP_POST, "/user/groups/join", OPERATION_GROUP_JOIN_BY_TOKEN, HTTP_POST},
		{&onezone_driver, HTTP_POST, "/api/v3/onezone/user/groups/join",
			OPERATION_GROUP_JOIN_BY_TOKEN, HTTP_POST},
		{&onezone_driver, HTTP_GET, "/user/groups", OPERATION_USER_GROUPS, READS | HTTP_POST},
		{&onezone_driver, HTTP_POST, "/user/groups", OPERATION_GROUP_CREATE, READS | HTTP_POST},
		{&onezone_driver, HTTP_GET, "/groups", OPERATION_GROUP_LIST_ALL, READS | HTTP_POST},
		{&onezone_driver, HTTP_POST, "/groups", OPERATION_GROUP_CREATE, READS | HTTP_POST},
		{&onezone_driver, HTTP_GET, "/user/groups/7", OPERATION_GROUP_GET_MEMBERS_ONLY,
			READS | HTTP_DELETE},
		{&onezone_driver, HTTP_DELETE, "/user/groups/7/", OPERATION_GROUP_LEAVE, READS | HTTP_DELETE},
		{&onezone_driver, HTTP_GET, "/groups/7/users/token", OPERATION_INVITE_TOKEN_MINT,
			HTTP_GET | HTTP_POST},
		{&onezone_driver, HTTP_POST, "/api/v3/onezone/groups/7/users/token",
			OPERATION_INVITE_TOKEN_MINT, HTTP_GET | HTTP_POST},
	};
	for (size_t i = 0; i < COUNT_OF(routes); i++) {
		struct call call = {
			.method = routes[i].method, .target = routes[i].target, .headers = {BEARER}};
		struct decoded decoded = support_decode(routes[i].driver, &call);
		assert_int_equal(decoded.outcome, OUTCOME_NONE);
		assert_int_equal(decoded.request->operation, routes[i].operation);
		assert_int_equal(decoded.route.methods_allowed, routes[i].allowed);
		assert_true(decoded.request->token.given);
	}
}

static void known_paths_refuse_other_methods(void **state)
{
	(void)state;
	static const struct {
		const struct dialect_driver *driver;
		enum http_method method;
		const char *target;
		unsigned allowed;
	} refused[] = {
		{&v3_driver, HTTP_GET, "/v3/groups", HTTP_POST},
		{&v3_driver, HTTP_PATCH, "/v3/groups/7", READS | HTTP_PUT | HTTP_DELETE},
		{&v3_driver, HTTP_PUT, "/v3/groups/7/members/5", READS | HTTP_PATCH | HTTP_DELETE},
		{&v3_driver, HTTP_POST, "/v3/groups/7/invite-tokens/3", READS | HTTP_DELETE},
		{&onezone_driver, HTTP_GET, "/user/groups/join", HTTP_POST},
		{&onezone_driver, HTTP_DELETE, "/user/groups/join", HTTP_POST},
		{&onezone_driver, HTTP_HEAD, "/groups/7/users/token", HTTP_GET | HTTP_POST},
	};
	for (size_t i = 0; i < COUNT_OF(refused); i++) {
		struct call call = {.method = refused[i].method, .target = refused[i].target};
		struct decoded decoded = support_decode(refused[i].driver, &call);
		assert_int_equal(decoded.outcome, OUTCOME_METHOD_NOT_ALLOWED);
		assert_int_equal(decoded.route.methods_allowed, refused[i].allowed);
		assert_int_equal(decoded.request->operation, OPERATION_NONE);
	}
}

static void unknown_paths_are_no_such_path(void **state)
{
	(void)state;
	static const char *const targets[] = {
		"/",
		"/v3",
		"/v3/",
		"/v4/groups/7",
		"/v3/groups//",
		"/v3//groups",
		"/v3/groups/7/members/5/x",
		"/V3/groups/7",
		"/v3/pong",
		"/v3/groups/7/requests/5/allow",
		"/nowhere",
		"/v3/users/7/tokens/3/x",
	};
	static const char *const onezone_targets[] = {
		"/user",
		"/groups/7/members",
		"/groups/7/users/5/x",
		"/user/groups/7/x",
		"/user//groups",
		"/api/v3/onezone",
		"/api/v3/onezone/",
		"/api/v3/onezone/v3/groups",
		"/user/groups/7//",
	};
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		struct decoded decoded =
			support_decode(&v3_driver, &(struct call){.method = HTTP_GET, .target = targets[i]});
		assert_int_equal(decoded.outcome, OUTCOME_NO_SUCH_PATH);
		assert_non_null(decoded.route.name);
	}
	for (size_t i = 0; i < COUNT_OF(onezone_targets); i++) {
		struct decoded decoded = support_decode(
			&onezone_driver, &(struct call){.method = HTTP_GET, .target = onezone_targets[i]});
		assert_int_equal(decoded.outcome, OUTCOME_NO_SUCH_PATH);
	}
}

static void options_look_at_no_credentials(void **state)
{
	(void)state;
	struct call call = {.method = HTTP_OPTIONS, .target = "/v3/groups/7", .headers = {BEARER, BEARER}};
	struct decoded decoded = support_decode(&v3_driver, &call);
	assert_int_equal(decoded.outcome, OUTCOME_PREFLIGHT);
	assert_int_equal(decoded.route.methods_allowed, READS | HTTP_PUT | HTTP_DELETE);
	assert_false(decoded.request->token.given);
	call.target = "/v3/nowhere";
	assert_int_equal(support_decode(&v3_driver, &call).outcome, OUTCOME_NO_SUCH_PATH);
}

static bool token_is(const struct decoded *decoded, const char *text)
{
	uint8_t digest[DIGEST_SIZE];
	text_sha256(text, strlen(text), digest);
	return decoded->request->token.given &&
	       memcmp(decoded->request->token.digest, digest, DIGEST_SIZE) == 0;
}

static void v3_takes_only_bearer_tokens(void **state)
{
	(void)state;
	static const char *const good[] = {"Bearer t0k", "bearer t0k", "BEARER   t0k ", "Bearer\tt0k"};
	static const char *const none[] = {"Basic t0k", "Bearert0k", "t0k", ""};
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct call call = {.method = HTTP_GET,
			.target = "/v3/groups/7",
			.headers = {{"Authorization", good[i]}}};
		struct decoded decoded = support_decode(&v3_driver, &call);
		assert_true(token_is(&decoded, "t0k"));
	}
	for (size_t i = 0; i < COUNT_OF(none); i++) {
		struct call call = {.method = HTTP_GET,
			.target = "/v3/groups/7",
			.headers = {{"Authorization", none[i]}, {"X-Auth-Token", "a"}}};
		assert_false(support_decode(&v3_driver, &call).request->token.given);
	}
}

static void onezone_takes_the_first_credential_present(void **state)
{
	(void)state;
	static const struct {
		struct header_line headers[3];
		const char *token;
	} cases[] = {
		{{{"Authorization", "Bearer c"}, {"X-Auth-Token", "b"}, {"Macaroon", "a"}}, "a"},
		{{{"Authorization", "Bearer c"}, {"X-Auth-Token", "b"}}, "b"},
		{{{"Authorization", "Bearer c"}}, "c"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct call call = {.method = HTTP_GET, .target = "/user/groups"};
		memcpy(call.headers, cases[i].headers, sizeof cases[i].headers);
		struct decoded decoded = support_decode(&onezone_driver, &call);
		assert_true(token_is(&decoded, cases[i].token));
	}
}

/* A bad one is not made good by the next. */
static void impossible_token_is_given_and_bad(void **state)
{
	(void)state;
	static const uint8_t zeroes[DIGEST_SIZE];
	static char giant[TOKEN_SIZE_MAX + 2];
	memset(giant, 'a', TOKEN_SIZE_MAX + 1);
	const char *const bad[] = {"", "a b", "\xC3\xA9", giant, "\x7F"};
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct call call = {.method = HTTP_GET,
			.target = "/user/groups",
			.headers = {{"Macaroon", bad[i]}, {"X-Auth-Token", "good"}}};
		struct decoded decoded = support_decode(&onezone_driver, &call);
		assert_true(decoded.request->token.given);
		assert_memory_equal(decoded.request->token.digest, zeroes, DIGEST_SIZE);
	}
	giant[TOKEN_SIZE_MAX] = '\0';
	struct call call = {.method = HTTP_GET, .target = "/user/groups", .headers = {{"Macaroon", giant}}};
	struct decoded decoded = support_decode(&onezone_driver, &call);
	assert_true(token_is(&decoded, giant));
}

static void repeated_credential_is_malformed(void **state)
{
	(void)state;
	struct call call = {.method = HTTP_GET, .target = "/v3/groups/7", .headers = {BEARER, BEARER}};
	assert_int_equal(support_decode(&v3_driver, &call).outcome, OUTCOME_MALFORMED);
	struct call onezone = {.method = HTTP_GET,
		.target = "/user/groups",
		.headers = {{"Macaroon", "a"}, {"X-Auth-Token", "b"}, {"X-Auth-Token", "b"}}};
	assert_int_equal(support_decode(&onezone_driver, &onezone).outcome, OUTCOME_MALFORMED);
}

static void bodies_are_json_in_utf8_or_say_nothing(void **state)
{
	(void)state;
	static const char *const good[] = {NULL, "application/json", "Application/JSON",
		"application/json;charset=utf-8", "application/json ; x=y; charset=\"UTF-8\"",
		"application/json;"};
	static const char *const bad[] = {"", "text/plain", "application/jsonp",
		"application/json; charset=latin1", "application/json; charset=utf-80",
		"application/json; charset=\"utf-8", "application/merge-patch+json",
		"application/x-www-form-urlencoded"};
	for (size_t i = 0; i < COUNT_OF(good); i++) {
		struct call call = {.method = HTTP_POST,
			.target = "/v3/groups/7/members",
			.body = "{}",
			.headers = {{good[i] == NULL ? NULL : "Content-Type", good[i]}}};
		assert_int_equal(support_decode(&v3_driver, &call).outcome, OUTCOME_NONE);
	}
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct call call = {.method = HTTP_POST,
			.target = "/v3/groups/7/members",
			.body = "{}",
			.headers = {{"Content-Type", bad[i]}}};
		assert_int_equal(support_decode(&v3_driver, &call).outcome, OUTCOME_UNSUPPORTED_TYPE);
		call.body = NULL;
		assert_int_equal(support_decode(&v3_driver, &call).outcome, OUTCOME_NONE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_route_has_its_operation),
		cmocka_unit_test(known_paths_refuse_other_methods),
		cmocka_unit_test(unknown_paths_are_no_such_path),
		cmocka_unit_test(options_look_at_no_credentials),
		cmocka_unit_test(v3_takes_only_bearer_tokens),
		cmocka_unit_test(onezone_takes_the_first_credential_present),
		cmocka_unit_test(impossible_token_is_given_and_bad),
		cmocka_unit_test(repeated_credential_is_malformed),
		cmocka_unit_test(bodies_are_json_in_utf8_or_say_nothing),
	};
	return cmocka_run_group_tests_name("api routes", tests, NULL, NULL);
}
