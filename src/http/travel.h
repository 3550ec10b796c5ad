/* One exchange on its way through the transport, for the files that share it. Its thread's alone, but for what
 * the runner has of it. */
#ifndef HTTP_TRAVEL_H
#define HTTP_TRAVEL_H

#include <stdalign.h>
#include <stddef.h>

#include <event2/http.h>

#include "http/connection.h"
#include "http/thread.h"
#include "writer/runner.h"

struct http_exchange {
	struct exchange exchange; /* first: the runner gives back its address */
	struct http_thread *thread;
	struct evhttp_request *http;
	struct connection *connection;
	const struct dialect_driver *driver;
	struct http_route route;
	enum http_method method;
	int64_t started_us;
	bool substituted; /* the guard's: the request itself never came this far */
	bool tried; /* it counts as a failed try of the client until it is answered well */
	bool rated; /* its rate limit was asked: once, however often it runs */
	struct rate rate;
	bool client_known;
	struct peer client; /* behind trusted proxies */
	int64_t wait_until_us; /* 0: it has not waited for changes */
	uint64_t wait_group_id; /* whose; 0: anything's */
	uint64_t wait_after;
	struct http_exchange *wait_next; /* of those that wait in its thread */
	struct http_exchange *wait_previous;
	bool body_lost; /* no memory to make the body one piece */
	int status; /* of the reply that is about to be sent, as the two behind it */
	const char *reason;
	bool typed; /* it has a type, or came without one */
	enum outcome outcome; /* of the own reply */
	struct http_answer *answer; /* the other system's; NULL: none */
	alignas(max_align_t) char block[]; /* the request */
};

/* The value of a header among libevent's list of them (`headers`); NULL: absent. `*repeated` (may be NULL):
 * there is a second. */
const char *travel_find_header(const void *headers, const char *name, bool *repeated);

/* Whom the option's header names, if the peer may say so; "", which is nobody's name, when it says two; NULL:
 * nobody. */
const char *travel_find_trusted_user(const struct http_exchange *exchange);
/* Whether it came by the operators' own listener; where there is none, from this machine and through
 * no proxy, as far as its head tells. */
bool travel_is_by_operator(const struct http_exchange *exchange);
/* Counts a try at a secret. False: the client's address had too many. */
bool travel_take_try(struct http_exchange *exchange);
/* Knows how it ended. */
void travel_end_try(const struct http_exchange *exchange, int status);

/* Takes a request that shows no credentials, or is answered without looking at them, from the bucket of its
 * address. False: it is refused. */
bool travel_rate_address(struct http_exchange *exchange);
/* For exchange.admit. */
enum outcome travel_admit(struct exchange *exchange);

/* Shows it to all observers, when its reply is rendered. True: one of them holds it, and gives it back. */
bool travel_show(struct http_exchange *exchange, const struct http_response *response, struct span body);

/* What became of it: the encoder may have seen that the caller has all this already. */
enum outcome travel_outcome(const struct http_exchange *exchange, const struct http_response *response);
/* Writes the head of a reply: what all replies have, and what the encoder says. */
void travel_write_headers(struct http_exchange *exchange, const struct http_response *response);
/* Whether a reply with this status may have a body, and so a length. */
bool travel_has_body(int status);

#endif
