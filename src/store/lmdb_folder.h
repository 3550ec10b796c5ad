/* A folder that LMDB has open. Private to rows_lmdb.c: nothing else names the library. */
#ifndef STORE_LMDB_FOLDER_H
#define STORE_LMDB_FOLDER_H

#include <lmdb.h>

#include "store/rows.h"

struct lmdb_folder {
	MDB_env *env; /* mdb_env_close ends it all */
	MDB_dbi tables[TABLE_COUNT];
	int file; /* data.mdb; the environment's own */
	uint64_t page_size;
};

/* Makes what is missing, all tables included. False: nothing is open, and `why` says so in one line. */
bool lmdb_folder_open(
	struct lmdb_folder *folder, const struct rows_lmdb_options *options, char *why, size_t capacity);

#endif
