#include "observe/courier.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <curl/curl.h>

#define HEAD_SIZE_MAX ((size_t)64 << 10)
#define HEADER_LINE_SIZE 8192
#define STATUS_LINE "HTTP/"
#define IDLE_MAX_S 3 /* servers close connections that are not used; few do it as soon */

struct courier {
	CURLM *multi;
	struct courier_call *calls; /* under way */
	unsigned under_way;
	unsigned sockets_max;
	curl_socket_t *sockets; /* sockets_max; those that libcurl has open, in no order */
	unsigned socket_count;
};

static pthread_once_t curl_once = PTHREAD_ONCE_INIT;

static void start_curl(void)
{
	(void)curl_global_init(CURL_GLOBAL_DEFAULT); /* a failure shows at the first handle */
}

struct courier *courier_create(unsigned connections_max)
{
	(void)pthread_once(&curl_once, start_curl); /* cannot fail on a valid control */
	struct courier *courier = calloc(1, sizeof *courier);
	if (courier == NULL) {
		return NULL;
	}
	courier->sockets_max = 2 * connections_max; /* while one is closed the next is opened */
	courier->sockets = calloc(courier->sockets_max, sizeof *courier->sockets);
	courier->multi = curl_multi_init();
	if (courier->multi == NULL || courier->sockets == NULL) {
		courier_destroy(courier);
		return NULL;
	}
	(void)curl_multi_setopt(courier->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, (long)connections_max);
	(void)curl_multi_setopt(courier->multi, CURLMOPT_MAXCONNECTS, (long)connections_max);
	return courier;
}

/* --- what comes back */

static size_t take_body(char *bytes, size_t one, size_t size, void *context)
{
	struct courier_call *call = context;
	size_t max = call->reply_max == 0 ? COURIER_REPLY_MAX : call->reply_max;
	(void)one; /* is 1 */
	if (size > max - call->reply.size) {
		call->cut = true;
		return 0;
	}
	buffer_write(&call->reply, bytes, size);
	return call->reply.failed ? 0 : size;
}

static void take_value(const char *line, size_t size, const char *name, char *value, size_t capacity)
{
	size_t length = strlen(name);
	if (size <= length || line[length] != ':' || strncasecmp(line, name, length) != 0) {
		return;
	}
	size_t start = length + 1;
	while (start < size && (line[start] == ' ' || line[start] == '\t')) {
		start++;
	}
	while (size > start && strchr("\r\n \t", line[size - 1]) != NULL) {
		size--;
	}
	if (size - start < capacity) {
		memcpy(value, line + start, size - start);
		value[size - start] = '\0';
	}
}

static size_t take_header(char *line, size_t one, size_t size, void *context)
{
	struct courier_call *call = context;
	(void)one; /* is 1 */
	call->head_size += size;
	if (call->head_size > HEAD_SIZE_MAX) {
		call->cut = true;
		return 0;
	}
	if (call->keep_head) {
		if (size >= strlen(STATUS_LINE) && strncasecmp(line, STATUS_LINE, strlen(STATUS_LINE)) == 0) {
			buffer_clear(&call->head); /* the one before was 100 Continue or the like */
		}
		buffer_write(&call->head, line, size);
	}
	take_value(line, size, "X-Outcome", call->outcome, sizeof call->outcome);
	take_value(line, size, "Location", call->location, sizeof call->location);
	take_value(line, size, "ETag", call->etag, sizeof call->etag);
	return size;
}

/* --- what is sent */

static bool add_line(struct curl_slist **lines, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*lines, line);
	*lines = longer != NULL ? longer : *lines;
	return longer != NULL;
}

/* What curl would add by itself is taken away; a header without a value ends with a semicolon in its words. */
static bool add_headers(struct courier_call *call, struct curl_slist **lines)
{
	bool typed = false;
	bool added = add_line(lines, "Expect:");
	for (size_t i = 0; i < call->header_count && added; i++) {
		char line[HEADER_LINE_SIZE];
		const char *name = call->headers[i].name;
		const char *value = call->headers[i].value;
		int length = *value == '\0' ? snprintf(line, sizeof line, "%s;", name)
					    : snprintf(line, sizeof line, "%s: %s", name, value);
		added = length > 0 && (size_t)length < sizeof line && strpbrk(value, "\r\n") == NULL &&
			add_line(lines, line);
		explicit_bzero(line, sizeof line);
		typed = typed || strcasecmp(name, "content-type") == 0;
	}
	return added && (typed || add_line(lines, "Content-Type:"));
}

static bool set_body(CURL *easy, const struct courier_call *call)
{
	bool takes = strcmp(call->method, "POST") == 0 || strcmp(call->method, "PUT") == 0 ||
		     strcmp(call->method, "PATCH") == 0;
	if (strcmp(call->method, "HEAD") == 0) {
		return curl_easy_setopt(easy, CURLOPT_NOBODY, 1L) == CURLE_OK;
	}
	if (takes && (curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body_size) !=
				     CURLE_OK ||
			     curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
				     call->body_size == 0 ? "" : call->body) != CURLE_OK)) {
		return false;
	}
	return curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method) == CURLE_OK;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct courier *courier = context;
	(void)purpose;
	if (courier->socket_count == courier->sockets_max) {
		return CURL_SOCKET_BAD;
	}
	int descriptor = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	if (descriptor >= 0) {
		courier->sockets[courier->socket_count++] = descriptor;
	}
	return descriptor;
}

static int close_socket(void *context, curl_socket_t descriptor)
{
	struct courier *courier = context;
	for (unsigned i = 0; i < courier->socket_count; i++) {
		if (courier->sockets[i] == descriptor) {
			courier->sockets[i] = courier->sockets[--courier->socket_count];
			break;
		}
	}
	return close(descriptor);
}

static int port_of(curl_socket_t descriptor)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	if (getsockname(descriptor, (struct sockaddr *)&address, &size) != 0) {
		return -1;
	}
	return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
						   : ((struct sockaddr_in *)&address)->sin_port);
}

/* What a kept connection has sent unasked would be taken for the answer to this call. TLS says things of its own. */
static bool has_spoken(const struct courier_call *call, int port)
{
	const struct courier *courier = call->courier;
	bool plain = strncmp(call->side->url, "https:", strlen("https:")) != 0;
	char byte;
	for (unsigned i = 0; i < courier->socket_count && plain; i++) {
		if (port_of(courier->sockets[i]) == port &&
			recv(courier->sockets[i], &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0) {
			return true;
		}
	}
	return false;
}

/* libcurl sends again what a connection that was used before has lost. */
static int begin_try(void *context, char *their_address, char *address, int their_port, int port)
{
	struct courier_call *call = context;
	(void)their_address;
	(void)address;
	(void)their_port;
	call->spoken = has_spoken(call, port);
	bool allowed = (!call->tried || call->repeatable) && !call->spoken;
	call->tried = true;
	return allowed ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static bool set_up(CURL *easy, struct courier_call *call, struct curl_slist **lines, struct curl_slist **pins)
{
	char target[HEADER_LINE_SIZE * 2];
	int length = snprintf(target, sizeof target, "%s%s", call->side->path, call->target);
	bool good = length > 0 && (size_t)length < sizeof target && add_headers(call, lines) &&
		    (call->side->pin[0] == '\0' || add_line(pins, call->side->pin)) && set_body(easy, call);
	good = good && curl_easy_setopt(easy, CURLOPT_URL, call->side->url) == CURLE_OK;
	good = good && curl_easy_setopt(easy, CURLOPT_REQUEST_TARGET, target) == CURLE_OK;
	explicit_bzero(target, sizeof target);
	good = good && curl_easy_setopt(easy, CURLOPT_PROXY, "") == CURLE_OK;
	good = good && curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK;
	good = good && curl_easy_setopt(easy, CURLOPT_RESOLVE, *pins) == CURLE_OK;
	good = good && curl_easy_setopt(easy, CURLOPT_HTTPHEADER, *lines) == CURLE_OK;
	/* These cannot fail. */
	(void)curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
	(void)curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_MAXAGE_CONN, (long)IDLE_MAX_S);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
	(void)curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, call->courier);
	(void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
	(void)curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, call->courier);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, begin_try);
	(void)curl_easy_setopt(easy, CURLOPT_PREREQDATA, call);
	(void)curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)call->deadline_ms);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	(void)curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	(void)curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	(void)curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	return good;
}

static void forget_reply(struct courier_call *call)
{
	buffer_clear(&call->reply);
	buffer_clear(&call->head);
	call->why[0] = '\0';
	call->outcome[0] = '\0';
	call->location[0] = '\0';
	call->etag[0] = '\0';
	call->status = 0;
	call->latency_us = 0;
	call->head_size = 0;
	call->cut = false;
	call->tried = false;
	call->spoken = false;
}

bool courier_send(struct courier *courier, struct courier_call *call)
{
	struct curl_slist *lists[2] = {NULL, NULL};
	CURL *easy = curl_easy_init();
	forget_reply(call);
	call->courier = courier;
	if (easy == NULL || !set_up(easy, call, &lists[0], &lists[1]) ||
		curl_multi_add_handle(courier->multi, easy) != CURLM_OK) {
		curl_easy_cleanup(easy);
		curl_slist_free_all(lists[0]);
		curl_slist_free_all(lists[1]);
		return false;
	}
	call->easy = easy;
	call->lines = lists[0];
	call->pins = lists[1];
	call->next = courier->calls;
	call->self = &courier->calls;
	if (call->next != NULL) {
		call->next->self = &call->next;
	}
	courier->calls = call;
	courier->under_way++;
	return true;
}

/* --- the end of a call */

static enum courier_end end_of(CURLcode code)
{
	if (code == CURLE_OK) {
		return COURIER_ANSWERED;
	}
	if (code == CURLE_OPERATION_TIMEDOUT) {
		return COURIER_LATE;
	}
	return code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST ? COURIER_UNREACHABLE
										   : COURIER_BROKEN;
}

static void release(struct courier *courier, struct courier_call *call)
{
	(void)curl_multi_remove_handle(courier->multi, call->easy); /* it is one of its handles */
	curl_easy_cleanup(call->easy);
	for (struct curl_slist *line = call->lines; line != NULL; line = line->next) {
		explicit_bzero(line->data, strlen(line->data)); /* some hold secrets */
	}
	curl_slist_free_all(call->lines);
	curl_slist_free_all(call->pins);
	call->easy = NULL;
	*call->self = call->next;
	if (call->next != NULL) {
		call->next->self = call->self;
	}
	courier->under_way--;
}

static void finish(struct courier *courier, CURL *easy, CURLcode code)
{
	struct courier_call *call = NULL;
	curl_off_t time_us = 0;
	long status = 0;
	(void)curl_easy_getinfo(easy, CURLINFO_PRIVATE, &call);
	(void)curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &time_us);
	(void)curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	call->end = end_of(code);
	call->status = (int)status;
	call->latency_us = (int64_t)time_us;
	if (code != CURLE_OK) {
		(void)snprintf(call->why, sizeof call->why, "%s",
			call->cut			    ? "it sends more than is taken"
			: call->spoken			    ? "it has sent more than it was asked for"
			: code == CURLE_ABORTED_BY_CALLBACK ? "it has closed the connection"
							    : curl_easy_strerror(code));
	}
	release(courier, call);
	call->done(call->context, call);
}

void courier_turn(struct courier *courier, uint32_t wait_ms)
{
	int running = 0;
	int left = 0;
	const CURLMsg *message;
	/* Failures of these are of memory alone, and show as calls that run into their deadline. */
	(void)curl_multi_perform(courier->multi, &running);
	if ((unsigned)running == courier->under_way) {
		(void)curl_multi_poll(courier->multi, NULL, 0, (int)wait_ms, NULL);
		(void)curl_multi_perform(courier->multi, &running);
	}
	while ((message = curl_multi_info_read(courier->multi, &left)) != NULL) {
		if (message->msg == CURLMSG_DONE) {
			finish(courier, message->easy_handle, message->data.result);
		}
	}
}

unsigned courier_under_way(const struct courier *courier)
{
	return courier->under_way;
}

void courier_wake(struct courier *courier)
{
	(void)curl_multi_wakeup(courier->multi); /* fails only where the wait ends soon anyway */
}

void courier_destroy(struct courier *courier)
{
	if (courier == NULL) {
		return;
	}
	while (courier->calls != NULL) {
		release(courier, courier->calls);
	}
	(void)curl_multi_cleanup(courier->multi); /* also of NULL; closes the sockets */
	free(courier->sockets);
	free(courier);
}
