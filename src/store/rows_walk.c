/* What a walk visits, said in moves of a cursor. Names no library. */
#include "store/rows_walk.h"

#include "store/bytes.h"

#define BACK_STEPS_MAX 256 /* skipped one by one from the end; more are skipped by pages from the start */

struct steps {
	const struct rows_cursor *cursor;
	const struct walk *walk;
	rows_visit *visit;
	void *context;
	uint64_t skipped;
	uint64_t visited;
};

static bool move(const struct steps *steps, enum rows_move to, struct bytes *key, struct bytes *value)
{
	return steps->cursor->move(steps->cursor->context, to, key, value);
}

static bool seek_row(const struct steps *steps, struct bytes *key, struct bytes *value)
{
	return move(steps, key->size == 0 ? MOVE_FIRST : MOVE_AT_OR_AFTER, key, value);
}

static bool seek_entry(const struct steps *steps, struct bytes *key, struct bytes *entry)
{
	if (entry->size == 0) {
		return move(steps, MOVE_SET, key, entry);
	}
	return move(steps, MOVE_ENTRY_AT_OR_AFTER, key, entry) && move(steps, MOVE_CURRENT, key, entry);
}

/* Skips or visits one row. False: the walk is over. */
static bool step(struct steps *steps, struct bytes key, struct bytes value)
{
	if (steps->skipped < steps->walk->skip) {
		steps->skipped++;
		return true;
	}
	steps->visited++;
	return steps->visit(steps->context, key, value) && steps->visited < steps->walk->max;
}

/* Moves to the last row that starts with the prefix or comes before those, and is at or before `from`. */
static bool seek_row_back(struct steps *steps, struct bytes *key, struct bytes *value)
{
	const struct walk *walk = steps->walk;
	uint8_t buffer[KEY_SIZE_MAX];
	struct bytes behind = bytes_behind(buffer, walk->prefix);
	bool limited = walk->from.size > 0 && (behind.size == 0 || bytes_compare(walk->from, behind) < 0);
	*key = limited ? walk->from : behind;
	if (key->size == 0 || !move(steps, MOVE_AT_OR_AFTER, key, value)) {
		return move(steps, MOVE_LAST, key, value);
	}
	if (limited && bytes_compare(*key, walk->from) == 0) {
		return true;
	}
	return move(steps, MOVE_PREVIOUS, key, value);
}

static void walk_rows(struct steps *steps)
{
	const struct walk *walk = steps->walk;
	struct bytes key = bytes_compare(walk->from, walk->prefix) > 0 ? walk->from : walk->prefix;
	struct bytes value;
	bool found = walk->backwards ? seek_row_back(steps, &key, &value)
				     : seek_row(steps, &key, &value);
	while (found && bytes_start_with(key, walk->prefix) && step(steps, key, value)) {
		found = move(steps, walk->backwards ? MOVE_PREVIOUS : MOVE_NEXT, &key, &value);
	}
}

static void walk_set(struct steps *steps)
{
	const struct walk *walk = steps->walk;
	size_t entry_size = table_row(walk->table)->entry_size;
	struct bytes key = walk->prefix;
	struct bytes page = walk->from;
	bool more = seek_entry(steps, &key, &page) &&
		move(steps, MOVE_PAGE, &key, &page);
	/* LMDB gives the whole page that the cursor is on. */
	uint64_t first = more && walk->from.size > 0 ? bytes_count_before(page, walk->from) : 0;
	while (more) {
		uint64_t count = page.size / entry_size;
		uint64_t to_skip = walk->skip - steps->skipped;
		uint64_t skipped = to_skip < count - first ? to_skip : count - first;
		steps->skipped += skipped;
		for (uint64_t i = first + skipped; i < count; i++) {
			const uint8_t *entry = (const uint8_t *)page.data + i * entry_size;
			if (!step(steps, walk->prefix, (struct bytes){.size = entry_size, .data = entry})) {
				return;
			}
		}
		first = 0;
		more = move(steps, MOVE_NEXT_PAGE, &key, &page);
	}
}

/* Moves to the entry with that number, counted from 0 at the start of the set. */
static bool seek_number(struct steps *steps, uint64_t number, struct bytes *key, struct bytes *entry)
{
	size_t entry_size = table_row(steps->walk->table)->entry_size;
	struct bytes page = {0};
	bool more = seek_entry(steps, key, &page) &&
		move(steps, MOVE_PAGE, key, &page);
	while (more && number >= page.size / entry_size) {
		number -= page.size / entry_size;
		more = move(steps, MOVE_NEXT_PAGE, key, &page);
	}
	if (!more) {
		return false;
	}
	*entry = (struct bytes){.size = entry_size, .data = (const uint8_t *)page.data + number * entry_size};
	return move(steps, MOVE_ENTRY, key, entry);
}

/* Of the first `count` entries, the last one behind those to skip. */
static bool seek_number_back(struct steps *steps, uint64_t count, struct bytes *key, struct bytes *entry)
{
	if (steps->walk->skip >= count) {
		return false;
	}
	steps->skipped = steps->walk->skip;
	*key = steps->walk->prefix;
	return seek_number(steps, count - 1 - steps->walk->skip, key, entry);
}

/* The last entry of the set, or the one that many before it. */
static bool seek_end(struct steps *steps, struct bytes *key, struct bytes *entry)
{
	*entry = (struct bytes){0};
	if (!seek_entry(steps, key, entry)) {
		return false;
	}
	return steps->walk->skip <= BACK_STEPS_MAX
		? move(steps, MOVE_LAST_ENTRY, key, entry)
		: seek_number_back(steps, steps->cursor->count(steps->cursor->context), key, entry);
}

/* How many entries of the set lie before this one. */
static uint64_t count_before(const struct steps *steps, struct bytes entry)
{
	uint64_t before = 0;
	struct bytes key = steps->walk->prefix;
	struct bytes page = {0};
	bool more = seek_entry(steps, &key, &page) && move(steps, MOVE_PAGE, &key, &page);
	while (more) {
		uint64_t in_page = bytes_count_before(page, entry);
		before += in_page;
		more = in_page == page.size / entry.size && move(steps, MOVE_NEXT_PAGE, &key, &page);
	}
	return before;
}

/* The last entry at or before `from`, or the one that many before it. */
static bool seek_entry_back(struct steps *steps, struct bytes *key, struct bytes *entry)
{
	struct bytes from = steps->walk->from;
	*entry = from;
	if (!seek_entry(steps, key, entry)) {
		*key = steps->walk->prefix;
		return seek_end(steps, key, entry);
	}
	bool at_from = bytes_compare(*entry, from) == 0;
	if (steps->walk->skip <= BACK_STEPS_MAX) {
		return at_from || move(steps, MOVE_PREVIOUS_ENTRY, key, entry);
	}
	return seek_number_back(steps, count_before(steps, from) + at_from, key, entry);
}

static void walk_set_back(struct steps *steps)
{
	struct bytes key = steps->walk->prefix;
	struct bytes entry;
	bool found = steps->walk->from.size == 0 ? seek_end(steps, &key, &entry)
						 : seek_entry_back(steps, &key, &entry);
	while (found && step(steps, steps->walk->prefix, entry)) {
		found = move(steps, MOVE_PREVIOUS_ENTRY, &key, &entry);
	}
}

uint64_t rows_walk(const struct rows_cursor *cursor, const struct walk *walk, rows_visit *visit, void *context)
{
	struct steps steps = {.cursor = cursor, .walk = walk, .visit = visit, .context = context};
	if (table_row(walk->table)->kind == TABLE_KIND_P) {
		walk_rows(&steps);
	} else if (walk->backwards) {
		walk_set_back(&steps);
	} else {
		walk_set(&steps);
	}
	return steps.visited;
}
