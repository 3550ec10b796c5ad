/* The local runner. A request is run first where it arrives: what writes nothing (reads, and every
 * refusal) is answered from one snapshot that was taken after the request came, so it sees every change
 * that was acknowledged before. Only what wants to write crosses to the writer thread. */
#include "writer/runner.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "model/limits.h"
#include "writer/client.h"
#include "writer/monotonic.h"
#include "writer/queue.h"
#include "writer/tally.h"
#include "writer/watchers.h"
#include "writer/writer.h"

#define DAY_S 86400
#define RUNS_MAX 16 /* of one try whose store says AGAIN */

struct runner {
	struct queue queue;
	struct writer writer;
	pthread_t thread;
	struct tally tally;
	struct watchers watchers;
	pthread_mutex_t probe_lock;
	struct txn *probe;
	struct engine_options engine;
	atomic_bool stopping;
	atomic_uint clients;
	atomic_uint clients_made;
};

static void stop_the_process(void *context)
{
	(void)context;
	log_write(LOG_ERROR, "nobody can tell whether the last commit happened; stopping without an answer");
	_exit(1);
}

/* The time of the last change, so that time does not go back across a restart. */
static bool read_floor(struct writer *writer)
{
	struct workplace *place = &writer->workplace;
	struct change last = {.at = 0};
	store_begin(place->txn, TXN_READ, writer->source->now(writer->source->context));
	uint64_t next = store_counter(place->txn, COUNTER_CHANGE);
	if (next >= 2) {
		/* None is found when the feed was trimmed: then there is no time to respect. */
		(void)store_next_change(place->txn, next - 2, &place->scratch, &last);
	}
	texts_clear(&place->scratch);
	atomic_init(&writer->floor, last.at);
	atomic_store(&writer->watchers->last_change, next > 0 ? next - 1 : 0);
	return store_end(place->txn) == STORE_DONE;
}

static void init_writer(struct runner *runner, struct store *store, const struct source *source,
	void (*fatal)(void *context), void *context)
{
	runner->writer = (struct writer){
		.queue = &runner->queue,
		.workplace = {.store = store, .options = &runner->engine, .master_key = source->master_key},
		.source = source,
		.tally = &runner->tally,
		.watchers = &runner->watchers,
		.fatal = fatal != NULL ? fatal : stop_the_process,
		.context = context,
	};
	texts_init(&runner->writer.workplace.scratch, NULL, 0);
}

static bool start_writer(struct runner *runner)
{
	struct writer *writer = &runner->writer;
	writer->workplace.txn = txn_create(writer->workplace.store);
	if (writer->workplace.txn == NULL) {
		return false;
	}
	if (read_floor(writer) && pthread_create(&runner->thread, NULL, writer_main, writer) == 0) {
		return true;
	}
	txn_destroy(writer->workplace.txn);
	return false;
}

/* Undoes what create made, in the opposite order. */
static void free_parts(struct runner *runner)
{
	txn_destroy(runner->probe);
	(void)pthread_mutex_destroy(&runner->probe_lock); /* nobody holds it */
	watchers_finish(&runner->watchers);
	queue_finish(&runner->queue);
	tally_finish(&runner->tally);
	free(runner);
}

static bool init_queue(struct queue *queue, const struct runner_options *options)
{
	uint32_t count_max = options->queue_requests_max;
	uint32_t size_max = options->queue_size_max;
	uint32_t batch_max = options->batch_requests_max;
	return queue_init(queue, count_max != 0 ? count_max : QUEUE_REQUESTS_MAX,
		size_max != 0 ? size_max : QUEUE_SIZE_MAX, batch_max != 0 ? batch_max : BATCH_REQUESTS_MAX);
}

/* With all but what needs the store. NULL: out of memory or other resources. */
static struct runner *create_parts(const struct runner_options *options)
{
	struct runner *runner = calloc(1, sizeof *runner);
	if (runner == NULL || !tally_init(&runner->tally)) {
		free(runner);
		return NULL;
	}
	if (!init_queue(&runner->queue, options)) {
		tally_finish(&runner->tally);
		free(runner);
		return NULL;
	}
	/* The default mutexes of this system take no resources that could be lacking. */
	bool made = watchers_init(&runner->watchers) && pthread_mutex_init(&runner->probe_lock, NULL) == 0;
	assert(made);
	(void)made;
	runner->engine = options->engine;
	return runner;
}

struct runner *runner_create(struct store *store, const struct source *source,
	const struct runner_options *options, void (*fatal)(void *context), void *context)
{
	struct runner *runner = create_parts(options);
	if (runner == NULL) {
		return NULL;
	}
	init_writer(runner, store, source, fatal, context);
	runner->probe = txn_create(store);
	if (runner->probe == NULL || !start_writer(runner)) {
		free_parts(runner);
		return NULL;
	}
	return runner;
}

void runner_stop(struct runner *runner)
{
	atomic_store(&runner->stopping, true);
	queue_close(&runner->queue);
}

enum store_end runner_store_usage(struct runner *runner, struct txn *txn)
{
	enum store_end end = STORE_DONE;
	bool more = true;
	while (more && end == STORE_DONE) {
		end = tally_store(&runner->tally, txn, writer_now(&runner->writer), &more);
	}
	return end;
}

/* Nobody counts any more, and nobody else will store it. */
static void store_last_usage(struct runner *runner)
{
	if (tally_is_empty(&runner->tally)) {
		return;
	}
	if (runner_store_usage(runner, runner->writer.workplace.txn) != STORE_DONE) {
		log_write(LOG_ERROR, "the last calls of applications could not be stored: they are not counted");
	}
}

void runner_destroy(struct runner *runner)
{
	if (runner == NULL) {
		return;
	}
	assert(atomic_load(&runner->stopping));
	assert(atomic_load(&runner->clients) == 0);
	(void)pthread_join(runner->thread, NULL); /* it is ours and joinable */
	if (!runner->writer.unknown) {
		store_last_usage(runner);
	}
	txn_destroy(runner->writer.workplace.txn);
	texts_finish(&runner->writer.workplace.scratch);
	free_parts(runner);
}

struct runner_client *runner_client_create(struct runner *runner)
{
	struct runner_client *client = calloc(1, sizeof *client);
	if (client == NULL) {
		return NULL;
	}
	client->runner = runner;
	client->number = atomic_fetch_add(&runner->clients_made, 1);
	client->txn = txn_create(runner->writer.workplace.store);
	if (client->txn == NULL) {
		free(client);
		return NULL;
	}
	if (!mailbox_init(&client->mailbox)) {
		txn_destroy(client->txn);
		free(client);
		return NULL;
	}
	texts_init(&client->scratch, NULL, 0);
	page_init(&client->page);
	atomic_fetch_add(&runner->clients, 1);
	return client;
}

void runner_client_destroy(struct runner_client *client)
{
	if (client == NULL) {
		return;
	}
	watchers_set(&client->runner->watchers, client, false);
	atomic_fetch_sub(&client->runner->clients, 1);
	mailbox_finish(&client->mailbox);
	page_finish(&client->page);
	texts_finish(&client->scratch);
	txn_destroy(client->txn);
	free(client);
}

struct runner *runner_client_runner(const struct runner_client *client)
{
	return client->runner;
}

int runner_client_descriptor(const struct runner_client *client)
{
	return client->mailbox.descriptor;
}

const struct page *runner_client_page(const struct runner_client *client)
{
	return &client->page;
}

static enum runner_result refuse(struct exchange *exchange, enum outcome outcome)
{
	reply_clear(&exchange->reply);
	exchange->reply.outcome = outcome;
	return RUNNER_DONE;
}

/* What became of a run in the submitting thread. */
enum try {
	TRY_ANSWERED,
	TRY_WANTS_TO_WRITE,
	TRY_WITHOUT_MEMORY, /* the reply or the page is not whole */
	TRY_AGAIN,
	TRY_FAILED,
};

static enum try try_once(struct runner_client *client, struct exchange *exchange)
{
	const struct circumstances circumstances = {
		.options = &client->runner->engine,
		.master_key = client->runner->writer.source->master_key,
		.seed = exchange->seed,
		.scratch = &client->scratch,
	};
	reply_clear(&exchange->reply);
	page_clear(&client->page);
	texts_clear(&client->scratch);
	store_begin(client->txn, TXN_TRY, writer_now(&client->runner->writer));
	engine_execute(&circumstances, client->txn, exchange->request, &exchange->reply, &client->page);
	bool wants_to_write = store_wants_to_write(client->txn);
	enum store_end end = store_end(client->txn);
	if (end != STORE_DONE) {
		return end == STORE_AGAIN ? TRY_AGAIN : TRY_FAILED;
	}
	if (wants_to_write) {
		return TRY_WANTS_TO_WRITE;
	}
	bool whole = !exchange->reply.texts.failed && !client->page.failed && !client->page.texts.failed &&
		     !client->scratch.failed;
	return whole ? TRY_ANSWERED : TRY_WITHOUT_MEMORY;
}

static enum runner_result push(struct runner *runner, struct exchange *exchange)
{
	switch (queue_push(&runner->queue, exchange)) {
	case QUEUE_PUSHED:
		return RUNNER_PENDING;
	case QUEUE_FULL:
		return refuse(exchange, OUTCOME_BUSY);
	case QUEUE_CLOSED:
		break;
	}
	return refuse(exchange, OUTCOME_STOPPING);
}

/* Only what changes something and the forms of pages derive values from the seed, and a seed costs a system call. */
static void draw_seed(const struct source *source, struct exchange *exchange)
{
	const struct request *request = exchange->request;
	if (operation_changes(request->operation) || request->dialect == DIALECT_PAGE) {
		source->random(source->context, exchange->seed, sizeof exchange->seed);
	} else {
		memset(exchange->seed, 0, sizeof exchange->seed);
	}
}

/* The first run has met the application in the preamble, or nobody will. */
static void count_call(struct runner_client *client, const struct exchange *exchange)
{
	uint64_t application_id = exchange->reply.application_id;
	if (application_id == 0) {
		return;
	}
	const struct usage usage = {
		.application_id = application_id,
		.day = (uint32_t)(writer_now(&client->runner->writer) / DAY_S),
		.operation = exchange->request->operation,
		.calls = 1,
	};
	tally_add(&client->runner->tally, client->number, &usage);
}

enum runner_result runner_submit(struct runner_client *client, struct exchange *exchange)
{
	struct runner *runner = client->runner;
	exchange->client = client;
	if (atomic_load(&runner->stopping)) {
		return refuse(exchange, OUTCOME_STOPPING);
	}
	draw_seed(runner->writer.source, exchange);
	enum try result = TRY_AGAIN;
	for (unsigned i = 0; i < RUNS_MAX && result == TRY_AGAIN; i++) {
		result = try_once(client, exchange);
	}
	count_call(client, exchange);
	enum outcome refusal = exchange->admit == NULL ? OUTCOME_NONE : exchange->admit(exchange);
	if (refusal != OUTCOME_NONE) {
		return refuse(exchange, refusal);
	}
	switch (result) {
	case TRY_ANSWERED:
		return RUNNER_DONE;
	case TRY_WANTS_TO_WRITE:
		return push(runner, exchange);
	case TRY_WITHOUT_MEMORY:
	case TRY_AGAIN:
		return refuse(exchange, OUTCOME_BUSY);
	case TRY_FAILED:
		break;
	}
	log_write(LOG_ERROR, "the store failed to answer a request that it only read for");
	return refuse(exchange, OUTCOME_STORE_FAILED);
}

struct exchange *runner_take(struct runner_client *client)
{
	return mailbox_take(&client->mailbox);
}

uint64_t runner_last_change(struct runner *runner)
{
	return atomic_load(&runner->watchers.last_change);
}

void runner_client_watch(struct runner_client *client, bool watching)
{
	watchers_set(&client->runner->watchers, client, watching);
}

bool runner_client_has_change(struct runner_client *client, uint64_t group_id, uint64_t after)
{
	const struct feed feed = {.after = after, .limit = 1};
	uint64_t first = 0;
	store_begin(client->txn, TXN_READ, writer_now(&client->runner->writer));
	bool kept = store_list_changes(client->txn, group_id, &feed, &client->page, &first);
	bool found = !kept || client->page.count > 0;
	return store_end(client->txn) != STORE_DONE || found; /* who asks again is told what is wrong */
}

bool runner_can_read(struct runner *runner)
{
	(void)pthread_mutex_lock(&runner->probe_lock); /* fails only when it was misused */
	store_begin(runner->probe, TXN_READ, writer_now(&runner->writer));
	bool counted = store_counter(runner->probe, COUNTER_CHANGE) > 0;
	bool read = store_end(runner->probe) == STORE_DONE && counted;
	(void)pthread_mutex_unlock(&runner->probe_lock);
	return read;
}

/* How long the oldest work has waited: what waits in the queue, and what is being done. */
static int64_t stalled_us(struct writer *writer, const struct queue_state *waiting)
{
	int64_t began_us = atomic_load(&writer->batch_began_us);
	int64_t since_us = waiting->waiting_since_us;
	if (began_us != 0 && (since_us == 0 || began_us < since_us)) {
		since_us = began_us;
	}
	return since_us == 0 ? 0 : monotonic_us() - since_us + 1; /* not nothing, even at once */
}

void runner_counts(struct runner *runner, struct runner_counts *counts)
{
	struct writer *writer = &runner->writer;
	const struct queue_state waiting = queue_state(&runner->queue);
	*counts = (struct runner_counts){
		.batches = atomic_load(&writer->batches),
		.requests = atomic_load(&writer->requests),
		.queued = waiting.count,
		.queued_size = waiting.size,
		.stalled_us = stalled_us(writer, &waiting),
		.store = store_size(writer->workplace.store),
	};
	histogram_merge(&counts->batch_sizes, &writer->batch_sizes);
	histogram_merge(&counts->batch_times, &writer->batch_times);
}

void runner_hold(struct runner *runner)
{
	queue_hold(&runner->queue, true);
}

void runner_release(struct runner *runner)
{
	queue_hold(&runner->queue, false);
}
