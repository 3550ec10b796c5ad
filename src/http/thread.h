/* An HTTP thread: its event loop, its evhttp, its connections and its client of the runner. Shares
 * nothing with the others but the counts in struct http_shared. */
#ifndef HTTP_THREAD_H
#define HTTP_THREAD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <event2/event.h>
#include <event2/http.h>
#include <event2/listener.h>

#include "http/connection.h"
#include "http/cors.h"
#include "http/counters.h"
#include "http/dialect.h"
#include "http/listener.h"
#include "http/observer.h"
#include "http/peer.h"
#include "http/rate_limit.h"
#include "http/request_id.h"
#include "http/server.h"
#include "http/throttle.h"
#include "writer/mailbox.h"

#define DATE_SIZE 30

/* The same for all threads, for the server's life. */
struct http_shared {
	const struct dialect_driver *const *drivers;
	struct http_site site;
	struct cors cors;
	const char *trust_user_header; /* NULL: none */
	struct peer_list trusted_proxies;
	struct throttle throttle;
	struct rate_limiter rate_limiter;
	bool access_log;
	unsigned threads;
	struct http_observer observers[HTTP_OBSERVERS_MAX];
	size_t observer_count;
	uint32_t connections_max;
	size_t unsent_max; /* per thread */
	const struct listening *listening;
	size_t listening_count;
	const struct listening *admin_listening; /* one of them; NULL: none is for operators alone */
	atomic_uint connections; /* of all threads */
	uint32_t waiting_max;
	atomic_uint waiting; /* exchanges that wait for changes, of all threads */
	atomic_bool stopping;
};

struct http_exchange;

struct http_thread {
	struct http_shared *shared;
	unsigned number; /* from 0 */
	pthread_t thread;
	struct event_base *base;
	struct evhttp *evhttp;
	struct runner_client *client;
	int stop_descriptor; /* an eventfd: base has no lock, so only this wakes it from outside */
	struct event *stop_event;
	struct event *mailbox_event;
	struct mailbox given; /* exchanges that their holder gave back */
	bool given_made;
	struct event *given_event;
	struct event *sweep_event;
	struct event *turn_event;   /* the first turn after an accept */
	struct event *feed_event;   /* the next look for changes, while it does not watch for them */
	struct event *resume_event; /* listeners were paused */
	struct evconnlistener *listeners[LISTENERS_MAX + 1];

	struct connection *connections;
	struct connection *fresh; /* accepted in this turn, linked by `next` */
	uint32_t connection_count;
	struct connection **by_descriptor;
	size_t by_descriptor_count;

	struct http_exchange *waiting; /* exchanges that wait for changes */
	int64_t looked_us; /* when it last looked for changes, */
	uint64_t looked_change; /* and the number of the last one then */

	size_t unsent;
	uint32_t in_flight; /* exchanges with the runner, or held */
	int64_t stop_by_ms; /* 0: not stopping */

	struct counters counters;
	struct request_ids ids;
	struct http_response response;
	char path_memory[REQUEST_LINE_SIZE_MAX + 1];
	char date[DATE_SIZE];
	int64_t date_second;
};

/* Makes everything but the thread itself. False: not possible; what was made is freed. */
bool http_thread_init(
	struct http_thread *thread, unsigned number, struct http_shared *shared, struct runner *runner);
void http_thread_finish(struct http_thread *thread);
bool http_thread_start(struct http_thread *thread);
/* From another thread: it answers what is in flight and ends. */
void http_thread_stop(struct http_thread *thread);
void http_thread_join(struct http_thread *thread);

/* For connection.c: a connection was accepted; it is the thread's now. */
void http_thread_add(struct http_thread *thread, struct connection *connection);
/* Remembers which connection a descriptor is. False: out of memory. */
bool http_thread_map(struct http_thread *thread, evutil_socket_t descriptor, struct connection *connection);
int64_t http_thread_now_us(void); /* by a clock that nobody sets */
int64_t http_thread_now_ms(void);
const char *http_thread_date(struct http_thread *thread);

#endif
