/* Replies in JSON: the exact bytes, and the status that a callback is given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "decode.h"
#include "rsp.h"
#include "scene.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static int scene_open_json(void **state)
{
	int opened = scene_open(state);
	struct scene *scene = *state;
	scene->request->form = COMPAT_JSON;
	return opened;
}

static void expect(const struct scene *scene, int status, const char *type, const char *body)
{
	assert_int_equal(scene->response.status, status);
	assert_string_equal(scene->response.content_type, type);
	assert_int_equal(scene->response.body_size, strlen(body));
	assert_memory_equal(scene->response.body, body, strlen(body));
}

#define JSON "application/json; charset=utf-8"
#define SCRIPT "text/javascript; charset=utf-8"
#define XML "text/xml; charset=utf-8"
#define REFUSED "{\"rsp\":{\"stat\":\"fail\",\"version\":1,\"error\":[{\"msg\":\"You have been banned from this group.\"}]}}"

static void give_callback(struct scene *scene)
{
	assert_true(request_add(scene->request, "f", 1, &scene->request->callback));
}

static void nothing_to_tell_has_no_list(void **state)
{
	struct scene *scene = *state;
	scene_encode(scene, OPERATION_GROUP_LEAVE, OUTCOME_LEFT);
	expect(scene, 200, JSON, "{\"rsp\":{\"stat\":\"ok\",\"version\":1}}");
}

static void an_empty_list_has_its_key(void **state)
{
	struct scene *scene = *state;
	scene->reply.items = REPLY_PAGE;
	scene_encode(scene, OPERATION_USER_GROUPS, OUTCOME_OK);
	expect(scene, 200, JSON, "{\"rsp\":{\"stat\":\"ok\",\"version\":1,\"group\":[]}}");
	scene_encode(scene, OPERATION_MEMBER_LIST, OUTCOME_OK);
	expect(scene, 200, JSON, "{\"rsp\":{\"stat\":\"ok\",\"version\":1,\"user\":[]}}");
}

static struct user make_user(struct texts *texts, uint64_t id)
{
	return (struct user){
		.id = id,
		.username = texts_add(texts, "007", 3),
		.zip = texts_add(texts, "94110", 5),
		.avatar_url = texts_add(texts, "http://a", 8),
	};
}

static void types_go_by_field_and_not_by_look(void **state)
{
	struct scene *scene = *state;
	struct member_view *view = page_add_member(&scene->page);
	view->user = make_user(&scene->page.texts, 7);
	view->membership.role = ROLE_OWNER;
	scene->reply.group.caller.user_id = 7;
	scene->reply.items = REPLY_PAGE | REPLY_GROUP;
	scene_encode(scene, OPERATION_MEMBER_LIST, OUTCOME_OK);
	expect(scene, 200, JSON,
		"{\"rsp\":{\"stat\":\"ok\",\"version\":1,\"user\":[{\"id\":7,\"name\":\"007\",\"username\":\"007\","
		"\"zip\":\"94110\",\"url\":\"\",\"photourl\":\"http:\\/\\/a\",\"is_admin\":1,"
		"\"member_timestamp\":\"1970-01-01 00:00:00\"}]}}");
}

static void a_zip_code_is_for_its_own_person(void **state)
{
	struct scene *scene = *state;
	*page_add_user(&scene->page) = make_user(&scene->page.texts, 7);
	scene->reply.items = REPLY_PAGE;
	scene_encode(scene, OPERATION_USER_INFO, OUTCOME_OK);
	expect(scene, 200, JSON,
		"{\"rsp\":{\"stat\":\"ok\",\"version\":1,\"user\":[{\"id\":7,\"name\":\"007\",\"username\":\"007\","
		"\"zip\":\"\",\"photourl\":\"http:\\/\\/a\",\"url\":\"\"}]}}");
	page_clear(&scene->page);
	page_add_member(&scene->page)->user = make_user(&scene->page.texts, 7);
	scene->reply.group.caller.user_id = 8;
	scene_encode(scene, OPERATION_MEMBER_LIST, OUTCOME_OK);
	scene->response.body[scene->response.body_size - 1] = '\0';
	assert_non_null(strstr(scene->response.body, "\"zip\":\"\""));
}

static void texts_are_escaped_for_scripts(void **state)
{
	struct scene *scene = *state;
	static const char *const texts[][2] = {
		{"", ""},
		{"plain", "plain"},
		{"\"\\/", "\\\"\\\\\\/"},
		{"</script>", "<\\/script>"},
		{"a\n\t\r\x01z", "a\\u000a\\u0009\\u000d\\u0001z"},
		{"\xE2\x80\xA8x\xE2\x80\xA9", "\\u2028x\\u2029"},
		{"\xE2\x80\xA7\xE2\x80\xAA", "\xE2\x80\xA7\xE2\x80\xAA"},
		{"\xF0\x9F\x98\x80\x7F", "\xF0\x9F\x98\x80\x7F"},
		{"a\xFFz", "a\\ufffdz"},
		{"\xE2\x80", "\\ufffd\\ufffd"},
		{"\xC0\xAF/", "\\ufffd\\ufffd\\/"},
	};
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		char body[256];
		struct rsp rsp;
		response_clear(&scene->response);
		rsp_begin(&rsp, &rsp_json, true, &scene->response);
		rsp_text(&rsp, "t", texts[i][0]);
		rsp_end(&rsp);
		(void)snprintf(
			body, sizeof body, "{\"rsp\":{\"stat\":\"ok\",\"version\":1,\"t\":\"%s\"}}", texts[i][1]);
		assert_int_equal(scene->response.body_size, strlen(body));
		assert_memory_equal(scene->response.body, body, strlen(body));
	}
}

static void a_callback_is_called_and_never_sees_an_error_status(void **state)
{
	struct scene *scene = *state;
	scene_encode(scene, OPERATION_GROUP_JOIN, OUTCOME_BANNED);
	expect(scene, 409, JSON, REFUSED);
	give_callback(scene);
	scene_encode(scene, OPERATION_GROUP_JOIN, OUTCOME_BANNED);
	expect(scene, 200, SCRIPT, "/**/f(" REFUSED ");");
	assert_string_equal(scene->response.reason, "OK");
	scene_encode(scene, OPERATION_GROUP_JOIN, OUTCOME_QUEUED);
	expect(scene, 202, SCRIPT, "/**/f({\"rsp\":{\"stat\":\"ok\",\"version\":1}});");
	scene_encode(scene, OPERATION_NONE, OUTCOME_METHOD_NOT_FOUND);
	assert_int_equal(scene->response.status, 200);
}

static void every_refusal_of_the_transport_is_xml_and_keeps_its_status(void **state)
{
	struct scene *scene = *state;
	give_callback(scene);
	for (enum outcome outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
		const struct outcome_row *row = outcome_row(outcome);
		if (row->legacy_class != LEGACY_TRANSPORT || outcome == OUTCOME_PREFLIGHT ||
			outcome == OUTCOME_METHOD_NOT_FOUND) {
			continue;
		}
		scene_encode(scene, OPERATION_GROUP_JOIN, outcome);
		assert_string_equal(scene->response.content_type, XML);
		assert_int_equal(scene->response.status, row->v3_status);
		assert_memory_equal(scene->response.body, "<?xml", 5);
	}
}

static void a_refusal_names_its_field(void **state)
{
	struct scene *scene = *state;
	(void)snprintf(scene->reply.field, sizeof scene->reply.field, "callback");
	scene_encode(scene, OPERATION_GROUP_INFO, OUTCOME_INVALID_PARAMETER);
	expect(scene, 404, JSON,
		"{\"rsp\":{\"stat\":\"fail\",\"version\":1,\"error\":[{\"msg\":\"Invalid callback parameter.\"}]}}");
}

#define SCENE_TEST(test) cmocka_unit_test_setup_teardown(test, scene_open_json, scene_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE_TEST(nothing_to_tell_has_no_list),
		SCENE_TEST(an_empty_list_has_its_key),
		SCENE_TEST(types_go_by_field_and_not_by_look),
		SCENE_TEST(a_zip_code_is_for_its_own_person),
		SCENE_TEST(texts_are_escaped_for_scripts),
		SCENE_TEST(a_callback_is_called_and_never_sees_an_error_status),
		SCENE_TEST(every_refusal_of_the_transport_is_xml_and_keeps_its_status),
		SCENE_TEST(a_refusal_names_its_field),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
