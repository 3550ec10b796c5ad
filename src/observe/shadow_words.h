/* What the other system calls the things that were made since the shadow started: learned from the two replies to the
 * same call, and said in its words in every later call. */
#ifndef OBSERVE_SHADOW_WORDS_H
#define OBSERVE_SHADOW_WORDS_H

#include <stdatomic.h>

#include "observe/pairs.h"
#include "observe/shadow_job.h"

#define SHADOW_MARK "X-Shadow" /* a header of each call that a shadow sends */

struct shadow_words {
	struct pairs *pairs; /* ours: this server's */
	struct reply_fields raw[PAIRS_SIDES];
	/* Ids of the groups that this server has made meanwhile; 0: none. Written on any HTTP thread. */
	atomic_uint_fast64_t group_first;
	atomic_uint_fast64_t group_last;
	bool unpaired; /* the last call named one of them that has no pair */
};

/* False: out of memory. */
bool shadow_words_init(struct shadow_words *words);
void shadow_words_finish(struct shadow_words *words);

/* Any thread, of every exchange in its order, also of those that are not shown to the other system: what it did not
 * make must not be mistaken for what has the same number there. */
void shadow_words_note(struct shadow_words *words, const struct http_seen *seen);

/* The rest is the shadow's thread's. */

/* Fills the call of the job in the other system's words. False: it has none for a group that was made meanwhile, or
 * memory is out (`unpaired` tells which). */
bool shadow_words_tell(struct shadow_words *words, struct shadow_job *job);
/* Learns from a job that was answered. */
void shadow_words_learn(struct shadow_words *words, const struct shadow_job *job);
/* Their words said in ours: for comparing, and for clients. */
struct reply_words shadow_words_of_replies(struct shadow_words *words);

#endif
