/* What reports count, keep, show and end with; and that no byte of a foreign server breaks a document. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "migrate/report.h"
#include "migrate/rules.h"

#define WHY_SIZE 512
#define NOW 1781524800 /* 2026-06-15T12:00:00Z */

static char folder[] = "/tmp/report-XXXXXX";
static char json_path[64];
static char junit_path[64];
static char html_path[64];

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	char *text = NULL;
	size_t size = 0;
	ssize_t length = getdelim(&text, &size, '\0', file);
	assert_true(length >= 0);
	(void)fclose(file); /* it was only read */
	return text;
}

static struct report *open_report(struct rules *rules, uint32_t kept_max, bool partial)
{
	static struct report_options options;
	char why[WHY_SIZE];
	options = (struct report_options){
		.title = "twin of <demo> & more",
		.json_path = json_path,
		.junit_path = junit_path,
		.html_path = html_path,
		.partial = partial,
		.kept_max = kept_max,
	};
	struct report *report = report_open(&options, rules, why, sizeof why);
	assert_non_null(report);
	return report;
}

static struct verdict a_call(uint64_t number, const struct difference *differences, uint32_t count)
{
	return (struct verdict){
		.number = number,
		.method = "group.join",
		.left = {.name = "legacy", .request = "curl left", .reply = "<rsp a=\"1\" b=\"2\"/>", .status = 200,
			.outcome = "joined", .latency_us = 100},
		.right = {.name = "v3", .request = "curl right", .reply = "{\"a\":2}", .status = 201,
			.outcome = "joined", .latency_us = 300},
		.differences = differences,
		.difference_count = count,
		.repeat = "joinery twin demo.jsonl --line 7",
	};
}

static void add_call(struct report *report, uint64_t number, const struct difference *difference)
{
	struct verdict verdict = a_call(number, difference, difference != NULL ? 1 : 0);
	report_add(report, &verdict);
}

/* The first line of the JSON report with this kind; the caller's. */
static json_t *find_line(const char *kind)
{
	char *text = read_file(json_path);
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		json_t *object = json_loads(line, 0, NULL);
		assert_non_null(object);
		if (strcmp(json_string_value(json_object_get(object, "kind")), kind) == 0) {
			free(text);
			return object;
		}
		json_decref(object);
	}
	free(text);
	return NULL;
}

static void assert_number(const char *kind, const char *name, json_int_t value)
{
	json_t *line = find_line(kind);
	assert_non_null(line);
	assert_int_equal(json_integer_value(json_object_get(line, name)), value);
	json_decref(line);
}

static void assert_holds(const char *path, const char *words)
{
	char *text = read_file(path);
	if (strstr(text, words) == NULL) {
		fail_msg("%s does not hold: %s\n%s", path, words, text);
	}
	free(text);
}

static const struct difference FIELD = {
	.kind = DIFFERENCE_FIELD, .path = "groups.7.member_count", .left = "5", .right = "6"};

static void assert_for_owner_only(const char *path)
{
	struct stat found;
	assert_int_equal(stat(path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
}

static void add_effect(struct report *report, uint64_t number, enum effect effect, const char *no_twin)
{
	struct verdict verdict = a_call(number, NULL, 0);
	verdict.effect = effect;
	verdict.no_twin = no_twin;
	report_add(report, &verdict);
}

static void what_calls_do_is_counted_once_however_many_twins_they_have(void **state)
{
	(void)state;
	struct report *report = open_report(NULL, 0, false);
	add_effect(report, 0, EFFECT_READ, NULL);
	for (uint64_t number = 1; number <= 3; number++) {
		add_effect(report, number, EFFECT_CHANGED, NULL);
		add_effect(report, number, EFFECT_CHANGED, NULL);
	}
	add_effect(report, 4, EFFECT_KEPT, NULL);
	add_effect(report, 5, EFFECT_CHANGED, "nobody else has it");
	assert_int_equal(report_changed(report), 3);
	assert_int_equal(report_close(report), MIGRATE_EQUAL);
	assert_number("end", "compared", 8);
	assert_number("end", "calls_changed", 3);
	assert_number("end", "calls_kept", 1);
	assert_number("end", "calls_read", 1);
}

static void equal_calls_end_with_0(void **state)
{
	(void)state;
	struct report *report = open_report(NULL, 0, false);
	add_call(report, 1, NULL);
	add_call(report, 2, NULL);
	assert_int_equal(report_close(report), MIGRATE_EQUAL);
	assert_for_owner_only(html_path);
	assert_number("end", "equal", 2);
	assert_number("method", "calls", 2);
	assert_null(find_line("call"));
	assert_holds(html_path, "<td data-label=\"right p50 / p99\">303 us / 303 us</td>");
	assert_holds(junit_path, "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\"");
}

static void an_unexplained_difference_ends_with_1_and_is_shown(void **state)
{
	(void)state;
	struct report *report = open_report(NULL, 0, false);
	add_call(report, 7, &FIELD);
	add_call(report, 8, NULL);
	assert_int_equal(report_close(report), MIGRATE_DIFFERENT);
	assert_number("end", "differs", 1);
	assert_number("cause", "first", 7);
	assert_number("call", "number", 7);
	assert_holds(junit_path, "message=\"1 of 2 calls differ\"");
	assert_holds(html_path, "groups.#.member_count");
	assert_holds(html_path, "joinery twin demo.jsonl --line 7");
}

static void noise_is_shown_and_no_difference(void **state)
{
	(void)state;
	struct difference noise = FIELD;
	noise.noise = true;
	struct report *report = open_report(NULL, 0, false);
	add_call(report, 7, &noise);
	assert_int_equal(report_close(report), MIGRATE_EQUAL);
	assert_number("end", "noise", 1);
	assert_number("end", "equal", 0);
	assert_holds(html_path, "<details class=\"call\"");
	assert_holds(junit_path, "noise field groups.#.member_count");
}

static struct rules *read_rule(const char *path, const char *expires)
{
	char text[WHY_SIZE];
	char why[WHY_SIZE];
	(void)snprintf(text, sizeof text,
		"{\"method\":\"*\",\"kind\":\"field\",\"path\":\"%s\",\"reason\":\"known since May\",\"expires\":\"%s\"}",
		path, expires);
	struct rules *rules = rules_read("rules.jsonl", text, strlen(text), NOW, why, sizeof why);
	assert_non_null(rules);
	return rules;
}

static void a_rule_accepts_a_difference(void **state)
{
	(void)state;
	struct rules *rules = read_rule("groups.*", "2026-12-31");
	struct report *report = open_report(rules, 0, false);
	add_call(report, 7, &FIELD);
	assert_int_equal(report_close(report), MIGRATE_EQUAL);
	assert_number("end", "accepted", 1);
	assert_holds(html_path, "known since May");
	rules_free(rules);
}

static void a_stale_rule_ends_with_4_unless_something_differs(void **state)
{
	(void)state;
	struct rules *rules = read_rule("groups.*", "2026-01-31");
	struct report *report = open_report(rules, 0, false);
	add_call(report, 7, &FIELD);
	assert_int_equal(report_close(report), MIGRATE_STALE_RULE);
	assert_holds(html_path, "rules.jsonl:1: expired on 2026-01-31, and explains 1 difference: known since May");
	assert_holds(junit_path, "failures=\"1\"");
	rules_free(rules);
	rules = read_rule("other", "2026-12-31");
	report = open_report(rules, 0, false);
	add_call(report, 8, NULL);
	assert_int_equal(report_close(report), MIGRATE_STALE_RULE);
	report = open_report(rules, 0, true);
	add_call(report, 8, NULL);
	assert_int_equal(report_close(report), MIGRATE_EQUAL);
	report = open_report(rules, 0, false);
	add_call(report, 8, &FIELD);
	assert_int_equal(report_close(report), MIGRATE_DIFFERENT);
	rules_free(rules);
}

static void no_rule_is_asked_about_noise(void **state)
{
	(void)state;
	struct difference noise = FIELD;
	noise.noise = true;
	struct rules *rules = read_rule("groups.*", "2026-12-31");
	struct report *report = open_report(rules, 0, false);
	add_call(report, 7, &noise);
	assert_int_equal(report_close(report), MIGRATE_STALE_RULE);
	rules_free(rules);
}

static void a_call_without_a_twin_is_counted_with_its_reason(void **state)
{
	(void)state;
	struct report *report = open_report(NULL, 0, false);
	struct verdict verdict = a_call(3, NULL, 0);
	verdict.no_twin = "v3 has no message";
	report_add(report, &verdict);
	verdict.number = 4;
	report_add(report, &verdict);
	assert_int_equal(report_close(report), MIGRATE_EQUAL);
	assert_number("no_twin", "count", 2);
	assert_number("no_twin", "first", 3);
	assert_number("end", "without_twin", 2);
	assert_number("end", "compared", 0);
	assert_holds(html_path, "v3 has no message");
	assert_holds(junit_path, "skipped=\"1\"");
}

static void a_trouble_is_told_and_decides_the_end(void **state)
{
	(void)state;
	struct report *report = open_report(NULL, 0, false);
	report_trouble(report, MIGRATE_UNREACHABLE, "http://127.0.0.1:9 does not answer");
	assert_int_equal(report_close(report), MIGRATE_UNREACHABLE);
	assert_holds(html_path, "http://127.0.0.1:9 does not answer");
	assert_holds(junit_path, "errors=\"1\"");
	report = open_report(NULL, 0, false);
	report_trouble(report, MIGRATE_USAGE, "line 2: it is no JSON object");
	report_trouble(report, MIGRATE_UNREACHABLE, "http://127.0.0.1:9 does not answer");
	assert_int_equal(report_close(report), MIGRATE_USAGE);
	report = open_report(NULL, 0, false);
	report_trouble(report, MIGRATE_UNREACHABLE, "http://127.0.0.1:9 does not answer");
	add_call(report, 1, &FIELD);
	assert_int_equal(report_close(report), MIGRATE_DIFFERENT);
}

static uint32_t count_lines(const char *kind)
{
	char *text = read_file(json_path);
	char start[32];
	uint32_t count = 0;
	(void)snprintf(start, sizeof start, "{\"kind\":\"%s\"", kind);
	for (char *at = text; (at = strstr(at, start)) != NULL; at++) {
		count++;
	}
	free(text);
	return count;
}

static void what_is_frequent_does_not_hide_what_is_rare(void **state)
{
	(void)state;
	struct report *report = open_report(NULL, 10, false);
	for (uint64_t i = 1; i <= 1000; i++) {
		add_call(report, i, &FIELD);
	}
	const struct difference rare = {.kind = DIFFERENCE_STATE, .path = "member 7 9", .left = "member"};
	add_call(report, 1001, &rare);
	assert_int_equal(report_close(report), MIGRATE_DIFFERENT);
	assert_int_equal(count_lines("call"), 6);
	assert_number("end", "differs", 1001);
	assert_holds(json_path, "\"number\":1001,");
	assert_holds(html_path, "995 more calls are counted, and not shown.");
}

static void rows_causes_reasons_and_lines_are_bounded(void **state)
{
	(void)state;
	struct report *report = open_report(NULL, 4, false);
	for (unsigned i = 0; i < 2000; i++) {
		char name[32];
		for (unsigned j = 0, value = i; j < 4; j++, value /= 26) {
			name[j] = (char)('a' + value % 26);
		}
		name[4] = '\0';
		struct difference difference = FIELD;
		difference.path = name;
		struct verdict verdict = a_call(i, &difference, 1);
		report_add(report, &verdict);
		verdict.method = name;
		report_add(report, &verdict);
		verdict.no_twin = name;
		report_add(report, &verdict);
		report_trouble(report, MIGRATE_EQUAL, name);
	}
	assert_int_equal(report_close(report), MIGRATE_DIFFERENT);
	assert_true(count_lines("method") <= 300);
	assert_true(count_lines("cause") <= 1000);
	assert_true(count_lines("no_twin") <= 300);
	assert_int_equal(count_lines("call"), 4);
	assert_number("end", "differs", 4000);
	assert_number("end", "without_twin", 2000);
}

static void assert_well_formed(const char *path)
{
	xmlDoc *document = xmlReadFile(path, "UTF-8", XML_PARSE_NONET);
	assert_non_null(document);
	xmlFreeDoc(document);
}

/* Each byte, alone and among others, in every field there is. */
static void add_hostile(struct report *report, const char *text)
{
	struct difference differences[DIFFERENCE_KIND_COUNT * 3];
	for (enum difference_kind kind = 0; kind < DIFFERENCE_KIND_COUNT; kind++) {
		struct difference *three = &differences[3 * kind];
		three[0] = (struct difference){.kind = kind, .path = text, .left = text, .right = text};
		three[1] = three[2] = three[0];
		three[1].noise = true;
		three[2].rule = text;
	}
	const struct report_side side = {
		.name = text, .request = text, .reply = text, .status = -1, .outcome = text, .latency_us = INT64_MAX};
	struct verdict verdict = {
		.number = UINT64_MAX,
		.method = text,
		.left = side,
		.right = side,
		.differences = differences,
		.difference_count = DIFFERENCE_KIND_COUNT * 3,
		.state_diff = text,
		.repeat = text,
	};
	report_add(report, &verdict);
	verdict.no_twin = text;
	report_add(report, &verdict);
	report_trouble(report, MIGRATE_EQUAL, text);
}

static void hostile_bytes_break_no_document(void **state)
{
	(void)state;
	static const char *const TEXTS[] = {
		"", "]]>", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "&#0;&amp;&nope;", "--><!--",
		"\xff\xfe", "\xed\xa0\x80", "\xef\xbf\xbf", "\xe2\x80\xae", "\xc3", "\n\r\t\x1b[2J", "\x7f\xc2\x85", "%s%n%d",
		"HTTP/1.1 200 OK\r\n\r\n{\"a\":\"\\u0000\\ud800\"}", "<a b='&lt;&#10;&quot;'>&lt;c/><![CDATA[]]]]></a>",
		"<!DOCTYPE a [<!ENTITY b SYSTEM \"/etc/passwd\">]><a>&b;</a>", "[[[[[[[[", "HTTP/",
	};
	struct report *report = open_report(NULL, 0, false);
	for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
		add_hostile(report, TEXTS[i]);
	}
	for (unsigned byte = 1; byte < 256; byte++) {
		const char text[] = {'a', (char)byte, (char)byte, '\0'};
		add_hostile(report, text);
	}
	assert_int_equal(report_close(report), MIGRATE_DIFFERENT);
	assert_well_formed(junit_path);
	assert_well_formed(html_path);
	char *html = read_file(html_path);
	assert_null(strstr(html, "<script"));
	assert_null(strstr(html, "<img"));
	assert_null(strchr(html, '\x1b'));
	assert_null(strstr(html, "root:"));
	free(html);
	json_t *line = find_line("end");
	assert_non_null(line);
	json_decref(line);
}

static void long_texts_are_cut(void **state)
{
	(void)state;
	char *text = malloc(1 << 20);
	assert_non_null(text);
	memset(text, 'x', (1 << 20) - 1);
	text[(1 << 20) - 1] = '\0';
	struct report *report = open_report(NULL, 0, false);
	add_hostile(report, text);
	assert_int_equal(report_close(report), MIGRATE_DIFFERENT);
	assert_holds(html_path, "[the rest is left out]");
	free(text);
}

static void what_differs_is_marked_in_both_replies(void **state)
{
	(void)state;
	struct difference difference = {.kind = DIFFERENCE_FIELD, .path = "group.b", .left = "2", .right = "3"};
	struct verdict verdict = a_call(1, &difference, 1);
	verdict.left.reply = "<rsp><group a=\"2\" b=\"2\"/></rsp>";
	verdict.right.reply = "HTTP/1.1 200 OK\r\n\r\n{\"a\":3,\"b\":3,\"c\":{\"b\":2}}";
	struct report *report = open_report(NULL, 0, false);
	report_add(report, &verdict);
	assert_int_equal(report_close(report), MIGRATE_DIFFERENT);
	assert_holds(html_path, "      a=&quot;2&quot;\n<mark>      b=&quot;2&quot;/&gt;</mark>\n");
	assert_holds(html_path, "  &quot;a&quot;: 3,\n<mark>  &quot;b&quot;: 3,</mark>\n");
	assert_holds(html_path, "\n    &quot;b&quot;: 2\n");
}

static void nothing_and_an_empty_text_are_not_the_same(void **state)
{
	(void)state;
	const struct difference difference = {.kind = DIFFERENCE_FIELD, .path = "a", .left = "", .right = NULL};
	struct report *report = open_report(NULL, 0, false);
	add_call(report, 1, &difference);
	assert_int_equal(report_close(report), MIGRATE_DIFFERENT);
	assert_holds(html_path, "<td data-label=\"left\"><i>empty</i></td><td data-label=\"right\"><i>nothing</i></td>");
}

static void the_same_calls_give_the_same_bytes(void **state)
{
	(void)state;
	char *before[2] = {NULL, NULL};
	for (int run = 0; run < 2; run++) {
		struct report *report = open_report(NULL, 0, false);
		add_call(report, 1, &FIELD);
		add_call(report, 2, NULL);
		(void)report_close(report); /* different */
		char *after[2] = {read_file(html_path), read_file(junit_path)};
		for (int i = 0; i < 2; i++) {
			if (run == 1) {
				assert_string_equal(before[i], after[i]);
			}
			free(before[i]);
			before[i] = after[i];
		}
	}
	free(before[0]);
	free(before[1]);
}

static void a_file_that_cannot_be_made_or_written_is_told(void **state)
{
	(void)state;
	char why[WHY_SIZE];
	struct report_options options = {.title = "t", .json_path = json_path, .html_path = "/nowhere/x.html"};
	assert_null(report_open(&options, NULL, why, sizeof why));
	assert_string_equal(why, "cannot write /nowhere/x.html: No such file or directory");
	options.html_path = "/dev/full";
	struct report *report = report_open(&options, NULL, why, sizeof why);
	assert_non_null(report);
	assert_int_equal(report_close(report), MIGRATE_USAGE);
}

static int make_folder(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(json_path, sizeof json_path, "%s/report.jsonl", folder);
	(void)snprintf(junit_path, sizeof junit_path, "%s/report.xml", folder);
	(void)snprintf(html_path, sizeof html_path, "%s/report.html", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(json_path);
	(void)unlink(junit_path);
	(void)unlink(html_path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_calls_end_with_0),
		cmocka_unit_test(what_calls_do_is_counted_once_however_many_twins_they_have),
		cmocka_unit_test(an_unexplained_difference_ends_with_1_and_is_shown),
		cmocka_unit_test(noise_is_shown_and_no_difference),
		cmocka_unit_test(a_rule_accepts_a_difference),
		cmocka_unit_test(a_stale_rule_ends_with_4_unless_something_differs),
		cmocka_unit_test(no_rule_is_asked_about_noise),
		cmocka_unit_test(a_call_without_a_twin_is_counted_with_its_reason),
		cmocka_unit_test(a_trouble_is_told_and_decides_the_end),
		cmocka_unit_test(what_is_frequent_does_not_hide_what_is_rare),
		cmocka_unit_test(rows_causes_reasons_and_lines_are_bounded),
		cmocka_unit_test(hostile_bytes_break_no_document),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(what_differs_is_marked_in_both_replies),
		cmocka_unit_test(nothing_and_an_empty_text_are_not_the_same),
		cmocka_unit_test(the_same_calls_give_the_same_bytes),
		cmocka_unit_test(a_file_that_cannot_be_made_or_written_is_told),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
