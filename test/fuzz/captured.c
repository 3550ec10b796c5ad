/* Any bytes, three lines of them, as the target, body and reply of an exchange: its line is one line of JSON, and of
 * the token that stands in its header nothing is in it. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "observe/captured.h"

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

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct span rest = {size == 0 ? "" : (const char *)bytes, size};
	struct span target = span_cut(&rest, '\n');
	struct span body = span_cut(&rest, '\n');
	check(DIALECT_LEGACY, target, body, rest);
	check(DIALECT_V3, target, body, rest);
	return 0;
}
