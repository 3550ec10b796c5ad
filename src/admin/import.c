/* import: reads lines, gathers them into slices, and commits a slice at a time, so that nobody waits long for
 * the store and a huge file needs little memory. A slice is put in the order of its keys, which the store's
 * trees like better; if a line is refused the slice is undone and tried in the file's order, so that the line
 * named is the first bad one. */
#include <stdlib.h>
#include <string.h>

#include "admin/call.h"
#include "admin/import_put.h"
#include "admin/progress.h"

#define SLICE_LINES 20000
#define SLICE_LINES_IN_SERVER 1000
#define SLICE_TEXTS_SIZE_MAX (16u << 20)

struct import {
	struct call *call;
	struct import_state state;
	struct progress progress;
	struct import_line *lines;
	const struct import_line **sorted;
	uint32_t count;
	uint32_t capacity;
	enum line_kind kind; /* of the latest line */
	uint64_t number; /* of the latest line */
	uint64_t size; /* bytes read */
	uint64_t lines_in; /* committed */
	uint64_t added;
	uint64_t added_in_slice;
};

static bool import_init(struct import *import, struct call *call)
{
	*import = (struct import){.call = call};
	import->state.txn = call->txn;
	import->state.engine = call->place->engine;
	texts_init(&import->state.texts, NULL, 0);
	texts_init(&import->state.stored_texts, NULL, 0);
	texts_init(&import->state.scratch, NULL, 0);
	texts_init(&import->state.waiting_texts, NULL, 0);
	import->capacity = call->place->in_server ? SLICE_LINES_IN_SERVER : SLICE_LINES;
	import->lines = calloc(import->capacity, sizeof *import->lines);
	import->sorted = calloc(import->capacity, sizeof *import->sorted);
	progress_init(&import->progress, call->err, "import", call->in);
	return import->lines != NULL && import->sorted != NULL;
}

static void import_finish(struct import *import)
{
	free(import->lines);
	free(import->sorted);
	free(import->state.waiting);
	texts_finish(&import->state.texts);
	texts_finish(&import->state.stored_texts);
	texts_finish(&import->state.scratch);
	texts_finish(&import->state.waiting_texts);
}

static int compare_ids(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* By kind; memberships by person and group, the order of their larger tree; all else as in the file. */
static int compare_lines(const void *a, const void *b)
{
	const struct import_line *left = *(const struct import_line *const *)a;
	const struct import_line *right = *(const struct import_line *const *)b;
	if (left->kind != right->kind) {
		return left->kind < right->kind ? -1 : 1;
	}
	int order = 0;
	if (left->kind == LINE_MEMBERSHIP) {
		const struct membership *x = &left->membership.membership;
		const struct membership *y = &right->membership.membership;
		order = compare_ids(x->user_id, y->user_id);
		order = order != 0 ? order : compare_ids(x->group_id, y->group_id);
	}
	return order != 0 ? order : compare_ids(left->number, right->number);
}

/* Puts the slice into the open transaction. NULL: all of it; else the line that was refused. */
static const struct import_line *put_slice(struct import *import, char *why)
{
	import->added_in_slice = 0;
	for (uint32_t i = 0; i < import->count; i++) {
		switch (import_put(&import->state, import->sorted[i], why)) {
		case IMPORT_REFUSED:
			return import->sorted[i];
		case IMPORT_ADDED:
			import->added_in_slice++;
			break;
		case IMPORT_SKIPPED:
			break;
		}
	}
	return NULL;
}

static enum command_result refuse_line(struct import *import, uint64_t number, const char *why)
{
	progress_finish(&import->progress);
	return call_refuse(import->call, "line %llu: %s; %llu lines are in, nothing after them",
		(unsigned long long)number, why, (unsigned long long)import->lines_in);
}

/* Begins a transaction that writes, if there is room for it, and in which no deleted group is left to be swept: an
 * imported group must not find rows of one that had its id, nor be swept as one. A client may delete a group
 * between any two slices. */
static enum command_result begin_slice(struct import *import)
{
	if (!call_has_room(import->call)) {
		return COMMAND_REFUSED;
	}
	call_begin(import->call, TXN_WRITE);
	while (store_sweep(import->call->txn)) {
		enum command_result result = call_end(import->call);
		if (result != COMMAND_DONE) {
			return result;
		}
		call_begin(import->call, TXN_WRITE);
	}
	return COMMAND_DONE;
}

/* The first bad line in the file's order. A store that failed says so instead. */
static enum command_result name_bad_line(struct import *import, const struct import_line *bad, char *why)
{
	if (store_failure(import->call->txn) != STORE_DONE) {
		return call_end(import->call);
	}
	store_abandon(import->call->txn);
	for (uint32_t i = 0; i < import->count; i++) {
		import->sorted[i] = &import->lines[i];
	}
	if (begin_slice(import) != COMMAND_DONE) {
		return COMMAND_REFUSED;
	}
	const struct import_line *first = put_slice(import, why);
	store_abandon(import->call->txn);
	return refuse_line(import, first != NULL ? first->number : bad->number, why);
}

/* Why was said already. */
static enum command_result end_early(struct import *import)
{
	progress_finish(&import->progress);
	stream_print(import->call->err, "joinery: %llu lines are in, nothing after them\n",
		(unsigned long long)import->lines_in);
	return COMMAND_REFUSED;
}

static enum command_result commit_slice(struct import *import)
{
	if (import->count == 0) {
		return COMMAND_DONE;
	}
	for (uint32_t i = 0; i < import->count; i++) {
		import->sorted[i] = &import->lines[i];
	}
	qsort(import->sorted, import->count, sizeof *import->sorted, compare_lines);
	char why[IMPORT_WHY_SIZE];
	if (begin_slice(import) != COMMAND_DONE) {
		return end_early(import);
	}
	const struct import_line *bad = put_slice(import, why);
	if (bad != NULL) {
		return name_bad_line(import, bad, why);
	}
	if (call_end(import->call) != COMMAND_DONE) {
		return end_early(import);
	}
	import->lines_in += import->count;
	import->added += import->added_in_slice;
	import->count = 0;
	texts_clear(&import->state.texts);
	progress_show(&import->progress, import->lines_in, import->size);
	return COMMAND_DONE;
}

/* Reads the line into the slice. NULL: it is there; else what is wrong with it. */
static const char *take_line(struct import *import, const char *bytes, size_t length, char *why)
{
	struct import_line *line = &import->lines[import->count];
	if (!import_line_read(bytes, length, &import->state.texts, line, why)) {
		return why;
	}
	if (line->kind < import->kind) {
		return "its kind must stand before the lines above it";
	}
	if (import->state.texts.failed) {
		return "out of memory";
	}
	line->number = import->number;
	import->kind = line->kind;
	import->count++;
	return NULL;
}

/* The lines before a bad one still go in. */
static enum command_result end_at_bad_line(struct import *import, const char *why)
{
	enum command_result result = commit_slice(import);
	return result == COMMAND_DONE ? refuse_line(import, import->number, why) : result;
}

static enum command_result read_lines(struct import *import)
{
	const char *bytes;
	size_t length;
	char why[IMPORT_WHY_SIZE];
	enum stream_line read;
	while ((read = stream_next_line(import->call->in, &bytes, &length)) == STREAM_LINE) {
		import->number++;
		import->size += length + 1;
		const char *wrong = take_line(import, bytes, length, why);
		if (wrong != NULL) {
			return end_at_bad_line(import, wrong);
		}
		bool is_full =
			import->count == import->capacity || import->state.texts.size > SLICE_TEXTS_SIZE_MAX;
		if (is_full && commit_slice(import) != COMMAND_DONE) {
			return COMMAND_REFUSED;
		}
		if (is_full && stream_is_over(import->call->in)) {
			return refuse_line(import, import->number, "the import was stopped");
		}
	}
	import->number += read != STREAM_END;
	if (read == STREAM_TOO_LONG) {
		return end_at_bad_line(import, "the line is too long");
	}
	return read == STREAM_END ? commit_slice(import) : end_at_bad_line(import, "it cannot be read");
}

/* Invited people whose invitation no line gave. */
static enum command_result put_waiting(struct import *import)
{
	struct import_state *state = &import->state;
	char why[IMPORT_WHY_SIZE];
	for (size_t i = 0; i < state->waiting_count;) {
		size_t end = i + import->capacity < state->waiting_count ? i + import->capacity
									 : state->waiting_count;
		if (begin_slice(import) != COMMAND_DONE) {
			return COMMAND_REFUSED;
		}
		for (; i < end; i++) {
			if (import_put_waiting(state, &state->waiting[i], why) == IMPORT_REFUSED) {
				store_abandon(import->call->txn);
				return refuse_line(import, state->waiting[i].number, why);
			}
		}
		if (call_end(import->call) != COMMAND_DONE) {
			return COMMAND_REFUSED;
		}
	}
	return COMMAND_DONE;
}

static enum command_result run(struct import *import)
{
	enum command_result result = read_lines(import);
	if (result == COMMAND_DONE) {
		result = put_waiting(import);
	}
	if (result == COMMAND_DONE) {
		progress_finish(&import->progress);
		stream_print(import->call->err, "joinery: %llu lines, %llu added, %llu were there\n",
			(unsigned long long)import->lines_in, (unsigned long long)import->added,
			(unsigned long long)(import->lines_in - import->added));
	}
	return result;
}

enum command_result import_run(struct call *call)
{
	struct import *import = malloc(sizeof *import);
	if (import == NULL) {
		return call_refuse(call, "out of memory");
	}
	enum command_result result =
		import_init(import, call) ? run(import) : call_refuse(call, "out of memory");
	import_finish(import);
	free(import);
	return result;
}
