/* Paths, queries, and whose they are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "http/dialect.h"

/* `segments` are joined by '|'. */
static const struct {
	const char *target;
	enum outcome outcome;
	const char *segments;
	bool trailing_slash;
	const char *query;
} cases[] = {
	{"/", OUTCOME_NONE, "", true, ""},
	{"/a", OUTCOME_NONE, "a", false, ""},
	{"/a/b?c=/d?e", OUTCOME_NONE, "a|b", false, "c=/d?e"},
	{"/a/?", OUTCOME_NONE, "a", true, ""},
	{"/a//b", OUTCOME_NONE, "a||b", false, ""},
	{"/a//", OUTCOME_NONE, "a|", true, ""},
	{"/a%2Fb/%41%c3%A9", OUTCOME_NONE, "a/b|A\xc3\xa9", false, ""},
	{"/%f0%9f%98%80", OUTCOME_NONE, "\xf0\x9f\x98\x80", false, ""},
	{"http://h:8/a?b", OUTCOME_NONE, "a", false, "b"},
	{"http://h", OUTCOME_NONE, "", false, ""},
	{"http://h?b", OUTCOME_NONE, "", false, "b"},
	{"", OUTCOME_NONE, "", false, ""},
	{"a/b", OUTCOME_MALFORMED, "", false, ""},
	{"/a/%", OUTCOME_MALFORMED, "a", false, ""},
	{"/a/%4", OUTCOME_MALFORMED, "a", false, ""},
	{"/a/%4?1", OUTCOME_MALFORMED, "a", false, "1"},
	{"/a/%g0", OUTCOME_MALFORMED, "a", false, ""},
	{"/a/%00", OUTCOME_MALFORMED, "a", false, ""},
	{"/a/%ff", OUTCOME_MALFORMED, "a", false, ""},
	{"/a/%c0%af", OUTCOME_MALFORMED, "a", false, ""},
	{"/a/%c3", OUTCOME_MALFORMED, "a", false, ""},
	{"/a/%ed%a0%80", OUTCOME_MALFORMED, "a", false, ""},
	{"/a/%f4%90%80%80", OUTCOME_MALFORMED, "a", false, ""},
	{"/a/./b", OUTCOME_NO_SUCH_PATH, "a", false, ""},
	{"/a/%2e.", OUTCOME_NO_SUCH_PATH, "a", false, ""},
	{"/1/2/3/4/5/6/7/8/9/a/b/c/", OUTCOME_NONE, "1|2|3|4|5|6|7|8|9|a|b|c", true, ""},
	{"/1/2/3/4/5/6/7/8/9/a/b/c/d", OUTCOME_NO_SUCH_PATH, "1|2|3|4|5|6|7|8|9|a|b|c", false, ""},
};

static void join(const struct http_path *path, char *text)
{
	for (uint32_t i = 0; i < path->count; i++) {
		if (i != 0) {
			*text++ = '|';
		}
		memcpy(text, path->segments[i].bytes, path->segments[i].length);
		text += path->segments[i].length;
	}
	*text = '\0';
}

static void paths_are_split_then_decoded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char memory[100];
		char segments[100];
		struct http_path path;
		struct span query;
		print_message("%s\n", cases[i].target);
		assert_int_equal(http_path_read(cases[i].target, memory, &path, &query), cases[i].outcome);
		join(&path, segments);
		assert_string_equal(segments, cases[i].segments);
		assert_int_equal(path.trailing_slash, cases[i].trailing_slash);
		assert_int_equal(query.length, strlen(cases[i].query));
		assert_memory_equal(query.bytes, cases[i].query, query.length);
	}
}

static const char *const gateway_roots[] = {"services/rest", NULL};
static const char *const named_roots[] = {"user", "api/v3", NULL};
static const struct dialect_driver gateway = {.roots = gateway_roots, .empty_segments = true};
static const struct dialect_driver named = {.roots = named_roots};
static const struct dialect_driver others = {.roots = NULL};

static void the_path_picks_the_dialect(void **state)
{
	(void)state;
	static const struct dialect_driver *const drivers[] = {&gateway, &named, &others, NULL};
	static const struct {
		const char *target;
		const struct dialect_driver *owner;
	} owners[] = {
		{"/services/rest", &gateway}, {"/services/rest/", &gateway}, {"/services/rest///", &gateway},
		{"/services/rest/x", &others}, {"/services//rest", &others}, {"/services", &others},
		{"/Services/rest", &others}, {"/user", &named}, {"/user/", &named}, {"/user/x/y", &named},
		{"/users", &others}, {"/api/v3/x", &named}, {"/api/v4", &others}, {"/", &others},
		{"/user/%zz", &named}, {"/%zz", &others},
	};
	for (size_t i = 0; i < sizeof owners / sizeof owners[0]; i++) {
		char memory[100];
		struct http_path path;
		struct span query;
		print_message("%s\n", owners[i].target);
		(void)http_path_read(owners[i].target, memory, &path, &query);
		assert_ptr_equal(dialect_pick(drivers, &path), owners[i].owner);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_split_then_decoded),
		cmocka_unit_test(the_path_picks_the_dialect),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
