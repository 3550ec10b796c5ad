/* One event loop and what happens on it.
 *
 * DESIGN: everything of a thread is touched by that thread only, so its base needs no lock. From outside
 * come two descriptors: the runner's mailbox and an eventfd that says stop. Accepting is paused until the
 * loop's next turn after each connection, longer while this thread has more than its share: without that
 * the first thread to wake takes them all. */
#include "http/thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "http/exchange.h"
#include "http/waiting.h"
#include "log.h"

#define SWEEP_MS 250
#define PAUSE_AHEAD_US 1000
#define PAUSE_FAILED_US 100000 /* after an accept that failed: no descriptors, most likely */
#define STOP_TIME_MAX_MS 35000 /* a client that takes its reply byte by byte cannot hold the server longer */
#define DESCRIPTORS_FIRST 256

/* Just above the guard's, so that they never act. */
#define LIBRARY_HEAD_MAX (HEAD_SIZE_MAX + 4096)
#define LIBRARY_BODY_MAX (BODY_SIZE_MAX + 4096)

#define METHODS \
	(EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST | EVHTTP_REQ_PUT | EVHTTP_REQ_PATCH | \
		EVHTTP_REQ_DELETE | EVHTTP_REQ_OPTIONS)

int64_t http_thread_now_us(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail with this clock */
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t http_thread_now_ms(void)
{
	return http_thread_now_us() / 1000;
}

const char *http_thread_date(struct http_thread *thread)
{
	static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char *const months[] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t now = time(NULL);
	struct tm parts;
	if (now == thread->date_second || gmtime_r(&now, &parts) == NULL) {
		return thread->date;
	}
	thread->date_second = now;
	char date[64]; /* as far as the compiler knows, years have ten digits */
	(void)snprintf(date, sizeof date, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[parts.tm_wday],
		parts.tm_mday, months[parts.tm_mon], parts.tm_year + 1900, parts.tm_hour, parts.tm_min,
		parts.tm_sec);
	memcpy(thread->date, date, DATE_SIZE - 1);
	return thread->date;
}

static void set_accepting(struct http_thread *thread, bool accepting)
{
	for (size_t i = 0; i < thread->shared->listening_count; i++) {
		if (accepting) {
			(void)evconnlistener_enable(thread->listeners[i]); /* tried again by the next sweep */
		} else {
			(void)evconnlistener_disable(thread->listeners[i]);
		}
	}
}

static bool is_ahead(const struct http_thread *thread)
{
	unsigned all = atomic_load_explicit(&thread->shared->connections, memory_order_relaxed);
	unsigned threads = thread->shared->threads;
	return threads > 1 && thread->connection_count * threads > all + threads;
}

static void pause_accepting(struct http_thread *thread, long pause_us)
{
	const struct timeval pause = {.tv_usec = pause_us};
	set_accepting(thread, false);
	event_add(thread->resume_event, &pause);
}

static void on_resume(evutil_socket_t descriptor, short what, void *context)
{
	(void)descriptor;
	(void)what;
	struct http_thread *thread = context;
	if (thread->stop_by_ms == 0) {
		set_accepting(thread, true);
	}
}

/* The context is evhttp's, which has the listener, so this asks whose loop it is called from. */
static _Thread_local struct http_thread *running;

static void on_accept_failed(struct evconnlistener *listener, void *context)
{
	(void)listener;
	(void)context;
	pause_accepting(running, PAUSE_FAILED_US);
}

void http_thread_add(struct http_thread *thread, struct connection *connection)
{
	const struct timeval at_once = {0};
	connection->next = thread->fresh;
	thread->fresh = connection;
	thread->connection_count++;
	event_add(thread->turn_event, &at_once);
	pause_accepting(thread, is_ahead(thread) ? PAUSE_AHEAD_US : 0);
}

bool http_thread_map(struct http_thread *thread, evutil_socket_t descriptor, struct connection *connection)
{
	size_t wanted = (size_t)descriptor + 1;
	if (wanted > thread->by_descriptor_count) {
		size_t count = thread->by_descriptor_count == 0 ? DESCRIPTORS_FIRST : thread->by_descriptor_count;
		while (count < wanted) {
			count *= 2;
		}
		struct connection **grown = reallocarray(thread->by_descriptor, count, sizeof *grown);
		if (grown == NULL) {
			return false;
		}
		size_t added = count - thread->by_descriptor_count;
		memset(grown + thread->by_descriptor_count, 0, added * sizeof *grown);
		thread->by_descriptor = grown;
		thread->by_descriptor_count = count;
	}
	thread->by_descriptor[descriptor] = connection;
	return true;
}

static void on_turn(evutil_socket_t descriptor, short what, void *context)
{
	(void)descriptor;
	(void)what;
	struct http_thread *thread = context;
	while (thread->fresh != NULL) {
		struct connection *connection = thread->fresh;
		thread->fresh = connection->next;
		connection_adopt(connection);
	}
}

static void on_mailbox(evutil_socket_t descriptor, short what, void *context)
{
	(void)descriptor;
	(void)what;
	struct http_thread *thread = context;
	struct exchange *exchange = runner_take(thread->client);
	while (exchange != NULL) {
		struct exchange *next = exchange->next;
		exchange_end(exchange);
		exchange = next;
	}
	waiting_notice(thread);
}

static void on_given(evutil_socket_t descriptor, short what, void *context)
{
	(void)descriptor;
	(void)what;
	struct http_thread *thread = context;
	struct exchange *exchange = mailbox_take(&thread->given);
	while (exchange != NULL) {
		struct exchange *next = exchange->next;
		exchange_given(exchange);
		exchange = next;
	}
}

static void on_feed(evutil_socket_t descriptor, short what, void *context)
{
	(void)descriptor;
	(void)what;
	waiting_look(context);
}

/* Once stopping: closes what is idle, and ends the loop when nothing is left. */
static void close_idle(struct http_thread *thread, int64_t now_ms)
{
	bool late = now_ms > thread->stop_by_ms;
	struct connection *next;
	for (struct connection *connection = thread->connections; connection != NULL; connection = next) {
		next = connection->next;
		bool with_runner = connection->begun != connection->answered;
		if (!connection_is_busy(connection) || (late && !with_runner)) {
			connection_close(connection);
		}
	}
	if (thread->connections == NULL && thread->fresh == NULL && thread->in_flight == 0) {
		event_base_loopbreak(thread->base);
	}
}

static void on_sweep(evutil_socket_t descriptor, short what, void *context)
{
	(void)descriptor;
	(void)what;
	struct http_thread *thread = context;
	int64_t now_ms = http_thread_now_ms();
	struct connection *next;
	for (struct connection *connection = thread->connections; connection != NULL; connection = next) {
		next = connection->next;
		connection_sweep(connection, now_ms);
	}
	waiting_sweep(thread);
	if (thread->stop_by_ms != 0) {
		close_idle(thread, now_ms);
	} else if (!event_pending(thread->resume_event, EV_TIMEOUT, NULL)) {
		set_accepting(thread, true); /* already so, unless it failed for want of memory */
	}
}

/* Accepting ends; what was accepted just now still gets its turn. */
static void on_stop(evutil_socket_t descriptor, short what, void *context)
{
	(void)what;
	struct http_thread *thread = context;
	eventfd_t count;
	(void)eventfd_read(descriptor, &count); /* it is readable, that is all it says */
	set_accepting(thread, false);
	waiting_sweep(thread);
	thread->stop_by_ms = http_thread_now_ms() + STOP_TIME_MAX_MS;
	const struct timeval soon = {.tv_usec = 1000};
	event_add(thread->sweep_event, &soon); /* and from then on as often as that */
}

static bool make_events(struct http_thread *thread)
{
	const struct timeval period = {.tv_usec = SWEEP_MS * 1000};
	struct event_base *base = thread->base;
	int mailbox = runner_client_descriptor(thread->client);
	thread->stop_event = event_new(base, thread->stop_descriptor, EV_READ | EV_PERSIST, on_stop, thread);
	thread->mailbox_event = event_new(base, mailbox, EV_READ | EV_PERSIST, on_mailbox, thread);
	thread->given_event =
		event_new(base, thread->given.descriptor, EV_READ | EV_PERSIST, on_given, thread);
	thread->sweep_event = event_new(base, -1, EV_PERSIST, on_sweep, thread);
	thread->turn_event = event_new(base, -1, 0, on_turn, thread);
	thread->resume_event = event_new(base, -1, 0, on_resume, thread);
	thread->feed_event = event_new(base, -1, 0, on_feed, thread);
	return thread->stop_event != NULL && thread->mailbox_event != NULL && thread->sweep_event != NULL &&
	       thread->turn_event != NULL && thread->resume_event != NULL && thread->feed_event != NULL &&
	       thread->given_event != NULL && event_add(thread->given_event, NULL) == 0 &&
	       event_add(thread->stop_event, NULL) == 0 && event_add(thread->mailbox_event, NULL) == 0 &&
	       event_add(thread->sweep_event, &period) == 0;
}

static bool make_base(struct http_thread *thread)
{
	struct event_config *config = event_config_new();
	if (config == NULL) {
		return false;
	}
	event_config_set_flag(config, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST);
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	thread->base = event_base_new_with_config(config);
	event_config_free(config);
	return thread->base != NULL;
}

static bool make_listeners(struct http_thread *thread)
{
	for (size_t i = 0; i < thread->shared->listening_count; i++) {
		/* Not closed on free: the descriptor is shared. Backlog 0: it listens already. */
		struct evconnlistener *listener = evconnlistener_new(thread->base, NULL, NULL,
			LEV_OPT_CLOSE_ON_EXEC, 0, thread->shared->listening[i].descriptor);
		if (listener == NULL) {
			return false;
		}
		if (evhttp_bind_listener(thread->evhttp, listener) == NULL) {
			evconnlistener_free(listener);
			return false;
		}
		evconnlistener_set_error_cb(listener, on_accept_failed);
		thread->listeners[i] = listener;
	}
	return true;
}

static bool make_evhttp(struct http_thread *thread)
{
	thread->evhttp = evhttp_new(thread->base);
	if (thread->evhttp == NULL) {
		return false;
	}
	evhttp_set_max_headers_size(thread->evhttp, LIBRARY_HEAD_MAX);
	evhttp_set_max_body_size(thread->evhttp, LIBRARY_BODY_MAX);
	evhttp_set_allowed_methods(thread->evhttp, METHODS);
	evhttp_set_default_content_type(thread->evhttp, NULL); /* of another system's reply: as it came */
	evhttp_set_timeout(thread->evhttp, IDLE_TIME_MAX_S);
	evhttp_set_bevcb(thread->evhttp, connection_accept, thread);
	evhttp_set_gencb(thread->evhttp, exchange_begin, thread);
	return make_listeners(thread);
}

bool http_thread_init(
	struct http_thread *thread, unsigned number, struct http_shared *shared, struct runner *runner)
{
	*thread = (struct http_thread){.shared = shared, .number = number};
	request_ids_init(&thread->ids);
	thread->stop_descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	thread->given_made = mailbox_init(&thread->given);
	thread->client =
		thread->stop_descriptor < 0 || !thread->given_made ? NULL : runner_client_create(runner);
	if (thread->client != NULL && make_base(thread) && make_events(thread) && make_evhttp(thread)) {
		return true;
	}
	http_thread_finish(thread);
	return false;
}

static void free_event(struct event *event)
{
	if (event != NULL) {
		event_free(event);
	}
}

void http_thread_finish(struct http_thread *thread)
{
	if (thread->evhttp != NULL) {
		evhttp_free(thread->evhttp);
	}
	free_event(thread->stop_event);
	free_event(thread->mailbox_event);
	free_event(thread->given_event);
	free_event(thread->sweep_event);
	free_event(thread->turn_event);
	free_event(thread->resume_event);
	free_event(thread->feed_event);
	if (thread->base != NULL) {
		event_base_free(thread->base);
	}
	runner_client_destroy(thread->client);
	if (thread->given_made) {
		mailbox_finish(&thread->given);
	}
	if (thread->stop_descriptor >= 0) {
		(void)close(thread->stop_descriptor); /* nothing can be lost in it */
	}
	free(thread->by_descriptor);
	response_finish(&thread->response);
}

static void *run(void *context)
{
	struct http_thread *thread = context;
	running = thread;
	if (event_base_loop(thread->base, EVLOOP_NO_EXIT_ON_EMPTY) != 0) {
		log_write(LOG_ERROR, "an HTTP thread's event loop failed");
	}
	return NULL;
}

bool http_thread_start(struct http_thread *thread)
{
	return pthread_create(&thread->thread, NULL, run, thread) == 0;
}

void http_thread_stop(struct http_thread *thread)
{
	(void)eventfd_write(thread->stop_descriptor, 1); /* fails only when it is full, so already readable */
}

void http_thread_join(struct http_thread *thread)
{
	(void)pthread_join(thread->thread, NULL); /* it is ours and joinable */
}
