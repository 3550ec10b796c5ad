/* A store in memory, on its own or as a fork or a copy of another. */
#include "store/txn.h"

#define WHY_SIZE 128

static struct store *open_rows(struct rows *rows)
{
	char why[WHY_SIZE];
	return rows == NULL ? NULL : store_open_rows(rows, why, sizeof why);
}

struct store *store_open_memory(struct store *base)
{
	return open_rows(rows_memory_create(base == NULL ? NULL : txn_rows_of(base)));
}

struct store *store_copy_memory(struct store *from)
{
	return open_rows(rows_memory_copy(txn_rows_of(from)));
}
