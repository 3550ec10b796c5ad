/* The runner: takes an exchange, has the engine execute its request, and gives it back answered and
 * durable. It knows nothing of sockets. This one is local: it runs each request first in the submitting
 * thread's own read transaction; what wants to write goes to the one writer thread, which commits in
 * groups. */
#ifndef WRITER_RUNNER_H
#define WRITER_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "model/histogram.h"
#include "model/reply.h"
#include "model/request.h"
#include "model/source.h"
#include "store/store.h"

struct runner;
struct runner_client;

/* One request with its reply. Embedded in the allocation of whoever travels with it; one owner at a
 * time: the submitter, or from runner_submit's PENDING until runner_take the runner. */
struct exchange {
	struct exchange *next;	       /* the owner's, for its list */
	struct runner_client *client;  /* where the reply is delivered; set by runner_submit */
	uint32_t size;		       /* of the whole allocation, set by the submitter for the queue's bound */
	uint8_t seed[SEED_SIZE];       /* set by runner_submit */
	/* Asked in runner_submit once the credentials are known (reply.token_id and .application_id say whose
	 * they are), before anything is written: OUTCOME_NONE, or the refusal (rate_limited). Set by the
	 * submitter; NULL: everything is let through. */
	enum outcome (*admit)(struct exchange *exchange);
	struct request *request;       /* in the same allocation */
	struct reply reply;
};

struct runner_options {
	struct engine_options engine;
	uint32_t queue_requests_max; /* 0: QUEUE_REQUESTS_MAX */
	uint32_t queue_size_max;     /* bytes; 0: QUEUE_SIZE_MAX */
	uint32_t batch_requests_max; /* per commit; 0: BATCH_REQUESTS_MAX */
};

/* Starts the writer thread. The store and what the source points to must outlive the runner. `fatal` is
 * called on the writer thread, at most once, when a commit's result is unknown: it must end the process
 * without answering (it is given so that a test can see it; NULL: log and _exit(1)). NULL: out of memory
 * or threads. */
struct runner *runner_create(struct store *store, const struct source *source, const struct runner_options *options,
			     void (*fatal)(void *context), void *context);
/* Refuses new exchanges with `stopping` from now on; those already pending are still committed and
 * delivered. */
void runner_stop(struct runner *runner);
/* After runner_stop, when every client has taken all that it submitted and is destroyed. Joins the
 * writer thread. */
void runner_destroy(struct runner *runner);

/* Per submitting thread: its read transaction, page and mailbox. NULL: out of memory or descriptors. */
struct runner_client *runner_client_create(struct runner *runner);
void runner_client_destroy(struct runner_client *client);
struct runner *runner_client_runner(const struct runner_client *client);
/* Readable while finished exchanges wait: an eventfd, owned by the client. */
int runner_client_descriptor(const struct runner_client *client);
/* The page that READS fill: valid from DONE until the next runner_submit by this client. */
const struct page *runner_client_page(const struct runner_client *client);

enum runner_result {
	RUNNER_DONE,	/* the reply is final; the exchange is still the caller's */
	RUNNER_PENDING, /* it will be delivered to this client's mailbox, whatever happens */
};

/* Runs the exchange's request (reply initialised by the caller). Never blocks on the disk. */
enum runner_result runner_submit(struct runner_client *client, struct exchange *exchange);

/* The number of the last committed change. What the joinery program commits is counted up to a second later. Any
 * thread. */
uint64_t runner_last_change(struct runner *runner);
/* While `watching`, the client's descriptor becomes readable also when changes were committed; runner_take then
 * clears it. The client asks once more after it began to watch, so that none is missed. */
void runner_client_watch(struct runner_client *client, bool watching);
/* Whether the group (0: any) has a change with a number above `after`, or that cannot be told. One seek. The page
 * is then another one's. */
bool runner_client_has_change(struct runner_client *client, uint64_t group_id, uint64_t after);

/* All finished exchanges, oldest first, linked by `next`; NULL: none. Clears the descriptor. */
struct exchange *runner_take(struct runner_client *client);

/* Stores how often applications have called so far, each call that gave an active api_key, whatever became of
 * it. The writer does so itself, at least once a minute, and at last in runner_destroy; this is for who wants
 * to read the sums now. `txn`: the caller's, with nothing begun. Any thread. */
enum store_end runner_store_usage(struct runner *runner, struct txn *txn);

/* Seams for tests: hold lets the queue fill without a batch being taken; release lets the writer go on. */
void runner_hold(struct runner *runner);
void runner_release(struct runner *runner);

/* Whether the store can be read. Any thread; those that ask at once wait for each other. */
bool runner_can_read(struct runner *runner);

/* How far the writer is, and how much it has. Any thread. */
struct runner_counts {
	uint64_t batches;
	uint64_t requests; /* executed by the writer */
	uint32_t queued;   /* now */
	uint64_t queued_size; /* bytes */
	int64_t stalled_us; /* how long work has waited since a batch was done; 0: none waits */
	struct histogram batch_sizes; /* requests */
	struct histogram batch_times; /* until a batch was durable, in us */
	struct store_size store;
};
void runner_counts(struct runner *runner, struct runner_counts *counts);

#endif
