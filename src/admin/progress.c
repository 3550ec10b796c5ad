/* One line that is written over and over. */
#include "admin/progress.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BAR_WIDTH 40
#define CLEAR_LINE "\r\033[K"

static const char FULL[] = "########################################";

void progress_init(
	struct progress *progress, struct stream *err, const char *what, const struct stream *input)
{
	*progress = (struct progress){.err = err, .what = what};
	struct stat stat;
	if (input != NULL && input->descriptor >= 0 && fstat(input->descriptor, &stat) == 0 &&
		S_ISREG(stat.st_mode)) {
		progress->size = (uint64_t)stat.st_size;
	}
}

void progress_show(struct progress *progress, uint64_t lines, uint64_t bytes)
{
	if (progress->err->descriptor < 0 || !isatty(progress->err->descriptor)) {
		return;
	}
	progress->shown = true;
	stream_print(progress->err, CLEAR_LINE "%s: ", progress->what);
	if (progress->size > 0) {
		int done = (int)(bytes < progress->size ? bytes * BAR_WIDTH / progress->size : BAR_WIDTH);
		stream_print(progress->err, "[%-*.*s] ", BAR_WIDTH, done, FULL);
	}
	stream_print(progress->err, "%llu lines", (unsigned long long)lines);
	stream_flush(progress->err);
}

void progress_finish(struct progress *progress)
{
	if (progress->shown) {
		stream_print(progress->err, "\n");
	}
}
