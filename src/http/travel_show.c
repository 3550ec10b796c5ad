/* What observers are shown of an exchange. */
#include "http/travel.h"

#include <string.h>
#include <time.h>

#include "http/holding.h"
#include "http/observer.h"

#define SECOND_US 1000000

static int64_t unix_now_us(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_REALTIME, &now); /* cannot fail with this clock */
	return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

bool travel_show(struct http_exchange *exchange, const struct http_response *response, struct span body)
{
	const struct http_thread *thread = exchange->thread;
	if (exchange->substituted || exchange->driver->of_server) {
		return false;
	}
	const char *target = evhttp_request_get_uri(exchange->http);
	int64_t latency_us = http_thread_now_us() - exchange->started_us;
	const struct http_seen seen = {
		.started_at_us = unix_now_us() - latency_us,
		.latency_us = latency_us,
		.method = exchange->method,
		.target = {.bytes = target, .length = strlen(target)},
		.body = body,
		.header = travel_find_header,
		.context = evhttp_request_get_input_headers(exchange->http),
		.request = exchange->exchange.request,
		.reply = &exchange->exchange.reply,
		.page = runner_client_page(thread->client),
		.response = response,
		.route = exchange->route.name,
		.outcome = travel_outcome(exchange, response),
		.connection = (uint64_t)(uintptr_t)exchange->connection,
		.thread = thread->number,
	};
	bool may_hold = holding_may(exchange);
	bool held = false;
	for (size_t i = 0; i < thread->shared->observer_count; i++) {
		const struct http_observer *observer = &thread->shared->observers[i];
		if (observer->hold == NULL) {
			observer->seen(observer->context, &seen);
		} else if (may_hold) {
			held = observer->hold(observer->context, &seen, (struct http_held *)(void *)exchange);
		}
	}
	return held;
}
