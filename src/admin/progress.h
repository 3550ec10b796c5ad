/* How far a long command is, on a terminal; silent everywhere else. Private to admin/. */
#ifndef ADMIN_PROGRESS_H
#define ADMIN_PROGRESS_H

#include <stdint.h>

#include "admin/stream.h"

struct progress {
	struct stream *err;
	const char *what;
	bool shown;
	uint64_t size; /* bytes to come; 0: unknown */
};

/* `input`: what is read, for its size; NULL: nothing is. */
void progress_init(
	struct progress *progress, struct stream *err, const char *what, const struct stream *input);
void progress_show(struct progress *progress, uint64_t lines, uint64_t bytes);
/* Leaves the terminal on a fresh line. */
void progress_finish(struct progress *progress);

#endif
