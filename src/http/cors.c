/* Cross-origin headers: credentials are never allowed, so a browser's cookies open nothing. */
#include "http/cors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <event2/http.h>

#include "http/dialect.h"

#define REQUEST_HEADERS \
	"Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Macaroon, X-Auth-Token, " \
	"X-Request-Id, traceparent"
#define EXPOSED_HEADERS \
	"ETag, Location, Link, Retry-After, X-RateLimit-Limit, X-RateLimit-Tier, X-RateLimit-Window, " \
	"X-RateLimit-Reset, X-Outcome, X-Request-Id, Idempotency-Replayed, Deprecation, Sunset, " \
	"WWW-Authenticate"

static const struct {
	enum http_method method;
	const char *name;
} methods_in_order[] = {
	{HTTP_GET, "GET"},
	{HTTP_HEAD, "HEAD"},
	{HTTP_POST, "POST"},
	{HTTP_PUT, "PUT"},
	{HTTP_PATCH, "PATCH"},
	{HTTP_DELETE, "DELETE"},
	{HTTP_OPTIONS, "OPTIONS"},
};

bool cors_init(struct cors *cors, const char *option)
{
	*cors = (struct cors){.any = option == NULL || strcmp(option, "*") == 0};
	if (cors->any || strcmp(option, "none") == 0) {
		return true;
	}
	cors->origins = strdup(option);
	return cors->origins != NULL;
}

void cors_finish(struct cors *cors)
{
	free(cors->origins);
	cors->origins = NULL;
}

static bool is_listed(const char *origins, const char *origin)
{
	size_t length = strlen(origin);
	for (const char *at = origins; *at != '\0';) {
		at += strspn(at, ", ");
		size_t listed = strcspn(at, ", ");
		if (listed == length && length != 0 && memcmp(at, origin, length) == 0) {
			return true;
		}
		at += listed;
	}
	return false;
}

void cors_write(const struct cors *cors, const char *origin, const char *allow, struct evkeyvalq *headers)
{
	if (!cors->any && cors->origins == NULL) {
		return;
	}
	if (!cors->any) {
		evhttp_add_header(headers, "Vary", "Origin");
		if (origin == NULL || !is_listed(cors->origins, origin)) {
			return;
		}
	}
	evhttp_add_header(headers, "Access-Control-Allow-Origin", cors->any ? "*" : origin);
	if (allow != NULL) {
		evhttp_add_header(headers, "Access-Control-Allow-Methods", allow);
		evhttp_add_header(headers, "Access-Control-Allow-Headers", REQUEST_HEADERS);
		evhttp_add_header(headers, "Access-Control-Max-Age", "7200");
	} else if (origin != NULL) {
		evhttp_add_header(headers, "Access-Control-Expose-Headers", EXPOSED_HEADERS);
	}
}

void cors_methods(unsigned methods, char text[ALLOW_SIZE])
{
	methods |= HTTP_OPTIONS;
	size_t length = 0;
	text[0] = '\0';
	for (size_t i = 0; i < sizeof methods_in_order / sizeof methods_in_order[0]; i++) {
		if ((methods & methods_in_order[i].method) == 0) {
			continue;
		}
		const char *separator = length == 0 ? "" : ", ";
		length += (size_t)snprintf(
			text + length, ALLOW_SIZE - length, "%s%s", separator, methods_in_order[i].name);
	}
}
