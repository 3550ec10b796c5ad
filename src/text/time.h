/* Times as texts: whole seconds UTC, 1970 to 9999. */
#ifndef TEXT_TIME_H
#define TEXT_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TIME_TEXT_SIZE 21 /* with the NUL */
#define TIME_MAX ((int64_t)253402300799) /* 9999-12-31T23:59:59Z */

/* "2023-01-15T10:30:00Z" */
void time_write_rfc3339(int64_t time, char text[TIME_TEXT_SIZE]);
/* "2023-01-15 10:30:00": the legacy dialect's */
void time_write_legacy(int64_t time, char text[TIME_TEXT_SIZE]);
#define TIME_HTTP_SIZE 30
/* "Sun, 15 Jan 2023 10:30:00 GMT" */
void time_write_http(int64_t time, char text[TIME_HTTP_SIZE]);
/* Any RFC 3339 date-time with any offset; fractions are dropped. False: not one, or outside 1970..9999. */
bool time_read_rfc3339(const char *text, size_t length, int64_t *time);

#endif
