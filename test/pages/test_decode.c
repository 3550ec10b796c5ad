/* What the pages make of requests: paths, forms, cookies, and where they let nobody be sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pages/cookie.h"
#include "pages/decode.h"
#include "pages/fields.h"
#include "support.h"
#include "text/fold.h"

static void assert_digest(const struct credential *credential, const char *text)
{
	uint8_t digest[DIGEST_SIZE];
	text_sha256(text, strlen(text), digest);
	assert_true(credential->given);
	assert_memory_equal(credential->digest, digest, sizeof digest);
}

static void each_path_has_its_operation(void **state)
{
	(void)state;
	assert_int_equal(get("/sign-in"), OUTCOME_NONE);
	assert_int_equal(request->operation, OPERATION_SIGN_IN_SHOW);
	assert_int_equal(get("/services/auth/?api_key=k"), OUTCOME_NONE);
	assert_int_equal(request->operation, OPERATION_APPROVE_SHOW);
	assert_string_equal(route.name, "/services/auth/");
	assert_int_equal(get("/services/auth?api_key=k"), OUTCOME_NONE);
	assert_int_equal(get("/static/style.css"), OUTCOME_OK);
	assert_int_equal(post("/sign-out", "", NULL), OUTCOME_NONE);
	assert_int_equal(request->operation, OPERATION_SIGN_OUT);
	assert_false(route.tries_limited);
	assert_int_equal(post("/sign-in", "", NULL), OUTCOME_NONE);
	assert_int_equal(request->operation, OPERATION_SIGN_IN);
	assert_true(route.tries_limited);
}

static void other_paths_and_methods_are_refused(void **state)
{
	static const char *const nowhere[] = {
		"/sign-in/more", "/services/auth//", "/static", "/static/other.css", "/services/auth/x"};
	(void)state;
	for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
		assert_int_equal(get(nowhere[i]), OUTCOME_NO_SUCH_PATH);
	}
	assert_int_equal(
		decode(&(struct call){.method = HTTP_PUT, .target = "/sign-in"}), OUTCOME_METHOD_NOT_ALLOWED);
	assert_int_equal(decode(&(struct call){.method = HTTP_OPTIONS, .target = "/sign-in"}), OUTCOME_PREFLIGHT);
	assert_int_equal(post("/static/style.css", "", NULL), OUTCOME_METHOD_NOT_ALLOWED);
}

static void body_must_be_a_form(void **state)
{
	struct call call = {.method = HTTP_POST, .target = "/sign-in", .body = "token=x", .type = "text/plain"};
	(void)state;
	assert_int_equal(decode(&call), OUTCOME_UNSUPPORTED_TYPE);
	call.type = NULL;
	assert_int_equal(decode(&call), OUTCOME_UNSUPPORTED_TYPE);
	call.type = FORM "; charset=utf-8";
	assert_int_equal(decode(&call), OUTCOME_NONE);
}

static void token_is_hashed_without_what_pasting_puts_around_it(void **state)
{
	(void)state;
	(void)post("/sign-in", "token=+bobs%2Fown%0D%0A", NULL);
	assert_digest(&request->token, "bobs/own");
	const uint8_t nothing[DIGEST_SIZE] = {0};
	(void)post("/sign-in", "token=a+b", NULL);
	assert_true(request->token.given);
	assert_memory_equal(request->token.digest, nothing, sizeof nothing);
}

static void cookie_names_the_session(void **state)
{
	struct call call = {.method = HTTP_GET, .target = "/sign-in", .cookie = "a=b; joinery=" COOKIE "; c=d"};
	(void)state;
	(void)decode(&call);
	assert_digest(&request->session, COOKIE);
	assert_int_equal(request->form_key.length, FORM_KEY_SIZE);
	call.public_url = "https://groups.example";
	(void)decode(&call);
	assert_false(request->session.given);
	call.cookie = "__Host-joinery=" COOKIE;
	(void)decode(&call);
	assert_digest(&request->session, COOKIE);
}

static void cookie_of_another_form_is_none(void **state)
{
	static const char *const cookies[] = {"joinery=", "joinery=abc", "joinery", "xjoinery=" COOKIE,
		"joinery=" COOKIE "0", "joinery=Z" COOKIE, ""};
	(void)state;
	for (size_t i = 0; i < sizeof cookies / sizeof *cookies; i++) {
		(void)decode(&(struct call){.method = HTTP_GET, .target = "/sign-in", .cookie = cookies[i]});
		assert_false(request->session.given);
	}
}

static void form_must_repeat_its_cookies_key(void **state)
{
	char key[FORM_KEY_SIZE + 1];
	char body[128];
	(void)state;
	cookie_form_key(COOKIE, key);
	(void)snprintf(body, sizeof body, "form_key=%s", key);
	(void)post("/sign-out", body, "joinery=" COOKIE);
	assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	(void)post("/sign-out", body, NULL);
	assert_int_equal(request->syntax.outcome, OUTCOME_FORM_REFUSED);
	(void)post("/sign-out", "", "joinery=" COOKIE);
	assert_int_equal(request->syntax.outcome, OUTCOME_FORM_REFUSED);
	(void)post("/sign-out", "form_key=", NULL);
	assert_int_equal(request->syntax.outcome, OUTCOME_FORM_REFUSED);
	body[sizeof "form_key=" + 5] ^= 1;
	(void)post("/sign-out", body, "joinery=" COOKIE);
	assert_int_equal(request->syntax.outcome, OUTCOME_FORM_REFUSED);
}

static void only_allow_approves(void **state)
{
	(void)state;
	(void)post("/services/auth/?api_key=k", "answer=allow", NULL);
	assert_int_equal(request->operation, OPERATION_APPROVE);
	assert_int_equal(request->syntax.outcome, OUTCOME_FORM_REFUSED);
	assert_digest(&request->api_key, "k");
	(void)post("/services/auth/?api_key=k", "answer=refuse", NULL);
	assert_int_equal(request->operation, OPERATION_APPROVE_SHOW);
	assert_int_equal(request->form, PAGES_REFUSE);
	(void)post("/services/auth/?api_key=k", "answer=allowed", NULL);
	assert_int_equal(request->operation, OPERATION_APPROVE_SHOW);
	(void)post("/services/auth/", "answer=allow&api_key=k", NULL);
	assert_false(request->api_key.given);
}

static void way_back_is_a_path_here(void **state)
{
	static const char *const bad[] = {"http://evil.example/", "//evil.example/", "/%5Cevil.example",
		"%5C%5Cevil", "javascript:alert(1)", "", "evil", "/a%0Ab", "/a%20b", "/%C3%A9", "/%", "/%09/evil"};
	char target[64];
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		(void)snprintf(target, sizeof target, "/sign-in?back=%s", bad[i]);
		(void)get(target);
		assert_int_equal(request->back.length, 0);
	}
	(void)get("/sign-in?back=%2Fservices%2Fauth%2F%3Fapi_key%3Dk");
	assert_string_equal(request_text(request, request->back), "/services/auth/?api_key=k");
	(void)get("/services/auth/?x=1&api_key=k%26&callback=http://evil.example");
	assert_string_equal(request_text(request, request->back), "/services/auth/?api_key=k%26");
}

static void way_back_that_is_too_long_is_left_out(void **state)
{
	char target[2 * PAGES_BACK_SIZE_MAX];
	(void)state;
	int length = snprintf(target, sizeof target, "/services/auth/?api_key=");
	memset(target + length, 'k', PAGES_BACK_SIZE_MAX);
	target[length + PAGES_BACK_SIZE_MAX] = '\0';
	(void)get(target);
	assert_int_equal(request->back.length, 0);
	assert_true(request->api_key.given);
}

static void trusted_name_is_folded(void **state)
{
	struct call call = {.method = HTTP_GET, .target = "/sign-in", .trusted_user = " BOB "};
	uint8_t fold[FOLD_DIGEST_SIZE];
	const uint8_t nobody[FOLD_DIGEST_SIZE] = {0};
	(void)state;
	assert_true(fold_digest("bob", 3, fold));
	(void)decode(&call);
	assert_true(request->visitor_named);
	assert_memory_equal(request->name_fold, fold, sizeof fold);
	call.trusted_user = "";
	(void)decode(&call);
	assert_true(request->visitor_named);
	assert_memory_equal(request->name_fold, nobody, sizeof nobody);
	call.trusted_user = NULL;
	(void)decode(&call);
	assert_false(request->visitor_named);
}

static void fields_are_read_strictly(void **state)
{
	const char text[] = "a=1&b&&ab=x%3d+y&a=2&c=%zz";
	const struct span fields = {text, sizeof text - 1};
	char value[8];
	size_t length;
	(void)state;
	assert_true(span_decode_form(fields_find(fields, "a"), value, sizeof value, &length));
	assert_int_equal(length, 1);
	assert_int_equal(value[0], '1');
	assert_int_equal(fields_find(fields, "b").length, 0);
	assert_int_equal(fields_find(fields, "none").length, 0);
	assert_true(span_decode_form(fields_find(fields, "ab"), value, sizeof value, &length));
	assert_int_equal(length, 4);
	assert_memory_equal(value, "x= y", 4);
	assert_false(span_decode_form(fields_find(fields, "ab"), value, 3, &length));
	assert_false(span_decode_form(fields_find(fields, "c"), value, sizeof value, &length));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_path_has_its_operation),
		cmocka_unit_test(other_paths_and_methods_are_refused),
		cmocka_unit_test(body_must_be_a_form),
		cmocka_unit_test(token_is_hashed_without_what_pasting_puts_around_it),
		cmocka_unit_test(cookie_names_the_session),
		cmocka_unit_test(cookie_of_another_form_is_none),
		cmocka_unit_test(form_must_repeat_its_cookies_key),
		cmocka_unit_test(only_allow_approves),
		cmocka_unit_test(way_back_is_a_path_here),
		cmocka_unit_test(way_back_that_is_too_long_is_left_out),
		cmocka_unit_test(trusted_name_is_folded),
		cmocka_unit_test(fields_are_read_strictly),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
