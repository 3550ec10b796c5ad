/* A runner for the tests of the transport: answers at once, or (a request of form FAKE_LATER) from
 * another thread through a mailbox, which can be held. */
#include "fake_runner.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct runner {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct exchange *first;
	struct exchange *last;
	bool held;
	bool stopping;
};

struct runner_client {
	struct runner *runner;
	int descriptor;
	struct exchange *finished;
	struct page page;
};

static struct exchange *take_first(struct runner *runner)
{
	struct exchange *exchange = runner->first;
	runner->first = exchange->next;
	exchange->next = NULL;
	return exchange;
}

static void deliver(struct exchange *exchange)
{
	struct runner_client *client = exchange->client;
	exchange->reply.outcome = OUTCOME_JOINED;
	struct exchange **end = &client->finished;
	while (*end != NULL) {
		end = &(*end)->next;
	}
	*end = exchange;
	eventfd_write(client->descriptor, 1);
}

static void *work(void *context)
{
	struct runner *runner = context;
	pthread_mutex_lock(&runner->lock);
	for (;;) {
		if (runner->first != NULL && !runner->held) {
			deliver(take_first(runner));
		} else if (runner->stopping) {
			break;
		} else {
			pthread_cond_wait(&runner->changed, &runner->lock);
		}
	}
	pthread_mutex_unlock(&runner->lock);
	return NULL;
}

struct runner *fake_runner_create(void)
{
	struct runner *runner = calloc(1, sizeof *runner);
	assert(runner != NULL);
	pthread_mutex_init(&runner->lock, NULL);
	pthread_cond_init(&runner->changed, NULL);
	int created = pthread_create(&runner->thread, NULL, work, runner);
	assert(created == 0);
	(void)created;
	return runner;
}

static void change(struct runner *runner, bool *field, bool value)
{
	pthread_mutex_lock(&runner->lock);
	*field = value;
	pthread_cond_signal(&runner->changed);
	pthread_mutex_unlock(&runner->lock);
}

void runner_hold(struct runner *runner)
{
	change(runner, &runner->held, true);
}

void runner_release(struct runner *runner)
{
	change(runner, &runner->held, false);
}

void runner_destroy(struct runner *runner)
{
	change(runner, &runner->stopping, true);
	pthread_join(runner->thread, NULL);
	pthread_cond_destroy(&runner->changed);
	pthread_mutex_destroy(&runner->lock);
	free(runner);
}

struct runner_client *runner_client_create(struct runner *runner)
{
	struct runner_client *client = calloc(1, sizeof *client);
	assert(client != NULL);
	client->runner = runner;
	client->descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	page_init(&client->page);
	return client;
}

void runner_client_destroy(struct runner_client *client)
{
	if (client == NULL) {
		return;
	}
	assert(client->finished == NULL);
	close(client->descriptor);
	page_finish(&client->page);
	free(client);
}

int runner_client_descriptor(const struct runner_client *client)
{
	return client->descriptor;
}

const struct page *runner_client_page(const struct runner_client *client)
{
	return &client->page;
}

enum runner_result runner_submit(struct runner_client *client, struct exchange *exchange)
{
	exchange->client = client;
	exchange->reply.outcome = OUTCOME_OK;
	if (exchange->request->form == FAKE_LIST) {
		exchange->reply.items = REPLY_PAGE;
	}
	if (exchange->request->form != FAKE_LATER) {
		return RUNNER_DONE;
	}
	struct runner *runner = client->runner;
	pthread_mutex_lock(&runner->lock);
	exchange->next = NULL;
	if (runner->first == NULL) {
		runner->first = exchange;
	} else {
		runner->last->next = exchange;
	}
	runner->last = exchange;
	pthread_cond_signal(&runner->changed);
	pthread_mutex_unlock(&runner->lock);
	return RUNNER_PENDING;
}

struct exchange *runner_take(struct runner_client *client)
{
	eventfd_t count;
	pthread_mutex_lock(&client->runner->lock);
	(void)eventfd_read(client->descriptor, &count);
	struct exchange *taken = client->finished;
	client->finished = NULL;
	pthread_mutex_unlock(&client->runner->lock);
	return taken;
}

struct runner *runner_client_runner(const struct runner_client *client)
{
	return client->runner;
}

uint64_t runner_last_change(struct runner *runner)
{
	(void)runner;
	return 0;
}

void runner_client_watch(struct runner_client *client, bool watching)
{
	(void)client;
	(void)watching;
}

bool runner_client_has_change(struct runner_client *client, uint64_t group_id, uint64_t after)
{
	(void)client;
	(void)group_id;
	(void)after;
	return false;
}

int64_t fake_stalled_us;
bool fake_readable = true;

void runner_counts(struct runner *runner, struct runner_counts *counts)
{
	(void)runner;
	*counts = (struct runner_counts){.stalled_us = fake_stalled_us, .queued = 3};
}

bool runner_can_read(struct runner *runner)
{
	(void)runner;
	return fake_readable;
}
