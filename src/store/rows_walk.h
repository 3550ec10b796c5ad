/* Walks over a cursor that moves as LMDB's do. Private to store/. */
#ifndef STORE_ROWS_WALK_H
#define STORE_ROWS_WALK_H

#include "store/rows.h"

enum rows_move {
	MOVE_FIRST,
	MOVE_LAST,
	MOVE_NEXT,
	MOVE_PREVIOUS,
	MOVE_AT_OR_AFTER,	/* the key */
	MOVE_SET,		/* the first entry of the set */
	MOVE_ENTRY,
	MOVE_ENTRY_AT_OR_AFTER, /* within the set; does not give the stored key */
	MOVE_CURRENT,
	MOVE_LAST_ENTRY,
	MOVE_PREVIOUS_ENTRY,
	MOVE_PAGE,	/* the whole page of entries; a set of one entry has none: `value` stays that entry */
	MOVE_NEXT_PAGE,
	MOVE_NEXT_SET, /* of a fresh cursor: the first */
};

struct rows_cursor {
	void *context;
	/* `key` and `value` go in as far as the move asks for them. False: nothing is there. */
	bool (*move)(void *context, enum rows_move move, struct bytes *key, struct bytes *value);
	/* Entries of the set that the cursor is on. */
	uint64_t (*count)(void *context);
};

/* Returns how many were visited. `walk->max` is not 0. */
uint64_t rows_walk(const struct rows_cursor *cursor, const struct walk *walk, rows_visit *visit, void *context);

#endif
