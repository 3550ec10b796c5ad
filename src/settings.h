/* The settings of joineryd: their names, what they accept, and where they are kept. */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "options.h"

#define SETTING_NAME_SIZE 64
#define SETTING_THREADS_MAX 64

/* One source of settings while it is read. */
struct reading {
	struct options *options;
	bool listened; /* this source has named a listener, so those of weaker ones are forgotten */
};

struct setting {
	const char *name; /* --name, JOINERY_NAME, name = value */
	const char *argument; /* NULL: a switch, which may do without a value */
	const char *expected;
	const char *help;
	bool (*read)(struct reading *reading, const char *value); /* false: not what is expected */
};

/* The setting with this number; NULL: there are no more. */
const struct setting *setting_at(size_t index);
const struct setting *setting_find(const char *name, size_t length);

#endif
