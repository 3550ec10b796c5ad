/* HAR 1.2, as browsers and proxies save it: the whole document is one JSON text, read at once. */
#include "migrate/recording_source.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <sodium.h>

#include "text/time.h"

#define DOCUMENT_SIZE_MAX ((size_t)512 << 20)
#define SECOND_US 1000000
#define LATENCY_US_MAX 86400e6
#define OUTCOME_HEADER "X-Outcome"

static bool complain(struct reading_fault *fault, const char *what)
{
	(void)snprintf(fault->why, sizeof fault->why, "%s", what);
	return false;
}

/* --- the document */

/* Behind the first line, which was read already. */
static bool read_rest(struct recording *recording, struct buffer *whole)
{
	char part[65536];
	size_t size;
	buffer_write(whole, recording->text, recording->length);
	buffer_puts(whole, "\n");
	while ((size = fread(part, 1, sizeof part, recording->file)) > 0 && whole->size < DOCUMENT_SIZE_MAX) {
		buffer_write(whole, part, size);
	}
	return !ferror(recording->file) && !whole->failed && whole->size < DOCUMENT_SIZE_MAX;
}

bool recording_load_har(struct recording *recording, struct reading_fault *fault)
{
	static const char mark[] = "\xef\xbb\xbf";
	struct buffer whole = {0};
	json_error_t error;
	if (!read_rest(recording, &whole)) {
		buffer_finish(&whole);
		return complain(fault, "it cannot be read, or is too long for a HAR file");
	}
	size_t skipped = strncmp(whole.bytes, mark, strlen(mark)) == 0 ? strlen(mark) : 0;
	recording->document = json_loadb(whole.bytes + skipped, whole.size - skipped, JSON_ALLOW_NUL, &error);
	buffer_finish(&whole);
	if (recording->document == NULL) {
		(void)snprintf(fault->why, sizeof fault->why, "line %d: it is neither a recording nor a HAR file",
			error.line);
		return false;
	}
	recording->entries = json_object_get(json_object_get(recording->document, "log"), "entries");
	return json_is_array(recording->entries) ||
	       complain(fault, "it is neither a recording nor a HAR file: log.entries is missing");
}

/* --- an entry */

static struct span text_of(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);
	return (struct span){json_string_value(value), json_string_length(value)};
}

/* "2026-01-15T10:30:00.123+01:00". */
static bool read_start(const json_t *entry, int64_t *at_us)
{
	struct span text = text_of(entry, "startedDateTime");
	int64_t seconds;
	if (text.bytes == NULL || !time_read_rfc3339(text.bytes, text.length, &seconds)) {
		return false;
	}
	*at_us = seconds * SECOND_US;
	const char *point = memchr(text.bytes, '.', text.length);
	for (int64_t unit = SECOND_US / 10; point != NULL && unit > 0; unit /= 10) {
		char digit = *++point;
		if (digit < '0' || digit > '9') {
			break;
		}
		*at_us += unit * (digit - '0');
	}
	return true;
}

static void read_headers(const json_t *request, struct captured *captured)
{
	size_t index;
	const json_t *header;
	json_array_foreach(json_object_get(request, "headers"), index, header)
	{
		struct span name = text_of(header, "name");
		struct span value = text_of(header, "value");
		for (enum captured_header i = 0; name.bytes != NULL && value.bytes != NULL && i < HEADER_COUNT; i++) {
			if (strcasecmp(captured_header_name(i), name.bytes) == 0) {
				captured->repeated[i] = captured->headers[i].bytes != NULL;
				captured->headers[i] = captured->repeated[i] ? captured->headers[i] : value;
			}
		}
	}
}

static void write_escaped(struct buffer *form, struct span text)
{
	for (size_t i = 0; i < text.length; i++) {
		char escape[4];
		(void)snprintf(escape, sizeof escape, "%%%02x", (unsigned)(unsigned char)text.bytes[i]);
		buffer_puts(form, escape);
	}
}

/* Some programs save a form's parameters and not its text. */
static void read_body(const json_t *request, struct captured *captured, struct buffer *form)
{
	const json_t *posted = json_object_get(request, "postData");
	const json_t *parameter;
	size_t index;
	captured->body = text_of(posted, "text");
	if (captured->body.length > 0) {
		return;
	}
	json_array_foreach(json_object_get(posted, "params"), index, parameter)
	{
		buffer_puts(form, form->size == 0 ? "" : "&");
		write_escaped(form, text_of(parameter, "name"));
		buffer_puts(form, "=");
		write_escaped(form, text_of(parameter, "value"));
	}
	captured->body = (struct span){form->bytes, form->size};
}

static void read_reply(const json_t *response, struct captured *captured, struct buffer *decoded)
{
	const json_t *content = json_object_get(response, "content");
	struct span text = text_of(content, "text");
	const char *encoding = json_string_value(json_object_get(content, "encoding"));
	captured->replied = text.bytes != NULL;
	captured->reply = text;
	if (encoding == NULL || strcasecmp(encoding, "base64") != 0 || !buffer_reserve(decoded, text.length + 1)) {
		return;
	}
	size_t length;
	captured->replied = text.bytes != NULL &&
			    sodium_base642bin((unsigned char *)decoded->bytes, decoded->capacity, text.bytes,
				    text.length, "\r\n", &length, NULL, sodium_base64_VARIANT_ORIGINAL) == 0;
	captured->reply = captured->replied ? (struct span){decoded->bytes, length} : (struct span){0};
}

static void read_reply_headers(const json_t *response, struct captured *captured)
{
	size_t index;
	const json_t *header;
	json_array_foreach(json_object_get(response, "headers"), index, header)
	{
		const char *name = json_string_value(json_object_get(header, "name"));
		const char *value = json_string_value(json_object_get(header, "value"));
		if (name != NULL && value != NULL && strcasecmp(name, "Location") == 0) {
			captured->location = (struct span){value, strlen(value)};
		}
		bool named = name != NULL && value != NULL && strcasecmp(name, OUTCOME_HEADER) == 0;
		for (unsigned i = 0; named && i < OUTCOME_COUNT; i++) {
			if (strcmp(outcome_row((enum outcome)i)->name, value) == 0) {
				captured->outcome_known = true;
				captured->outcome = (enum outcome)i;
			}
		}
	}
}

static int64_t read_latency(const json_t *entry)
{
	double time_ms = json_number_value(json_object_get(entry, "time"));
	return time_ms > 0 && time_ms * 1000 < LATENCY_US_MAX ? (int64_t)(time_ms * 1000) : -1;
}

enum foreign_result recording_read_har(
	struct recording *recording, const json_t *entry, struct recorded *found, struct reading_fault *fault)
{
	const json_t *request = json_object_get(entry, "request");
	const json_t *response = json_object_get(entry, "response");
	struct captured captured = {.latency_us = read_latency(entry), .target = text_of(request, "url")};
	struct span method = text_of(request, "method");
	if (method.bytes == NULL || captured.target.bytes == NULL) {
		(void)complain(fault, "request.method or request.url is missing");
		return FOREIGN_BAD;
	}
	if (!read_start(entry, &captured.at_us)) {
		(void)complain(fault, "startedDateTime is no time");
		return FOREIGN_BAD;
	}
	if (!recording_method(method.bytes, method.length, &captured.method)) {
		return FOREIGN_NO_CALL;
	}
	json_int_t status = json_integer_value(json_object_get(response, "status"));
	captured.status = status >= 100 && status <= 599 ? (int)status : 0;
	struct buffer form = {0};
	struct buffer decoded = {0};
	read_headers(request, &captured);
	read_body(request, &captured, &form);
	read_reply(response, &captured, &decoded);
	read_reply_headers(response, &captured);
	enum foreign_result result = FOREIGN_BAD;
	if (form.failed || decoded.failed) {
		(void)complain(fault, "out of memory");
	} else {
		result = recording_take_foreign(recording, &captured, found, fault);
	}
	buffer_finish(&form);
	buffer_finish(&decoded);
	return result;
}
