/* What two systems call the same things: ids of what was created, and secrets. One is "ours" (this server, or a
 * recording), the other "theirs". */
#ifndef OBSERVE_PAIRS_H
#define OBSERVE_PAIRS_H

#include "observe/reply_fields.h"

#define PAIRS_TEXT_SIZE 4096 /* what is as long, or longer, has no pair */

enum pairs_side {
	PAIRS_OURS,
	PAIRS_THEIRS,
	PAIRS_SIDES,
};

/* One thread at a time, but for pairs_count. */
struct pairs;

struct pairs_counts {
	uint64_t known; /* now */
	uint64_t forgotten; /* for want of room */
};

/* `kind_max`: pairs of one kind; above it the one that was longest not used is forgotten. 0: no limit. NULL: out of
 * memory. */
struct pairs *pairs_create(size_t kind_max);
/* Wipes the texts. NULL does nothing. */
void pairs_destroy(struct pairs *pairs);

/* The first word for a thing stays: a second one would be a difference. False: one of the two has a pair already, a
 * text is too long, or memory is out. */
bool pairs_add(struct pairs *pairs, enum reply_field_kind kind, const char *ours, const char *theirs);
/* The other side's word for what `from` calls so; NULL: there is no pair. It lives until the next pairs_add. */
const char *pairs_find(
	struct pairs *pairs, enum pairs_side from, enum reply_field_kind kind, const char *text);
void pairs_each(const struct pairs *pairs,
	void (*each)(void *context, enum reply_field_kind kind, const char *ours, const char *theirs),
	void *context);
/* Any thread. */
struct pairs_counts pairs_count(const struct pairs *pairs);

/* Learns what an operation ("group_create") has created, from the two replies, both read without words. */
void pairs_learn(struct pairs *pairs, const char *operation, const struct reply_fields *ours,
	const struct reply_fields *theirs);

/* Likewise, from two links to it ("" for none). */
void pairs_learn_link(struct pairs *pairs, const char *operation, const char *ours, const char *theirs);

/* Overwrites their secrets in a text with asterisks, but for those shorter than `length_min` bytes and those that are
 * ours as well. */
void pairs_hide(struct pairs *pairs, size_t length_min, char *text, size_t size);

#endif
