/* The state in front of a sequence's last call as a folder that joineryd serves, so that people see the call fail with
 * their own eyes. */
#ifndef MIGRATE_WORLD_FOLDER_H
#define MIGRATE_WORLD_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "migrate/step.h"

struct world_folder {
	const char *path; /* must not exist */
	const struct step *steps;
	uint32_t count; /* of steps that are made, each by its own dialect */
	uint64_t seed; /* of their random values */
	int64_t start; /* when the world begins, unix seconds */
};

/* Makes it, for its owner only. False: not possible, and `why` says so in one line. */
bool world_folder_make(const struct world_folder *folder, char *why, size_t capacity);

#endif
