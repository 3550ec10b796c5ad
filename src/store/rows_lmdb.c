/* Rows in an LMDB file: one named database per table, sets as sorted duplicates of one size.
 *
 * DESIGN. A transaction object owns one read transaction of LMDB for life, renewed at each begin and reset
 * at each end, so that a begin costs no allocation and sees every commit that has returned. Cursors are
 * opened per call: a visitor may therefore read in the transaction that it is called from. LMDB reports a
 * full disk as a broken one, so the file is kept longer than its last page: what is found full before a
 * batch is refused, and an input or output error while there is room is the device's. Deliberately absent:
 * growing the map while open, deleting at a cursor, MDB_CURRENT. */
#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/disk.h"
#include "store/lmdb_folder.h"
#include "store/rows_lmdb.h"
#include "store/rows_pages.h"

#define FREE_DBI 0 /* LMDB's own table of free pages */

struct lmdb {
	struct rows rows;
	struct lmdb_folder folder;
	_Atomic uint64_t commits_begun;
	uint64_t reserved_end; /* the file's blocks exist up to here; only has_room touches it */
};

struct lmdb_txn {
	struct rows_txn rows;
	struct lmdb *lmdb;
	MDB_txn *reader;
	MDB_txn *current; /* NULL: could not begin, or is not open */
	bool writes;
	enum store_end failure;
};

struct lmdb_cursor {
	struct lmdb_txn *txn;
	MDB_cursor *cursor;
};

static MDB_val to_val(struct bytes bytes)
{
	return (MDB_val){.mv_size = bytes.size, .mv_data = (void *)(uintptr_t)bytes.data};
}

static struct bytes from_val(MDB_val val)
{
	return (struct bytes){.data = val.mv_data, .size = val.mv_size};
}

static struct lmdb *lmdb_of(struct rows *rows)
{
	return (struct lmdb *)rows;
}

static struct lmdb_txn *txn_of(struct rows_txn *txn)
{
	return (struct lmdb_txn *)txn;
}

static enum store_end end_of_error(const struct lmdb *lmdb, int error, bool committing)
{
	static const struct {
		int error;
		enum store_end end;
	} ends[] = {
		{MDB_SUCCESS, STORE_DONE},	   {ENOSPC, STORE_FULL},      {EDQUOT, STORE_FULL},
		{MDB_MAP_FULL, STORE_FULL},	   {ENOMEM, STORE_FAILED},    {MDB_BAD_VALSIZE, STORE_FAILED},
		{MDB_TXN_FULL, STORE_FAILED},	   {MDB_BAD_TXN, STORE_FAILED}, {MDB_PANIC, STORE_UNKNOWN},
	};
	for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
		if (ends[i].error == error) {
			return ends[i].end;
		}
	}
	if (error == EIO) {
		return disk_has_space(lmdb->folder.file) ? STORE_UNKNOWN : STORE_FULL;
	}
	return committing ? STORE_UNKNOWN : STORE_FAILED;
}

/* Whether the call did what it was asked; what was not found is no failure. */
static bool succeeded(struct lmdb_txn *txn, int error)
{
	if (error != MDB_SUCCESS && error != MDB_NOTFOUND && txn->failure == STORE_DONE) {
		txn->failure = end_of_error(txn->lmdb, error, false);
	}
	return error == MDB_SUCCESS;
}

static bool is_over(const struct lmdb_txn *txn)
{
	return txn->current == NULL || txn->failure != STORE_DONE;
}

static MDB_cursor *cursor_open(struct lmdb_txn *txn, enum table table)
{
	MDB_cursor *cursor = NULL;
	return !is_over(txn) && succeeded(txn, mdb_cursor_open(txn->current, txn->lmdb->folder.tables[table],
						       &cursor))
		       ? cursor
		       : NULL;
}

static void destroy(struct rows *rows)
{
	mdb_env_close(lmdb_of(rows)->folder.env);
	free(rows);
}

static struct rows_txn *create_txn(struct rows *rows)
{
	struct lmdb_txn *txn = calloc(1, sizeof *txn);
	if (txn == NULL) {
		return NULL;
	}
	txn->rows.rows = rows;
	txn->lmdb = lmdb_of(rows);
	if (mdb_txn_begin(txn->lmdb->folder.env, NULL, MDB_RDONLY, &txn->reader) != MDB_SUCCESS) {
		free(txn);
		return NULL;
	}
	mdb_txn_reset(txn->reader);
	return &txn->rows;
}

static void destroy_txn(struct rows_txn *rows_txn)
{
	if (rows_txn == NULL) {
		return;
	}
	struct lmdb_txn *txn = txn_of(rows_txn);
	assert(txn->current == NULL);
	mdb_txn_abort(txn->reader);
	free(txn);
}

/* LMDB takes the number of the newest commit, then copies the roots that belong to it: when two commits overtake
 * that, the roots are of a state that may not be on the disk yet. So none may begin meanwhile. */
static bool renew(struct lmdb_txn *txn)
{
	uint64_t begun;
	do {
		begun = atomic_load(&txn->lmdb->commits_begun);
		mdb_txn_reset(txn->reader); /* of an earlier round */
		if (!succeeded(txn, mdb_txn_renew(txn->reader))) {
			return false;
		}
		atomic_thread_fence(memory_order_acquire);
	} while (atomic_load(&txn->lmdb->commits_begun) != begun);
	return true;
}

static void begin(struct rows_txn *rows_txn, bool writes)
{
	struct lmdb_txn *txn = txn_of(rows_txn);
	assert(txn->current == NULL);
	txn->writes = writes;
	txn->failure = STORE_DONE;
	if (writes) {
		(void)succeeded(txn,
			mdb_txn_begin(txn->lmdb->folder.env, NULL, 0, &txn->current)); /* NULL if it failed */
	} else if (renew(txn)) {
		txn->current = txn->reader;
	}
}

/* Where the very last step failed, the one that makes a commit count, LMDB begins no transaction that writes any
 * more, and nobody knows whether this one happened, whatever the error says. */
static enum store_end commit(struct lmdb *lmdb, MDB_txn *txn)
{
	atomic_fetch_add(&lmdb->commits_begun, 1);
	int error = mdb_txn_commit(txn);
	MDB_txn *next = NULL;
	bool ended = error != MDB_SUCCESS && mdb_txn_begin(lmdb->folder.env, NULL, 0, &next) == MDB_PANIC;
	mdb_txn_abort(next); /* NULL does nothing */
	return ended ? STORE_UNKNOWN : end_of_error(lmdb, error, true);
}

static enum store_end end(struct rows_txn *rows_txn, bool keep)
{
	struct lmdb_txn *txn = txn_of(rows_txn);
	MDB_txn *current = txn->current; /* NULL after a begin that failed; resetting or aborting that does nothing */
	txn->current = NULL;
	if (!txn->writes) {
		mdb_txn_reset(current);
		return txn->failure;
	}
	if (!keep || txn->failure != STORE_DONE) {
		mdb_txn_abort(current);
		return txn->failure;
	}
	return commit(txn->lmdb, current);
}

static bool get(struct rows_txn *rows_txn, enum table table, struct bytes key, struct bytes *value)
{
	struct lmdb_txn *txn = txn_of(rows_txn);
	if (is_over(txn)) {
		return false;
	}
	MDB_val wanted = to_val(key);
	MDB_val found;
	if (!succeeded(txn, mdb_get(txn->current, txn->lmdb->folder.tables[table], &wanted, &found))) {
		return false;
	}
	*value = from_val(found);
	return true;
}

static bool move_cursor(void *context, enum rows_move move, struct bytes *key, struct bytes *value)
{
	static const MDB_cursor_op operations[] = {
		[MOVE_FIRST] = MDB_FIRST,
		[MOVE_LAST] = MDB_LAST,
		[MOVE_NEXT] = MDB_NEXT,
		[MOVE_PREVIOUS] = MDB_PREV,
		[MOVE_AT_OR_AFTER] = MDB_SET_RANGE,
		[MOVE_SET] = MDB_SET_KEY,
		[MOVE_ENTRY] = MDB_GET_BOTH,
		[MOVE_ENTRY_AT_OR_AFTER] = MDB_GET_BOTH_RANGE,
		[MOVE_CURRENT] = MDB_GET_CURRENT,
		[MOVE_LAST_ENTRY] = MDB_LAST_DUP,
		[MOVE_PREVIOUS_ENTRY] = MDB_PREV_DUP,
		[MOVE_PAGE] = MDB_GET_MULTIPLE,
		[MOVE_NEXT_SET] = MDB_NEXT_NODUP,
		[MOVE_NEXT_PAGE] = MDB_NEXT_MULTIPLE,
	};
	struct lmdb_cursor *at = context;
	MDB_val key_val = to_val(*key);
	MDB_val val = to_val(*value);
	if (!succeeded(at->txn, mdb_cursor_get(at->cursor, &key_val, &val, operations[move]))) {
		return false;
	}
	*key = from_val(key_val);
	*value = from_val(val);
	return true;
}

static uint64_t count_entries(void *context)
{
	struct lmdb_cursor *at = context;
	size_t count = 0;
	return succeeded(at->txn, mdb_cursor_count(at->cursor, &count)) ? count : 0;
}

bool rows_lmdb_find(struct rows_txn *rows_txn, enum table table, enum rows_move move, struct bytes *key,
		    struct bytes *value)
{
	struct lmdb_txn *txn = txn_of(rows_txn);
	struct lmdb_cursor at = {.txn = txn, .cursor = cursor_open(txn, table)};
	if (at.cursor == NULL) {
		return false;
	}
	bool found = move_cursor(&at, move, key, value) &&
		(move != MOVE_ENTRY_AT_OR_AFTER || move_cursor(&at, MOVE_CURRENT, key, value));
	mdb_cursor_close(at.cursor);
	return found;
}

/* An entry of another size would spoil the whole set, and LMDB does not refuse each of them. */
static bool fits(struct lmdb_txn *txn, enum table table, struct bytes key, struct bytes value)
{
	const struct table_row *row = table_row(table);
	bool good = key.size > 0 && key.size <= KEY_SIZE_MAX &&
		(row->kind == TABLE_KIND_P || value.size == row->entry_size);
	return succeeded(txn, good ? MDB_SUCCESS : MDB_BAD_VALSIZE);
}

static void write_row(struct rows_txn *rows_txn, enum table table, struct bytes key, struct bytes value,
		      bool behind_all)
{
	struct lmdb_txn *txn = txn_of(rows_txn);
	assert(txn->writes);
	if (is_over(txn) || !fits(txn, table, key, value)) {
		return;
	}
	bool is_set = table_row(table)->kind == TABLE_KIND_S;
	MDB_val at = to_val(key);
	MDB_val bytes = to_val(value);
	unsigned flags = behind_all ? (is_set ? MDB_APPENDDUP : MDB_APPEND) : (is_set ? MDB_NODUPDATA : 0);
	int error = mdb_put(txn->current, txn->lmdb->folder.tables[table], &at, &bytes, flags);
	bool was_there = error == MDB_KEYEXIST && is_set && !behind_all;
	(void)succeeded(txn, was_there ? MDB_SUCCESS : error); /* it sticks */
}

static void put(struct rows_txn *txn, enum table table, struct bytes key, struct bytes value)
{
	write_row(txn, table, key, value, false);
}

static void append(struct rows_txn *txn, enum table table, struct bytes key, struct bytes value)
{
	write_row(txn, table, key, value, true);
}

static bool remove_row(struct rows_txn *rows_txn, enum table table, struct bytes key, struct bytes entry)
{
	struct lmdb_txn *txn = txn_of(rows_txn);
	assert(txn->writes);
	if (is_over(txn) || !fits(txn, table, key, entry)) {
		return false;
	}
	MDB_val at = to_val(key);
	MDB_val value = to_val(entry);
	bool is_set = table_row(table)->kind == TABLE_KIND_S;
	return succeeded(
		txn, mdb_del(txn->current, txn->lmdb->folder.tables[table], &at, is_set ? &value : NULL));
}

static uint64_t walk_table(struct rows_txn *rows_txn, const struct walk *walk, rows_visit *visit, void *context)
{
	struct lmdb_txn *txn = txn_of(rows_txn);
	struct lmdb_cursor at = {.txn = txn, .cursor = walk->max == 0 ? NULL : cursor_open(txn, walk->table)};
	if (at.cursor == NULL) {
		return 0;
	}
	struct rows_cursor rows_cursor = {.context = &at, .move = move_cursor, .count = count_entries};
	uint64_t visited = rows_walk(&rows_cursor, walk, visit, context);
	mdb_cursor_close(at.cursor);
	return visited;
}

static uint64_t count_rows(struct rows_txn *rows_txn, enum table table, struct bytes key)
{
	struct lmdb_txn *txn = txn_of(rows_txn);
	MDB_stat stat;
	if (key.size == 0) {
		return !is_over(txn) && succeeded(txn, mdb_stat(txn->current, txn->lmdb->folder.tables[table],
							       &stat))
			       ? stat.ms_entries
			       : 0;
	}
	assert(table_row(table)->kind == TABLE_KIND_S);
	struct lmdb_cursor at = {.txn = txn, .cursor = cursor_open(txn, table)};
	if (at.cursor == NULL) {
		return 0;
	}
	struct bytes entry = {0};
	uint64_t count = move_cursor(&at, MOVE_SET, &key, &entry) ? count_entries(&at) : 0;
	mdb_cursor_close(at.cursor);
	return count;
}

static struct store_size size_of(struct rows *rows)
{
	MDB_envinfo info = {0};
	(void)mdb_env_info(lmdb_of(rows)->folder.env, &info); /* fails only without an environment */
	return (struct store_size){
		((uint64_t)info.me_last_pgno + 1) * lmdb_of(rows)->folder.page_size, info.me_mapsize};
}

static bool has_room(struct rows *rows)
{
	return disk_keep_room(lmdb_of(rows)->folder.file, size_of(rows).used, &lmdb_of(rows)->reserved_end);
}

/* Of the entries of sets; of what LMDB keeps for use again where an entry has no size. */
static uint64_t walk_pages(struct lmdb_txn *txn, MDB_dbi dbi, size_t entry_size)
{
	struct lmdb_cursor at = {.txn = txn};
	if (!succeeded(txn, mdb_cursor_open(txn->current, dbi, &at.cursor))) {
		return 0;
	}
	struct rows_cursor cursor = {.context = &at, .move = move_cursor, .count = count_entries};
	uint64_t pages = entry_size == 0
				 ? rows_pages_free(&cursor)
				 : rows_pages_of_sets(&cursor, entry_size, txn->lmdb->folder.page_size);
	mdb_cursor_close(at.cursor);
	return pages;
}

static uint64_t set_table_pages(struct lmdb_txn *txn, enum table table)
{
	MDB_stat stat = {0};
	(void)succeeded(txn, mdb_stat(txn->current, txn->lmdb->folder.tables[table], &stat)); /* it sticks */
	return walk_pages(txn, txn->lmdb->folder.tables[table], table_row(table)->entry_size) +
	       stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
}

static void stat_rows(struct rows_txn *rows_txn, struct rows_stat *stat)
{
	struct lmdb_txn *txn = txn_of(rows_txn);
	*stat = (struct rows_stat){.page_size = txn->lmdb->folder.page_size};
	if (is_over(txn)) {
		return;
	}
	stat->used_pages = size_of(&txn->lmdb->rows).used / stat->page_size - walk_pages(txn, FREE_DBI, 0);
	stat->membership_pages = set_table_pages(txn, TABLE_MEMBER) + set_table_pages(txn, TABLE_ROSTER) +
		set_table_pages(txn, TABLE_ROSTER_NAME);
}

static bool copy(struct rows *rows, int file)
{
	return mdb_env_copyfd2(lmdb_of(rows)->folder.env, file, MDB_CP_COMPACT) == MDB_SUCCESS;
}

static const struct rows_driver driver = {
	.destroy = destroy,
	.txn_create = create_txn,
	.txn_destroy = destroy_txn,
	.begin = begin,
	.end = end,
	.get = get,
	.seek = rows_lmdb_seek,
	.last = rows_lmdb_last,
	.seek_set = rows_lmdb_seek_set,
	.put = put,
	.append = append,
	.remove = remove_row,
	.walk = walk_table,
	.count = count_rows,
	.has_room = has_room,
	.size = size_of,
	.stat = stat_rows,
	.copy = copy,
};

struct rows *rows_lmdb_open(const struct rows_lmdb_options *options, char *why, size_t capacity)
{
	struct lmdb *lmdb = calloc(1, sizeof *lmdb);
	if (lmdb == NULL) {
		(void)snprintf(why, capacity, "out of memory");
		return NULL;
	}
	lmdb->rows.driver = &driver;
	if (!lmdb_folder_open(&lmdb->folder, options, why, capacity)) {
		free(lmdb);
		return NULL;
	}
	return &lmdb->rows;
}
