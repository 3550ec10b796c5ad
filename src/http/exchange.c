/* One request's way: decode, runner, encode, reply. All of it stands in one allocation, which crosses to
 * the writer and back; libevent's own request stays with its thread and is touched only there. */
#include "http/exchange.h"

#include <assert.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include <event2/buffer.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>

#include "http/connection.h"
#include "http/thread.h"
#include "log.h"

struct http_exchange {
	struct exchange exchange; /* first: the runner gives back its address */
	struct http_thread *thread;
	struct evhttp_request *http;
	struct connection *connection;
	const struct dialect_driver *driver;
	struct http_route route;
	enum http_method method;
	int64_t started_ms;
	bool tried; /* it counts as a failed try of the client until it is answered well */
	struct peer client;
	alignas(max_align_t) char block[]; /* the request */
};

static const struct {
	enum evhttp_cmd_type type;
	enum http_method method;
	const char *name;
} methods[] = {
	{EVHTTP_REQ_GET, HTTP_GET, "GET"},
	{EVHTTP_REQ_POST, HTTP_POST, "POST"},
	{EVHTTP_REQ_HEAD, HTTP_HEAD, "HEAD"},
	{EVHTTP_REQ_PUT, HTTP_PUT, "PUT"},
	{EVHTTP_REQ_PATCH, HTTP_PATCH, "PATCH"},
	{EVHTTP_REQ_DELETE, HTTP_DELETE, "DELETE"},
	{EVHTTP_REQ_OPTIONS, HTTP_OPTIONS, "OPTIONS"},
};

static enum http_method read_method(struct evhttp_request *http)
{
	enum evhttp_cmd_type type = evhttp_request_get_command(http);
	size_t i = 0;
	while (i + 1 < sizeof methods / sizeof methods[0] && methods[i].type != type) {
		i++;
	}
	assert(methods[i].type == type); /* the guard lets no other through */
	return methods[i].method;
}

static const char *method_name(enum http_method method)
{
	size_t i = 0;
	while (methods[i].method != method) {
		i++;
	}
	return methods[i].name;
}

/* http_request.header: `context` is the list of headers. */
static const char *find_header(const void *context, const char *name, bool *repeated)
{
	const struct evkeyvalq *headers = context;
	const char *value = NULL;
	struct evkeyval *header;
	if (repeated != NULL) {
		*repeated = false;
	}
	TAILQ_FOREACH(header, headers, next)
	{
		if (strcasecmp(header->key, name) != 0) {
			continue;
		}
		if (value != NULL) {
			*repeated = true;
			return value;
		}
		value = header->value;
		if (repeated == NULL) {
			return value;
		}
	}
	return value;
}

static size_t size_of_headers(const struct evkeyvalq *headers)
{
	size_t size = 0;
	struct evkeyval *header;
	TAILQ_FOREACH(header, headers, next)
	{
		size += strlen(header->value) + 1;
	}
	return size;
}

static struct http_exchange *create(
	struct http_thread *thread, struct connection *connection, struct evhttp_request *http)
{
	size_t input = strlen(evhttp_request_get_uri(http)) +
		       evbuffer_get_length(evhttp_request_get_input_buffer(http)) +
		       size_of_headers(evhttp_request_get_input_headers(http));
	size_t capacity = request_capacity(input);
	size_t size = offsetof(struct http_exchange, block) + capacity;
	struct http_exchange *exchange = malloc(size);
	if (exchange == NULL) {
		return NULL;
	}
	memset(exchange, 0, offsetof(struct http_exchange, exchange.reply));
	exchange->exchange.size = (uint32_t)size;
	exchange->exchange.request = (struct request *)(void *)exchange->block;
	reply_init(&exchange->exchange.reply);
	exchange->thread = thread;
	exchange->http = http;
	exchange->connection = connection;
	exchange->route = (struct http_route){.name = "-"};
	exchange->tried = false;
	exchange->method = read_method(http);
	exchange->started_ms = thread->shared->access_log ? http_thread_now_ms() : 0;
	/* Begun without a dialect: decode's caller picks it by the path. */
	(void)request_init(exchange->exchange.request, capacity, DIALECT_V3);
	return exchange;
}

static void take_request_id(struct http_exchange *exchange, const struct http_request *http)
{
	struct request *request = exchange->exchange.request;
	dialect_take_request_id(http, request);
	if (request->request_id.length == 0) {
		char made[REQUEST_ID_MADE_SIZE];
		request_ids_next(&exchange->thread->ids, made);
		bool added = request_add(request, made, sizeof made - 1, &request->request_id);
		assert(added); /* every block has room to spare for one */
		(void)added;
	}
}

static struct span body_of(struct evhttp_request *http, enum http_method method)
{
	if ((method & (HTTP_POST | HTTP_PUT | HTTP_PATCH)) == 0) {
		return (struct span){.bytes = "", .length = 0};
	}
	struct evbuffer *input = evhttp_request_get_input_buffer(http);
	size_t length = evbuffer_get_length(input);
	const char *bytes = length == 0 ? NULL : (const char *)evbuffer_pullup(input, -1);
	return bytes == NULL ? (struct span){.bytes = "", .length = 0}
			     : (struct span){.bytes = bytes, .length = length};
}

/* The substitute came: the answer is what the guard said of the request it stands for. */
static enum outcome take_refusal(struct http_exchange *exchange)
{
	const struct connection *connection = exchange->connection;
	const struct http_request none = {.header = find_header,
		.context = evhttp_request_get_input_headers(exchange->http)};
	take_request_id(exchange, &none);
	exchange->driver = connection->refusal_driver;
	exchange->method = connection->refused_head ? HTTP_HEAD : HTTP_GET;
	exchange->exchange.request->dialect = exchange->driver->dialect;
	return connection->refusal;
}

static struct peer find_peer(const struct http_exchange *exchange)
{
	return peer_of_socket(bufferevent_getfd(exchange->connection->stream));
}

/* Whom the option's header names, if the peer may say so; "", which is nobody's name, when it says two. */
static const char *find_trusted_user(const struct http_exchange *exchange, const struct evkeyvalq *headers)
{
	const struct http_shared *shared = exchange->thread->shared;
	if (shared->trust_user_header == NULL) {
		return NULL;
	}
	bool repeated = false;
	const char *name = find_header(headers, shared->trust_user_header, &repeated);
	if (name == NULL) {
		return NULL;
	}
	struct peer peer = find_peer(exchange);
	if (!peer_list_has(&shared->trusted_proxies, &peer)) {
		return NULL;
	}
	return repeated ? "" : name;
}

/* The lines of a header as one list: some proxies append to the line that came, others add a line of their own.
 * A list needs less room than its lines did. */
static void join_lines(const struct evkeyvalq *headers, const char *name, char list[HEAD_SIZE_MAX])
{
	struct evkeyval *header;
	size_t length = 0;
	list[0] = '\0';
	TAILQ_FOREACH(header, headers, next)
	{
		size_t size = strlen(header->value);
		if (strcasecmp(header->key, name) != 0 || size + 2 > HEAD_SIZE_MAX - length) {
			continue;
		}
		if (length > 0) {
			list[length++] = ',';
		}
		memcpy(list + length, header->value, size + 1);
		length += size;
	}
}

/* False: the client's address had too many tries. */
static bool take_try(struct http_exchange *exchange)
{
	struct http_shared *shared = exchange->thread->shared;
	char forwarded[HEAD_SIZE_MAX];
	join_lines(evhttp_request_get_input_headers(exchange->http), "X-Forwarded-For", forwarded);
	struct peer peer = find_peer(exchange);
	exchange->client = peer_behind(&shared->trusted_proxies, &peer, forwarded);
	exchange->tried = throttle_take(&shared->throttle, &exchange->client, http_thread_now_ms());
	return exchange->tried;
}

static void end_try(const struct http_exchange *exchange, int status)
{
	bool failed = status >= 400 && status < 500;
	if (exchange->tried && !failed) {
		throttle_give_back(
			&exchange->thread->shared->throttle, &exchange->client, http_thread_now_ms());
	}
}

/* Fills the exchange's request; what it answers at once is the result. */
static enum outcome decode(struct http_exchange *exchange)
{
	struct http_thread *thread = exchange->thread;
	const char *target = evhttp_request_get_uri(exchange->http);
	struct http_request http = {
		.method = exchange->method,
		.target = {.bytes = target, .length = strlen(target)},
		.body = body_of(exchange->http, exchange->method),
		.header = find_header,
		.context = evhttp_request_get_input_headers(exchange->http),
		.site = &thread->shared->site,
	};
	http.trusted_user = find_trusted_user(exchange, http.context);
	take_request_id(exchange, &http);
	enum outcome outcome = http_path_read(target, thread->path_memory, &http.path, &http.query);
	exchange->driver = dialect_pick(thread->shared->drivers, &http.path);
	exchange->exchange.request->dialect = exchange->driver->dialect;
	if (outcome != OUTCOME_NONE) {
		return outcome;
	}
	if (evbuffer_get_length(evhttp_request_get_input_buffer(exchange->http)) != 0 &&
		http.body.length == 0 && (http.method & (HTTP_POST | HTTP_PUT | HTTP_PATCH)) != 0) {
		return OUTCOME_BUSY; /* no memory to make the body one piece */
	}
	outcome = exchange->driver->decode(&http, exchange->exchange.request, &exchange->route);
	bool limited = outcome == OUTCOME_NONE && exchange->route.tries_limited;
	return limited && !take_try(exchange) ? OUTCOME_RATE_LIMITED : outcome;
}

/* libevent closes only when the whole value is "close". */
static bool wants_close(const struct evkeyvalq *headers)
{
	const char *value = find_header(headers, "Connection", NULL);
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

static bool has_body(int status)
{
	return status != 204 && status != 304;
}

/* The encoder may have seen that the caller has all this already. */
static enum outcome outcome_of(const struct http_exchange *exchange, const struct http_response *response)
{
	return response->outcome == OUTCOME_NONE ? exchange->exchange.reply.outcome : response->outcome;
}

static void write_common_headers(struct http_exchange *exchange, const struct http_response *response)
{
	struct http_thread *thread = exchange->thread;
	struct evkeyvalq *asked = evhttp_request_get_input_headers(exchange->http);
	struct evkeyvalq *headers = evhttp_request_get_output_headers(exchange->http);
	const struct request *request = exchange->exchange.request;
	enum outcome outcome = outcome_of(exchange, response);
	evhttp_add_header(headers, "Date", http_thread_date(thread));
	evhttp_add_header(headers, "X-Outcome", outcome_row(outcome)->name);
	evhttp_add_header(headers, "X-Request-Id", request_text(request, request->request_id));
	evhttp_add_header(headers, "X-Content-Type-Options", "nosniff");
	evhttp_add_header(headers, "Referrer-Policy", "no-referrer");
	if (has_body(response->status)) {
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
	if (!exchange->driver->same_origin) {
		cors_write(&thread->shared->cors, find_header(asked, "Origin", NULL), preflight ? allow : NULL,
			headers);
	}
	if (wants_close(asked) || atomic_load_explicit(&thread->shared->stopping, memory_order_relaxed)) {
		evhttp_add_header(headers, "Connection", "close");
	}
}

static void write_headers(struct http_exchange *exchange, const struct http_response *response)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(exchange->http);
	write_common_headers(exchange, response);
	if (response->content_type != NULL) {
		evhttp_add_header(headers, "Content-Type", response->content_type);
	}
	for (unsigned i = 0; i < response->header_count; i++) {
		evhttp_add_header(headers, response->headers[i].name, response->headers[i].value);
	}
}

static void on_sent(struct evhttp_request *http, void *context)
{
	(void)http;
	connection_sent(context);
}

static void send_response(struct http_exchange *exchange, const struct http_response *response)
{
	struct evhttp_request *http = exchange->http;
	bool gone = evhttp_request_get_connection(http) == NULL;
	write_headers(exchange, response);
	if (exchange->method != HTTP_HEAD && has_body(response->status)) {
		evbuffer_add(evhttp_request_get_output_buffer(http), response->body, response->body_size);
	}
	if (response->content_type == NULL) {
		http->type = EVHTTP_REQ_HEAD; /* to a HEAD libevent adds no Content-Type of its own */
	}
	evhttp_request_set_on_complete_cb(http, on_sent, exchange->connection);
	evhttp_send_reply(http, response->status, response->reason, NULL);
	if (!gone) {
		connection_answered(exchange->connection);
	}
}

static void render(struct http_exchange *exchange, struct http_response *response)
{
	struct http_thread *thread = exchange->thread;
	struct reply *reply = &exchange->exchange.reply;
	response_clear(response);
	exchange->driver->encode(&thread->shared->site, exchange->exchange.request, reply,
		runner_client_page(thread->client), response);
	if (!response->failed) {
		return;
	}
	response_clear(response);
	reply->outcome = OUTCOME_BUSY;
	response->status = outcome_row(OUTCOME_BUSY)->v3_status; /* the same in every dialect */
	response->reason = outcome_reason(response->status);
	response_header(response, "Retry-After", "%d", RETRY_AFTER_S);
}

/* Names the route, never the path: that may hold a code. */
static void log_access(const struct http_exchange *exchange, const struct http_response *response)
{
	const struct request *request = exchange->exchange.request;
	if (!exchange->thread->shared->access_log) {
		return;
	}
	char trace_id[TRACE_ID_SIZE];
	bool repeated;
	const char *traceparent =
		find_header(evhttp_request_get_input_headers(exchange->http), "traceparent", &repeated);
	bool traced = traceparent != NULL && !repeated && trace_id_read(traceparent, trace_id);
	log_write(LOG_INFO, "%s %s %s %d %s %lldms %s%s%s", dialect_name(request->dialect),
		method_name(exchange->method), exchange->route.name, response->status,
		outcome_row(outcome_of(exchange, response))->name,
		(long long)(http_thread_now_ms() - exchange->started_ms),
		request_text(request, request->request_id), traced ? " trace=" : "", traced ? trace_id : "");
}

static void answer(struct http_exchange *exchange)
{
	struct http_response *response = &exchange->thread->response;
	render(exchange, response);
	end_try(exchange, response->status);
	log_access(exchange, response);
	send_response(exchange, response);
	reply_finish(&exchange->exchange.reply);
	free(exchange);
}

static void refuse(struct http_exchange *exchange, enum outcome outcome)
{
	reply_clear(&exchange->exchange.reply);
	exchange->exchange.reply.outcome = outcome;
	answer(exchange);
}

/* Without memory for anything of ours. */
static void refuse_bare(struct evhttp_request *http, struct connection *connection)
{
	evhttp_add_header(evhttp_request_get_output_headers(http), "Connection", "close");
	if (connection != NULL) {
		evhttp_request_set_on_complete_cb(http, on_sent, connection);
	}
	int status = outcome_row(OUTCOME_BUSY)->v3_status;
	evhttp_send_reply(http, status, outcome_reason(status), NULL);
	if (connection != NULL) {
		connection_answered(connection);
	}
}

void exchange_begin(struct evhttp_request *http, void *context)
{
	struct http_thread *thread = context;
	struct connection *connection = connection_of(thread, http);
	bool refused = connection != NULL && connection_begin(connection);
	struct http_exchange *exchange = connection == NULL ? NULL : create(thread, connection, http);
	if (exchange == NULL) {
		refuse_bare(http, connection);
		return;
	}
	http->flags &= ~EVHTTP_PROXY_REQUEST; /* an absolute target asks nobody else, and may keep alive */
	enum outcome outcome = refused ? take_refusal(exchange) : decode(exchange);
	if (outcome != OUTCOME_NONE) {
		refuse(exchange, outcome);
		return;
	}
	if (runner_submit(thread->client, &exchange->exchange) == RUNNER_PENDING) {
		thread->in_flight++;
		return;
	}
	bool list = (exchange->exchange.reply.items & REPLY_PAGE) != 0;
	if (list && thread->unsent > thread->shared->unsent_max) {
		refuse(exchange, OUTCOME_BUSY); /* clients that do not read must not fill the memory */
		return;
	}
	answer(exchange);
}

void exchange_end(struct exchange *exchange)
{
	struct http_exchange *whole = (struct http_exchange *)(void *)exchange;
	assert(whole->thread->in_flight > 0);
	whole->thread->in_flight--;
	answer(whole);
}
