#define _GNU_SOURCE /* program_invocation_name */
#include "migrate/repeat.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/limits.h"

#define NUMBER_SIZE 24

void repeat_quote(struct buffer *line, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/:@%+=,";
	if (*text != '\0' && text[strspn(text, plain)] == '\0') {
		buffer_puts(line, text);
		return;
	}
	buffer_puts(line, "'"); /* which nothing but itself ends */
	for (; *text != '\0'; text++) {
		buffer_write(line, *text == '\'' ? "'\\''" : text, *text == '\'' ? 4 : 1);
	}
	buffer_puts(line, "'");
}

void repeat_add(struct buffer *line, const char *option, const char *value)
{
	if (value == NULL) {
		return;
	}
	buffer_puts(line, line->size == 0 ? "" : " ");
	buffer_puts(line, option == NULL ? "" : option);
	buffer_puts(line, option == NULL ? "" : " ");
	repeat_quote(line, value);
}

void repeat_add_number(struct buffer *line, const char *option, uint64_t number)
{
	char text[NUMBER_SIZE];
	(void)snprintf(text, sizeof text, "%" PRIu64, number);
	repeat_add(line, option, text);
}

void repeat_add_file(struct buffer *line, const char *option, const char *path)
{
	char *folder = path == NULL || *path == '/' ? NULL : getcwd(NULL, 0);
	struct buffer whole = {0};
	buffer_puts(&whole, folder == NULL ? "" : folder);
	buffer_puts(&whole, folder == NULL ? "" : "/");
	buffer_puts(&whole, path == NULL ? "" : path);
	buffer_write(&whole, "", 1);
	line->failed |= whole.failed;
	repeat_add(line, option, path == NULL || whole.failed ? NULL : whole.bytes);
	buffer_finish(&whole);
	free(folder);
}

/* A name without a folder was found in PATH, and is again. */
static void add_program(struct buffer *line)
{
	const char *name = program_invocation_name;
	buffer_clear(line);
	if (strchr(name, '/') == NULL) {
		repeat_add(line, NULL, name);
	} else {
		repeat_add_file(line, NULL, name);
	}
}

void repeat_begin(struct buffer *line, const struct options *options, const char *command)
{
	add_program(line);
	if (options != NULL) {
		repeat_add_file(line, "--data", options->data);
		repeat_add(line, "--public-url", options->public_url);
	}
	if (options != NULL && options->groups_per_user_max != GROUPS_PER_USER_MAX_DEFAULT) {
		repeat_add_number(line, "--max-groups-per-user", options->groups_per_user_max);
	}
	repeat_add(line, NULL, command);
}

const char *repeat_end(struct buffer *line, bool repeats)
{
	buffer_puts(line, " --line ");
	buffer_write(line, "", 1);
	return line->failed || !repeats ? NULL : line->bytes;
}
