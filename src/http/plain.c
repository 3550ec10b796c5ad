/* The documents are data; a request for one is answered without the store. What is refused is one line of
 * plain text. */
#include "http/plain.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#define METHODS (HTTP_GET | HTTP_HEAD)

struct document {
	const char *name;
	const char *route; /* for logs */
	const char *type;
	const char *text;
};

static const struct document DOCUMENTS[] = {
	{"crossdomain.xml", "/crossdomain.xml", "text/xml; charset=utf-8",
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<!DOCTYPE cross-domain-policy SYSTEM "
		"\"http://www.adobe.com/xml/dtds/cross-domain-policy.dtd\">\n"
		"<cross-domain-policy>"
		"<site-control permitted-cross-domain-policies=\"master-only\"/>"
		"<allow-access-from domain=\"*\" secure=\"false\"/>"
		"<allow-http-request-headers-from domain=\"*\" headers=\"*\" secure=\"false\"/>"
		"</cross-domain-policy>\n"},
	{"robots.txt", "/robots.txt", "text/plain; charset=utf-8", "User-agent: *\nDisallow: /\n"},
};

#define DOCUMENTS_COUNT (sizeof DOCUMENTS / sizeof *DOCUMENTS)

static const char *const ROOTS[] = {"crossdomain.xml", "robots.txt", NULL};

_Static_assert(sizeof ROOTS / sizeof *ROOTS == DOCUMENTS_COUNT + 1, "every document has its root");

/* The number of the document that the path names; DOCUMENTS_COUNT: none. */
static uint32_t find(const struct http_path *path)
{
	uint32_t i = 0;
	if (path->count != 1 || path->trailing_slash) {
		return DOCUMENTS_COUNT;
	}
	while (i < DOCUMENTS_COUNT && (path->segments[0].length != strlen(DOCUMENTS[i].name) ||
		memcmp(path->segments[0].bytes, DOCUMENTS[i].name, path->segments[0].length) != 0)) {
		i++;
	}
	return i;
}

static enum outcome decode(const struct http_request *http, struct request *request, struct http_route *route)
{
	uint32_t found = find(&http->path);
	request->form = found;
	if (found == DOCUMENTS_COUNT) {
		return OUTCOME_NO_SUCH_PATH;
	}
	*route = (struct http_route){.name = DOCUMENTS[found].route, .methods_allowed = METHODS};
	if (http->method == HTTP_OPTIONS) {
		return OUTCOME_PREFLIGHT;
	}
	return (http->method & METHODS) == 0 ? OUTCOME_METHOD_NOT_ALLOWED : OUTCOME_OK;
}

static void write_refusal(const struct outcome_row *row, struct http_response *response)
{
	response->content_type = "text/plain; charset=utf-8";
	response_puts(response, row->v3_message);
	response_puts(response, "\n");
}

static void encode(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response)
{
	(void)site;
	(void)page;
	const struct outcome_row *row = outcome_row(reply->outcome);
	response->status = row->v3_status;
	response->reason = outcome_reason(response->status);
	if (response->status == 503) {
		response_header(response, "Retry-After", "%d", RETRY_AFTER_S);
	}
	if (reply->outcome == OUTCOME_PREFLIGHT) {
		return;
	}
	if (row->v3_message != NULL) {
		write_refusal(row, response);
		return;
	}
	assert(reply->outcome == OUTCOME_OK && request->form < DOCUMENTS_COUNT);
	const struct document *document = &DOCUMENTS[request->form];
	response_header(response, "Cache-Control", "public, max-age=3600");
	response->content_type = document->type;
	response_puts(response, document->text);
}

const struct dialect_driver plain_driver = {
	.dialect = DIALECT_V3,
	.roots = ROOTS,
	.unmetered = true,
	.decode = decode,
	.encode = encode,
};
