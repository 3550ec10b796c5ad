/* Calls to another system at a real socket of this machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "observe/courier.h"

#define DEADLINE_MS 60000
#define WAIT_MS 1000
#define REPLY                                                                       \
	"HTTP/1.1 201 Made\r\nX-Outcome:  joined \r\nETag: \"7\"\r\nLocation: /there\r\n" \
	"Content-Length: 2\r\n\r\n{}"

struct side {
	int listener;
	unsigned port;
	pthread_t thread;
};

/* Answers one connection's one request. */
static void *serve(void *context)
{
	const struct side *side = context;
	char request[4096] = "";
	size_t size = 0;
	ssize_t more = 1;
	int connection = accept(side->listener, NULL, NULL);
	while (more > 0 && strstr(request, "\r\n\r\n") == NULL && size < sizeof request - 1) {
		more = recv(connection, request + size, sizeof request - 1 - size, 0);
		size += more > 0 ? (size_t)more : 0;
		request[size] = '\0';
	}
	(void)send(connection, REPLY, strlen(REPLY), MSG_NOSIGNAL);
	(void)close(connection);
	return NULL;
}

static void start(struct side *side)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t size = sizeof address;
	side->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(side->listener, (const struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(side->listener, 1), 0);
	assert_int_equal(getsockname(side->listener, (struct sockaddr *)&address, &size), 0);
	side->port = ntohs(address.sin_port);
	assert_int_equal(pthread_create(&side->thread, NULL, serve, side), 0);
}

static void stop(struct side *side)
{
	assert_int_equal(pthread_join(side->thread, NULL), 0);
	(void)close(side->listener);
}

static void note(void *context, struct courier_call *call)
{
	(void)call;
	*(bool *)context = true;
}

static void a_name_of_two_addresses_is_asked_where_it_answers(void **state)
{
	struct side side;
	struct other_side other = {.path = ""};
	bool done = false;
	(void)state;
	start(&side);
	(void)snprintf(other.url, sizeof other.url, "http://two.invalid:%u", side.port);
	(void)snprintf(other.pin, sizeof other.pin, "two.invalid:%u:::1,127.0.0.1", side.port);
	struct courier *courier = courier_create(1);
	struct courier_call call = {.side = &other,
		.method = "POST",
		.target = "/v3/groups",
		.body = "{}",
		.body_size = 2,
		.deadline_ms = DEADLINE_MS,
		.done = note,
		.context = &done};
	assert_true(courier_send(courier, &call));
	while (!done) {
		courier_turn(courier, WAIT_MS);
	}
	assert_string_equal(call.why, "");
	assert_int_equal(call.end, COURIER_ANSWERED);
	assert_int_equal(call.status, 201);
	assert_string_equal(call.outcome, "joined");
	assert_string_equal(call.etag, "\"7\"");
	assert_string_equal(call.location, "/there");
	assert_int_equal(call.reply.size, 2);
	buffer_finish(&call.reply);
	courier_destroy(courier);
	stop(&side);
}

/* Recordings may be anybody's: no value of theirs makes a header, or a request, of its own. */
static void a_value_of_several_lines_is_not_sent(void **state)
{
	(void)state;
	static const char *const values[] = {"a\r\nX-Other: b", "a\nX-Other: b", "a\r"};
	struct other_side other = {.path = "", .url = "http://127.0.0.1:9", .pin = "127.0.0.1:9:127.0.0.1"};
	struct courier *courier = courier_create(1);
	bool done = false;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		struct courier_call call = {.side = &other,
			.method = "GET",
			.target = "/",
			.headers = {{"x-request-id", values[i]}},
			.header_count = 1,
			.deadline_ms = DEADLINE_MS,
			.done = note,
			.context = &done};
		assert_false(courier_send(courier, &call));
	}
	assert_int_equal(courier_under_way(courier), 0);
	assert_false(done);
	courier_destroy(courier);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_of_two_addresses_is_asked_where_it_answers),
		cmocka_unit_test(a_value_of_several_lines_is_not_sent),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
