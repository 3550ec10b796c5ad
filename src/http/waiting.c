/* DESIGN. A waiting exchange holds no transaction. The thread watches the runner while its table is not empty and,
 * when changes were committed, asks for each waiting feed whether it has one: so a busy group does not run the
 * requests of a thousand quiet ones. It looks at most every FEED_WAKE_EVERY_MS; in between it does not watch but
 * has a timer, after which it watches again and looks at everything, so nothing is missed. An exchange that is
 * woken runs anew: a token that was revoked meanwhile is seen. Absent on purpose: noticing that a client left
 * before its answer. */
#include "http/waiting.h"

#include <stdatomic.h>

#include <event2/event.h>

#include "http/exchange.h"
#include "model/limits.h"

#define SECOND_US 1000000

static bool wants_to_wait(const struct http_exchange *exchange)
{
	const struct reply *reply = &exchange->exchange.reply;
	const struct http_shared *shared = exchange->thread->shared;
	return exchange->exchange.request->feed.wait_s > 0 && exchange->method != HTTP_HEAD &&
	       reply->outcome == OUTCOME_OK && (reply->items & REPLY_PAGE) != 0 &&
	       runner_client_page(exchange->thread->client)->count == 0 &&
	       !atomic_load_explicit(&shared->stopping, memory_order_relaxed);
}

/* The first time it takes a place among those that wait. */
static bool may_wait(struct http_exchange *exchange)
{
	struct http_shared *shared = exchange->thread->shared;
	uint32_t wait_s = exchange->exchange.request->feed.wait_s;
	int64_t now_us = http_thread_now_us();
	if (exchange->wait_until_us != 0) {
		return now_us < exchange->wait_until_us;
	}
	if (atomic_fetch_add(&shared->waiting, 1) >= shared->waiting_max) {
		atomic_fetch_sub(&shared->waiting, 1);
		counter_add(&exchange->thread->counters.waits_refused, 1);
		return false;
	}
	wait_s = wait_s < FEED_WAIT_MAX_S ? wait_s : FEED_WAIT_MAX_S;
	exchange->wait_until_us = now_us + (int64_t)wait_s * SECOND_US;
	return true;
}

static void park(struct http_exchange *exchange)
{
	struct http_thread *thread = exchange->thread;
	const struct page *page = runner_client_page(thread->client);
	exchange->wait_group_id = page->feed_of;
	exchange->wait_after = page->last_seq;
	exchange->wait_previous = NULL;
	exchange->wait_next = thread->waiting;
	if (exchange->wait_next != NULL) {
		exchange->wait_next->wait_previous = exchange;
	}
	thread->waiting = exchange;
}

static void take_out(struct http_exchange *exchange)
{
	if (exchange->wait_next != NULL) {
		exchange->wait_next->wait_previous = exchange->wait_previous;
	}
	if (exchange->wait_previous != NULL) {
		exchange->wait_previous->wait_next = exchange->wait_next;
	} else {
		exchange->thread->waiting = exchange->wait_next;
	}
}

/* Until then it need not be told of anything: it will look at everything. */
static void schedule_look(struct http_thread *thread)
{
	if (event_pending(thread->feed_event, EV_TIMEOUT, NULL)) {
		return;
	}
	int64_t rest_us = thread->looked_us + FEED_WAKE_EVERY_MS * 1000 - http_thread_now_us();
	const struct timeval rest = {.tv_usec = rest_us > 0 ? (suseconds_t)rest_us : 0};
	runner_client_watch(thread->client, false);
	event_add(thread->feed_event, &rest);
}

bool waiting_begin(struct http_exchange *exchange)
{
	struct http_thread *thread = exchange->thread;
	if (!wants_to_wait(exchange) || !may_wait(exchange)) {
		return false;
	}
	if (thread->waiting == NULL) {
		schedule_look(thread); /* for what is committed before it watches */
	}
	park(exchange);
	return true;
}

void waiting_end(struct http_exchange *exchange)
{
	if (exchange->wait_until_us != 0) {
		atomic_fetch_sub(&exchange->thread->shared->waiting, 1);
	}
}

static bool has_change(const struct http_exchange *exchange)
{
	return runner_client_has_change(exchange->thread->client, exchange->wait_group_id, exchange->wait_after);
}

static bool is_over(const struct http_exchange *exchange)
{
	return http_thread_now_us() >= exchange->wait_until_us ||
	       atomic_load_explicit(&exchange->thread->shared->stopping, memory_order_relaxed);
}

/* Runs those of which it is true. Some wait again: they are in the table anew, and not looked at again now. */
static void wake(struct http_thread *thread, bool (*is_due)(const struct http_exchange *exchange))
{
	struct http_exchange *woken = NULL;
	struct http_exchange *next;
	for (struct http_exchange *exchange = thread->waiting; exchange != NULL; exchange = next) {
		next = exchange->wait_next;
		if (is_due(exchange)) {
			take_out(exchange);
			exchange->wait_next = woken;
			woken = exchange;
		}
	}
	for (struct http_exchange *exchange = woken; exchange != NULL; exchange = next) {
		next = exchange->wait_next;
		exchange_run(exchange);
	}
	if (thread->waiting == NULL) {
		runner_client_watch(thread->client, false);
	}
}

void waiting_look(struct http_thread *thread)
{
	thread->looked_us = http_thread_now_us();
	if (thread->waiting == NULL) {
		return;
	}
	runner_client_watch(thread->client, true);
	thread->looked_change = runner_last_change(runner_client_runner(thread->client));
	wake(thread, has_change);
}

void waiting_notice(struct http_thread *thread)
{
	if (thread->waiting != NULL &&
		runner_last_change(runner_client_runner(thread->client)) != thread->looked_change) {
		schedule_look(thread);
	}
}

void waiting_sweep(struct http_thread *thread)
{
	if (thread->waiting != NULL) {
		wake(thread, is_over);
	}
}
