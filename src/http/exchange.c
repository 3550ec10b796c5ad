/* One request's way: decode, runner, encode, reply. All of it stands in one allocation, which crosses to
 * the writer and back; libevent's own request stays with its thread and is touched only there. */
#include "http/exchange.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include <event2/buffer.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>

#include "http/holding.h"
#include "http/travel.h"
#include "http/waiting.h"
#include "log.h"

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

const char *http_method_name(enum http_method method)
{
	size_t i = 0;
	while (methods[i].method != method) {
		i++;
	}
	return methods[i].name;
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
	memset(exchange, 0, offsetof(struct http_exchange, exchange.reply)); /* the reply's memory is large */
	size_t behind = offsetof(struct http_exchange, thread);
	memset((char *)exchange + behind, 0, offsetof(struct http_exchange, block) - behind);
	exchange->exchange.size = (uint32_t)size;
	exchange->exchange.request = (struct request *)(void *)exchange->block;
	reply_init(&exchange->exchange.reply);
	exchange->thread = thread;
	exchange->http = http;
	exchange->connection = connection;
	exchange->route = (struct http_route){.name = "-"};
	exchange->exchange.admit = travel_admit;
	exchange->method = read_method(http);
	exchange->started_us = http_thread_now_us();
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
	struct evkeyvalq *headers = evhttp_request_get_input_headers(exchange->http);
	if (connection->refused_origin[0] != '\0') {
		(void)evhttp_add_header(headers, "Origin", connection->refused_origin); /* else it is not read */
	}
	exchange->substituted = true;
	if (connection->refused_request_id[0] != '\0') {
		(void)evhttp_add_header(headers, "X-Request-Id", connection->refused_request_id); /* else one is made */
	}
	const struct http_request refused = {.header = travel_find_header, .context = headers};
	take_request_id(exchange, &refused);
	exchange->driver = connection->refusal_driver;
	exchange->method = connection->refused_head ? HTTP_HEAD : HTTP_GET;
	exchange->exchange.request->dialect = exchange->driver->dialect;
	return connection->refusal;
}

/* Not taken from the address's bucket at once: what no limit is asked for, and what shows credentials, which the
 * runner knows more of. */
static bool is_unmetered(const struct http_exchange *exchange, enum outcome outcome)
{
	const struct request *request = exchange->exchange.request;
	if (exchange->driver->of_server || outcome == OUTCOME_NO_SUCH_PATH ||
		outcome == OUTCOME_METHOD_NOT_ALLOWED || outcome == OUTCOME_PREFLIGHT) {
		return true;
	}
	return outcome == OUTCOME_NONE &&
	       (request->token.given || request->api_key.given || request->session.given);
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
		.header = travel_find_header,
		.context = evhttp_request_get_input_headers(exchange->http),
		.site = &thread->shared->site,
	};
	http.trusted_user = travel_find_trusted_user(exchange);
	take_request_id(exchange, &http);
	enum outcome outcome = http_path_read(target, thread->path_memory, &http.path, &http.query);
	exchange->driver = dialect_pick(thread->shared->drivers, &http.path);
	exchange->exchange.request->dialect = exchange->driver->dialect;
	if (outcome != OUTCOME_NONE) {
		return outcome;
	}
	exchange->body_lost = evbuffer_get_length(evhttp_request_get_input_buffer(exchange->http)) != 0 &&
			      http.body.length == 0 && (http.method & (HTTP_POST | HTTP_PUT | HTTP_PATCH)) != 0;
	if (exchange->body_lost) {
		return OUTCOME_BUSY;
	}
	http.by_operator = exchange->driver->of_server && travel_is_by_operator(exchange);
	outcome = exchange->driver->decode(&http, exchange->exchange.request, &exchange->route);
	if (!is_unmetered(exchange, outcome) && !travel_rate_address(exchange)) {
		return OUTCOME_RATE_LIMITED;
	}
	bool limited = outcome == OUTCOME_NONE && exchange->route.tries_limited;
	return limited && !travel_take_try(exchange) ? OUTCOME_RATE_LIMITED : outcome;
}

static void on_sent(struct evhttp_request *http, void *context)
{
	(void)http;
	connection_sent(context);
}

/* Into libevent's request: from then on the thread's response is free for another. */
static void write_response(struct http_exchange *exchange, const struct http_response *response)
{
	travel_write_headers(exchange, response);
	if (exchange->method != HTTP_HEAD && travel_has_body(response->status)) {
		evbuffer_add(evhttp_request_get_output_buffer(exchange->http), response->body,
			response->body_size);
	}
	exchange->status = response->status;
	exchange->reason = response->reason;
	exchange->typed = response->content_type != NULL;
	exchange->outcome = travel_outcome(exchange, response);
}

static void send_response(struct http_exchange *exchange)
{
	struct evhttp_request *http = exchange->http;
	bool gone = evhttp_request_get_connection(http) == NULL;
	if (!exchange->typed) {
		http->type = EVHTTP_REQ_HEAD; /* to a HEAD libevent adds no Content-Type of its own */
	}
	evhttp_request_set_on_complete_cb(http, on_sent, exchange->connection);
	evhttp_send_reply(http, exchange->status, exchange->reason, NULL);
	if (!gone) {
		connection_answered(exchange->connection);
	}
}

static void render(struct http_exchange *exchange, struct http_response *response)
{
	struct http_thread *thread = exchange->thread;
	struct reply *reply = &exchange->exchange.reply;
	reply->rate = exchange->rate;
	dialect_encode(exchange->driver, &thread->shared->site, exchange->exchange.request, reply,
		runner_client_page(thread->client), response);
}

/* Names the route, never the path: that may hold a code. */
static void log_access(const struct http_exchange *exchange)
{
	const struct request *request = exchange->exchange.request;
	if (!exchange->thread->shared->access_log) {
		return;
	}
	char trace_id[TRACE_ID_SIZE];
	bool repeated;
	const char *traceparent =
		travel_find_header(evhttp_request_get_input_headers(exchange->http), "traceparent", &repeated);
	bool traced = traceparent != NULL && !repeated && trace_id_read(traceparent, trace_id);
	log_write(LOG_INFO, "%s %s %s %d %s %lldms %s%s%s",
		exchange->driver->of_server ? "server" : dialect_name(request->dialect), /* as the figures say */
		http_method_name(exchange->method), exchange->route.name, exchange->status,
		outcome_row(exchange->outcome)->name,
		(long long)(http_thread_now_us() - exchange->started_us) / 1000,
		request_text(request, request->request_id), traced ? " trace=" : "", traced ? trace_id : "");
}

static void count_answer(struct http_exchange *exchange, const struct http_response *response)
{
	struct counters *counters = &exchange->thread->counters;
	const struct answer_kind kind = {
		.route = exchange->route.name,
		.method = exchange->method,
		.status = response->status,
		.outcome = travel_outcome(exchange, response),
		.dialect = exchange->exchange.request->dialect,
		.of_server = exchange->driver->of_server,
	};
	counters_add(counters, &kind);
	if (!exchange->driver->of_server && exchange->wait_until_us == 0) {
		histogram_add(&counters->times[kind.dialect], HISTOGRAM_TIMES_US,
			(uint64_t)(http_thread_now_us() - exchange->started_us));
	}
}

static void finish(struct http_exchange *exchange)
{
	log_access(exchange);
	send_response(exchange);
	reply_finish(&exchange->exchange.reply);
	free(exchange->answer);
	free(exchange);
}

static void answer(struct http_exchange *exchange)
{
	struct http_response *response = &exchange->thread->response;
	render(exchange, response);
	travel_end_try(exchange, response->status);
	count_answer(exchange, response);
	write_response(exchange, response);
	waiting_end(exchange);
	bool held = exchange->thread->shared->observer_count != 0 &&
		    travel_show(exchange, response, body_of(exchange->http, exchange->method));
	if (held) {
		exchange->thread->in_flight++;
	} else {
		finish(exchange);
	}
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

void exchange_run(struct http_exchange *exchange)
{
	struct http_thread *thread = exchange->thread;
	if (runner_submit(thread->client, &exchange->exchange) == RUNNER_PENDING) {
		thread->in_flight++;
		return;
	}
	if (waiting_begin(exchange)) {
		return;
	}
	bool list = (exchange->exchange.reply.items & REPLY_PAGE) != 0;
	if (list && thread->unsent > thread->shared->unsent_max) {
		refuse(exchange, OUTCOME_BUSY); /* clients that do not read must not fill the memory */
		return;
	}
	answer(exchange);
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
	exchange_run(exchange);
}

void exchange_end(struct exchange *exchange)
{
	struct http_exchange *whole = (struct http_exchange *)(void *)exchange;
	assert(whole->thread->in_flight > 0);
	whole->thread->in_flight--;
	answer(whole);
}

void exchange_given(struct exchange *exchange)
{
	struct http_exchange *whole = (struct http_exchange *)(void *)exchange;
	assert(whole->thread->in_flight > 0);
	whole->thread->in_flight--;
	holding_replace(whole);
	finish(whole);
}
