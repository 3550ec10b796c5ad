/* Lists as wholes: what comes behind a page is asked for as a client would, by cursors or by the numbers of pages. */
#ifndef MIGRATE_WALK_H
#define MIGRATE_WALK_H

#include "migrate/compare.h"
#include "migrate/stage.h"

/* Memory that is used again; starts zeroed. */
struct walker {
	struct stage_result result;
	struct call_request request;
	uint64_t lists; /* that were looked at so far */
	uint64_t pages; /* that were read so far */
};

void walk_finish(struct walker *walker);

/* The call for a list's first page. `own`: in the dialect in which it was asked, whose order it keeps. Borrows the
 * call's texts. */
void walk_first(const struct call *call, enum dialect dialect, bool own, struct call *first);
/* Reads the side's list from the first page to the last, unless its own reply shows all of it. A list that is very
 * long is read in part, and is not complete then; so is a long one behind many that were. What it asks only reads.
 * False: out of memory, or the store failed. */
bool walk_side(struct walker *walker, struct stage *stage, const struct stage_moment *moment,
	const struct call *call, bool own, struct side *side);

#endif
