/* Puts one line of an import into the store. It adds: a line that is stored already is skipped, one that
 * contradicts what is stored is refused. Private to admin/. */
#ifndef ADMIN_IMPORT_PUT_H
#define ADMIN_IMPORT_PUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "admin/import_line.h"
#include "engine/engine.h"
#include "store/store.h"

/* A person said to be invited, whose invitation may follow in a later line. */
struct import_waiting {
	struct membership membership;
	uint64_t number; /* of the line */
	uint64_t by;
	struct text words; /* in waiting_texts */
};

struct import_state {
	struct txn *txn; /* writes */
	const struct engine_options *engine;
	struct texts texts; /* of the lines */
	struct import_line stored;
	struct texts stored_texts;
	struct texts scratch;
	struct import_waiting *waiting;
	size_t waiting_count;
	size_t waiting_capacity;
	bool waiting_sorted;
	struct texts waiting_texts;
};

enum import_result {
	IMPORT_ADDED,
	IMPORT_SKIPPED, /* it is stored, or its time is over */
	IMPORT_REFUSED,
};

/* `why` (IMPORT_WHY_SIZE bytes) says why it was refused. */
enum import_result import_put(struct import_state *state, const struct import_line *line, char *why);
/* Makes the invitation that no line gave, if none did. */
enum import_result import_put_waiting(
	struct import_state *state, const struct import_waiting *waiting, char *why);

#endif
