/* Finds what differs between two sides of a call. */
#ifndef MIGRATE_COMPARE_H
#define MIGRATE_COMPARE_H

#include "migrate/call.h"
#include "migrate/flatten.h"
#include "migrate/outcomes.h"
#include "migrate/report.h"
#include "migrate/rows_list.h"
#include "migrate/stage.h"

#define DIFFERENCES_MAX 4096 /* per call; the last one says that there are more */

/* One side, after its run. */
struct side {
	enum dialect dialect;
	struct stage_result result;
	struct rows_list rows;
	struct flat flat;
	bool flat_is_read; /* since the last run; one verb per run */
	struct flat whole; /* a list from its first page to its last, where the run showed a part of it */
	bool whole_is_read;
	struct call_request request; /* as it was run; of twins only */
	const char *why_not; /* it was not run; NULL: it was */
	int64_t latency_us;  /* of the last run; -1: not measured */
};

void side_finish(struct side *side);

/* Texts are its own until the next comparison. Starts zeroed. */
struct differences {
	struct difference items[DIFFERENCES_MAX];
	uint32_t count;
	struct call_request state_diff; /* lines with - and + */
};

void differences_clear(struct differences *differences);
void differences_finish(struct differences *differences);

/* Answers whether something is so for the caller of this call; asked only where it matters. */
struct compare_caller {
	bool (*is)(void *context, enum outcomes_when when);
	void *context;
};

/* Outcome, fields and rows of two dialects' runs of one call; the left side is the call's own. */
void compare_sides(const struct call *call, const struct compare_caller *caller, struct side *left,
	struct side *right, struct differences *found);
/* One side alone, held against the tables: its status, and what compare_prescribed looks at. */
void compare_alone(const struct side *side, struct differences *found);
/* Two runs of the same side: whatever is not the same byte is noise. */
void compare_same(enum call_verb verb, struct side *left, struct side *right, struct differences *found);
/* What differs between two dialects and also between two runs of one is noise, too. */
void compare_mark_noise(const struct differences *noise, struct differences *found);

/* Whether the v3 side of this verb is asked for the group behind the call, because its reply shows
 * something else. */
bool compare_wants_probe(enum call_verb verb);
/* What the verb lists; NOUN_NONE: nothing. */
enum noun compare_list_of(enum call_verb verb);
/* Whether the side refused only which part of a list it was asked for, in words that it need not take. */
bool compare_refuses_part(const struct call *call, const struct side *side);
/* Reads the items that the side's reply shows, once per run. */
void compare_read_side(enum call_verb verb, struct side *side);
/* Whether the side's reply shows items: it is no refusal. */
bool compare_has_items(const struct side *side);

#endif
