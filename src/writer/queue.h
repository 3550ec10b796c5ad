/* The exchanges that wait for the writer, bounded in number and in bytes. Any thread pushes, the writer
 * thread takes. */
#ifndef WRITER_QUEUE_H
#define WRITER_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "writer/exchange_list.h"

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t
		changed; /* something waits, or the state below changed; only the writer waits for it */
	struct exchange_list waiting;
	uint32_t count;
	uint64_t size; /* bytes of all that wait */
	uint32_t count_max;
	uint32_t size_max;
	uint32_t batch_max;
	int64_t waiting_since_us; /* since the first came, or since the writer last took some */
	bool held;
	bool closed;
};

/* False: out of memory or other resources. */
bool queue_init(struct queue *queue, uint32_t count_max, uint32_t size_max, uint32_t batch_max);
void queue_finish(struct queue *queue);

enum queue_push {
	QUEUE_PUSHED, /* the exchange is the queue's */
	QUEUE_FULL,
	QUEUE_CLOSED,
};

enum queue_push queue_push(struct queue *queue, struct exchange *exchange);

enum queue_taken {
	QUEUE_BATCH, /* `batch` holds at least one */
	QUEUE_IDLE, /* nothing came in time */
	QUEUE_ENDED, /* closed and empty: nothing will come again */
};

/* Waits up to `wait_ms` for work, then takes all that waits, up to the size of a batch. While the queue
 * is held it waits without an end. */
enum queue_taken queue_take(struct queue *queue, int wait_ms, struct exchange_list *batch);

struct queue_state {
	uint32_t count;
	uint64_t size;
	int64_t waiting_since_us; /* by monotonic_us; 0: nothing waits */
};
struct queue_state queue_state(struct queue *queue);
/* Nothing more is pushed; what waits can still be taken. Ends a hold. */
void queue_close(struct queue *queue);
void queue_hold(struct queue *queue, bool held);

#endif
