/* A store in memory, on its own or as a fork of another. */
#include "store/txn.h"

#define WHY_SIZE 128

struct store *store_open_memory(struct store *base)
{
	struct rows *rows = rows_memory_create(base == NULL ? NULL : txn_rows_of(base));
	char why[WHY_SIZE];
	return rows == NULL ? NULL : store_open_rows(rows, why, sizeof why);
}
