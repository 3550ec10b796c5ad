/* The standard streams of a command, with a file in the place of one of them. Files are opened by the program that
 * the caller started, so paths and rights are the caller's. */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>

#include "admin/command.h"

struct files {
	int in;
	int out;
	int err;
	const char *output; /* what the new file takes the place of when it is whole; NULL: nothing */
	char *output_new;
};

/* False: a file cannot be opened, and that is said. */
bool files_open(struct files *files, const struct command_needs *needs);
/* Puts a written file under its name when the command is done, else away. False: it is not there, and that is said. */
bool files_close(struct files *files, bool done);

#endif
