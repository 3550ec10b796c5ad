/* What a request costs in evhttp alone: one thread, default flags, the same number of bytes in every reply. The measure
 * that the bench holds joineryd against. Usage: bare BYTES; prints the port. */
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static char body[65536];
static size_t body_size;

static void answer(struct evhttp_request *request, void *context)
{
	(void)context;
	evbuffer_add(evhttp_request_get_output_buffer(request), body, body_size);
	evhttp_send_reply(request, 200, "OK", NULL);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		return 2;
	}
	body_size = strtoul(argv[1], NULL, 10) % sizeof body;
	memset(body, 'x', sizeof body);
	struct event_base *base = event_base_new();
	struct evhttp *http = evhttp_new(base);
	evhttp_set_gencb(http, answer, NULL);
	struct evhttp_bound_socket *bound = evhttp_bind_socket_with_handle(http, "127.0.0.1", 0);
	if (bound == NULL) {
		return 1;
	}
	struct sockaddr_in address;
	socklen_t size = sizeof address;
	if (getsockname(evhttp_bound_socket_get_fd(bound), (struct sockaddr *)&address, &size) != 0) {
		return 1;
	}
	printf("%d\n", ntohs(address.sin_port));
	(void)fflush(stdout);
	event_base_dispatch(base);
	return 0;
}
