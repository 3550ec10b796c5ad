/* Descriptions as HTML and as plain text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text/markdown.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define REL "\" rel=\"nofollow noopener\">"

struct markdown_case {
	const char *source;
	const char *html;
	const char *plain;
};

static void expect(const struct markdown_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct markdown rendered;
		assert_true(markdown_render(cases[i].source, strlen(cases[i].source), &rendered));
		assert_string_equal(rendered.html, cases[i].html);
		assert_string_equal(rendered.plain, cases[i].plain);
		markdown_finish(&rendered);
	}
}

static void words_are_rendered(void **state)
{
	(void)state;
	static const struct markdown_case cases[] = {
		{"", "", ""},
		{"one *two* **three** `4`", "<p>one <em>two</em> <strong>three</strong> <code>4</code></p>\n",
			"one two three 4"},
		{"a\nb  \nc\n\nd", "<p>a\nb<br />\nc</p>\n<p>d</p>\n", "a\nb\nc\n\nd"},
		{"# h\n- a\n- b\n", "<h1>h</h1>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n", "h\na\nb"},
		{"```\nx < y\n```\nz", "<pre><code>x &lt; y\n</code></pre>\n<p>z</p>\n", "x < y\n\nz"},
		{"a & b < c \"d\"", "<p>a &amp; b &lt; c &quot;d&quot;</p>\n", "a & b < c \"d\""},
	};
	expect(cases, COUNT_OF(cases));
}

static void raw_html_gives_way_to_its_words(void **state)
{
	(void)state;
	static const struct markdown_case cases[] = {
		{"<p>in a paragraph</p>", "<p>in a paragraph</p>\n", "in a paragraph"},
		{"a <b>bold</b> <i onclick=\"x\">word</i>", "<p>a bold word</p>\n", "a bold word"},
		{"<script>alert(1)</script>", "<p>alert(1)</p>\n", "alert(1)"},
		{"<!-- > <script> -->", "<p>  --&gt;</p>\n", "  -->"},
		{"<div>\n\n*x*\n\n</div>", "<p><em>x</em></p>\n", "x"},
		{"<div a", "<p>&lt;div a</p>\n", "<div a"},
		{"<div>&lt;script&gt;</div>", "<p>&amp;lt;script&amp;gt;</p>\n", "&lt;script&gt;"},
		{"<<b>script>x", "<p>&lt;script&gt;x</p>\n", "<script>x"},
	};
	expect(cases, COUNT_OF(cases));
}

static void links_are_plain_web_or_mail_and_marked(void **state)
{
	(void)state;
	static const struct markdown_case cases[] = {
		{"[a *b*](http://h/ \"title\")", "<p><a href=\"http://h/" REL "a <em>b</em></a></p>\n",
			"a b (http://h/)"},
		{"<https://h/?a=1&b=2>",
			"<p><a href=\"https://h/?a=1&amp;b=2" REL "https://h/?a=1&amp;b=2</a></p>\n",
			"https://h/?a=1&b=2 (https://h/?a=1&b=2)"},
		{"[m](MAILTO:a@b)", "<p><a href=\"MAILTO:a@b" REL "m</a></p>\n", "m (MAILTO:a@b)"},
		{"[x](javascript:alert(1))", "<p>x</p>\n", "x"},
		{"[x](JaVaScRiPt:alert(1))", "<p>x</p>\n", "x"},
		{"[x](&#x6A;avascript:alert(1))", "<p>x</p>\n", "x"},
		{"[x](data:text/html,y)", "<p>x</p>\n", "x"},
		{"[x](//h/)", "<p>x</p>\n", "x"},
		{"[x](/local)", "<p>x</p>\n", "x"},
		{"[x](httpx://h)", "<p>x</p>\n", "x"},
		{"[x](<http://h/\"onload='y'>)", "<p><a href=\"http://h/%22onload=%27y%27" REL "x</a></p>\n",
			"x (http://h/\"onload='y')"},
		{"[x](http://h/\xC3\xA9%20)", "<p><a href=\"http://h/%C3%A9%20" REL "x</a></p>\n",
			"x (http://h/\xC3\xA9%20)"},
	};
	expect(cases, COUNT_OF(cases));
}

static void images_become_links_and_links_never_nest(void **state)
{
	(void)state;
	static const struct markdown_case cases[] = {
		{"![alt](http://h/i.png)", "<p><a href=\"http://h/i.png" REL "alt</a></p>\n", "alt (http://h/i.png)"},
		{"![alt](data:image/png,x)", "<p>alt</p>\n", "alt"},
		{"[![alt](http://i)](http://l)", "<p><a href=\"http://l" REL "alt</a></p>\n", "alt (http://l)"},
		{"![a [b](http://b)](http://c)", "<p><a href=\"http://c" REL "a b</a></p>\n", "a b (http://c)"},
	};
	expect(cases, COUNT_OF(cases));
}

/* The longest description there may be, of nothing but tags and of nothing but nested images. */
static void hostile_descriptions_render(void **state)
{
	(void)state;
	enum { COUNT = 1333, SOURCE_SIZE = 8 * COUNT };
	char *source = calloc(1, SOURCE_SIZE + 1);
	struct markdown rendered;
	for (size_t i = 0; i < COUNT; i++) {
		memcpy(source + 3 * i, "<b>", 3);
	}
	assert_true(markdown_render(source, 3 * COUNT, &rendered));
	assert_string_equal(rendered.plain, "");
	markdown_finish(&rendered);
	memset(source, 0, SOURCE_SIZE + 1);
	for (size_t i = 0; i < 400; i++) {
		memcpy(source + 2 * i, "![", 2);
		memcpy(source + 800 + 5 * i, "](a:)", 5);
	}
	assert_true(markdown_render(source, strlen(source), &rendered));
	assert_null(strstr(rendered.html, "<a"));
	markdown_finish(&rendered);
	free(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_rendered),
		cmocka_unit_test(raw_html_gives_way_to_its_words),
		cmocka_unit_test(links_are_plain_web_or_mail_and_marked),
		cmocka_unit_test(images_become_links_and_links_never_nest),
		cmocka_unit_test(hostile_descriptions_render),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
