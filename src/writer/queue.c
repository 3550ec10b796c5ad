/* One lock, one condition: the writer sleeps here, and whoever pushes wakes it. */
#include "writer/queue.h"

#include <errno.h>
#include <time.h>

#include "model/limits.h"
#include "writer/monotonic.h"

/* The condition counts by the clock that nobody sets. */
static bool init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;
	if (pthread_condattr_init(&attributes) != 0) {
		return false;
	}
	bool made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
		    pthread_cond_init(condition, &attributes) == 0;
	(void)pthread_condattr_destroy(&attributes); /* cannot fail on one that was initialised */
	return made;
}

bool queue_init(struct queue *queue, uint32_t count_max, uint32_t size_max, uint32_t batch_max)
{
	*queue = (struct queue){.count_max = count_max, .size_max = size_max, .batch_max = batch_max};
	if (pthread_mutex_init(&queue->lock, NULL) != 0) {
		return false;
	}
	if (!init_condition(&queue->changed)) {
		(void)pthread_mutex_destroy(&queue->lock); /* nobody has it */
		return false;
	}
	return true;
}

void queue_finish(struct queue *queue)
{
	(void)pthread_cond_destroy(&queue->changed); /* nobody waits */
	(void)pthread_mutex_destroy(&queue->lock); /* nobody has it */
}

static enum queue_push push_locked(struct queue *queue, struct exchange *exchange)
{
	if (queue->closed) {
		return QUEUE_CLOSED;
	}
	if (queue->count >= queue->count_max || queue->size + exchange->size > queue->size_max) {
		return QUEUE_FULL;
	}
	if (queue->count == 0) {
		queue->waiting_since_us = monotonic_us();
	}
	queue->count++;
	queue->size += exchange->size;
	exchange_list_append(&queue->waiting, exchange);
	return QUEUE_PUSHED;
}

enum queue_push queue_push(struct queue *queue, struct exchange *exchange)
{
	pthread_mutex_lock(&queue->lock);
	enum queue_push result = push_locked(queue, exchange);
	/* The writer sleeps only on an empty queue, so only the first one has to wake it. */
	if (result == QUEUE_PUSHED && queue->count == 1) {
		pthread_cond_signal(&queue->changed);
	}
	pthread_mutex_unlock(&queue->lock);
	return result;
}

static struct timespec deadline_after(int wait_ms)
{
	struct timespec deadline;
	(void)clock_gettime(CLOCK_MONOTONIC, &deadline); /* always there */
	deadline.tv_sec += wait_ms / 1000;
	deadline.tv_nsec += (long)(wait_ms % 1000) * 1000000;
	if (deadline.tv_nsec >= 1000000000) {
		deadline.tv_sec++;
		deadline.tv_nsec -= 1000000000;
	}
	return deadline;
}

/* Returns when there is something to take, when the queue closed, or when the time is over. */
static void wait_locked(struct queue *queue, int wait_ms)
{
	struct timespec deadline = deadline_after(wait_ms);
	bool over = false;
	while (!queue->closed && (queue->held || (queue->count == 0 && !over))) {
		if (queue->held) {
			pthread_cond_wait(&queue->changed, &queue->lock);
		} else {
			over = pthread_cond_timedwait(&queue->changed, &queue->lock, &deadline) == ETIMEDOUT;
		}
	}
}

static void take_locked(struct queue *queue, struct exchange_list *batch)
{
	uint64_t size = 0;
	queue->waiting_since_us = monotonic_us();
	for (unsigned i = 0; i < queue->batch_max && queue->count > 0; i++) {
		uint32_t next_size = queue->waiting.first->size;
		if (i > 0 && size + next_size > BATCH_SIZE_MAX) {
			return;
		}
		size += next_size;
		queue->count--;
		queue->size -= next_size;
		exchange_list_append(batch, exchange_list_take_first(&queue->waiting));
	}
}

enum queue_taken queue_take(struct queue *queue, int wait_ms, struct exchange_list *batch)
{
	*batch = (struct exchange_list){0};
	pthread_mutex_lock(&queue->lock);
	wait_locked(queue, wait_ms);
	bool closed = queue->closed;
	take_locked(queue, batch);
	pthread_mutex_unlock(&queue->lock);
	if (batch->first != NULL) {
		return QUEUE_BATCH;
	}
	return closed ? QUEUE_ENDED : QUEUE_IDLE;
}

struct queue_state queue_state(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	const struct queue_state state = {
		.count = queue->count,
		.size = queue->size,
		.waiting_since_us = queue->count != 0 ? queue->waiting_since_us : 0,
	};
	pthread_mutex_unlock(&queue->lock);
	return state;
}

void queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->closed = true;
	pthread_cond_signal(&queue->changed);
	pthread_mutex_unlock(&queue->lock);
}

void queue_hold(struct queue *queue, bool held)
{
	pthread_mutex_lock(&queue->lock);
	queue->held = held;
	pthread_cond_signal(&queue->changed);
	pthread_mutex_unlock(&queue->lock);
}
