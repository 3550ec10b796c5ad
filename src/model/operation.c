/* Names and kinds of the operations, made from the same rows as the enum. */
#include "model/operation.h"

static const struct {
	const char *name;
	enum operation_kind kind;
} ROWS[OPERATION_COUNT + 1] = {
#define X(symbol, name, kind) [OPERATION_##symbol] = {name, OPERATION_##kind},
	OPERATIONS(X)
#undef X
	[OPERATION_NONE] = {"none", OPERATION_READS},
};

const char *operation_name(enum operation operation)
{
	return ROWS[operation].name;
}

bool operation_changes(enum operation operation)
{
	return ROWS[operation].kind == OPERATION_CHANGES;
}
