/* Lines on stderr for the operator: never a raw path, query, body or secret. Any thread; one write per
 * line. */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

enum log_level {
	LOG_ERROR,
	LOG_WARNING,
	LOG_INFO,
	LOG_DEBUG,
};

/* "error", "warning", "info" or "debug"; false for any other, and `found` is then untouched. */
bool log_level_from_name(const char *name, enum log_level *found);

/* Lines above this level are not written. Call before threads start. */
void log_set_level(enum log_level level);

void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
