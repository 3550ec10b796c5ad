/* Seeks in LMDB, said in moves of a cursor. Names no library. */
#include "store/rows_lmdb.h"

#include <assert.h>

bool rows_lmdb_seek(struct rows_txn *txn, enum table table, struct bytes key, struct bytes entry,
		 struct bytes *found_key, struct bytes *found_value)
{
	bool is_set = table_row(table)->kind == TABLE_KIND_S;
	enum rows_move of_rows = key.size == 0 ? MOVE_FIRST : MOVE_AT_OR_AFTER;
	enum rows_move of_entries = entry.size == 0 ? MOVE_SET : MOVE_ENTRY_AT_OR_AFTER;
	if (!rows_lmdb_find(txn, table, is_set ? of_entries : of_rows, &key, &entry)) {
		return false;
	}
	*found_key = key;
	*found_value = entry;
	return true;
}

bool rows_lmdb_last(struct rows_txn *txn, enum table table, struct bytes *key, struct bytes *value)
{
	assert(table_row(table)->kind == TABLE_KIND_P);
	struct bytes at = {0};
	struct bytes found = {0};
	if (!rows_lmdb_find(txn, table, MOVE_LAST, &at, &found)) {
		return false;
	}
	*key = at;
	*value = found;
	return true;
}

bool rows_lmdb_seek_set(struct rows_txn *txn, enum table table, struct bytes key, struct bytes *found_key)
{
	assert(table_row(table)->kind == TABLE_KIND_S);
	struct bytes entry = {0};
	if (!rows_lmdb_find(txn, table, key.size == 0 ? MOVE_FIRST : MOVE_AT_OR_AFTER, &key, &entry)) {
		return false;
	}
	*found_key = key;
	return true;
}
