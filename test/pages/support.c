/* Requests as a browser makes them, through the decoder. */
#include "support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include <cmocka.h>

struct request *request;
struct http_route route;

static _Alignas(16) char memory[32768];

static const char *find_header(const void *context, const char *name, bool *repeated)
{
	const struct call *call = context;
	(void)repeated; /* each comes once */
	if (strcasecmp(name, "Cookie") == 0) {
		return call->cookie;
	}
	if (strcasecmp(name, "If-None-Match") == 0) {
		return call->tags;
	}
	return strcasecmp(name, "Content-Type") == 0 ? call->type : NULL;
}

enum outcome decode(const struct call *call)
{
	static char path[8192];
	const struct http_site site = {
		.public_url = call->public_url != NULL ? call->public_url : "http://localhost"};
	const char *body = call->body != NULL ? call->body : "";
	struct http_request http = {
		.method = call->method,
		.body = {body, strlen(body)},
		.header = find_header,
		.context = call,
		.site = &site,
		.trusted_user = call->trusted_user,
	};
	assert_int_equal(http_path_read(call->target, path, &http.path, &http.query), OUTCOME_NONE);
	request = request_init(memory, sizeof memory, DIALECT_PAGE);
	route = (struct http_route){0};
	return pages_driver.decode(&http, request, &route);
}

enum outcome get(const char *target)
{
	return decode(&(struct call){.method = HTTP_GET, .target = target});
}

enum outcome post(const char *target, const char *body, const char *cookie)
{
	return decode(&(struct call){.method = HTTP_POST, .target = target, .body = body, .type = FORM, .cookie = cookie});
}
