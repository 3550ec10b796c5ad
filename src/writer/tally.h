/* How often applications called since this was last stored, counted in memory: a commit per call would cost
 * more than the call. */
#ifndef WRITER_TALLY_H
#define WRITER_TALLY_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

#define TALLY_SHARDS 16 /* threads that count without meeting each other */

struct tally {
	struct tally_shard *shards;
};

/* False: out of memory or other resources. */
bool tally_init(struct tally *tally);
void tally_finish(struct tally *tally);

/* Any thread; each gives a number of its own as shard, whatever it is. What no memory is left for is lost. */
void tally_add(struct tally *tally, unsigned shard, const struct usage *usage);
bool tally_is_empty(struct tally *tally);

/* Moves a slice of the counts into the store, in a transaction of its own. What did not happen is still
 * counted here. `*more`: the slice was full. Any thread: each count moves once, and when this returns, what
 * was counted before the call and not left for a next slice is stored. */
enum store_end tally_store(struct tally *tally, struct txn *txn, int64_t now, bool *more);

#endif
