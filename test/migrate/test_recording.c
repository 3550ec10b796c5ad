/* Recordings, logs and HAR files: what is read of them, and where they are damaged. */
#define _GNU_SOURCE /* fopencookie */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "migrate/recording_source.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define HEAD "{\"joinery_recording\":1}\n"
#define LINE_BEFORE "{\"at_us\":5,\"dialect\":\"legacy\",\"operation\":\"group_join\",\"method\":\"POST\","
#define LINE_PATH "\"path\":\"/services/rest/\",\"query\":{},"
#define LINE_FORM "\"form\":{\"method\":\"group.join\",\"token\":[\"token:1\",\"token:2\"]},"
#define LINE_BEHIND "\"headers\":{},\"status\":200,\"outcome\":\"joined\",\"latency_us\":7,\"reply\":\"<rsp/>\"}\n"
#define LINE LINE_BEFORE LINE_PATH LINE_FORM LINE_BEHIND
#define SECRET "SeCrEt"

static struct recording *open_text(const char *text)
{
	char why[256] = "";
	FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	assert_non_null(file);
	struct recording *recording = recording_open_stream(file, "memory", why, sizeof why);
	assert_string_equal(why, "");
	assert_non_null(recording);
	return recording;
}

static void read_one(struct recording *recording, struct recorded *found)
{
	char why[256] = "";
	enum recording_result result = recording_next(recording, found, why, sizeof why);
	assert_string_equal(why, "");
	assert_int_equal(result, RECORDING_READ);
}

static void check_end(struct recording *recording)
{
	struct recorded found;
	char why[256] = "";
	assert_int_equal(recording_next(recording, &found, why, sizeof why), RECORDING_END);
	recording_close(recording);
}

static const char *text_in(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

static void a_line_is_read(void **state)
{
	(void)state;
	struct recording *recording = open_text(HEAD LINE HEAD "\n" LINE);
	struct recorded found;
	read_one(recording, &found);
	assert_int_equal(found.line, 2);
	assert_int_equal(found.at_us, 5);
	assert_int_equal(found.dialect, DIALECT_LEGACY);
	assert_string_equal(found.operation, "group_join");
	assert_string_equal(found.method, "POST");
	assert_string_equal(found.path, "/services/rest/");
	assert_string_equal(text_in(found.form, "method"), "group.join");
	assert_int_equal(json_array_size(json_object_get(found.form, "token")), 2);
	assert_null(found.body);
	assert_null(found.raw_body);
	assert_null(found.missing);
	assert_int_equal(found.status, 200);
	assert_string_equal(found.outcome, "joined");
	assert_int_equal(found.latency_us, 7);
	assert_string_equal(found.reply, "<rsp/>");
	read_one(recording, &found);
	assert_int_equal(found.line, 5);
	check_end(recording);
}

#define ANSWER "\"headers\":{},\"status\":200,\"outcome\":\"joined\",\"latency_us\":7"

/* The reply is taken out where it stands last and is plain; else, and where what it seems to be is another's member,
 * the parser finds it. */
static const struct {
	const char *behind;
	const char *reply;
} REPLIES[] = {
	{ANSWER ",\"reply\":\"\"}", ""},
	{ANSWER ",\"reply\":\"<a b=\\\"c\\\"/>\\n\\\\\\t\xc3\xa4\"}", "<a b=\"c\"/>\n\\\t\xc3\xa4"},
	{ANSWER ",\"reply\":\"\\u00e4\"}", "\xc3\xa4"},
	{ANSWER ",\"reply\":\"a\" } ", "a"},
	{ANSWER ", \"reply\": \"a\"}", "a"},
	{"\"reply\":\"a\\\\\"," ANSWER "}", "a\\"},
	{"\"body\":{\"a\":1,\"reply\":\"a\"}," ANSWER ",\"reply\":\"b\"}", "b"},
	{"\"body\":{\"a\":1,\"reply\":\"a\"}," ANSWER "}", NULL},
	{ANSWER ",\"body\":{\"a\":1,\"reply\":\"a\"}}", NULL},
	{ANSWER ",\"raw_body\":\",\\\"reply\\\":\\\"a\"}", NULL},
};

static void replies_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(REPLIES); i++) {
		char line[512];
		struct recorded found;
		(void)snprintf(line, sizeof line, "%s%s%s\n", LINE_BEFORE, LINE_PATH, REPLIES[i].behind);
		struct recording *recording = open_text(line);
		read_one(recording, &found);
		if (REPLIES[i].reply == NULL) {
			assert_null(found.reply);
		} else {
			assert_string_equal(found.reply, REPLIES[i].reply);
		}
		check_end(recording);
	}
}

static const struct {
	const char *text;
	const char *why;
} DAMAGED[] = {
	{HEAD "{\"at_us\":5,\"dialect\"", "line 2: it is no JSON object"},
	{HEAD "[]\n", "line 2: it is no JSON object"},
	{HEAD "{\"at_us\":1,\"dialect\":\"page\"}\n", "line 2: dialect is none of legacy, onezone and v3"},
	{HEAD "{\"dialect\":\"v3\",\"operation\":\"fly\"}\n", "line 2: operation is not known"},
	{HEAD "{\"dialect\":\"v3\",\"operation\":\"none\",\"method\":\"get\"}\n", "line 2: method is not known"},
	{HEAD "{\"dialect\":\"v3\",\"operation\":\"none\",\"method\":\"GET\",\"path\":\"x\"}\n",
		"line 2: path does not start with a slash"},
	{LINE_BEFORE "\"path\":\"/\",\"query\":{\"a\":1}," LINE_BEHIND, "line 1: query is not an object of texts"},
	{LINE_BEFORE "\"path\":\"/\",\"query\":{\"a\":[1]}," LINE_BEHIND, "line 1: query is not an object of texts"},
	{LINE_BEFORE LINE_PATH "\"form\":[]," LINE_BEHIND, "line 1: form is not an object of texts"},
	{LINE_BEFORE LINE_PATH "\"body\":[]," LINE_BEHIND, "line 1: body is not an object"},
	{LINE_BEFORE LINE_PATH "\"raw_body\":1," LINE_BEHIND, "line 1: raw_body is not a text"},
	{LINE_BEFORE LINE_PATH LINE_FORM "\"body\":{}," LINE_BEHIND,
		"line 1: form, body and raw_body stand beside each other"},
	{LINE_BEFORE LINE_PATH "\"status\":200}\n", "line 1: headers is not an object of texts"},
	{LINE_BEFORE LINE_PATH "\"headers\":{},\"status\":\"200\",\"latency_us\":1}\n",
		"line 1: status is not a number that it can be"},
	{LINE_BEFORE LINE_PATH "\"headers\":{},\"status\":99,\"latency_us\":1}\n", "line 1: status is none of HTTP's"},
	{LINE_BEFORE LINE_PATH "\"headers\":{},\"status\":200,\"latency_us\":-2}\n",
		"line 1: latency_us is not a number that it can be"},
	{LINE_BEFORE LINE_PATH "\"headers\":{},\"status\":200,\"latency_us\":1,\"outcome\":\"flown\"}\n",
		"line 1: outcome is not known"},
	{LINE_BEFORE LINE_PATH "\"headers\":{},\"status\":200,\"latency_us\":1,\"reply\":{}}\n",
		"line 1: reply is not a text"},
	{LINE_BEFORE LINE_PATH "\"reply\":\"a\"," LINE_BEHIND, "line 1: it is no JSON object"},
	{LINE_BEFORE LINE_PATH ANSWER ",\"reply\":\"\xff\"}\n", "line 1: it is no JSON object"},
	{LINE_BEFORE LINE_PATH ANSWER ",\"reply\":\"\t\"}\n", "line 1: it is no JSON object"},
	{"{\"at_us\":253402300800000000,\"dialect\":\"v3\",\"operation\":\"none\",\"method\":\"GET\"," LINE_PATH LINE_BEHIND,
		"line 1: at_us is not a number that it can be"}, /* the year 10000 */
	{"no log\n", "line 1: it has no [day/Mon/year:time zone] of a combined log"},
	{"a [31/Foo/2026:00:00:00 +0000] \"GET / HTTP/1.1\" 200 1\n",
		"line 1: it has no [day/Mon/year:time zone] of a combined log"},
	{"a [21/Nov/2026:00:00:00 +0000] \"GET / HTTP/1.1\" 2000 1\n",
		"line 1: it has no \"request\" with a status behind it"},
	{"{\"log\":{\"entries\":[{}]}}", "entry 1: request.method or request.url is missing"},
	{"{\"log\":{\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":\"/\"}}]}}", "entry 1: startedDateTime is no time"},
};

static void damage_is_named_with_its_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(DAMAGED); i++) {
		struct recording *recording = open_text(DAMAGED[i].text);
		struct recorded found;
		char why[256] = "";
		assert_int_equal(recording_next(recording, &found, why, sizeof why), RECORDING_BAD);
		assert_string_equal(why, DAMAGED[i].why);
		check_end(recording);
	}
}

static void behind_a_bad_line_reading_goes_on(void **state)
{
	(void)state;
	struct recording *recording = open_text(HEAD "{}\n" LINE);
	struct recorded found;
	char why[256] = "";
	assert_int_equal(recording_next(recording, &found, why, sizeof why), RECORDING_BAD);
	read_one(recording, &found);
	assert_int_equal(found.line, 3);
	check_end(recording);
}

#define LOG_BEFORE "10.0.0.1 - ada [15/Jan/2026:10:30:00 +0100] "

static void a_combined_log_is_read(void **state)
{
	(void)state;
	struct recording *recording = open_text(LOG_BEFORE
		"\"GET /services/rest/?method=group.getInfo&token=" SECRET "&name=\\x22\\xC3\\xA4 HTTP/1.1\" 409 1 \"-\" \"-\"\n"
		LOG_BEFORE "\"\\x16\\x03\" 400 0 \"-\" \"-\"\n" LOG_BEFORE "\"GET /healthz HTTP/1.1\" 200 0\n"
		LOG_BEFORE "\"POST /v3/groups HTTP/1.1\" 201 0 0.004\n" LOG_BEFORE "\"GET /v3/me HTTP/1.1\" 200 0");
	struct recorded found;
	read_one(recording, &found);
	assert_int_equal(found.at_us, 1768469400000000);
	assert_string_equal(found.operation, "group_info");
	assert_string_equal(text_in(found.query, "name"), "\"\xc3\xa4");
	assert_memory_equal(text_in(found.query, "token"), "token:", 6);
	assert_null(strstr(text_in(found.query, "token"), SECRET));
	assert_int_equal(found.status, 409);
	assert_null(found.outcome);
	assert_null(found.reply);
	assert_int_equal(found.latency_us, -1);
	assert_null(found.missing);
	read_one(recording, &found);
	assert_int_equal(found.line, 4);
	assert_string_equal(found.operation, "group_create");
	assert_string_equal(found.missing, "the body");
	read_one(recording, &found);
	assert_string_equal(found.missing, "the headers");
	assert_int_equal(recording_skipped(recording), 2);
	check_end(recording);
}

static void a_line_without_end_is_passed_over(void **state)
{
	(void)state;
	size_t length = RECORDING_LINE_MAX + strlen(HEAD);
	char *text = malloc(length + sizeof LINE + 1);
	struct recorded found;
	char why[256];
	assert_non_null(text);
	memset(text, '{', length);
	memcpy(text, HEAD, strlen(HEAD)); /* a line of its own */
	(void)snprintf(text + length, sizeof LINE + 1, "\n%s", LINE);
	struct recording *recording = open_text(text);
	assert_int_equal(recording_next(recording, &found, why, sizeof why), RECORDING_BAD);
	assert_string_equal(why, "line 2: it is too long");
	read_one(recording, &found);
	assert_int_equal(found.line, 3);
	check_end(recording);
	free(text);
}

static const char har[] =
	"{\n\"log\":{\"entries\":[{\"startedDateTime\":\"2026-01-15T10:30:00.25+01:00\",\"time\":12.5,\"request\":{"
	"\"method\":\"POST\",\"url\":\"https://old.example/services/rest/?format=json\",\"headers\":["
	"{\"name\":\"Cookie\",\"value\":\"" SECRET "\"},{\"name\":\"X-Request-Id\",\"value\":\"r1\"}],"
	"\"postData\":{\"params\":[{\"name\":\"method\",\"value\":\"group.join\"},{\"name\":\"token\",\"value\":\"" SECRET
	"\"}]}},\"response\":{\"status\":200,\"headers\":[{\"name\":\"x-outcome\",\"value\":\"joined\"}],\"content\":{"
	"\"encoding\":\"base64\",\"text\":\"PHQgdG9rZW49IlNlQ3JFdCIvPg==\"}}},"
	"{\"startedDateTime\":\"2026-01-15T10:30:00Z\",\"request\":{\"method\":\"GET\",\"url\":\"http://h/docs\",\"postData\":{"
	"\"text\":\"\\u0000\"}},\"response\":{\"status\":200,\"content\":{\"text\":\"\\u0000PNG\"}}},"
	"{\"startedDateTime\":\"2026-01-15T10:30:00Z\",\"request\":{\"method\":\"GET\",\"url\":\"http://h/v3/me\","
	"\"headers\":[{\"name\":\"Authorization\",\"value\":\"Bearer " SECRET "\"},{\"name\":\"macaroon\",\"value\":\"a\"},"
	"{\"name\":\"Macaroon\",\"value\":\"b\"}]},\"response\":{\"status\":0}}]}}";

static void a_har_file_is_read(void **state)
{
	(void)state;
	struct recording *recording = open_text(har);
	const struct alias_key key = {.bytes = {1}};
	struct recorded found;
	recording_set_key(recording, &key);
	read_one(recording, &found);
	assert_int_equal(found.at_us, 1768469400250000);
	assert_int_equal(found.latency_us, 12500);
	assert_string_equal(found.path, "/services/rest/");
	assert_string_equal(text_in(found.query, "format"), "json");
	assert_string_equal(text_in(found.headers, "x-request-id"), "r1");
	assert_null(json_object_get(found.headers, "cookie"));
	assert_string_equal(found.outcome, "joined");
	char reply[64];
	(void)snprintf(reply, sizeof reply, "<t token=\"%s\"/>", text_in(found.form, "token"));
	assert_string_equal(found.reply, reply);
	assert_null(strstr(found.reply, SECRET));
	read_one(recording, &found);
	assert_int_equal(found.line, 3);
	assert_int_equal(found.status, 0);
	assert_null(found.reply);
	assert_memory_equal(text_in(found.headers, "authorization"), "Bearer token:", 13);
	assert_int_equal(json_array_size(json_object_get(found.headers, "macaroon")), 2);
	assert_int_equal(recording_skipped(recording), 1);
	check_end(recording);
}

static ssize_t fail_to_read(void *cookie, char *bytes, size_t size)
{
	(void)cookie;
	(void)bytes;
	(void)size;
	errno = EIO;
	return -1;
}

static void a_file_that_cannot_be_read_on_ends(void **state)
{
	(void)state;
	char why[256] = "";
	struct recorded found;
	FILE *file = fopencookie(NULL, "r", (cookie_io_functions_t){.read = fail_to_read});
	struct recording *recording = recording_open_stream(file, "broken", why, sizeof why);
	assert_non_null(recording);
	assert_int_equal(recording_next(recording, &found, why, sizeof why), RECORDING_BAD);
	assert_non_null(strstr(why, "line 1: "));
	check_end(recording);
}

static void a_folder_is_no_recording(void **state)
{
	(void)state;
	char why[256] = "";
	assert_null(recording_open("/", why, sizeof why));
	assert_string_equal(why, "/: Is a directory");
}

static void what_is_neither_is_refused_at_once(void **state)
{
	(void)state;
	static const char *const texts[] = {"{}", "{\"log\":{}}", "{\n", "{\"name\":1}\n{}\n"};
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		char why[256] = "";
		FILE *file = fmemopen((void *)(uintptr_t)texts[i], strlen(texts[i]), "r");
		assert_null(recording_open_stream(file, "memory", why, sizeof why));
		assert_non_null(strstr(why, "it is neither a recording nor a HAR file"));
	}
	char why[256] = "";
	assert_null(recording_open("/no/such/file", why, sizeof why));
	assert_string_equal(why, "/no/such/file: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_read),
		cmocka_unit_test(replies_are_read),
		cmocka_unit_test(damage_is_named_with_its_place),
		cmocka_unit_test(behind_a_bad_line_reading_goes_on),
		cmocka_unit_test(a_line_without_end_is_passed_over),
		cmocka_unit_test(a_combined_log_is_read),
		cmocka_unit_test(a_har_file_is_read),
		cmocka_unit_test(a_file_that_cannot_be_read_on_ends),
		cmocka_unit_test(a_folder_is_no_recording),
		cmocka_unit_test(what_is_neither_is_refused_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
