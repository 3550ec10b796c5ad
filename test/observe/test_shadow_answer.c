/* The other system's reply as the client gets it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observe/shadow_answer.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define SHOWN_SIZE 1024

static const char *say(void *context, enum reply_field_kind kind, const char *text)
{
	(void)context;
	return kind == FIELD_GROUP && strcmp(text, "388") == 0      ? "7"
	       : kind == FIELD_OPAQUE && strcmp(text, "\"9\"") == 0 ? "\"3\""
								    : text;
}

static struct http_answer *answer_of(int status, const char *head, size_t head_size, const char *body)
{
	const struct reply_words words = {.say = say};
	struct courier_call call = {.keep_head = true, .end = COURIER_ANSWERED, .status = status};
	buffer_write(&call.head, head, head_size);
	buffer_puts(&call.reply, body);
	struct http_answer *answer = shadow_answer_create(&call, &words);
	buffer_finish(&call.head);
	buffer_finish(&call.reply);
	return answer;
}

/* "reason|Name=value|Name=value|body" */
static void show(const struct http_answer *answer, char shown[SHOWN_SIZE])
{
	const char *at = answer->text + strlen(answer->text) + 1;
	const char *end = at + answer->head_size;
	int used = snprintf(shown, SHOWN_SIZE, "%s|", answer->text);
	while (at < end) {
		const char *value = at + strlen(at) + 1;
		used += snprintf(shown + used, SHOWN_SIZE - (size_t)used, "%s=%s|", at, value);
		at = value + strlen(value) + 1;
	}
	assert_ptr_equal(at, end);
	(void)snprintf(shown + used, SHOWN_SIZE - (size_t)used, "%.*s", (int)answer->body_size, end);
}

static void a_reply_is_passed_on_but_for_its_connection(void **state)
{
	static const struct {
		const char *head;
		const char *body;
		const char *shown;
	} cases[] = {
		{"HTTP/1.1 201 Made here\r\nLocation: /v3/groups/388\r\nX-Odd:   a b  \r\n\r\n", "{\"group_id\":388}",
			"Made here|Location=/v3/groups/7|X-Odd=a b|{\"group_id\":7}"},
		{"HTTP/1.1 200\r\n\r\n", "{ \"group_id\": 8 }", "|{ \"group_id\": 8 }"},
		{"HTTP/1.1 200 OK\r\nETag: \"9\"\r\nEtag: \"8\"\r\nX-Empty:\r\n\r\n", "",
			"OK|ETag=\"3\"|Etag=\"8\"|X-Empty=|"},
		{"HTTP/1.1 200 OK\r\nLink: <http://h/groups/388?page=2>; rel=\"next\", </groups/8>; rel=prev\r\n\r\n", "x",
			"OK|Link=<http://h/groups/7?page=2>; rel=\"next\", </groups/8>; rel=prev|x"},
		{"HTTP/1.1 200 OK\r\nLink: 388\r\nLocation: \r\n\r\n", "x", "OK|Link=388|Location=|x"},
		{"HTTP/1.1 200 OK\r\nConnection: close, x-hop\r\nX-Hop: 1\r\nKeep-Alive: 2\r\nTE: x\r\n"
		 "Transfer-Encoding: chunked\r\nContent-Length: 5\r\nUpgrade: y\r\nX-Kept: 1\r\n\r\n",
			"x", "OK|X-Kept=1|x"},
		{"HTTP/1.1 200 OK\r\nno header\r\n continued: x\r\nA B: c\r\n: nameless\r\nX: 1\r\n\r\n", "x",
			"OK|X=1|x"},
		{"HTTP/1.1 200 OK\nX: 1\n\nY: 2\n", "x", "OK|X=1|x"},
		{"HTTP/1.1 200 OK", "x", "OK|x"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char shown[SHOWN_SIZE];
		struct http_answer *answer = answer_of(200, cases[i].head, strlen(cases[i].head), cases[i].body);
		assert_non_null(answer);
		assert_int_equal(answer->status, 200);
		show(answer, shown);
		assert_string_equal(shown, cases[i].shown);
		free(answer);
	}
}

static void what_is_no_reply_is_not_passed_on(void **state)
{
	static const char head[] = "HTTP/1.1 200 OK\r\n\r\n";
	static const char nul[] = "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\n";
	static const int statuses[] = {-1, 0, 100, 101, 199, 600, 999};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(statuses); i++) {
		assert_null(answer_of(statuses[i], head, strlen(head), "x"));
	}
	assert_null(answer_of(200, "", 0, "x"));
	assert_null(answer_of(200, nul, sizeof nul - 1, "x"));
	struct courier_call call = {.status = 200, .head = {.failed = true}};
	const struct reply_words words = {.say = say};
	assert_null(shadow_answer_create(&call, &words));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_is_passed_on_but_for_its_connection),
		cmocka_unit_test(what_is_no_reply_is_not_passed_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
