/* Carries the bytes of a connection past the guard. A callback on the input buffer runs inside libevent's
 * read, before its parser: bytes of a request that is not whole are moved into our own memory, and only
 * whole requests are put back. A refused request becomes a substitute, which libevent parses without fault
 * and exchange.c answers with the guard's outcome; what follows on the connection is dropped. */
#include "http/connection.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <event2/buffer.h>

#include "http/thread.h"
#include "model/limits.h"

#define READ_AHEAD_MAX (HEAD_SIZE_MAX + BODY_SIZE_MAX + 4096) /* of pipelined requests; bounds the input */
#define HELD_CAPACITY_FIRST 1024

static const char substitute[] = "GET / HTTP/1.1\r\nHost: -\r\nConnection: close\r\n\r\n";
static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";

static void drop_held(struct connection *connection)
{
	free(connection->held);
	connection->held = NULL;
	connection->held_size = 0;
	connection->held_capacity = 0;
	connection->request_started_ms = 0;
}

/* Frees the record when its libevent connection is, or will be, gone. */
static void forget(struct connection *connection)
{
	struct http_thread *thread = connection->thread;
	thread->unsent -= connection->unsent;
	if (connection->descriptor >= 0 &&
		thread->by_descriptor[connection->descriptor] == connection) {
		thread->by_descriptor[connection->descriptor] = NULL;
	}
	thread->connection_count--;
	atomic_fetch_sub(&thread->shared->connections, 1);
	drop_held(connection);
	free(connection);
}

static void on_closed(struct evhttp_connection *evhttp, void *context)
{
	(void)evhttp;
	struct connection *connection = context;
	if (connection->previous != NULL) {
		connection->previous->next = connection->next;
	} else {
		connection->thread->connections = connection->next;
	}
	if (connection->next != NULL) {
		connection->next->previous = connection->previous;
	}
	forget(connection);
}

/* Removes what follows the first `ready` bytes. */
static void cut(struct connection *connection, struct evbuffer *input, size_t ready)
{
	struct evbuffer *kept = ready == 0 ? NULL : evbuffer_new();
	if (kept != NULL) {
		evbuffer_remove_buffer(input, kept, ready);
	} else if (ready != 0) {
		connection->closing = true; /* out of memory: nothing can be told apart any more */
	}
	evbuffer_drain(input, evbuffer_get_length(input));
	if (kept != NULL) {
		evbuffer_add_buffer(input, kept);
		evbuffer_free(kept);
	}
}

static bool hold(struct connection *connection, struct evbuffer *input, size_t ready, size_t added)
{
	size_t wanted = connection->held_size + added;
	if (wanted > connection->held_capacity) {
		size_t capacity =
			connection->held_capacity == 0 ? HELD_CAPACITY_FIRST : connection->held_capacity;
		while (capacity < wanted) {
			capacity *= 2;
		}
		char *grown = realloc(connection->held, capacity);
		if (grown == NULL) {
			return false;
		}
		connection->held = grown;
		connection->held_capacity = capacity;
	}
	struct evbuffer_ptr from;
	if (evbuffer_ptr_set(input, &from, ready, EVBUFFER_PTR_SET) != 0) {
		return false;
	}
	ssize_t copied = evbuffer_copyout_from(input, &from, connection->held + connection->held_size, added);
	assert(copied == (ssize_t)added);
	(void)copied;
	connection->held_size = wanted;
	return true;
}

static void release(struct connection *connection, struct evbuffer *input, const char *bytes, size_t size)
{
	if (evbuffer_add(input, bytes, size) != 0) {
		connection->closing = true;
		return;
	}
	connection->released++;
	connection->continued = false;
}

static void release_substitute(struct connection *connection, struct evbuffer *input)
{
	drop_held(connection);
	connection->swallow = 0;
	connection->closing = true;
	connection->substituted = true;
	release(connection, input, substitute, sizeof substitute - 1);
}

/* The form of the refusal: that of the dialect which the path belongs to, as far as it can be read. */
static const struct dialect_driver *pick_driver(const struct connection *connection, const char *bytes)
{
	char target[REQUEST_LINE_SIZE_MAX + 1];
	size_t length = connection->guard.target_length;
	length = length < sizeof target ? length : sizeof target - 1;
	if (length != 0) {
		memcpy(target, bytes + connection->guard.target_start, length);
	}
	target[length] = '\0';
	struct http_path path;
	struct span query;
	(void)http_path_read(target, connection->thread->path_memory, &path, &query); /* up to its fault */
	return dialect_pick(connection->thread->shared->drivers, &path);
}

/* `bytes` start with the refused request; `length` of them are there. */
static void refuse(struct connection *connection, struct evbuffer *input, const char *bytes, size_t length)
{
	const struct guard *guard = &connection->guard;
	connection->refused = true;
	connection->refused_head = guard->is_head;
	connection->refusal = guard->outcome;
	memcpy(connection->refused_origin, guard->origin, sizeof guard->origin);
	memcpy(connection->refused_request_id, guard->request_id, sizeof guard->request_id);
	connection->refusal_driver = pick_driver(connection, bytes);
	int64_t started_ms = connection->request_started_ms;
	size_t swallowed = guard->swallow != 0 ? length - guard->size : 0;
	if (guard->swallow > swallowed) {
		connection->swallow = guard->swallow - swallowed;
		drop_held(connection);
		connection->request_started_ms = started_ms != 0 ? started_ms : http_thread_now_ms();
		return;
	}
	release_substitute(connection, input);
}

/* Asks for the body, only while nothing earlier is unanswered: the answers would change places. */
static void ask_for_body(struct connection *connection)
{
	bool idle = connection->released == connection->answered && !connection->sending;
	if (!idle || connection->continued || connection->closing || connection->refused ||
		!connection->guard.expects_continue || connection->guard.head_size == 0 ||
		connection->held_size != connection->guard.head_size) {
		return;
	}
	connection->continued = true;
	/* libevent does not write while it reads. A socket that has no room for these bytes has a client
	 * that does not read; it will send the body unasked, or not at all. */
	(void)send(bufferevent_getfd(connection->stream), go_on, sizeof go_on - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void note_start(struct connection *connection)
{
	if (connection->held_size <= connection->guard.skipped) {
		connection->request_started_ms = 0;
	} else if (connection->request_started_ms == 0) {
		connection->request_started_ms = http_thread_now_ms();
	}
}

/* Releases what is whole of the held bytes. */
static void measure_held(struct connection *connection, struct evbuffer *input)
{
	size_t at = 0;
	enum guard_verdict verdict;
	struct guard *guard = &connection->guard;
	while ((verdict = guard_measure(guard, connection->held + at, connection->held_size - at)) ==
		GUARD_COMPLETE) {
		release(connection, input, connection->held + at + guard->skipped, guard->size - guard->skipped);
		at += guard->size;
		*guard = (struct guard){0};
		connection->request_started_ms = 0;
	}
	if (verdict == GUARD_REFUSED) {
		refuse(connection, input, connection->held + at, connection->held_size - at);
		return;
	}
	connection->held_size -= at;
	if (connection->held_size == 0) {
		drop_held(connection);
		return;
	}
	memmove(connection->held, connection->held + at, connection->held_size);
	note_start(connection);
	ask_for_body(connection);
}

static void swallow(struct connection *connection, struct evbuffer *input, size_t ready, size_t added)
{
	cut(connection, input, ready);
	connection->swallow -= added < connection->swallow ? added : connection->swallow;
	if (connection->swallow == 0) {
		release_substitute(connection, input);
	}
}

/* Most requests come alone and whole: they stay where they are. */
static bool passes_at_once(struct connection *connection, struct evbuffer *input)
{
	size_t length = evbuffer_get_length(input);
	const char *bytes = (const char *)evbuffer_pullup(input, -1);
	struct guard *guard = &connection->guard;
	bool whole = bytes != NULL && guard_measure(guard, bytes, length) == GUARD_COMPLETE &&
		     guard->size == length && guard->skipped == 0;
	*guard = (struct guard){0};
	if (whole) {
		connection->released++;
	}
	return whole;
}

static void receive(struct connection *connection, struct evbuffer *input, size_t added)
{
	size_t ready = evbuffer_get_length(input) - added; /* released earlier and not taken yet */
	if (connection->descriptor < 0) {
		evutil_socket_t descriptor = bufferevent_getfd(connection->stream);
		connection->closing |= !http_thread_map(connection->thread, descriptor, connection);
		connection->descriptor = connection->closing ? -1 : descriptor;
	}
	if (connection->closing) {
		cut(connection, input, ready);
		return;
	}
	if (connection->refused) {
		swallow(connection, input, ready, added);
		return;
	}
	if (ready == 0 && connection->held_size == 0 && passes_at_once(connection, input)) {
		return;
	}
	bool held = hold(connection, input, ready, added);
	cut(connection, input, ready);
	if (!held) {
		connection->closing = true;
		return;
	}
	measure_held(connection, input);
}

static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *change, void *context)
{
	struct connection *connection = context;
	if (change->n_added == 0 || connection->inside) {
		return;
	}
	connection->inside = true;
	receive(connection, input, change->n_added);
	connection->inside = false;
}

/* A connection without a record gets nothing past. */
static void on_input_without_record(struct evbuffer *input, const struct evbuffer_cb_info *change, void *context)
{
	(void)context;
	if (change->n_added != 0) {
		evbuffer_drain(input, evbuffer_get_length(input));
	}
}

struct bufferevent *connection_accept(struct event_base *base, void *context)
{
	struct http_thread *thread = context;
	struct bufferevent *stream = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (stream == NULL) {
		return NULL; /* libevent makes its own; exchange.c refuses requests without a record */
	}
	bufferevent_setwatermark(stream, EV_READ, 0, READ_AHEAD_MAX);
	struct connection *connection = calloc(1, sizeof *connection);
	if (connection == NULL ||
		evbuffer_add_cb(bufferevent_get_input(stream), on_input, connection) == NULL) {
		free(connection);
		(void)evbuffer_add_cb(bufferevent_get_input(stream), on_input_without_record, NULL);
		return stream;
	}
	connection->thread = thread;
	connection->stream = stream;
	connection->descriptor = -1;
	counter_add(&thread->counters.connections, 1);
	unsigned others = atomic_fetch_add(&thread->shared->connections, 1);
	connection->closing = others >= thread->shared->connections_max;
	bufferevent_incref(stream); /* it may be closed before it is adopted */
	http_thread_add(thread, connection);
	return stream;
}

void connection_adopt(struct connection *connection)
{
	struct http_thread *thread = connection->thread;
	bufferevent_event_cb on_event = NULL;
	void *owner = NULL;
	bufferevent_getcb(connection->stream, NULL, NULL, &on_event, &owner);
	struct bufferevent *stream = connection->stream;
	if (on_event == NULL) {
		forget(connection); /* bufferevent_free took its callbacks away */
	} else {
		connection->evhttp = owner;
		connection->previous = NULL;
		connection->next = thread->connections;
		if (connection->next != NULL) {
			connection->next->previous = connection;
		}
		thread->connections = connection;
		evhttp_connection_set_closecb(connection->evhttp, on_closed, connection);
		if (connection->closing && !connection_is_busy(connection)) {
			connection_close(connection);
		}
	}
	(void)bufferevent_decref(stream); /* says whether it was the last one, which both cases may be */
}

struct connection *connection_of(struct http_thread *thread, struct evhttp_request *request)
{
	struct evhttp_connection *evhttp = evhttp_request_get_connection(request);
	evutil_socket_t descriptor = bufferevent_getfd(evhttp_connection_get_bufferevent(evhttp));
	if (descriptor < 0 || (size_t)descriptor >= thread->by_descriptor_count) {
		return NULL;
	}
	return thread->by_descriptor[descriptor];
}

bool connection_begin(struct connection *connection)
{
	connection->begun++;
	assert(connection->begun <= connection->released);
	return connection->substituted && connection->begun == connection->released;
}

void connection_answered(struct connection *connection)
{
	struct bufferevent *stream = connection->stream;
	struct evbuffer *output = bufferevent_get_output(stream);
	connection->answered++;
	connection->sending = true;
	/* Most replies fit into the socket's buffer: written now, they need no turn of the loop. Only right
	 * because the socket is plain. */
	evbuffer_unfreeze(output, 1);
	(void)evbuffer_write(output, bufferevent_getfd(stream)); /* what fails shows again in the loop */
	evbuffer_freeze(output, 1);
	connection->unsent = evbuffer_get_length(output);
	connection->thread->unsent += connection->unsent;
	if (connection->unsent != 0) {
		connection->progress_ms = http_thread_now_ms();
		return;
	}
	bufferevent_trigger(stream, EV_WRITE, 0);
}

void connection_sent(struct connection *connection)
{
	connection->thread->unsent -= connection->unsent;
	connection->unsent = 0;
	connection->sending = false;
	ask_for_body(connection);
}

bool connection_is_busy(const struct connection *connection)
{
	return connection->released != connection->answered || connection->sending;
}

void connection_close(struct connection *connection)
{
	assert(connection->begun == connection->answered);
	if (connection->evhttp != NULL) {
		evhttp_connection_free(connection->evhttp); /* calls on_closed */
	}
}

/* True: the reply made no progress for too long and the connection is closed. */
static bool close_stalled(struct connection *connection, int64_t now_ms)
{
	size_t unsent = evbuffer_get_length(bufferevent_get_output(connection->stream));
	if (unsent != connection->unsent) {
		connection->thread->unsent += unsent - connection->unsent; /* unsigned: wraps back */
		connection->unsent = unsent;
		connection->progress_ms = now_ms;
		return false;
	}
	if (now_ms - connection->progress_ms <= REPLY_STALLED_MAX_S * 1000) {
		return false;
	}
	connection_close(connection);
	return true;
}

static void time_out(struct connection *connection)
{
	struct evbuffer *input = bufferevent_get_input(connection->stream);
	if (!connection->refused) {
		connection->guard.outcome = OUTCOME_REQUEST_TIMEOUT;
		connection->guard.swallow = 0;
	}
	connection->inside = true;
	evbuffer_unfreeze(input, 0);
	if (connection->refused) {
		release_substitute(connection, input); /* it was swallowing; its outcome stands */
	} else {
		refuse(connection, input, connection->held, connection->held_size);
	}
	evbuffer_freeze(input, 0);
	connection->inside = false;
	bufferevent_trigger(connection->stream, EV_READ, 0);
}

void connection_sweep(struct connection *connection, int64_t now_ms)
{
	if (connection->sending && connection->begun == connection->answered &&
		close_stalled(connection, now_ms)) {
		return;
	}
	if (connection_is_busy(connection)) {
		return; /* libevent must not be made to read now: it answers one request at a time */
	}
	if (connection->closing) {
		connection_close(connection);
		return;
	}
	if (connection->request_started_ms != 0 &&
		now_ms - connection->request_started_ms > REQUEST_TIME_MAX_MS) {
		time_out(connection);
	}
}
