/* The response that an encoder writes: one growing body and a few headers, used again by its thread. */
#include "http/dialect.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BODY_CAPACITY_FIRST 4096
#define BODY_KEPT_MAX (1u << 20) /* one giant list does not stay allocated for ever */

static bool reserve(struct http_response *response, size_t more)
{
	size_t wanted = response->body_size + more;
	if (wanted <= response->body_capacity) {
		return true;
	}
	size_t capacity = response->body_capacity == 0 ? BODY_CAPACITY_FIRST : response->body_capacity;
	while (capacity < wanted) {
		capacity *= 2;
	}
	char *grown = realloc(response->body, capacity);
	if (grown == NULL) {
		response->failed = true;
		return false;
	}
	response->body = grown;
	response->body_capacity = capacity;
	return true;
}

void response_write(struct http_response *response, const char *bytes, size_t length)
{
	if (length == 0 || response->failed || !reserve(response, length)) {
		return;
	}
	memcpy(response->body + response->body_size, bytes, length);
	response->body_size += length;
}

void response_puts(struct http_response *response, const char *text)
{
	response_write(response, text, strlen(text));
}

void response_header(struct http_response *response, const char *name, const char *format, ...)
{
	assert(response->header_count < HTTP_HEADERS_MAX);
	struct http_header *header = &response->headers[response->header_count++];
	header->name = name;
	va_list arguments;
	va_start(arguments, format);
	int length = vsnprintf(header->value, sizeof header->value, format, arguments);
	va_end(arguments);
	assert(length >= 0 && (size_t)length < sizeof header->value);
	(void)length;
}

const char *response_find_header(const struct http_response *response, const char *name)
{
	for (unsigned i = 0; i < response->header_count; i++) {
		if (strcmp(response->headers[i].name, name) == 0) {
			return response->headers[i].value;
		}
	}
	return NULL;
}

void response_clear(struct http_response *response)
{
	if (response->body_capacity > BODY_KEPT_MAX) {
		response_finish(response);
	}
	response->status = 0;
	response->outcome = OUTCOME_NONE;
	response->reason = NULL;
	response->content_type = NULL;
	response->header_count = 0;
	response->body_size = 0;
	response->failed = false;
}

void response_finish(struct http_response *response)
{
	free(response->body);
	response->body = NULL;
	response->body_size = 0;
	response->body_capacity = 0;
}

void dialect_encode(const struct dialect_driver *driver, const struct http_site *site, const struct request *request,
	struct reply *reply, const struct page *page, struct http_response *response)
{
	response_clear(response);
	driver->encode(site, request, reply, page, response);
	if (!response->failed) {
		return;
	}
	response_clear(response);
	reply_clear(reply);
	reply->outcome = OUTCOME_BUSY;
	driver->encode(site, request, reply, page, response);
	if (!response->failed) {
		return;
	}
	response_clear(response);
	response->status = outcome_row(OUTCOME_BUSY)->v3_status; /* the same in every dialect */
	response->reason = outcome_reason(response->status);
	response_header(response, "Retry-After", "%d", RETRY_AFTER_S);
}
