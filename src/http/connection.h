/* One accepted connection: its guard, its request timer, what it still has to send. Owned and used by
 * one HTTP thread. */
#ifndef HTTP_CONNECTION_H
#define HTTP_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <event2/bufferevent.h>
#include <event2/http.h>

#include "http/guard.h"

struct http_thread;

struct connection {
	struct connection *next; /* of the thread's list of all */
	struct connection *previous;
	struct http_thread *thread;
	struct bufferevent *stream;
	struct evhttp_connection *evhttp; /* NULL until the loop's next turn */
	evutil_socket_t descriptor;	  /* -1 until its first byte */

	/* Bytes of a request that is not whole, kept from libevent. */
	char *held;
	size_t held_size;
	size_t held_capacity;
	struct guard guard;
	int64_t request_started_ms; /* 0: no request is being received */
	bool inside;		    /* the guard itself changes the input */
	bool continued;		    /* 100 Continue was sent for this request */
	bool closing;		    /* what comes in is dropped */

	/* A refused request is replaced by a substitute, always the last one released. */
	bool refused;
	bool substituted;  /* and the substitute was released */
	bool refused_head; /* it was a HEAD */
	enum outcome refusal;
	char refused_origin[GUARD_ORIGIN_SIZE];
	char refused_request_id[REQUEST_ID_SIZE_MAX + 1];
	uint64_t swallow; /* bytes still to be dropped before the substitute is released */
	const struct dialect_driver *refusal_driver;

	uint64_t released; /* requests given to libevent */
	uint64_t begun;	   /* requests that came back from it */
	uint64_t answered;
	bool sending; /* the last reply has not left completely */
	size_t unsent; /* bytes of the last reply, as counted in the thread */
	int64_t progress_ms;
};

/* For evhttp_set_bevcb; `context` is the thread. */
struct bufferevent *connection_accept(struct event_base *base, void *context);
/* Once, on the loop's first turn after the accept: learns libevent's connection, or that it is gone
 * already and frees the record. */
void connection_adopt(struct connection *connection);
/* The record of a request's connection; NULL: it has none, because there was no memory. */
struct connection *connection_of(struct http_thread *thread, struct evhttp_request *request);

/* The next request has come back from libevent. True: it is the substitute for the refused one. */
bool connection_begin(struct connection *connection);
/* Its reply was handed to libevent: writes what the socket takes at once. The connection may be gone
 * when this returns. */
void connection_answered(struct connection *connection);
/* The last reply left completely. */
void connection_sent(struct connection *connection);

/* Enforces its time limits; may free it. */
void connection_sweep(struct connection *connection, int64_t now_ms);
/* Whether a request has been received whole and is not answered and sent yet. */
bool connection_is_busy(const struct connection *connection);
/* Closes it; no request of it may be with the runner. */
void connection_close(struct connection *connection);

#endif
