/* Opens the listeners, starts and stops the threads, and knows how clients reach us. */
#include "http/server.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <event2/event.h>

#include "http/status.h"
#include "http/thread.h"
#include "log.h"

#define UNSENT_SIZE_MAX ((size_t)64 << 20) /* of all threads, before lists are refused */
#define LIBRARY_LINES_MAX 10		   /* of libevent's own warnings, per second */

struct http_server {
	struct http_shared shared;
	struct http_status status;
	struct listening listening[LISTENERS_MAX + 1]; /* the operators' last */
	size_t public_count; /* of them, for everybody */
	char *public_url;
	struct http_thread *threads;
	unsigned thread_count; /* initialised */
	unsigned running;
};

/* libevent can warn on every turn of a loop, as when descriptors run out. */
static void on_library_log(int severity, const char *message)
{
	static atomic_llong second;
	static atomic_int lines;
	long long now = (long long)time(NULL);
	if (severity <= EVENT_LOG_DEBUG) {
		return;
	}
	if (atomic_exchange(&second, now) != now) {
		atomic_store(&lines, 0);
	}
	if (atomic_fetch_add(&lines, 1) < LIBRARY_LINES_MAX) {
		log_write(severity >= EVENT_LOG_ERR ? LOG_ERROR : LOG_WARNING, "libevent: %s", message);
	}
}

static bool open_listeners(
	struct http_server *server, const struct http_options *options, char *why, size_t capacity)
{
	size_t count = options->socket_count + options->listen_count;
	if (count == 0 || count > LISTENERS_MAX) {
		(void)snprintf(why, capacity, "1 to %d addresses can be listened on", LISTENERS_MAX);
		return false;
	}
	for (size_t i = 0; i < count; i++) {
		struct listening *listening = &server->listening[i];
		size_t name = i - options->socket_count;
		if (i < options->socket_count ? !listening_adopt(listening, options->sockets[i], why, capacity)
					      : !listening_open(listening, options->listen[name], why, capacity)) {
			return false;
		}
		server->shared.listening_count++;
	}
	server->public_count = server->shared.listening_count;
	if (options->admin_listen == NULL) {
		return true;
	}
	struct listening *admin = &server->listening[server->public_count];
	if (!listening_open(admin, options->admin_listen, why, capacity)) {
		return false;
	}
	server->shared.admin_listening = admin;
	server->shared.listening_count++;
	log_write(LOG_INFO, "figures at %s/metrics", admin->address);
	return true;
}

/* Never from what a client says. */
static bool make_public_url(struct http_server *server, const char *given)
{
	if (given != NULL) {
		server->public_url = strdup(given);
		return server->public_url != NULL;
	}
	const struct listening *first = NULL;
	for (size_t i = 0; first == NULL && i < server->public_count; i++) {
		first = server->listening[i].port != 0 ? &server->listening[i] : NULL;
	}
	if (first != NULL && !first->wildcard) {
		server->public_url = strdup(first->address);
		return server->public_url != NULL;
	}
	char url[64];
	if (first == NULL) {
		(void)snprintf(url, sizeof url, "http://localhost");
	} else {
		(void)snprintf(url, sizeof url, "http://localhost:%u", first->port);
	}
	log_write(LOG_WARNING, "links in replies start with %s; --public-url says it better", url);
	server->public_url = strdup(url);
	return server->public_url != NULL;
}

static bool start_threads(struct http_server *server, struct runner *runner, unsigned count)
{
	server->threads = calloc(count, sizeof *server->threads);
	if (server->threads == NULL) {
		return false;
	}
	server->status.threads = server->threads;
	while (server->thread_count < count) {
		unsigned number = server->thread_count;
		if (!http_thread_init(&server->threads[number], number, &server->shared, runner)) {
			return false;
		}
		server->thread_count++;
	}
	while (server->running < count) {
		if (!http_thread_start(&server->threads[server->running])) {
			return false;
		}
		server->running++;
	}
	return true;
}

static void set_observers(struct http_shared *shared, const struct http_options *options)
{
	assert(options->observer_count <= HTTP_OBSERVERS_MAX);
	size_t holders = 0;
	for (size_t i = 0; i < options->observer_count; i++) {
		holders += options->observers[i].hold != NULL;
		shared->observers[i] = options->observers[i];
	}
	assert(holders <= 1);
	shared->observer_count = options->observer_count;
}

struct http_server *http_server_create(
	struct runner *runner, const struct http_options *options, char *why, size_t capacity)
{
	struct http_server *server = calloc(1, sizeof *server);
	if (server == NULL) {
		(void)snprintf(why, capacity, "out of memory");
		return NULL;
	}
	unsigned threads = options->threads == 0 ? 1 : options->threads;
	server->status = (struct http_status){
		.runner = runner,
		.shared = &server->shared,
		.version = options->version,
		.started_at = (int64_t)time(NULL),
	};
	server->shared.drivers = options->drivers;
	server->shared.access_log = options->access_log;
	server->shared.threads = threads;
	server->shared.waiting_max = options->waiting_max;
	server->shared.connections_max = options->connections_max;
	server->shared.unsent_max = UNSENT_SIZE_MAX / threads;
	server->shared.listening = server->listening;
	server->shared.trust_user_header = options->trust_user_header;
	if (options->trusted_proxies != NULL) {
		server->shared.trusted_proxies = *options->trusted_proxies;
	}
	set_observers(&server->shared, options);
	throttle_init(&server->shared.throttle);
	if (!rate_limiter_init(&server->shared.rate_limiter, options->rate_limits)) {
		(void)snprintf(why, capacity, "out of memory");
		free(server);
		return NULL;
	}
	event_set_log_callback(on_library_log);
	if (!open_listeners(server, options, why, capacity)) {
		http_server_destroy(server);
		return NULL;
	}
	if (make_public_url(server, options->public_url) && cors_init(&server->shared.cors, options->cors)) {
		server->shared.site.public_url = server->public_url;
		server->shared.site.retirement = options->retirement;
		server->shared.site.status = &server->status;
		if (start_threads(server, runner, threads)) {
			return server;
		}
	}
	(void)snprintf(why, capacity, "the HTTP threads cannot start: no memory, descriptors or threads");
	http_server_stop(server);
	http_server_destroy(server);
	return NULL;
}

void http_server_addresses(const struct http_server *server, char *text, size_t capacity)
{
	size_t length = 0;
	text[0] = '\0';
	for (size_t i = 0; i < server->public_count && length < capacity; i++) {
		int added = snprintf(text + length, capacity - length, "%s%s", i == 0 ? "" : " ",
			server->listening[i].address);
		length += (size_t)added;
	}
}

const char *http_server_public_url(const struct http_server *server)
{
	return server->public_url;
}

void http_server_stop(struct http_server *server)
{
	atomic_store(&server->shared.stopping, true);
	for (unsigned i = 0; i < server->running; i++) {
		http_thread_stop(&server->threads[i]);
	}
	for (unsigned i = 0; i < server->running; i++) {
		http_thread_join(&server->threads[i]);
	}
	server->running = 0;
}

void http_server_destroy(struct http_server *server)
{
	if (server == NULL) {
		return;
	}
	for (unsigned i = 0; i < server->thread_count; i++) {
		http_thread_finish(&server->threads[i]);
	}
	free(server->threads);
	for (size_t i = 0; i < server->shared.listening_count; i++) {
		listening_close(&server->listening[i]);
	}
	cors_finish(&server->shared.cors);
	rate_limiter_finish(&server->shared.rate_limiter);
	free(server->public_url);
	free(server);
}
