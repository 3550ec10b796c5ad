/* A request's text taken apart in place: request line, headers, body. */
#ifndef MIGRATE_HTTP_TEXT_H
#define MIGRATE_HTTP_TEXT_H

#include "http/dialect.h"

#define HTTP_TEXT_HEADERS_MAX 32

struct http_text {
	char *target;
	enum http_method method;
	size_t header_count;
	struct {
		char *name;
		char *value;
	} headers[HTTP_TEXT_HEADERS_MAX];
	struct span body; /* as it is framed; only POST, PUT and PATCH have one */
};

/* Takes apart `length` bytes that a NUL follows; they are changed. False: not a request, or more headers than
 * HTTP_TEXT_HEADERS_MAX. */
bool http_text_read(char *text, size_t length, struct http_text *read);

/* For http_request.header; the context is a struct http_text. */
const char *http_text_find_header(const void *context, const char *name, bool *repeated);

#endif
