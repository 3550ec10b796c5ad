/* The transport: listeners, threads, connections, exchanges. Knows no operation and no dialect. */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/dialect.h"
#include "http/observer.h"
#include "http/peer.h"
#include "http/rate_limit.h"
#include "writer/runner.h"

#define LISTENERS_MAX 16

struct http_options {
	const char *const *listen; /* "ADDR:PORT", "[V6]:PORT" or "unix:PATH" */
	size_t listen_count;
	const int *sockets; /* that listen already; the server's from now on */
	size_t socket_count; /* with the addresses at least 1, at most LISTENERS_MAX */
	unsigned threads;
	const char *admin_listen; /* "ADDR:PORT", where alone figures are shown; NULL: none */
	uint32_t connections_max;
	const char *public_url; /* NULL: http:// and the first TCP listener */
	struct retirement retirement;
	const char *trust_user_header; /* NULL: none */
	const struct peer_list *trusted_proxies;
	const char *cors;	/* "*", "none", or a comma-separated list of origins */
	uint32_t waiting_max; /* requests that wait for changes at once */
	uint32_t rate_limits[RATE_KIND_COUNT]; /* requests a minute; 0: not limited */
	bool access_log;
	const char *version; /* of the program */
	const struct dialect_driver *const *drivers; /* NULL-terminated; the last one owns all other paths */
	const struct http_observer *observers; /* copied; their contexts outlive the server */
	size_t observer_count; /* at most HTTP_OBSERVERS_MAX */
};

struct http_server;

/* Binds and listens, starts the threads. NULL: not possible, and `why` says so in one line. The runner
 * must outlive it. */
struct http_server *http_server_create(struct runner *runner, const struct http_options *options, char *why,
				       size_t capacity);

/* The addresses that are listened on, as a client writes them, with real ports: "http://127.0.0.1:8080
 * unix:/path". */
void http_server_addresses(const struct http_server *server, char *text, size_t capacity);
const char *http_server_public_url(const struct http_server *server);

/* Stops accepting; lets every request in flight be answered, with Connection: close; returns when all
 * threads ended. */
void http_server_stop(struct http_server *server);
void http_server_destroy(struct http_server *server);

#endif
