/* The command by which a report's reader repeats one call: it works in any folder, and says all that matters. */
#ifndef MIGRATE_REPEAT_H
#define MIGRATE_REPEAT_H

#include "observe/buffer.h"
#include "options.h"

/* Begins with this program and a command of it. `options` NULL: the command looks at none of them. */
void repeat_begin(struct buffer *line, const struct options *options, const char *command);
/* These add an option, or a word of its own where `option` is NULL; nothing where the value is NULL. */
void repeat_add(struct buffer *line, const char *option, const char *value);
void repeat_add_number(struct buffer *line, const char *option, uint64_t number);
/* A file by its whole path. */
void repeat_add_file(struct buffer *line, const char *option, const char *path);
/* For report_options.repeat; lives as long as the buffer. NULL: out of memory, or nothing `repeats` it, as where the
 * recording was read from standard input. */
const char *repeat_end(struct buffer *line, bool repeats);

/* A text as one word of a shell, in quotes where it needs them. */
void repeat_quote(struct buffer *line, const char *text);

#endif
