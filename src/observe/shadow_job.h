/* One call on its way to the other system: a copy of the exchange, with its secrets, in memory alone. */
#ifndef OBSERVE_SHADOW_JOB_H
#define OBSERVE_SHADOW_JOB_H

#include "http/observer.h"
#include "observe/captured.h"
#include "observe/courier.h"

#define SHADOW_KEYS_MAX 5

struct shadow_job {
	struct shadow_job *next;
	struct captured captured; /* its texts are this block's, each with a NUL behind it */
	/* What it depends on: connection, caller, group, person. Calls that share one keep their order. */
	uint64_t keys[SHADOW_KEYS_MAX];
	size_t key_count;
	bool sent;
	bool judged; /* the answers are to be compared */
	struct http_held *held; /* the exchange, while its client waits for the other system; NULL: none, or answered */
	int64_t answer_by_ms; /* if it is held; monotonic */
	bool done;
	size_t size; /* of the block */
	struct courier_call call;
	void *owner;
	char texts[];
};

/* NULL: out of memory. */
struct shadow_job *shadow_job_create(const struct http_seen *seen);
/* Wipes and frees it. */
void shadow_job_destroy(struct shadow_job *job);
bool shadow_jobs_meet(const struct shadow_job *one, const struct shadow_job *other);

#endif
