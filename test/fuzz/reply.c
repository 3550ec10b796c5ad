/* Another system's reply of any bytes: its body becomes fields in the order of their paths, its head an answer
 * that can be passed on, or neither. The head ends at the first empty line. */
#define _GNU_SOURCE /* memmem */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "observe/reply_fields.h"
#include "observe/shadow_answer.h"

#define END_OF_HEAD "\r\n\r\n"
#define STATUS 200

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void read_fields(struct span body)
{
	struct reply_fields fields = {0};
	if (!reply_fields_read(&fields, body, NULL)) {
		reply_fields_finish(&fields);
		return;
	}
	for (size_t i = 0; i < fields.count; i++) {
		if (i > 0 && strcmp(fields.rows[i - 1].path, fields.rows[i].path) > 0) {
			abort();
		}
	}
	reply_fields_finish(&fields);
}

/* Every id and secret has another word. */
static const char *say(void *context, enum reply_field_kind kind, const char *text)
{
	(void)context;
	(void)kind;
	return text[0] == 'x' ? text : "12";
}

static void pass_on(struct span head, struct span body)
{
	struct courier_call call = {.keep_head = true, .end = COURIER_ANSWERED, .status = STATUS};
	buffer_write(&call.head, head.bytes, head.length);
	buffer_write(&call.reply, body.bytes, body.length);
	const struct reply_words words = {.say = say};
	struct http_answer *answer = shadow_answer_create(&call, &words);
	if (answer != NULL && answer->status != STATUS) {
		abort();
	}
	free(answer);
	buffer_finish(&call.head);
	buffer_finish(&call.reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static const struct span NONE = {.bytes = ""};
	struct span all = {.bytes = size == 0 ? "" : (const char *)bytes, .length = size};
	const char *end = memmem(all.bytes, all.length, END_OF_HEAD, strlen(END_OF_HEAD));
	size_t head = end == NULL ? 0 : (size_t)(end - all.bytes) + strlen(END_OF_HEAD);
	struct span body = {.bytes = all.bytes + head, .length = all.length - head};
	read_fields(body);
	pass_on(head == 0 ? NONE : (struct span){.bytes = all.bytes, .length = head}, body);
	return 0;
}
