/* The document as JSON that is also safe as script: a slash and the line separators of Unicode are escaped. */
#include "rsp.h"

#include <stdio.h>
#include <string.h>

#include "text/number.h"
#include "text/utf8.h"

#define ESCAPE_SIZE 8
#define LINE_SEPARATOR 0x2028
#define PARAGRAPH_SEPARATOR 0x2029
#define REPLACEMENT 0xFFFD

/* Writes the escape of a code point, if it needs one. */
static bool find_escape(uint32_t point, char escape[ESCAPE_SIZE])
{
	if (point == '"' || point == '\\' || point == '/') {
		(void)snprintf(escape, ESCAPE_SIZE, "\\%c", (int)point); /* two characters */
		return true;
	}
	if (point >= 0x20 && point != LINE_SEPARATOR && point != PARAGRAPH_SEPARATOR &&
		point != UTF8_INVALID) {
		return false;
	}
	unsigned shown = point == UTF8_INVALID ? REPLACEMENT : (unsigned)point;
	(void)snprintf(escape, ESCAPE_SIZE, "\\u%04x", shown); /* always six characters */
	return true;
}

/* Copies in runs up to the next code point that needs an escape. */
static void write_string(struct http_response *response, const char *text)
{
	size_t length = strlen(text);
	size_t copied = 0;
	size_t size = 1;
	response_write(response, "\"", 1);
	for (size_t at = 0; at < length; at += size) {
		char escape[ESCAPE_SIZE];
		size = 1; /* of what is no UTF-8 */
		if (!find_escape(utf8_next(text, length, at, &size), escape)) {
			continue;
		}
		response_write(response, text + copied, at - copied);
		response_puts(response, escape);
		copied = at + size;
	}
	response_write(response, text + copied, length - copied);
	response_write(response, "\"", 1);
}

static void separate(struct rsp *rsp)
{
	if (rsp->separate) {
		response_puts(rsp->response, ",");
	}
	rsp->separate = true;
}

/* Names are ours and need no escape. */
static void write_key(struct rsp *rsp, const char *name)
{
	separate(rsp);
	response_puts(rsp->response, "\"");
	response_puts(rsp->response, name);
	response_puts(rsp->response, "\":");
}

static void list_begin(struct rsp *rsp, const char *name)
{
	write_key(rsp, name);
	response_puts(rsp->response, "[");
	rsp->separate = false;
}

static void list_end(struct rsp *rsp)
{
	response_puts(rsp->response, "]");
	rsp->separate = true;
}

static void element_begin(struct rsp *rsp, const char *name)
{
	(void)name; /* the list has it */
	separate(rsp);
	response_puts(rsp->response, "{");
	rsp->separate = false;
}

static void element_end(struct rsp *rsp)
{
	response_puts(rsp->response, "}");
	rsp->separate = true;
}

static void write_text(struct rsp *rsp, const char *name, const char *text)
{
	write_key(rsp, name);
	write_string(rsp->response, text);
}

static void write_number(struct rsp *rsp, const char *name, uint64_t number)
{
	char digits[NUMBER_TEXT_SIZE];
	(void)number_write(number, digits);
	write_key(rsp, name);
	response_puts(rsp->response, digits);
}

static void begin(struct rsp *rsp, bool ok)
{
	response_puts(rsp->response, "{\"rsp\":{");
	write_text(rsp, "stat", ok ? "ok" : "fail");
	write_number(rsp, "version", 1);
}

static void end(struct rsp *rsp)
{
	response_puts(rsp->response, "}}");
}

const struct rsp_form rsp_json = {
	.begin = begin,
	.end = end,
	.list_begin = list_begin,
	.list_end = list_end,
	.element_begin = element_begin,
	.element_end = element_end,
	.text = write_text,
	.number = write_number,
};
