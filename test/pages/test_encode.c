/* What the pages answer: headers, redirects, and that nothing of a text becomes HTML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pages/cookie.h"
#include "pages/decode.h"
#include "pages/pages.h"

#define COOKIE "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

static _Alignas(16) char memory[16384];
static struct request *request;
static struct reply reply;
static struct http_response response;
static struct http_site site;

static int setup(void **state)
{
	(void)state;
	request = request_init(memory, sizeof memory, DIALECT_PAGE);
	reply_init(&reply);
	response_clear(&response);
	site = (struct http_site){.public_url = "http://localhost:8080"};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	reply_finish(&reply);
	response_finish(&response);
	return 0;
}

static struct text add(const char *text)
{
	return texts_add(&reply.texts, text, strlen(text));
}

static void ask(enum pages_form form, const char *back)
{
	request->form = form;
	assert_true(request_add(request, back, strlen(back), &request->back));
}

/* The body, NUL-terminated. */
static const char *encode(enum outcome outcome)
{
	reply.outcome = outcome;
	pages_driver.encode(&site, request, &reply, NULL, &response);
	assert_false(response.failed);
	response_write(&response, "", 1);
	return response.body;
}

static const char *header(const char *name)
{
	const char *value = response_find_header(&response, name);
	return value == NULL ? "" : value;
}

static void give_application(const char *name, const char *callback)
{
	reply.items |= REPLY_APPLICATION | REPLY_USER;
	reply.application.name = add(name);
	reply.application.callback_url = add(callback);
	reply.user.username = add("bob");
}

static void texts_are_escaped(void **state)
{
	(void)state;
	ask(PAGES_APPROVE, "/services/auth/?api_key=k");
	give_application("<b a='x' b=\"y\">&amp;", "");
	const char *body = encode(OUTCOME_OK);
	assert_non_null(strstr(body, "&lt;b a=&#39;x&#39; b=&quot;y&quot;&gt;&amp;amp;"));
	assert_null(strstr(body, "<b a"));
	assert_null(strstr(body, "{{"));
}

/* Of whichever direction they are, they do not move the words around them. */
static void names_stand_apart(void **state)
{
	static const struct {
		enum pages_form form;
		enum outcome outcome;
	} pages[] = {
		{PAGES_APPROVE, OUTCOME_OK},
		{PAGES_REFUSE, OUTCOME_OK},
		{PAGES_APPROVE, OUTCOME_FROB_SHOWN},
	};
	(void)state;
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		response_clear(&response);
		request->form = pages[i].form;
		give_application("client", "");
		assert_non_null(strstr(encode(pages[i].outcome), "<bdi>client</bdi>"));
	}
	response_clear(&response);
	request->form = PAGES_SIGN_IN;
	assert_non_null(strstr(encode(OUTCOME_OK), "<bdi>bob</bdi>"));
}

static void every_outcome_is_a_page_or_a_way_on(void **state)
{
	(void)state;
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		(void)setup(state);
		const char *body = encode((enum outcome)i);
		assert_in_range(response.status, 200, 599);
		assert_string_equal(header("Cache-Control"), "no-store");
		bool moved = response.status == 303;
		assert_true(moved == (*header("Location") != '\0'));
		if (!moved && i != OUTCOME_PREFLIGHT) {
			assert_string_equal(response.content_type, "text/html; charset=utf-8");
			assert_non_null(strstr(body, "</html>"));
			assert_non_null(strstr(header("Content-Security-Policy"), "default-src 'none'"));
			assert_non_null(strstr(header("Content-Security-Policy"), "frame-ancestors 'none'"));
			assert_null(strstr(header("Content-Security-Policy"), "unsafe"));
		}
		(void)teardown(state);
	}
	(void)setup(state);
}

static void who_has_no_cookie_gets_one_with_the_form(void **state)
{
	char key[FORM_KEY_SIZE + 1];
	(void)state;
	ask(PAGES_SIGN_IN, "");
	reply.items |= REPLY_SECRET;
	reply.secret = add(COOKIE);
	const char *body = encode(OUTCOME_OK);
	cookie_form_key(COOKIE, key);
	assert_non_null(strstr(body, key));
	assert_null(strstr(body, COOKIE));
	assert_string_equal(header("Set-Cookie"), "joinery=" COOKIE "; Path=/; HttpOnly; SameSite=Lax");
}

static void cookie_over_https_is_for_this_host_alone(void **state)
{
	(void)state;
	site.public_url = "https://groups.example/part";
	ask(PAGES_SIGN_IN, "/services/auth/?api_key=k");
	reply.secret = add(COOKIE);
	(void)encode(OUTCOME_SIGNED_IN);
	assert_string_equal(
		header("Set-Cookie"), "__Host-joinery=" COOKIE "; Path=/; HttpOnly; SameSite=Lax; Secure");
	assert_string_equal(header("Location"), "/part/services/auth/?api_key=k");
}

static void signing_out_removes_the_cookie(void **state)
{
	(void)state;
	(void)encode(OUTCOME_SIGNED_OUT);
	assert_string_equal(header("Set-Cookie"), "joinery=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
}

static void sign_in_is_told_the_way_back(void **state)
{
	(void)state;
	ask(PAGES_APPROVE, "/services/auth/?api_key=a%26&b");
	(void)encode(OUTCOME_SIGN_IN_NEEDED);
	assert_string_equal(header("Location"), "/sign-in?back=/services/auth/%3Fapi_key%3Da%2526%26b");
}

static void way_back_that_does_not_fit_is_left_out(void **state)
{
	char back[PAGES_BACK_SIZE_MAX + 1];
	(void)state;
	memset(back, '?', sizeof back - 1);
	back[0] = '/';
	back[sizeof back - 1] = '\0';
	ask(PAGES_APPROVE, back);
	(void)encode(OUTCOME_SIGN_IN_NEEDED);
	assert_string_equal(header("Location"), "/sign-in");
}

static void frob_is_added_to_the_callbacks_query(void **state)
{
	static const char *const callbacks[][2] = {
		{"https://client.example/back", "https://client.example/back?frob=f00"},
		{"https://client.example/back?a=1", "https://client.example/back?a=1&frob=f00"},
		{"org.example.client:/back", "org.example.client:/back?frob=f00"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++) {
		(void)setup(state);
		give_application("Client", callbacks[i][0]);
		reply.secret = add("f00");
		(void)encode(OUTCOME_APPLICATION_APPROVED);
		assert_int_equal(response.status, 303);
		assert_string_equal(header("Location"), callbacks[i][1]);
		(void)teardown(state);
	}
	(void)setup(state);
}

static void longest_callback_fits(void **state)
{
	char callback[URL_SIZE_MAX + 1];
	(void)state;
	memset(callback, 'a', URL_SIZE_MAX);
	memcpy(callback, "https://", 8);
	callback[URL_SIZE_MAX] = '\0';
	ask(PAGES_APPROVE, "/services/auth/?api_key=k");
	give_application("Client", callback);
	(void)encode(OUTCOME_OK);
	assert_non_null(strstr(header("Content-Security-Policy"), callback));
}

static void form_may_lead_to_the_callback(void **state)
{
	static const char *const callbacks[][2] = {
		{"https://client.example:8443/back?x", "form-action 'self' https://client.example:8443;"},
		{"org.example.client:/back", "form-action 'self' org.example.client:;"},
		{"org.example.client://host;a/back", "form-action 'self' org.example.client:;"},
		{"http://[::1]:8080/back", "form-action 'self' http:;"},
		{"", "form-action 'self';"},
		{"https://a.example;script-src/x", "form-action 'self';"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof callbacks / sizeof *callbacks; i++) {
		(void)setup(state);
		ask(PAGES_APPROVE, "/services/auth/?api_key=k");
		give_application("Client", callbacks[i][0]);
		(void)encode(OUTCOME_OK);
		assert_non_null(strstr(header("Content-Security-Policy"), callbacks[i][1]));
		(void)teardown(state);
	}
	(void)setup(state);
}

static void refused_token_shows_the_form_again_to_whom_it_was_shown(void **state)
{
	(void)state;
	ask(PAGES_SIGN_IN, "/services/auth/?api_key=k");
	assert_null(strstr(encode(OUTCOME_SIGN_IN_REFUSED), "<form"));
	response_clear(&response);
	assert_true(request_add(request, COOKIE, 64, &request->form_key));
	const char *body = encode(OUTCOME_SIGN_IN_REFUSED);
	assert_int_equal(response.status, 403);
	assert_non_null(strstr(body, "role=\"alert\""));
	assert_non_null(strstr(body, "value=\"/services/auth/?api_key=k\""));
}

static void whom_a_proxy_names_is_not_signed_out_here(void **state)
{
	(void)state;
	ask(PAGES_SIGN_IN, "");
	reply.items |= REPLY_USER;
	reply.user.username = add("bob");
	assert_non_null(strstr(encode(OUTCOME_OK), "/sign-out"));
	response_clear(&response);
	request->visitor_named = true;
	assert_null(strstr(encode(OUTCOME_OK), "/sign-out"));
}

static void whose_token_does_not_suffice_may_sign_out(void **state)
{
	(void)state;
	ask(PAGES_APPROVE, "/services/auth/?api_key=k");
	assert_null(strstr(encode(OUTCOME_SCOPE_INSUFFICIENT), "<form"));
	response_clear(&response);
	assert_true(request_add(request, COOKIE, 64, &request->form_key));
	assert_non_null(strstr(encode(OUTCOME_SCOPE_INSUFFICIENT), "/sign-out"));
	response_clear(&response);
	assert_non_null(strstr(encode(OUTCOME_CALLER_SUSPENDED), "name=\"form_key\" value=\"" COOKIE "\""));
	response_clear(&response);
	request->visitor_named = true;
	assert_null(strstr(encode(OUTCOME_CALLER_SUSPENDED), "<form"));
}

static void too_many_tries_are_told_when_to_come_back(void **state)
{
	(void)state;
	(void)encode(OUTCOME_RATE_LIMITED);
	assert_int_equal(response.status, 429);
	assert_string_equal(header("Retry-After"), "60");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(texts_are_escaped),
		TEST(names_stand_apart),
		TEST(every_outcome_is_a_page_or_a_way_on),
		TEST(who_has_no_cookie_gets_one_with_the_form),
		TEST(cookie_over_https_is_for_this_host_alone),
		TEST(signing_out_removes_the_cookie),
		TEST(sign_in_is_told_the_way_back),
		TEST(way_back_that_does_not_fit_is_left_out),
		TEST(frob_is_added_to_the_callbacks_query),
		TEST(longest_callback_fits),
		TEST(form_may_lead_to_the_callback),
		TEST(refused_token_shows_the_form_again_to_whom_it_was_shown),
		TEST(whom_a_proxy_names_is_not_signed_out_here),
		TEST(whose_token_does_not_suffice_may_sign_out),
		TEST(too_many_tries_are_told_when_to_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
