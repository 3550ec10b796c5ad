/* A store in a directory. Apart from the one in memory, so that a program carries the backends it opens. */
#include "store/txn.h"

struct store *store_open_directory(const struct store_options *options, char *why, size_t capacity)
{
	const struct rows_lmdb_options lmdb = {
		.directory = options->directory,
		.map_size = options->map_size,
		.threads = options->threads,
		.exists = options->exists,
	};
	struct rows *rows = rows_lmdb_open(&lmdb, why, capacity);
	return rows == NULL ? NULL : store_open_rows(rows, why, capacity);
}
