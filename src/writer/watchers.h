/* The clients that wait for changes. The writer tells them of each commit that made one; they say themselves when
 * they want to be told. */
#ifndef WRITER_WATCHERS_H
#define WRITER_WATCHERS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct runner_client;

struct watchers {
	pthread_mutex_t lock;
	struct runner_client *first;
	atomic_uint count;
	_Atomic uint64_t last_change; /* the number of the last one that is committed */
};

/* False: out of resources. */
bool watchers_init(struct watchers *watchers);
void watchers_finish(struct watchers *watchers);

/* Any thread, for its own client; again and again does no harm. */
void watchers_set(struct watchers *watchers, struct runner_client *client, bool watching);
/* Writer thread: all changes up to this number are committed. */
void watchers_tell(struct watchers *watchers, uint64_t last_change);

#endif
