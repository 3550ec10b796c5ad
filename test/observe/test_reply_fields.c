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
	return kind == FIELD_SECRET ? "(a secret)" : text;
}

static void note(void *context, const char *path, const char *left, const char *right)
{
	size_t length = strlen(found);
	(void)context;
	(void)snprintf(found + length, sizeof found - length, "%s:%s:%s;", path, left == NULL ? "-" : left,
		right == NULL ? "-" : right);
}

static const char *differences(const char *left, const char *right)
{
	const struct reply_words words = {.say = say};
	const struct reply_clock clock = {.now = {NOW, NOW}, .since = {NOW - 60, NOW - 60}};
	struct reply_fields sides[2] = {0};
	found[0] = '\0';
	assert_true(reply_fields_read(&sides[0], (struct span){left, strlen(left)}, &words));
	assert_true(reply_fields_read(&sides[1], (struct span){right, strlen(right)}, &words));
	reply_fields_compare(&sides[0], &sides[1], &clock, note, NULL);
	reply_fields_finish(&sides[0]);
	reply_fields_finish(&sides[1]);
	return found;
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
				    "{\"created_at\":\"2026-06-15T11:59:57Z\"}"),
		"");
	assert_string_not_equal(differences("{\"created_at\":\"2026-06-15T12:00:00Z\"}",
					"{\"created_at\":\"2026-06-15T11:59:50Z\"}"),
		"");
	assert_string_not_equal(differences("{\"created_at\":\"2026-06-15T11:00:00Z\"}",
					"{\"created_at\":\"2026-06-15T11:00:01Z\"}"),
		"");
	assert_string_equal(differences("<rsp><group timestamp=\"2026-06-15 12:00:00\"/></rsp>",
				    "<rsp><group timestamp=\"2026-06-15 12:00:03\"/></rsp>"),
		"");
}

static void secrets_are_never_fields(void **state)
{
	(void)state;
	assert_string_equal(differences("{\"token\":\"one\"}", "{\"token\":\"other\"}"), "");
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
		cmocka_unit_test(secrets_are_never_fields),
		cmocka_unit_test(links_go_by_their_paths),
		cmocka_unit_test(what_is_too_deep_has_no_fields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
