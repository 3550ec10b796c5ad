/* The documents are a table; a request for one is answered without the engine. What is refused is one line of plain
 * text. */
#include "http/plain.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "http/openapi.h"
#include "http/status.h"

#define METHODS (HTTP_GET | HTTP_HEAD)
#define TEXT "text/plain; charset=utf-8"
#define JSON "application/json; charset=utf-8"

static const char crossdomain[] =
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	"<!DOCTYPE cross-domain-policy SYSTEM \"http://www.adobe.com/xml/dtds/cross-domain-policy.dtd\">\n"
	"<cross-domain-policy>"
	"<site-control permitted-cross-domain-policies=\"master-only\"/>"
	"<allow-access-from domain=\"*\" secure=\"false\"/>"
	"<allow-http-request-headers-from domain=\"*\" headers=\"*\" secure=\"false\"/>"
	"</cross-domain-policy>\n";

struct document {
	const char *path; /* without the first slash; also for logs, with it */
	const char *route;
	const char *type;
	const char *text; /* NULL: it is written when it is asked for */
	void (*write)(const struct http_status *status, struct http_response *response);
	const char *etag; /* NULL: none */
	bool current; /* what it says may be different the next moment */
	bool same_origin;
	bool for_operators; /* nobody else is told that it is there */
	bool needs_readiness;
};

enum {
	READY = 0,
	READY_DETAILS = 1, /* stands in for READY where an operator asks */
};

static const struct document DOCUMENTS[] = {
	[READY] = {"readyz", "/readyz", TEXT, .text = "ok\n", .current = true, .same_origin = true,
		.needs_readiness = true},
	[READY_DETAILS] = {"readyz", "/readyz", TEXT, .write = status_write_ready, .current = true,
		.same_origin = true, .for_operators = true, .needs_readiness = true},
	{"healthz", "/healthz", TEXT, .text = "ok\n", .current = true, .same_origin = true},
	{"metrics", "/metrics", "text/plain; version=0.0.4; charset=utf-8", .write = status_write_metrics,
		.current = true, .same_origin = true, .for_operators = true},
	{"version", "/version", JSON, .write = status_write_version, .current = true, .same_origin = true},
	{"openapi.json", "/openapi.json", JSON, .text = OPENAPI_JSON, .etag = OPENAPI_ETAG},
	{"v3/openapi.json", "/v3/openapi.json", JSON, .text = OPENAPI_JSON, .etag = OPENAPI_ETAG},
	{"crossdomain.xml", "/crossdomain.xml", "text/xml; charset=utf-8", .text = crossdomain},
	{"robots.txt", "/robots.txt", TEXT, .text = "User-agent: *\nDisallow: /\n"},
};

#define DOCUMENTS_COUNT (sizeof DOCUMENTS / sizeof *DOCUMENTS)

static const char *const ROOTS[] = {"readyz", "healthz", "metrics", "version", "openapi.json", "v3/openapi.json",
	"crossdomain.xml", "robots.txt", NULL};

_Static_assert(sizeof ROOTS / sizeof *ROOTS == DOCUMENTS_COUNT, "every document but the details has its root");

static bool path_is(const struct http_path *path, const char *name)
{
	struct span rest = {.bytes = name, .length = strlen(name)};
	for (uint32_t i = 0; i < path->count; i++) {
		struct span part = span_cut(&rest, '/');
		if (part.length != path->segments[i].length ||
			memcmp(part.bytes, path->segments[i].bytes, part.length) != 0) {
			return false;
		}
	}
	return rest.length == 0;
}

/* The number of the document that the path names; DOCUMENTS_COUNT: none that this peer is told of. */
static uint32_t find(const struct http_request *http)
{
	uint32_t i = 0;
	if (http->path.count == 0 || http->path.trailing_slash) {
		return DOCUMENTS_COUNT;
	}
	while (i < DOCUMENTS_COUNT && !path_is(&http->path, DOCUMENTS[i].path)) {
		i++;
	}
	if (i == READY && http->by_operator) {
		return READY_DETAILS;
	}
	return i < DOCUMENTS_COUNT && DOCUMENTS[i].for_operators && !http->by_operator ? DOCUMENTS_COUNT : i;
}

static enum outcome decode(const struct http_request *http, struct request *request, struct http_route *route)
{
	uint32_t found = find(http);
	request->form = found;
	if (found == DOCUMENTS_COUNT) {
		route->same_origin = true;
		return OUTCOME_NO_SUCH_PATH;
	}
	const struct document *document = &DOCUMENTS[found];
	*route = (struct http_route){
		.name = document->route, .methods_allowed = METHODS, .same_origin = document->same_origin};
	if (http->method == HTTP_OPTIONS) {
		return OUTCOME_PREFLIGHT;
	}
	if ((http->method & METHODS) == 0) {
		return OUTCOME_METHOD_NOT_ALLOWED;
	}
	const char *known = http->header(http->context, "If-None-Match", NULL);
	bool kept = known == NULL || request_add(request, known, strlen(known), &request->if_none_match);
	if (!kept || (document->needs_readiness && !status_is_ready(http->site->status))) {
		return kept ? OUTCOME_NOT_READY : OUTCOME_BUSY;
	}
	return OUTCOME_OK;
}

static void write_refusal(const struct http_site *site, const struct request *request,
	const struct outcome_row *row, struct http_response *response)
{
	response->content_type = TEXT;
	response_puts(response, row->v3_message);
	response_puts(response, "\n");
	if (row == outcome_row(OUTCOME_NOT_READY) && request->form == READY_DETAILS) {
		status_write_ready(site->status, response);
	}
}

static bool has_it_already(const struct request *request, const struct document *document)
{
	const char *known = request_text(request, request->if_none_match);
	return document->etag != NULL && (strcmp(known, "*") == 0 || strstr(known, document->etag) != NULL);
}

static void write_document(const struct http_site *site, const struct request *request,
	const struct document *document, struct http_response *response)
{
	const char *cache = document->etag != NULL ? "public, no-cache" : "public, max-age=3600";
	response_header(response, "Cache-Control", "%s", document->current ? "no-store" : cache);
	if (document->etag != NULL) {
		response_header(response, "ETag", "%s", document->etag);
	}
	if (has_it_already(request, document)) {
		response->outcome = OUTCOME_NOT_MODIFIED;
		response->status = outcome_row(OUTCOME_NOT_MODIFIED)->v3_status;
		response->reason = outcome_reason(response->status);
		return;
	}
	response->content_type = document->type;
	if (document->text != NULL) {
		response_puts(response, document->text);
	} else {
		document->write(site->status, response);
	}
}

static void encode(const struct http_site *site, const struct request *request, const struct reply *reply,
	const struct page *page, struct http_response *response)
{
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
		write_refusal(site, request, row, response);
		return;
	}
	assert(reply->outcome == OUTCOME_OK && request->form < DOCUMENTS_COUNT);
	write_document(site, request, &DOCUMENTS[request->form], response);
}

const struct dialect_driver plain_driver = {
	.dialect = DIALECT_V3,
	.roots = ROOTS,
	.of_server = true,
	.decode = decode,
	.encode = encode,
};
