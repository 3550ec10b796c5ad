/* What browsers fetch beside the pages, and the page that shows the API. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pages/files.h"
#include "support.h"

static struct http_response response;

static const char *header(const char *name)
{
	const char *value = response_find_header(&response, name);
	return value == NULL ? "" : value;
}

static void fetch(const char *target, const char *tags)
{
	static const struct http_site site = {.public_url = "http://localhost/part"};
	static struct reply reply;
	const struct call call = {.method = HTTP_GET, .target = target, .tags = tags};
	assert_int_equal(decode(&call), OUTCOME_OK);
	reply_init(&reply);
	reply.outcome = OUTCOME_OK;
	response_finish(&response);
	response_clear(&response);
	pages_driver.encode(&site, request, &reply, NULL, &response);
	assert_false(response.failed);
	reply_finish(&reply);
}

static void only_public_files_are_found(void **state)
{
	static const char *const hidden[] = {
		"/static/top.html", "/static/", "/static/style.css/x", "/static/..%2fstyle.css", "/static/STYLE.CSS"};
	(void)state;
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
		assert_int_equal(get(hidden[i]), OUTCOME_NO_SUCH_PATH);
	}
	assert_int_equal(get("/static/style.css"), OUTCOME_OK);
	assert_string_equal(route.name, "/static/{file}");
}

static void file_has_type_and_tag_and_may_be_kept(void **state)
{
	(void)state;
	fetch("/static/style.css", NULL);
	assert_int_equal(response.status, 200);
	assert_string_equal(response.content_type, "text/css; charset=utf-8");
	assert_string_equal(header("Cache-Control"), "public, max-age=3600");
	assert_int_equal(strlen(header("ETag")), 18);
	assert_true(response.body_size == files_get("style.css")->size);
}

static void known_tag_is_answered_without_the_file(void **state)
{
	static const char *const formats[] = {"\"%s\"", "W/\"%s\"", "\"a\", \"%s\"", " *"};
	char tags[64];
	(void)state;
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		char *hole = strcpy(tags, formats[i]); /* it fits, with the tag */
		hole = strstr(hole, "%s");
		if (hole != NULL) {
			const char *tag = files_get("style.css")->tag;
			const char *rest = strstr(formats[i], "%s") + 2;
			(void)snprintf(hole, sizeof tags - (size_t)(hole - tags), "%s%s", tag, rest);
		}
		fetch("/static/style.css", tags);
		assert_int_equal(response.status, 304);
		assert_int_equal(response.outcome, OUTCOME_NOT_MODIFIED);
		assert_null(response.content_type);
		assert_int_equal(response.body_size, 0);
	}
	fetch("/static/style.css", "\"0000000000000000\"");
	assert_int_equal(response.status, 200);
	(void)snprintf(tags, sizeof tags, "\"%s0\"", files_get("style.css")->tag);
	fetch("/static/style.css", tags);
	assert_int_equal(response.status, 200);
}

static void docs_run_scripts_of_this_server_only(void **state)
{
	(void)state;
	fetch("/docs", NULL);
	const char *policy = header("Content-Security-Policy");
	assert_non_null(strstr(policy, "default-src 'none'; style-src 'self'; "));
	assert_null(strstr(policy, "unsafe"));
	assert_true((files_get("swagger-ui-bundle.js") != NULL) == (strstr(policy, "script-src 'self'; ") != NULL));
	response_write(&response, "", 1);
	assert_non_null(strstr(response.body, "href=\"/part/openapi.json\""));
	assert_non_null(strstr(response.body, "<td><b>GET</b> /v3/groups/{id}</td>"));
	assert_null(strstr(response.body, "{{"));
}

static void beginning_has_no_scripts(void **state)
{
	(void)state;
	fetch("/", NULL);
	assert_null(strstr(header("Content-Security-Policy"), "script-src"));
	response_write(&response, "", 1);
	assert_non_null(strstr(response.body, "href=\"/part/docs\""));
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
		cmocka_unit_test(only_public_files_are_found),
		cmocka_unit_test(file_has_type_and_tag_and_may_be_kept),
		cmocka_unit_test(known_tag_is_answered_without_the_file),
		cmocka_unit_test(docs_run_scripts_of_this_server_only),
		cmocka_unit_test(beginning_has_no_scripts),
	};
	return cmocka_run_group_tests(tests, NULL, finish);
}
