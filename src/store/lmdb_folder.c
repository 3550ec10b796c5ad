/* Opening LMDB's files with a map as large as the system gives, and the tables in them. */
#include "store/lmdb_folder.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "store/disk.h"

#define MAP_SIZE_MAX ((uint64_t)1 << 40)
#define MAP_SIZE_MIN ((uint64_t)1 << 30)
#define READERS_SPARE 16
#define LOCK_READER_SIZE 64
#define LOCK_HEAD_SIZE 8192
#define PATH_SIZE_MAX 4096

static int open_tables(struct lmdb_folder *folder)
{
	MDB_txn *txn = NULL;
	int error = mdb_txn_begin(folder->env, NULL, 0, &txn);
	if (error != MDB_SUCCESS) {
		return error;
	}
	for (enum table table = 0; table < TABLE_COUNT && error == MDB_SUCCESS; table++) {
		const struct table_row *row = table_row(table);
		unsigned flags = MDB_CREATE | (row->kind == TABLE_KIND_S ? MDB_DUPSORT | MDB_DUPFIXED : 0);
		error = mdb_dbi_open(txn, row->name, flags, &folder->tables[table]);
	}
	if (error != MDB_SUCCESS) {
		mdb_txn_abort(txn);
		return error;
	}
	return mdb_txn_commit(txn);
}

static int open_map(struct lmdb_folder *folder, const struct rows_lmdb_options *options, unsigned flags,
	uint64_t map_size)
{
	int error = mdb_env_create(&folder->env); /* NULL if it failed, and closing that does nothing */
	error = error != MDB_SUCCESS ? error : mdb_env_set_maxdbs(folder->env, TABLE_COUNT);
	error = error != MDB_SUCCESS ? error
				     : mdb_env_set_maxreaders(folder->env, options->threads + READERS_SPARE);
	error = error != MDB_SUCCESS ? error : mdb_env_set_mapsize(folder->env, map_size);
	error = error != MDB_SUCCESS ? error : mdb_env_open(folder->env, options->directory, flags, 0600);
	if (error != MDB_SUCCESS) {
		mdb_env_close(folder->env);
		folder->env = NULL;
	}
	return error;
}

/* What a copy that was cut short has lost would be a SIGBUS where the map is read. */
static int check_length(const struct lmdb_folder *folder)
{
	MDB_envinfo info;
	struct stat found;
	int error = mdb_env_info(folder->env, &info);
	if (error == MDB_SUCCESS && fstat(folder->file, &found) != 0) {
		error = errno;
	}
	bool is_short =
		error == MDB_SUCCESS && (uint64_t)found.st_size / folder->page_size <= (uint64_t)info.me_last_pgno;
	return is_short ? ENODATA : error;
}

static int open_env(struct lmdb_folder *folder, const struct rows_lmdb_options *options, unsigned flags)
{
	uint64_t map_size = options->map_size != 0 ? options->map_size : MAP_SIZE_MAX;
	int error = open_map(folder, options, flags, map_size);
	while ((error == ENOMEM || error == EINVAL) && options->map_size == 0 && map_size > MAP_SIZE_MIN) {
		map_size /= 2;
		error = open_map(folder, options, flags, map_size);
	}
	int dead = 0;
	MDB_stat stat = {0};
	error = error != MDB_SUCCESS ? error : mdb_reader_check(folder->env, &dead);
	error = error != MDB_SUCCESS ? error : mdb_env_get_fd(folder->env, &folder->file);
	error = error != MDB_SUCCESS ? error : mdb_env_stat(folder->env, &stat);
	folder->page_size = stat.ms_psize;
	error = error != MDB_SUCCESS || !options->exists ? error : check_length(folder);
	return error != MDB_SUCCESS ? error : open_tables(folder);
}

bool lmdb_folder_open(
	struct lmdb_folder *folder, const struct rows_lmdb_options *options, char *why, size_t capacity)
{
	char path[PATH_SIZE_MAX];
	struct stat found;
	int size = snprintf(path, sizeof path, "%s/data.mdb", options->directory);
	if (options->exists && size > 0 && (size_t)size < sizeof path &&
		(stat(path, &found) != 0 || found.st_size == 0)) {
		(void)snprintf(why, capacity, "%s holds no store", options->directory);
		return false;
	}
	size = snprintf(path, sizeof path, "%s/lock.mdb", options->directory);
	/* LMDB maps this file and writes to the map: without blocks that would be a SIGBUS. */
	uint64_t lock_size = LOCK_HEAD_SIZE + (uint64_t)(options->threads + READERS_SPARE) * LOCK_READER_SIZE;
	if (size < 0 || (size_t)size >= sizeof path || !disk_make_file(path, lock_size)) {
		(void)snprintf(why, capacity, "%s/lock.mdb cannot be made", options->directory);
		return false;
	}
	(void)snprintf(path, sizeof path, "%s/data.mdb", options->directory); /* as long as the one above */
	int error = open_env(folder, options, MDB_NOTLS | (disk_outgrows_memory(path) ? MDB_NORDAHEAD : 0));
	if (error != MDB_SUCCESS) {
		(void)snprintf(why, capacity, "%s: %s", path,
			error == ENODATA ? "it is cut short" : mdb_strerror(error));
		mdb_env_close(folder->env); /* NULL does nothing */
		folder->env = NULL;
		return false;
	}
	return true;
}
