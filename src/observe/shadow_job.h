/* One call on its way to the other system: a copy of the exchange, with its secrets, in memory alone. */
#ifndef OBSERVE_SHADOW_JOB_H
#define OBSERVE_SHADOW_JOB_H

#include "http/observer.h"
#include "observe/captured.h"
#include "observe/courier.h"

#define SHADOW_LISTED_MAX 32u /* groups of a list that are waited for; of more only their sizes may differ */
#define SHADOW_KEYS_MAX (10 + SHADOW_LISTED_MAX)

struct shadow_job {
	struct shadow_job *next;
	struct captured captured; /* its texts are this block's, each with a NUL behind it */
	const char *location; /* of our reply, as `etag`: this block's; "": none */
	const char *etag;
	/* Hashes of what it depends on or makes: connection, caller, group, person, frob, invite token. Calls that
	 * share one keep their order. */
	uint64_t keys[SHADOW_KEYS_MAX];
	size_t key_count;
	bool sent;
	bool judged; /* the answers are to be compared */
	struct http_held *held; /* the exchange, while its client waits for the other system; NULL: none, or answered */
	int64_t answer_by_ms; /* if it is held; monotonic */
	bool done;
	size_t size; /* of the block */
	struct courier_call call;
	struct buffer told; /* what the call says, once it is told */
	void *owner;
	char texts[];
};

/* Copies the exchange; its call is told by shadow_words. NULL: out of memory. */
struct shadow_job *shadow_job_create(const struct http_seen *seen);
/* Wipes and frees it. */
void shadow_job_destroy(struct shadow_job *job);

/* Keys of the jobs before, as bits of their hashes: one that is set by chance only costs a wait. Starts zeroed. */
#define SHADOW_KEY_BITS 65536
struct shadow_key_bits {
	uint64_t words[SHADOW_KEY_BITS / 64];
};

/* Adds the job's keys. Returns whether none was there. */
bool shadow_job_take_keys(const struct shadow_job *job, struct shadow_key_bits *taken);

#endif
