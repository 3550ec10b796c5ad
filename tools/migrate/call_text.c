/* Escaping for forms, paths, JSON and shells. */
#include "migrate/call_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/memory.h"

#define FIRST_CAPACITY 1024
#define ESCAPE_SIZE 8

void call_text_clear(struct call_request *request)
{
	request->length = 0;
}

void call_text_add(struct call_request *request, const char *bytes, size_t length)
{
	if (request->length + length + 1 > request->capacity) {
		size_t capacity = request->capacity == 0 ? FIRST_CAPACITY : request->capacity;
		while (capacity < request->length + length + 1) {
			capacity *= 2;
		}
		request->text = memory_grow(request->text, capacity);
		request->capacity = capacity;
	}
	if (length > 0) {
		memcpy(request->text + request->length, bytes, length);
	}
	request->length += length;
	request->text[request->length] = '\0';
}

void call_text_puts(struct call_request *request, const char *text)
{
	call_text_add(request, text, strlen(text));
}

void call_request_finish(struct call_request *request)
{
	free(request->text);
	*request = (struct call_request){0};
}

static bool is_unreserved(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') ||
	       (byte != '\0' && strchr("-._~", byte) != NULL);
}

static void add_escaped(struct call_request *request, const char *bytes, size_t length, bool form)
{
	static const char HEX[] = "0123456789ABCDEF";
	for (size_t start = 0; start < length;) {
		size_t end = start;
		while (end < length && is_unreserved(bytes[end])) {
			end++;
		}
		call_text_add(request, bytes + start, end - start);
		if (end < length && form && bytes[end] == ' ') {
			call_text_add(request, "+", 1);
			end++;
		} else if (end < length) {
			unsigned char byte = (unsigned char)bytes[end++];
			const char escape[] = {'%', HEX[byte / 16], HEX[byte % 16]};
			call_text_add(request, escape, sizeof escape);
		}
		start = end;
	}
}

void call_text_add_escaped(struct call_request *request, const char *bytes, size_t length)
{
	add_escaped(request, bytes, length, false);
}

void call_text_add_form(struct call_request *request, const char *bytes, size_t length)
{
	add_escaped(request, bytes, length, true);
}

static bool is_plain_json(char byte)
{
	return (unsigned char)byte >= ' ' && byte != '"' && byte != '\\' && byte != '\x7f';
}

void call_text_add_json(struct call_request *request, const char *bytes, size_t length)
{
	char escape[ESCAPE_SIZE];
	call_text_add(request, "\"", 1);
	for (size_t start = 0; start < length;) {
		size_t end = start;
		while (end < length && is_plain_json(bytes[end])) {
			end++;
		}
		call_text_add(request, bytes + start, end - start);
		if (end < length) {
			int size = snprintf(escape, sizeof escape, "\\u%04x", (unsigned char)bytes[end++]);
			call_text_add(request, escape, (size_t)size);
		}
		start = end;
	}
	call_text_add(request, "\"", 1);
}

/* --- for a shell */

static void add_quoted(struct call_request *line, const char *bytes, size_t length)
{
	call_text_add(line, "'", 1);
	for (size_t i = 0; i < length; i++) {
		call_text_add(line, bytes[i] == '\'' ? "'\\''" : bytes + i, bytes[i] == '\'' ? 4 : 1);
	}
	call_text_add(line, "'", 1);
}

static bool is_own_header(const char *line)
{
	return strncmp(line, "Host:", 5) == 0 || strncmp(line, "Content-Length:", 15) == 0;
}

void call_write_curl(const struct call_request *request, const char *base_url, struct call_request *line)
{
	const char *end = request->text + request->length;
	const char *method_end = strchr(request->text, ' ');
	const char *target_end = method_end == NULL ? NULL : strchr(method_end + 1, ' ');
	const char *at = target_end == NULL ? NULL : strchr(target_end, '\n');
	call_text_clear(line);
	if (at == NULL) {
		return;
	}
	call_text_puts(line, "curl -i -X ");
	call_text_add(line, request->text, (size_t)(method_end - request->text));
	for (at++; at < end && *at != '\r' && *at != '\n';) {
		size_t length = strcspn(at, "\r\n");
		if (!is_own_header(at)) {
			call_text_puts(line, " -H ");
			add_quoted(line, at, length);
		}
		at += length;
		at += *at == '\r';
		at += *at == '\n';
	}
	at += at < end && *at == '\r';
	at += at < end && *at == '\n';
	if (at < end) {
		call_text_puts(line, " --data-binary ");
		add_quoted(line, at, (size_t)(end - at));
	}
	call_text_puts(line, " '");
	call_text_puts(line, base_url);
	call_text_add(line, method_end + 1, (size_t)(target_end - method_end - 1));
	call_text_puts(line, "'");
}
