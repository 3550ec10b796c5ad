/* DESIGN. One thread writes, so operations never wait for each other's locks, and while one commit is in
 * flight the next batch gathers by itself: there is no timer. Promised: a reply leaves only after the
 * commit that makes it true, all replies of a batch after the same one; batches run in the order they
 * were pushed, and their times never go back. Between batches the writer handles due rows and sweeps
 * deleted groups in bounded slices; every rule judges by a row's own time, so how late that happens
 * never shows. Absent on purpose: sockets, and any operation's name. */
#include "writer/writer.h"

#include "log.h"
#include "model/limits.h"
#include "writer/client.h"
#include "writer/monotonic.h"

#define IDLE_MS 1000 /* how often an idle writer looks for what is due */
#define USAGE_PERIOD_S 30 /* a crash loses what was counted since; a minute is promised */
#define BATCHES_BETWEEN_SWEEPS 20 /* when requests never pause */

int64_t writer_now(struct writer *writer)
{
	int64_t now = writer->source->now(writer->source->context);
	int64_t earliest = atomic_load(&writer->floor);
	return now > earliest ? now : earliest;
}

/* The time of a transaction that writes; from now on the earliest of all others. */
static int64_t stamp(struct writer *writer)
{
	int64_t now = writer_now(writer);
	atomic_store(&writer->floor, now);
	return now;
}

/* One delivery, and so at most one wake-up, per client. The batch is empty afterwards. */
static void deliver(struct exchange_list *batch)
{
	struct runner_client *touched = NULL;
	struct exchange *exchange;
	while ((exchange = exchange_list_take_first(batch)) != NULL) {
		struct runner_client *client = exchange->client;
		if (client->outgoing.first == NULL) {
			client->outgoing_next = touched;
			touched = client;
		}
		exchange_list_append(&client->outgoing, exchange);
	}
	while (touched != NULL) {
		struct runner_client *client = touched;
		touched = client->outgoing_next; /* before the delivery, after which the client may be gone */
		struct exchange_list outgoing = client->outgoing;
		client->outgoing = (struct exchange_list){0};
		mailbox_deliver(&client->mailbox, &outgoing);
	}
}

/* Looks how far the feed is now, whoever moved it: commands write without this thread. */
static void tell_changes(struct writer *writer)
{
	struct txn *txn = writer->workplace.txn;
	store_begin(txn, TXN_READ, writer_now(writer));
	uint64_t next = store_counter(txn, COUNTER_CHANGE);
	if (store_end(txn) == STORE_DONE && next > 0) {
		watchers_tell(writer->watchers, next - 1);
	}
}

static void do_batch(struct writer *writer, struct exchange_list *batch)
{
	int64_t began_us = monotonic_us();
	atomic_store(&writer->batch_began_us, began_us);
	bool settled = batch_settle(&writer->workplace, batch->first, stamp(writer));
	atomic_store(&writer->batch_began_us, 0);
	if (!settled) {
		writer->unknown = true;
		return;
	}
	uint64_t count = 0;
	for (const struct exchange *exchange = batch->first; exchange != NULL; exchange = exchange->next) {
		count++;
	}
	atomic_fetch_add(&writer->batches, 1);
	atomic_fetch_add(&writer->requests, count);
	histogram_add(&writer->batch_sizes, HISTOGRAM_SIZES, count);
	histogram_add(&writer->batch_times, HISTOGRAM_TIMES_US, (uint64_t)(monotonic_us() - began_us));
	deliver(batch);
	tell_changes(writer);
}

static bool anything_due(struct txn *txn)
{
	struct due due;
	return store_next_due(txn, &due);
}

static bool expire_slice(struct txn *txn)
{
	(void)engine_expire_due(txn, SLICE_ROWS_MAX); /* the next look says whether there is more */
	return true;
}

/* A chore: `look` says in a transaction that reads whether there is something to do, `slice` does a bounded
 * part of it in one that writes and says whether there may be more. */
struct chore {
	const char *name;
	bool (*look)(struct txn *txn);
	bool (*slice)(struct txn *txn);
};

static const struct chore expiry = {
	.name = "ending what is due", .look = anything_due, .slice = expire_slice};
static const struct chore sweep = {
	.name = "sweeping deleted groups", .look = store_sweep, .slice = store_sweep};

/* Returns whether there may be more to do now. What failed waits for the next look: it would fail again. */
static bool do_slice(struct writer *writer, const struct chore *chore)
{
	struct txn *txn = writer->workplace.txn;
	store_begin(txn, TXN_READ, writer_now(writer));
	bool wanted = chore->look(txn);
	if (store_end(txn) != STORE_DONE || !wanted) {
		return false;
	}
	store_begin(txn, TXN_WRITE, stamp(writer));
	bool more = chore->slice(txn);
	enum store_end end = store_end(txn);
	if (end == STORE_FAILED || end == STORE_UNKNOWN) {
		log_write(LOG_ERROR, "the store failed while %s", chore->name);
	}
	writer->unknown = end == STORE_UNKNOWN;
	return more && end == STORE_DONE;
}

static bool do_sweep(struct writer *writer)
{
	writer->batches_since_sweep = 0;
	return do_slice(writer, &sweep);
}

/* Stores a slice of what applications called. What fails is tried again after a while: it is still counted. */
static bool do_usage(struct writer *writer)
{
	int64_t now = writer_now(writer);
	if (now < writer->usage_due_at || tally_is_empty(writer->tally)) {
		return false;
	}
	bool more = false;
	enum store_end end = STORE_FULL;
	if (store_has_room(writer->workplace.store)) {
		end = tally_store(writer->tally, writer->workplace.txn, stamp(writer), &more);
	}
	if (end == STORE_FAILED || end == STORE_UNKNOWN) {
		log_write(LOG_ERROR, "the store failed while counting the calls of applications");
	}
	writer->unknown = end == STORE_UNKNOWN;
	more = more && end == STORE_DONE;
	writer->usage_due_at = more ? now : now + USAGE_PERIOD_S;
	return more;
}

/* One slice of each chore; returns how long to wait for requests before the next. */
static int do_idle_work(struct writer *writer)
{
	bool more = do_slice(writer, &expiry);
	if (!writer->unknown && do_sweep(writer)) {
		more = true;
	}
	if (!writer->unknown && do_usage(writer)) {
		more = true;
	}
	if (!writer->unknown) {
		tell_changes(writer);
	}
	return more ? 0 : IDLE_MS;
}

static void do_requests(struct writer *writer, struct exchange_list *batch)
{
	do_batch(writer, batch);
	if (!writer->unknown) {
		(void)do_usage(writer); /* a rest of it follows after the next batch, or when the queue is empty */
	}
	if (!writer->unknown && ++writer->batches_since_sweep >= BATCHES_BETWEEN_SWEEPS) {
		(void)do_sweep(
			writer); /* more of it follows when the queue is empty, or after as many batches */
	}
}

void *writer_main(void *argument)
{
	struct writer *writer = argument;
	struct exchange_list batch;
	enum queue_taken taken;
	int wait_ms = 0;
	while (!writer->unknown && (taken = queue_take(writer->queue, wait_ms, &batch)) != QUEUE_ENDED) {
		if (taken == QUEUE_BATCH) {
			do_requests(writer, &batch);
			wait_ms = 0; /* a batch may have left something to sweep */
		} else {
			wait_ms = do_idle_work(writer);
		}
	}
	if (writer->unknown) {
		queue_close(writer->queue);
		writer->fatal(writer->context);
	}
	return NULL;
}
