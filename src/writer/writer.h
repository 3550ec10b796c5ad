/* The one writer thread: takes batches from the queue, has them settled, delivers their replies; between
 * batches it ends what is due and sweeps what deleted groups left. */
#ifndef WRITER_WRITER_H
#define WRITER_WRITER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "writer/batch.h"
#include "writer/queue.h"
#include "writer/tally.h"
#include "writer/watchers.h"

struct writer {
	struct queue *queue;
	struct workplace workplace;
	const struct source *source;
	struct tally *tally;
	void (*fatal)(void *context);
	void *context;
	_Atomic int64_t floor; /* no batch and no try has a time before this */
	struct watchers *watchers;
	_Atomic int64_t batch_began_us; /* 0: none is being done */
	struct histogram batch_sizes;
	struct histogram batch_times;
	_Atomic uint64_t batches;
	_Atomic uint64_t requests;
	unsigned batches_since_sweep;
	int64_t usage_due_at; /* when the tally is stored next */
	bool unknown; /* a commit's result is: nothing may be answered any more */
};

/* Any thread: the source's time, but never earlier than the last batch's. */
int64_t writer_now(struct writer *writer);

/* The thread. Ends when the queue is closed and empty, or after `fatal`. `argument` is the writer. */
void *writer_main(void *argument);

#endif
