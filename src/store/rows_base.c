/* A base is another backend's rows, which do not change while rows in memory lie over them. */
#define _GNU_SOURCE /* PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP: the POSIX way needs calls that can fail */
#include "store/rows_base.h"

#include "store/bytes.h"

bool base_init(struct base *base, struct rows *rows)
{
	static const pthread_mutex_t RECURSIVE = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
	*base = (struct base){.lock = RECURSIVE};
	if (rows == NULL) {
		return true;
	}
	base->txn = rows->driver->txn_create(rows);
	if (base->txn == NULL) {
		return false;
	}
	rows->driver->begin(base->txn, false);
	return true;
}

void base_finish(struct base *base)
{
	if (base->txn != NULL) {
		const struct rows_driver *driver = base->txn->rows->driver;
		(void)driver->end(base->txn, false);
		driver->txn_destroy(base->txn);
	}
	(void)pthread_mutex_destroy(&base->lock);
}

bool base_get(struct base *base, enum table table, struct bytes key, struct bytes *value)
{
	if (base->txn == NULL) {
		return false;
	}
	(void)pthread_mutex_lock(&base->lock);
	bool found = base->txn->rows->driver->get(base->txn, table, key, value);
	(void)pthread_mutex_unlock(&base->lock);
	return found;
}

uint64_t base_count(struct base *base, enum table table, struct bytes key)
{
	if (base->txn == NULL) {
		return 0;
	}
	(void)pthread_mutex_lock(&base->lock);
	uint64_t count = base->txn->rows->driver->count(base->txn, table, key);
	(void)pthread_mutex_unlock(&base->lock);
	return count;
}

bool base_seek_set(struct base *base, enum table table, struct bytes key, struct bytes *found)
{
	if (base->txn == NULL) {
		return false;
	}
	(void)pthread_mutex_lock(&base->lock);
	bool is_found = base->txn->rows->driver->seek_set(base->txn, table, key, found);
	(void)pthread_mutex_unlock(&base->lock);
	return is_found;
}

static bool keep_row(void *context, struct bytes key, struct bytes value)
{
	*(struct base_row *)context = (struct base_row){.found = true, .key = key, .value = value};
	return false;
}

struct base_row base_step(struct base *base, struct walk *walk)
{
	struct base_row row = {0};
	if (base->txn == NULL) {
		return row;
	}
	(void)pthread_mutex_lock(&base->lock);
	(void)base->txn->rows->driver->walk(base->txn, walk, keep_row, &row);
	(void)pthread_mutex_unlock(&base->lock);
	walk->from = table_row(walk->table)->kind == TABLE_KIND_S ? row.value : row.key;
	walk->skip = 1;
	return row;
}

bool base_has(struct base *base, enum table table, struct bytes key, struct bytes entry)
{
	if (table_row(table)->kind == TABLE_KIND_P) {
		struct bytes value;
		return base_get(base, table, key, &value);
	}
	struct walk walk = {.table = table, .prefix = key, .from = entry, .max = 1};
	struct base_row row = base_step(base, &walk);
	return row.found && bytes_compare(row.value, entry) == 0;
}
