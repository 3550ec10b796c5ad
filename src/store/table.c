/* The tables as data, from the list in rows.h. */
#include <assert.h>

#include "store/rows.h"

static const struct table_row rows[] = {
#define X(table_, name_, kind_, size_) \
	[TABLE_##table_] = {.name = name_, .kind = TABLE_KIND_##kind_, .entry_size = size_},
	TABLES(X)
#undef X
};

const struct table_row *table_row(enum table table)
{
	assert(table < TABLE_COUNT);
	return &rows[table];
}
