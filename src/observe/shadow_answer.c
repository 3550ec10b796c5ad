#include "observe/shadow_answer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "observe/retell.h"

#define STATUS_MIN 200 /* below are no answers */
#define STATUS_MAX 599
#define BLANKS " \t"

/* The length is the transport's to say. */
static const char *const of_connection[] = {"Connection", "Content-Length", "Keep-Alive", "Proxy-Authenticate",
	"Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade"};

static bool is_word(struct span span, const char *word, size_t length)
{
	return span.length == length && strncasecmp(span.bytes, word, length) == 0;
}

static struct span trimmed(struct span span)
{
	while (span.length > 0 && strchr(BLANKS "\r", span.bytes[span.length - 1]) != NULL) {
		span.length--;
	}
	while (span.length > 0 && strchr(BLANKS, *span.bytes) != NULL) {
		span.bytes++;
		span.length--;
	}
	return span;
}

/* The next line without its end; an empty one ends the head. */
static bool next_line(struct span *rest, struct span *line)
{
	*line = span_cut(rest, '\n');
	while (line->length > 0 && line->bytes[line->length - 1] == '\r') {
		line->length--;
	}
	return line->length > 0;
}

static bool is_listed(struct span list, struct span name)
{
	while (list.length > 0) {
		struct span word = trimmed(span_cut(&list, ','));
		if (is_word(word, name.bytes, name.length)) {
			return true;
		}
	}
	return false;
}

/* Connection may name headers that end with it, too. */
static bool is_named_by_connection(struct span head, struct span name)
{
	struct span line;
	while (next_line(&head, &line)) {
		struct span header = span_cut(&line, ':');
		if (is_word(header, of_connection[0], strlen(of_connection[0])) && is_listed(line, name)) {
			return true;
		}
	}
	return false;
}

static bool is_passed_on(struct span head, struct span name)
{
	if (name.length == 0 || memchr(name.bytes, ' ', name.length) != NULL ||
		memchr(name.bytes, '\t', name.length) != NULL) {
		return false; /* it continues the line before, or is no header */
	}
	for (size_t i = 0; i < sizeof of_connection / sizeof of_connection[0]; i++) {
		if (is_word(name, of_connection[i], strlen(of_connection[i]))) {
			return false;
		}
	}
	return !is_named_by_connection(head, name);
}

static void put(struct buffer *text, struct span span)
{
	buffer_write(text, span.bytes, span.length);
	buffer_write(text, "", 1);
}

/* "<url>; rel=next, <url>; rel=prev" */
static void put_links(const struct reply_words *words, struct span links, struct buffer *text)
{
	while (links.length > 0) {
		bool opens = memchr(links.bytes, '<', links.length) != NULL;
		struct span before = span_cut(&links, '<');
		bool closes = memchr(links.bytes, '>', links.length) != NULL;
		struct span link = span_cut(&links, '>');
		buffer_write(text, before.bytes, before.length);
		buffer_puts(text, opens ? "<" : "");
		retell_target(words, link, text);
		buffer_puts(text, closes ? ">" : "");
	}
	buffer_write(text, "", 1);
}

static void put_value(
	const struct reply_words *words, struct span name, struct span value, struct buffer *text)
{
	if (is_word(name, "Link", strlen("Link"))) {
		put_links(words, value, text);
	} else if (is_word(name, "Location", strlen("Location"))) {
		retell_target(words, value, text);
		buffer_write(text, "", 1);
	} else if (is_word(name, "ETag", strlen("ETag"))) {
		retell_header(words, HEADER_IF_MATCH, value, text);
		buffer_write(text, "", 1);
	} else {
		put(text, value);
	}
}

static void put_headers(const struct reply_words *words, struct span head, struct buffer *text)
{
	struct span rest = head;
	struct span line;
	while (next_line(&rest, &line)) {
		bool whole = line.length > 0 && memchr(line.bytes, ':', line.length) != NULL;
		struct span name = span_cut(&line, ':');
		if (whole && is_passed_on(head, name)) {
			put(text, name);
			put_value(words, name, trimmed(line), text);
		}
	}
}

/* "HTTP/1.1 404 Not here". */
static struct span reason_of(struct span status_line)
{
	(void)span_cut(&status_line, ' ');
	(void)span_cut(&status_line, ' ');
	return trimmed(status_line);
}

/* Reason, headers, body; NULL: out of memory. */
static struct http_answer *answer_of(
	const struct courier_call *call, const struct reply_words *words, struct buffer *text)
{
	struct span rest = {call->head.bytes, call->head.size};
	struct span status_line;
	(void)next_line(&rest, &status_line);
	put(text, reason_of(status_line));
	size_t headers = text->size;
	put_headers(words, rest, text);
	size_t body = text->size;
	retell_reply(words, (struct span){call->reply.bytes, call->reply.size}, text);
	struct http_answer *answer = text->failed ? NULL : malloc(sizeof *answer + text->size);
	if (answer != NULL) {
		answer->status = call->status;
		answer->head_size = body - headers;
		answer->body_size = text->size - body;
		memcpy(answer->text, text->bytes, text->size);
	}
	return answer;
}

struct http_answer *shadow_answer_create(const struct courier_call *call, const struct reply_words *words)
{
	const struct buffer *head = &call->head;
	struct buffer text = {0};
	if (call->status < STATUS_MIN || call->status > STATUS_MAX || head->failed || call->reply.failed ||
		head->size == 0 || memchr(head->bytes, '\0', head->size) != NULL) {
		return NULL;
	}
	struct http_answer *answer = answer_of(call, words, &text);
	buffer_wipe(&text);
	return answer;
}
