/* Lines on stderr: time, level, words. One write per line, so lines of different threads never mix. */
#include "log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LINE_SIZE_MAX 1024

static const char *const level_names[] = {
	[LOG_ERROR] = "error",
	[LOG_WARNING] = "warning",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

static atomic_int level_max = LOG_INFO;

bool log_level_from_name(const char *name, enum log_level *found)
{
	for (size_t i = 0; i < sizeof level_names / sizeof *level_names; i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*found = (enum log_level)i;
			return true;
		}
	}
	return false;
}

void log_set_level(enum log_level level)
{
	atomic_store(&level_max, (int)level);
}

/* Time and level; returns how many bytes. */
static size_t write_head(char *line, size_t capacity, enum log_level level)
{
	struct tm parts;
	time_t now = time(NULL);
	if (gmtime_r(&now, &parts) == NULL) {
		return 0;
	}
	size_t length = strftime(line, capacity, "%Y-%m-%dT%H:%M:%SZ ", &parts);
	int added = snprintf(line + length, capacity - length, "%s: ", level_names[level]);
	return length + (size_t)added;
}

/* A line stays one line, whatever somebody named a folder. */
static void replace_controls(char *text)
{
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f) {
			*text = '?';
		}
	}
}

void log_write(enum log_level level, const char *format, ...)
{
	if ((int)level > atomic_load(&level_max)) {
		return;
	}
	char line[LINE_SIZE_MAX];
	size_t head = write_head(line, sizeof line - 1, level);
	va_list arguments;
	va_start(arguments, format);
	(void)vsnprintf(line + head, sizeof line - 1 - head, format, arguments); /* what is too long is cut */
	va_end(arguments);
	replace_controls(line + head);
	size_t length = strlen(line);
	line[length++] = '\n';
	ssize_t written = write(STDERR_FILENO, line, length);
	(void)written; /* there is nowhere left to say that stderr is gone */
}
