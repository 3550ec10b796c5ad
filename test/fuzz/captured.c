/* Any bytes, three lines of them, as the target, body and reply of an exchange: its line is one line of JSON, and of
 * the token that stands in its header nothing is in it. Told in the words of a system that has no other ones, each
 * part stays as it came. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "observe/captured.h"
#include "observe/retell.h"

#define TOKEN "Zq7-NeverShown-7qZ"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check(enum dialect dialect, struct span target, struct span body, struct span reply)
{
	static const struct alias_key key = {.bytes = {1}};
	struct line_maker maker = {0};
	struct captured captured = {
		.dialect = dialect,
		.operation = OPERATION_NONE,
		.routed = true,
		.method = HTTP_POST,
		.target = target,
		.body = body,
		.headers = {[HEADER_AUTHORIZATION] = {"Bearer " TOKEN, strlen("Bearer " TOKEN)},
			[HEADER_IF_MATCH] = body},
		.replied = true,
		.reply = reply,
	};
	if (captured_write(&maker, &key, &captured)) {
		assert(memchr(maker.line.bytes, '\n', maker.line.size) == maker.line.bytes + maker.line.size - 1);
		json_t *line = json_loadb(maker.line.bytes, maker.line.size, JSON_REJECT_DUPLICATES, NULL);
		assert(json_is_object(line));
		const char *header = json_string_value(json_object_get(json_object_get(line, "headers"), "authorization"));
		assert(strstr(header, TOKEN) == NULL);
		json_decref(line);
	}
	line_maker_finish(&maker);
}

static const char *say(void *context, enum reply_field_kind kind, const char *text)
{
	(void)context;
	(void)kind;
	return text;
}

static void assert_same(struct buffer *told, struct span expected)
{
	assert(!told->failed && told->size == expected.length);
	assert(told->size == 0 || memcmp(told->bytes, expected.bytes, told->size) == 0);
	buffer_clear(told);
}

static void retell(enum dialect dialect, struct span target, struct span body, struct span reply)
{
	static const struct reply_words words = {.say = say};
	struct buffer told = {0};
	retell_target(&words, target, &told);
	assert_same(&told, target);
	retell_body(&words, dialect, body, &told);
	assert_same(&told, body);
	retell_header(&words, HEADER_AUTHORIZATION, body, &told);
	assert_same(&told, body);
	retell_header(&words, HEADER_IF_MATCH, body, &told);
	assert_same(&told, body);
	retell_reply(&words, reply, &told);
	assert_same(&told, reply);
	buffer_finish(&told);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct span rest = {size == 0 ? "" : (const char *)bytes, size};
	struct span target = span_cut(&rest, '\n');
	struct span body = span_cut(&rest, '\n');
	check(DIALECT_LEGACY, target, body, rest);
	check(DIALECT_V3, target, body, rest);
	retell(DIALECT_LEGACY, target, body, rest);
	retell(DIALECT_V3, target, body, rest);
	return 0;
}
