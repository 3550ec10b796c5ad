/* Threads that submit as fast as they can, with their history checked: a slot is joined exactly once, and
 * whoever was told so is never contradicted by a later read on any thread. */
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake.h"
#include "writer/runner.h"

#define THREADS_COUNT 6
#define ROUNDS_COUNT 60
#define WINDOW 16
#define SLOTS_USED 512

struct letter {
	struct exchange exchange;
	_Alignas(struct request) char memory[sizeof(struct request) + 64];
};

struct history {
	atomic_uint joined[SLOTS_USED]; /* how often somebody was told that he joined it */
	atomic_bool known[SLOTS_USED]; /* somebody was told that it is joined */
	atomic_uint contradictions;
	atomic_uint busy;
	atomic_uint other; /* answers that cannot be */
};

struct sender {
	struct runner *runner;
	struct history *history;
	unsigned random;
	pthread_t thread;
	struct letter letters[WINDOW];
};

static unsigned next_random(struct sender *sender)
{
	sender->random = sender->random * 1664525u + 1013904223u;
	return sender->random >> 8;
}

static void write_letter(struct letter *letter, enum operation operation, uint64_t slot)
{
	letter->exchange.size = sizeof *letter;
	letter->exchange.request = request_init(letter->memory, sizeof letter->memory, DIALECT_V3);
	letter->exchange.request->operation = operation;
	letter->exchange.request->group = (struct reference){.kind = REFERENCE_ID, .id = slot};
	reply_init(&letter->exchange.reply);
}

static void note_reply(struct history *history, const struct exchange *exchange)
{
	uint64_t slot = exchange->request->group.id;
	enum outcome outcome = exchange->reply.outcome;
	if (outcome == OUTCOME_JOINED) {
		atomic_fetch_add(&history->joined[slot], 1);
	}
	if (outcome == OUTCOME_JOINED || outcome == OUTCOME_ALREADY_MEMBER) {
		atomic_store(&history->known[slot], true);
	} else if (outcome == OUTCOME_BUSY) {
		atomic_fetch_add(&history->busy, 1);
	} else {
		atomic_fetch_add(&history->other, 1);
	}
}

/* What is known before the request is sent must be what the request sees. */
static void check_known(struct sender *sender, struct runner_client *client)
{
	uint64_t slot = next_random(sender) % SLOTS_USED;
	if (!atomic_load(&sender->history->known[slot])) {
		return;
	}
	struct letter letter;
	write_letter(&letter, OPERATION_GROUP_GET, slot);
	if (runner_submit(client, &letter.exchange) != RUNNER_DONE ||
		letter.exchange.reply.outcome != OUTCOME_OK) {
		atomic_fetch_add(&sender->history->contradictions, 1);
	}
	reply_finish(&letter.exchange.reply);
}

static unsigned send_window(struct sender *sender, struct runner_client *client)
{
	unsigned pending = 0;
	for (unsigned i = 0; i < WINDOW; i++) {
		struct letter *letter = &sender->letters[i];
		write_letter(letter, OPERATION_GROUP_JOIN, next_random(sender) % SLOTS_USED);
		if (runner_submit(client, &letter->exchange) == RUNNER_PENDING) {
			pending++;
		} else {
			note_reply(sender->history, &letter->exchange);
		}
	}
	return pending;
}

static void collect(struct sender *sender, struct runner_client *client, unsigned pending)
{
	struct pollfd poller = {.fd = runner_client_descriptor(client), .events = POLLIN};
	while (pending > 0) {
		(void)poll(&poller, 1, -1); /* woken for nothing: then nothing is taken */
		for (struct exchange *exchange = runner_take(client); exchange != NULL;
			exchange = exchange->next) {
			note_reply(sender->history, exchange);
			pending--;
		}
	}
}

static void *send_all(void *argument)
{
	struct sender *sender = argument;
	struct runner_client *client = runner_client_create(sender->runner);
	if (client == NULL) {
		atomic_fetch_add(&sender->history->other, 1);
		return NULL;
	}
	for (unsigned i = 0; i < ROUNDS_COUNT; i++) {
		unsigned pending = send_window(sender, client);
		check_known(sender, client);
		collect(sender, client, pending);
	}
	runner_client_destroy(client);
	return NULL;
}

static void run_storm(const struct runner_options *options, struct history *history)
{
	static struct sender senders[THREADS_COUNT];
	fake_reset();
	struct runner *runner = runner_create((struct store *)&fake, &fake_source, options, NULL, NULL);
	assert_non_null(runner);
	for (unsigned i = 0; i < THREADS_COUNT; i++) {
		senders[i] = (struct sender){.runner = runner, .history = history, .random = i};
		assert_int_equal(pthread_create(&senders[i].thread, NULL, send_all, &senders[i]), 0);
	}
	for (unsigned i = 0; i < THREADS_COUNT; i++) {
		assert_int_equal(pthread_join(senders[i].thread, NULL), 0);
	}
	runner_stop(runner);
	runner_destroy(runner);
	assert_int_equal(atomic_load(&history->contradictions), 0);
	assert_int_equal(atomic_load(&history->other), 0);
	for (unsigned slot = 0; slot < SLOTS_USED; slot++) {
		assert_int_equal(
			atomic_load(&history->joined[slot]), atomic_load(&history->known[slot]) ? 1 : 0);
	}
}

static void every_slot_is_joined_once_and_stays_joined(void **state)
{
	(void)state;
	static struct history history;
	run_storm(&(struct runner_options){.queue_requests_max = 0}, &history);
	assert_int_equal(atomic_load(&history.busy), 0);
}

static void a_short_queue_refuses_and_contradicts_nothing(void **state)
{
	(void)state;
	static struct history history;
	run_storm(&(struct runner_options){.queue_requests_max = 2}, &history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_slot_is_joined_once_and_stays_joined),
		cmocka_unit_test(a_short_queue_refuses_and_contradicts_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
