/* Opens the sockets. One descriptor serves all threads: SO_REUSEPORT would reset what waits in a closed
 * listener, and a duplicate that is freed leaves an event loop with a changelist spinning. */
#include "http/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define BACKLOG 4096
#define UNIX_PREFIX "unix:"
#define UNIX_MODE 0660 /* the server's own user and group */

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	struct sockaddr_un unix_path;
	struct sockaddr_storage storage;
};

static bool read_port(const char *text, in_port_t *port)
{
	char *end = NULL;
	unsigned long number = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || number > 65535) {
		return false;
	}
	*port = htons((in_port_t)number);
	return true;
}

/* Returns the address's size; 0: it is none. */
static socklen_t read_tcp(const char *name, union address *address)
{
	char host[INET6_ADDRSTRLEN + 2];
	const char *colon = strrchr(name, ':');
	size_t length = colon == NULL ? 0 : (size_t)(colon - name);
	if (length == 0 || length >= sizeof host) {
		return 0;
	}
	memcpy(host, name, length);
	host[length] = '\0';
	if (host[0] == '[' && host[length - 1] == ']') {
		host[length - 1] = '\0';
		address->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6};
		bool good = inet_pton(AF_INET6, host + 1, &address->v6.sin6_addr) == 1 &&
			    read_port(colon + 1, &address->v6.sin6_port);
		return good ? sizeof address->v6 : 0;
	}
	address->v4 = (struct sockaddr_in){.sin_family = AF_INET};
	bool good = inet_pton(AF_INET, host, &address->v4.sin_addr) == 1 &&
		    read_port(colon + 1, &address->v4.sin_port);
	return good ? sizeof address->v4 : 0;
}

static socklen_t read_unix(const char *path, union address *address)
{
	size_t length = strlen(path);
	if (length == 0 || length >= sizeof address->unix_path.sun_path) {
		return 0;
	}
	address->unix_path = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(address->unix_path.sun_path, path, length + 1);
	return sizeof address->unix_path;
}

/* A socket file that nobody listens on any more was left by a server that could not clean up. */
static void remove_stale(const union address *address, socklen_t size)
{
	struct stat status;
	const char *path = address->unix_path.sun_path;
	if (lstat(path, &status) != 0 || !S_ISSOCK(status.st_mode)) {
		return;
	}
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (probe < 0) {
		return;
	}
	if (connect(probe, &address->any, size) != 0 && errno == ECONNREFUSED) {
		(void)unlink(path); /* bind says if it is still there */
	}
	(void)close(probe); /* nothing was written to it */
}

/* Accepted sockets inherit it. */
static void set_no_delay(int descriptor)
{
	const int on = 1;
	(void)setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); /* it serves without */
}

static bool bind_tcp(int descriptor, const union address *address, socklen_t size)
{
	const int on = 1;
	/* No option is needed to serve. */
	(void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	set_no_delay(descriptor);
	if (address->any.sa_family == AF_INET6) {
		(void)setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
	}
	return bind(descriptor, &address->any, size) == 0;
}

/* Nobody can connect before it listens, so its mode may come after the bind. */
static bool bind_unix(int descriptor, const union address *address, socklen_t size)
{
	remove_stale(address, size);
	return bind(descriptor, &address->any, size) == 0 &&
	       chmod(address->unix_path.sun_path, UNIX_MODE) == 0;
}

static bool bind_and_listen(int descriptor, const union address *address, socklen_t size)
{
	bool is_unix = address->any.sa_family == AF_UNIX;
	bool bound = is_unix ? bind_unix(descriptor, address, size) : bind_tcp(descriptor, address, size);
	return bound && listen(descriptor, BACKLOG) == 0;
}

static void name_unix(struct listening *listening, const union address *address)
{
	const char *path = address->unix_path.sun_path;
	bool is_abstract = path[0] == '\0' && path[1] != '\0'; /* a name that is no file's */
	(void)snprintf(listening->address, sizeof listening->address, UNIX_PREFIX "%s%s", is_abstract ? "@" : "",
		path + is_abstract); /* fits: see ADDRESS_SIZE */
}

static bool name_tcp(struct listening *listening, const union address *address)
{
	char host[INET6_ADDRSTRLEN];
	bool v6 = address->any.sa_family == AF_INET6;
	const void *source = v6 ? (const void *)&address->v6.sin6_addr : (const void *)&address->v4.sin_addr;
	if (inet_ntop(address->any.sa_family, source, host, sizeof host) == NULL) {
		return false;
	}
	listening->port = ntohs(v6 ? address->v6.sin6_port : address->v4.sin_port);
	listening->wildcard = v6 ? memcmp(source, &in6addr_any, sizeof in6addr_any) == 0
				 : address->v4.sin_addr.s_addr == htonl(INADDR_ANY);
	(void)snprintf(listening->address, sizeof listening->address, v6 ? "http://[%s]:%u" : "http://%s:%u",
		host, listening->port); /* fits: see ADDRESS_SIZE */
	return true;
}

/* As a client writes it: the port may have been 0, and an adopted one may be anything. */
static bool name_it(struct listening *listening)
{
	union address address = {0};
	socklen_t size = sizeof address - 1; /* a path may fill its field without a zero at its end */
	if (getsockname(listening->descriptor, &address.any, &size) != 0) {
		return false;
	}
	if (address.any.sa_family == AF_UNIX) {
		name_unix(listening, &address);
		return true;
	}
	return name_tcp(listening, &address); /* of another family there is no text */
}

static bool fail(struct listening *listening, const char *what, const char *name, char *why, size_t capacity)
{
	(void)snprintf(why, capacity, "%s %s: %s", what, name, strerror(errno));
	listening_close(listening);
	return false;
}

bool listening_open(struct listening *listening, const char *name, char *why, size_t capacity)
{
	*listening = (struct listening){.descriptor = -1};
	bool is_unix = strncmp(name, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0;
	const char *path = name + strlen(UNIX_PREFIX);
	union address address;
	socklen_t size = is_unix ? read_unix(path, &address) : read_tcp(name, &address);
	if (size == 0) {
		(void)snprintf(why, capacity, "%s: not ADDR:PORT, [V6]:PORT or unix:PATH", name);
		return false;
	}
	int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
	listening->descriptor = socket(address.any.sa_family, type, 0);
	if (listening->descriptor < 0 || !bind_and_listen(listening->descriptor, &address, size)) {
		return fail(listening, "cannot listen on", name, why, capacity);
	}
	if (is_unix) {
		memcpy(listening->path, path, strlen(path) + 1); /* read_unix knows it fits */
	}
	return name_it(listening) || fail(listening, "cannot read the address of", name, why, capacity);
}

bool listening_adopt(struct listening *listening, int descriptor, char *why, size_t capacity)
{
	*listening = (struct listening){.descriptor = descriptor};
	int flags = fcntl(descriptor, F_GETFL);
	if (flags < 0 || fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0 || !name_it(listening)) {
		return fail(listening, "cannot serve at", "a socket that was handed over", why, capacity);
	}
	if (listening->port != 0) {
		set_no_delay(descriptor);
	}
	return true;
}

/* The port in network order, and whether the addresses are the same. */
static bool same_end(const union address *bound, const union address *end, bool any_address)
{
	if (bound->any.sa_family != end->any.sa_family) {
		return false;
	}
	if (bound->any.sa_family == AF_INET) {
		return bound->v4.sin_port == end->v4.sin_port &&
		       (any_address || bound->v4.sin_addr.s_addr == end->v4.sin_addr.s_addr);
	}
	return bound->any.sa_family == AF_INET6 && bound->v6.sin6_port == end->v6.sin6_port &&
	       (any_address || memcmp(&bound->v6.sin6_addr, &end->v6.sin6_addr, sizeof end->v6.sin6_addr) == 0);
}

bool listening_accepted(const struct listening *listening, int descriptor)
{
	union address bound = {0};
	union address end = {0};
	socklen_t bound_size = sizeof bound;
	socklen_t end_size = sizeof end;
	return getsockname(listening->descriptor, &bound.any, &bound_size) == 0 &&
	       getsockname(descriptor, &end.any, &end_size) == 0 && same_end(&bound, &end, listening->wildcard);
}

void listening_close(struct listening *listening)
{
	if (listening->descriptor >= 0) {
		(void)close(listening->descriptor); /* nothing is written to a listener */
		listening->descriptor = -1;
	}
	if (listening->path[0] != '\0') {
		(void)unlink(listening->path); /* left behind, it is taken over at the next start */
	}
}
