/* The head of every reply: the common headers, in front of the dialect's own. */
#include "http/travel.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "model/limits.h"

#define STATUS_NO_CONTENT 204
#define STATUS_NOT_MODIFIED 304
#define STATUS_TOO_MANY 429

/* libevent closes only when the whole value is "close". */
static bool wants_close(const struct evkeyvalq *headers)
{
	const char *value = travel_find_header(headers, "Connection", NULL);
	for (const char *at = value; at != NULL && *at != '\0';) {
		at += strspn(at, ", \t");
		size_t length = strcspn(at, ", \t");
		if (length == 5 && strncasecmp(at, "close", 5) == 0) {
			return true;
		}
		at += length;
	}
	return false;
}

bool travel_has_body(int status)
{
	return status != STATUS_NO_CONTENT && status != STATUS_NOT_MODIFIED;
}

enum outcome travel_outcome(const struct http_exchange *exchange, const struct http_response *response)
{
	return response->outcome == OUTCOME_NONE ? exchange->exchange.reply.outcome : response->outcome;
}

/* What its limit is and when it may come again. Where no limit is configured nothing is said of one: a limit of 0
 * would read as "nothing allowed". */
static void write_rate_headers(const struct rate *rate, int status, struct evkeyvalq *headers)
{
	char number[24];
	if (status == STATUS_TOO_MANY) {
		(void)snprintf(number, sizeof number, "%u", rate->retry_after_s); /* it fits, as all below */
		evhttp_remove_header(headers, "Retry-After");
		evhttp_add_header(headers, "Retry-After", number);
	}
	if (rate->limit == 0 || status == STATUS_NO_CONTENT) {
		return;
	}
	(void)snprintf(number, sizeof number, "%u", rate->limit);
	evhttp_add_header(headers, "X-RateLimit-Limit", number);
	evhttp_add_header(headers, "X-RateLimit-Tier", rate->guest ? "guest" : "free");
	(void)snprintf(number, sizeof number, "%d", RATE_WINDOW_S);
	evhttp_add_header(headers, "X-RateLimit-Window", number);
	(void)snprintf(number, sizeof number, "%lld", (long long)rate->reset_at);
	evhttp_add_header(headers, "X-RateLimit-Reset", number);
}

static void write_common_headers(struct http_exchange *exchange, const struct http_response *response)
{
	struct http_thread *thread = exchange->thread;
	struct evkeyvalq *asked = evhttp_request_get_input_headers(exchange->http);
	struct evkeyvalq *headers = evhttp_request_get_output_headers(exchange->http);
	const struct request *request = exchange->exchange.request;
	enum outcome outcome = travel_outcome(exchange, response);
	evhttp_add_header(headers, "Date", http_thread_date(thread));
	evhttp_add_header(headers, "X-Outcome", outcome_row(outcome)->name);
	evhttp_add_header(headers, "X-Request-Id", request_text(request, request->request_id));
	evhttp_add_header(headers, "X-Content-Type-Options", "nosniff");
	evhttp_add_header(headers, "Referrer-Policy", "no-referrer");
	if (travel_has_body(response->status)) {
		char length[24];
		(void)snprintf(length, sizeof length, "%zu", response->body_size); /* it fits */
		evhttp_add_header(headers, "Content-Length", length);
	}
	char allow[ALLOW_SIZE];
	bool preflight = outcome == OUTCOME_PREFLIGHT;
	if (preflight || outcome == OUTCOME_METHOD_NOT_ALLOWED) {
		cors_methods(exchange->route.methods_allowed, allow);
		evhttp_add_header(headers, "Allow", allow);
	}
	if (!exchange->driver->same_origin && !exchange->route.same_origin) {
		cors_write(&thread->shared->cors, travel_find_header(asked, "Origin", NULL), preflight ? allow : NULL,
			headers);
	}
	if (wants_close(asked) || atomic_load_explicit(&thread->shared->stopping, memory_order_relaxed)) {
		evhttp_add_header(headers, "Connection", "close");
	}
}

void travel_write_headers(struct http_exchange *exchange, const struct http_response *response)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(exchange->http);
	write_common_headers(exchange, response);
	if (response->content_type != NULL) {
		evhttp_add_header(headers, "Content-Type", response->content_type);
	}
	for (unsigned i = 0; i < response->header_count; i++) {
		evhttp_add_header(headers, response->headers[i].name, response->headers[i].value);
	}
	write_rate_headers(&exchange->rate, response->status, headers);
}

