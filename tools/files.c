/* An export that fails must not have destroyed the one before it: it is written beside it and renamed. */
#define _GNU_SOURCE /* asprintf */
#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool complain(const char *what, const char *path)
{
	(void)fprintf(stderr, "joinery: cannot %s %s: %s\n", what, path, strerror(errno));
	return false;
}

/* A device or a pipe cannot be replaced; a folder is refused when it is opened. */
static bool is_replaceable(const char *path)
{
	struct stat found;
	return stat(path, &found) < 0 || S_ISREG(found.st_mode);
}

/* For its owner only: an export holds codes and addresses. */
static int open_new(struct files *files, const char *path)
{
	if (asprintf(&files->output_new, "%s.new", path) < 0) {
		files->output_new = NULL;
		return -1;
	}
	(void)unlink(files->output_new); /* of an export that was interrupted */
	files->output = path;
	return open(files->output_new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}

static bool open_output(struct files *files, const char *path)
{
	files->out = is_replaceable(path) ? open_new(files, path) : open(path, O_WRONLY | O_CLOEXEC);
	if (files->out >= 0) {
		return true;
	}
	bool opened = complain("open", files->output_new != NULL ? files->output_new : path);
	free(files->output_new);
	return opened;
}

bool files_open(struct files *files, const struct command_needs *needs)
{
	*files = (struct files){.in = STDIN_FILENO, .out = STDOUT_FILENO, .err = STDERR_FILENO};
	if (needs->input != NULL) {
		files->in = open(needs->input, O_RDONLY | O_CLOEXEC);
		return files->in >= 0 || complain("open", needs->input);
	}
	if (needs->output != NULL && needs->output_is_new && access(needs->output, F_OK) == 0) {
		errno = EEXIST;
		return complain("write", needs->output);
	}
	return needs->output == NULL || open_output(files, needs->output);
}

bool files_close(struct files *files, bool done)
{
	if (files->output_new == NULL) {
		return true;
	}
	bool named = done && fsync(files->out) == 0 && rename(files->output_new, files->output) == 0;
	if (done && !named) {
		(void)complain("write", files->output);
	}
	if (!named) {
		(void)unlink(files->output_new); /* incomplete: of no use */
	}
	free(files->output_new);
	files->output_new = NULL;
	return named || !done;
}
