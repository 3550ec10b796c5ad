/* DESIGN. The holder's thread writes the answer into the exchange while it owns it, and the mailbox's lock hands both
 * back. The transport has no deadline of its own: the holder promises one, and gives everything back when it is
 * switched off. What scripts of other sites may read is this server's to say, which answers their preflights; all
 * else that the other system said of its reply is passed on, but for what concerns its connection (the holder leaves
 * that out). */
#include "http/holding.h"

#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include <event2/buffer.h>
#include <event2/http_struct.h>
#include <event2/keyvalq_struct.h>

#include "http/holder.h"
#include "writer/mailbox.h"

#define CORS_PREFIX "Access-Control-"

bool holding_may(const struct http_exchange *exchange)
{
	const struct http_thread *thread = exchange->thread;
	return !exchange->body_lost && thread->unsent <= thread->shared->unsent_max;
}

void http_held_give(struct http_held *held, struct http_answer *answer)
{
	struct http_exchange *exchange = (struct http_exchange *)(void *)held;
	struct exchange_list given = {.first = &exchange->exchange, .last = &exchange->exchange};
	exchange->answer = answer;
	exchange->exchange.next = NULL;
	mailbox_deliver(&exchange->thread->given, &given);
}

static bool is_ours(const struct evkeyval *header)
{
	return strncasecmp(header->key, CORS_PREFIX, strlen(CORS_PREFIX)) == 0 ||
	       strcasecmp(header->key, "Connection") == 0;
}

static void remove_own(struct evkeyvalq *headers)
{
	struct evkeyval *header = TAILQ_FIRST(headers);
	while (header != NULL) {
		struct evkeyval *next = TAILQ_NEXT(header, next);
		if (is_ours(header)) {
			header = next;
			continue;
		}
		(void)evhttp_remove_header(headers, header->key); /* the first of that name, which is this one */
		header = next;
	}
}

static void add_headers(struct evkeyvalq *headers, const char *at, const char *end)
{
	while (at < end) {
		const char *value = at + strlen(at) + 1;
		if (strncasecmp(at, CORS_PREFIX, strlen(CORS_PREFIX)) != 0) {
			evhttp_add_header(headers, at, value);
		}
		at = value + strlen(value) + 1;
	}
}

/* The server may have been told to stop since the own head was written. */
static void write_close(struct http_exchange *exchange, struct evkeyvalq *headers)
{
	bool stopping = atomic_load_explicit(&exchange->thread->shared->stopping, memory_order_relaxed);
	if (stopping && evhttp_find_header(headers, "Connection") == NULL) {
		evhttp_add_header(headers, "Connection", "close");
	}
}

void holding_replace(struct http_exchange *exchange)
{
	const struct http_answer *answer = exchange->answer;
	struct evkeyvalq *headers = evhttp_request_get_output_headers(exchange->http);
	write_close(exchange, headers);
	if (answer == NULL) {
		return;
	}
	struct evbuffer *output = evhttp_request_get_output_buffer(exchange->http);
	const char *head = answer->text + strlen(answer->text) + 1;
	(void)evbuffer_drain(output, evbuffer_get_length(output)); /* nothing has frozen it */
	remove_own(headers);
	add_headers(headers, head, head + answer->head_size);
	exchange->status = answer->status;
	exchange->reason = answer->text;
	exchange->typed = true; /* or not: as it came */
	if (travel_has_body(answer->status)) {
		char length[24];
		(void)snprintf(length, sizeof length, "%zu", answer->body_size); /* it fits */
		evhttp_add_header(headers, "Content-Length", length);
		evbuffer_add(output, head + answer->head_size, answer->body_size);
	}
}
