/* Names of the change types, made from the same rows as the enum. */
#include "model/change.h"

#include <string.h>

static const char *const NAMES[CHANGE_COUNT] = {
#define X(symbol, name) [CHANGE_##symbol] = name,
	CHANGES(X)
#undef X
};

const char *change_name(enum change_type type)
{
	return NAMES[type];
}

bool change_from_name(const char *name, enum change_type *found)
{
	for (unsigned i = 0; i < CHANGE_COUNT; i++) {
		if (strcmp(NAMES[i], name) == 0) {
			*found = (enum change_type)i;
			return true;
		}
	}
	return false;
}
