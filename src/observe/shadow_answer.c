#include "observe/shadow_answer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/dialect.h"

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

static void put(char **to, struct span span)
{
	if (span.length > 0) {
		memcpy(*to, span.bytes, span.length);
	}
	*to += span.length;
	*(*to)++ = '\0';
}

static void put_headers(char **to, struct span head)
{
	struct span rest = head;
	struct span line;
	while (next_line(&rest, &line)) {
		bool whole = line.length > 0 && memchr(line.bytes, ':', line.length) != NULL;
		struct span name = span_cut(&line, ':');
		if (whole && is_passed_on(head, name)) {
			put(to, name);
			put(to, trimmed(line));
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

struct http_answer *shadow_answer_create(const struct courier_call *call)
{
	const struct buffer *head = &call->head;
	if (call->status < STATUS_MIN || call->status > STATUS_MAX || head->failed || call->reply.failed ||
		head->size == 0 || memchr(head->bytes, '\0', head->size) != NULL) {
		return NULL;
	}
	/* Each header's line becomes two texts, whose NULs need no more room than its ":" and line feed; the reason is
	 * shorter than its line. One more for a last line without its end. */
	struct http_answer *answer = malloc(sizeof *answer + head->size + 1 + call->reply.size);
	if (answer == NULL) {
		return NULL;
	}
	struct span rest = {head->bytes, head->size};
	struct span status_line;
	(void)next_line(&rest, &status_line);
	char *to = answer->text;
	put(&to, reason_of(status_line));
	char *headers = to;
	put_headers(&to, rest);
	answer->status = call->status;
	answer->head_size = (size_t)(to - headers);
	answer->body_size = call->reply.size;
	if (call->reply.size > 0) {
		memcpy(to, call->reply.bytes, call->reply.size);
	}
	return answer;
}
