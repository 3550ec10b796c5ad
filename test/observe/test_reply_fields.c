/* Replies as fields, and which of them are the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "observe/reply_fields.h"

#define NOW 1781524800

static char found[4096];

static const char *say(void *context, enum reply_field_kind kind, const char *text)
{
	(void)context;
	return kind == FIELD_SECRET ? "(a secret)" : kind == FIELD_OPAQUE ? "(a cursor)" : text;
}

static void note(void *context, const char *path, const char *left, const char *right)
{
	size_t length = strlen(found);
	(void)context;
	(void)snprintf(found + length, sizeof found - length, "%s:%s:%s;", path, left == NULL ? "-" : left,
		right == NULL ? "-" : right);
}

static const char *differences_then(const char *left, const char *right, int64_t later_s)
{
	const struct reply_words words = {.say = say};
	const struct reply_clock clock = {
		.now = {NOW, NOW + later_s}, .since = {NOW - 60, NOW + later_s - 60}};
	struct reply_fields sides[2] = {0};
	found[0] = '\0';
	assert_true(reply_fields_read(&sides[0], (struct span){left, strlen(left)}, &words));
	assert_true(reply_fields_read(&sides[1], (struct span){right, strlen(right)}, &words));
	reply_fields_compare(&sides[0], &sides[1], &clock, note, NULL);
	reply_fields_finish(&sides[0]);
	reply_fields_finish(&sides[1]);
	return found;
}

static const char *differences(const char *left, const char *right)
{
	return differences_then(left, right, 0);
}

static void members_may_come_in_any_order(void **state)
{
	(void)state;
	assert_string_equal(differences("{\"a\":1,\"b\":null}", "{\"b\":null,\"a\":1}"), "");
}

static void null_and_its_word_are_not_the_same(void **state)
{
	(void)state;
	assert_string_equal(differences("{\"a\":null}", "{\"a\":\"null\"}"), "a:null:null;");
}

static void what_is_missing_is_told(void **state)
{
	(void)state;
	assert_string_equal(differences("{\"a\":1}", "{\"b\":2}"), "a:1:-;b:-:2;");
}

static void items_of_lists_go_by_their_ids_and_order(void **state)
{
	(void)state;
	assert_string_equal(differences("[{\"id\":7,\"n\":1},{\"id\":9}]", "[{\"id\":9},{\"id\":7,\"n\":2}]"),
		"[7].n:1:2;[]:7 9:9 7;");
	assert_string_equal(differences("<rsp><user id=\"7\" name=\"a\"/><user id=\"9\"/></rsp>",
				    "<rsp><user id=\"9\"/><user id=\"7\" name=\"b\"/></rsp>"),
		"[]:user[7] user[9]:user[9] user[7];user[7].name:a:b;");
}

static void times_of_now_may_differ_by_moments_and_older_ones_not(void **state)
{
	(void)state;
	assert_string_equal(differences("{\"created_at\":\"2026-06-15T12:00:00Z\"}",
				    "{\"created_at\":\"2026-06-15T11:59:55Z\"}"),
		"");
	assert_string_not_equal(differences("{\"created_at\":\"2026-06-15T12:00:00Z\"}",
					"{\"created_at\":\"2026-06-15T11:59:54Z\"}"),
		"");
	assert_string_not_equal(differences("{\"created_at\":\"2026-06-15T11:00:00Z\"}",
					"{\"created_at\":\"2026-06-15T11:00:01Z\"}"),
		"");
	assert_string_equal(differences("<rsp><group timestamp=\"2026-06-15 12:00:00\"/></rsp>",
				    "<rsp><group timestamp=\"2026-06-15 12:00:03\"/></rsp>"),
		"");
}

/* A recording and what is sent an hour later: each call may be as far from its now as both have run. */
static void sides_with_a_now_each_may_differ_by_their_runs(void **state)
{
	(void)state;
	const char *recorded = "{\"since\":\"2026-06-15T12:00:00Z\"}";
	assert_string_equal(differences_then(recorded, "{\"since\":\"2026-06-15T12:59:30Z\"}", 3600), "");
	assert_string_not_equal(differences_then(recorded, "{\"since\":\"2026-06-15T12:58:30Z\"}", 3600), "");
}

static void every_time_is_one(void **state)
{
	(void)state;
	static const char *const names[] = {"created_at", "updated_at", "accepted_at", "expires_at", "since", "until", "at",
		"timestamp", "member_timestamp"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char left[64];
		char right[64];
		(void)snprintf(left, sizeof left, "{\"%s\":\"2026-06-15T12:00:00Z\"}", names[i]);
		(void)snprintf(right, sizeof right, "{\"%s\":\"2026-06-15T12:00:01Z\"}", names[i]);
		assert_string_equal(differences(left, right), "");
	}
}

static void texts_of_elements_are_fields(void **state)
{
	(void)state;
	assert_string_equal(differences("<rsp><a>one</a></rsp>", "<rsp><a>two</a></rsp>"), "a[0]:one:two;");
}

/* No reply has one, and whoever sends one may let it grow without end. */
static void what_declares_its_own_entities_is_not_read(void **state)
{
	(void)state;
	const char *reply = "<!DOCTYPE a [<!ENTITY b \"x\">]><rsp a=\"&b;\"/>";
	struct reply_fields fields = {0};
	assert_true(reply_fields_read(&fields, (struct span){reply, strlen(reply)}, NULL));
	assert_non_null(reply_fields_find(&fields, ""));
	assert_non_null(strstr(reply_fields_find(&fields, "")->value, "neither XML nor JSON"));
	reply_fields_finish(&fields);
}

static bool is_read(const char *reply)
{
	struct reply_fields fields = {0};
	assert_true(reply_fields_read(&fields, (struct span){reply, strlen(reply)}, NULL));
	const struct reply_field *whole = reply_fields_find(&fields, "");
	bool read = whole == NULL || strstr(whole->value, "neither XML nor JSON") == NULL;
	reply_fields_finish(&fields);
	return read;
}

/* Their number squared is what a parser takes, and others wait meanwhile. */
static void a_tag_with_too_many_attributes_is_not_read(void **state)
{
	(void)state;
	static const char *const forms[] = {"=\"x=1\"", "='x'", " =\n\t'x'"};
	for (size_t form = 0; form < sizeof forms / sizeof forms[0]; form++) {
		for (unsigned most = 256; most <= 257; most++) {
			char reply[8192] = "<rsp b='b'><a b='b'/><a";
			size_t size = strlen(reply);
			for (unsigned i = 0; i < most; i++) {
				size += (size_t)snprintf(reply + size, sizeof reply - size, " a%u%s", i, forms[form]);
			}
			(void)snprintf(reply + size, sizeof reply - size, "/></rsp>");
			assert_int_equal(is_read(reply), most == 256);
		}
	}
}

static void secrets_are_never_fields(void **state)
{
	(void)state;
	assert_string_equal(differences("{\"token\":\"one\",\"next_cursor\":\"a\"}", "{\"token\":\"other\",\"next_cursor\":\"b\"}"),
		"");
}

/* Its fields would hide what else differs. */
static void an_item_that_one_side_lacks_is_told_once(void **state)
{
	(void)state;
	assert_string_equal(differences("<r><u id=\"7\" a=\"\"/><u id=\"8\" a=\"\" z=\"\"/></r>",
				    "<r><u id=\"7\" a=\"x\"/></r>"),
		"[]:u[7] u[8]:u[7];u[7].a::x;u[8].id:8:-;");
	assert_string_equal(differences("<r/>", "<r><error msg=\"no\" why=\"so\"/></r>"),
		"[]::error[0];error[0].msg:-:no;");
	assert_string_equal(differences("{\"data\":[]}", "{\"data\":[{\"a\":1,\"id\":3,\"user\":{\"id\":4}}]}"),
		"data[3].id:-:3;data[]::3;");
}

/* A client waits for its own callback, and for nothing else. */
static void a_script_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(differences("/**/f({\"a\":1});", "f({\"a\":1})"), "");
	assert_string_equal(differences("/**/f({\"a\":1});", "/**/f({\"a\":2});"), "a:1:2;");
	assert_string_equal(differences("/**/f({\"a\":1});", "{\"a\":1}"), "(script):f:-;");
	assert_string_equal(differences("/**/f({\"a\":1});", "/**/g({\"a\":1});"), "(script):f:g;");
	assert_string_not_equal(differences("Error (5)", "Another error (5)"), "");
	assert_string_not_equal(differences("/**/(5)", "(5)"), "");
}

static void links_go_by_their_paths(void **state)
{
	(void)state;
	assert_string_equal(
		differences("{\"href\":\"http://a/v3/groups/1\"}", "{\"href\":\"https://b:8/v3/groups/1\"}"),
		"");
	assert_string_equal(
		differences("{\"href\":\"http://a/v3/groups/1\"}", "{\"href\":\"http://a/v3/groups/2\"}"),
		"href:/v3/groups/1:/v3/groups/2;");
}

static void what_is_too_deep_has_no_fields(void **state)
{
	char deep[2 * FIELDS_DEPTH_MAX + 16];
	struct reply_fields fields = {0};
	(void)state;
	memset(deep, '[', sizeof deep / 2);
	memset(deep + sizeof deep / 2, ']', sizeof deep / 2);
	assert_false(reply_fields_read(&fields, (struct span){deep, sizeof deep}, NULL));
	assert_null(reply_fields_find(&fields, ""));
	char elements[7 * (FIELDS_DEPTH_MAX + 4) + 1] = "";
	for (size_t i = 0; i < FIELDS_DEPTH_MAX + 4; i++) {
		strcat(elements, "<a>");
	}
	for (size_t i = 0; i < FIELDS_DEPTH_MAX + 4; i++) {
		strcat(elements, "</a>");
	}
	assert_false(reply_fields_read(&fields, (struct span){elements, strlen(elements)}, NULL));
	reply_fields_finish(&fields);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_may_come_in_any_order),
		cmocka_unit_test(null_and_its_word_are_not_the_same),
		cmocka_unit_test(what_is_missing_is_told),
		cmocka_unit_test(items_of_lists_go_by_their_ids_and_order),
		cmocka_unit_test(times_of_now_may_differ_by_moments_and_older_ones_not),
		cmocka_unit_test(sides_with_a_now_each_may_differ_by_their_runs),
		cmocka_unit_test(every_time_is_one),
		cmocka_unit_test(texts_of_elements_are_fields),
		cmocka_unit_test(what_declares_its_own_entities_is_not_read),
		cmocka_unit_test(a_tag_with_too_many_attributes_is_not_read),
		cmocka_unit_test(secrets_are_never_fields),
		cmocka_unit_test(an_item_that_one_side_lacks_is_told_once),
		cmocka_unit_test(a_script_has_a_name),
		cmocka_unit_test(links_go_by_their_paths),
		cmocka_unit_test(what_is_too_deep_has_no_fields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
