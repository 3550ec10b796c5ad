/* What a command reads and prints through. The other end may be slow or stand still for ever, so every
 * wait ends when the server stops or the command's time is up. Private to admin/. */
#ifndef ADMIN_STREAM_H
#define ADMIN_STREAM_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define STREAM_LINE_MAX (128 * 1024)

struct stream {
	FILE *file;
	int descriptor; /* -1: the file has none (memory) */
	int stop; /* readable when the command must end; -1: never */
	int64_t end_ms; /* monotonic time at which waiting ends; 0: never */
	bool failed; /* the other end is gone, time is up, or the server stops: nothing more is passed */
	bool at_end;
	size_t start; /* input: the first byte not yet taken */
	size_t size; /* bytes held */
	char bytes[STREAM_LINE_MAX];
};

/* The file stays the caller's. `end_ms` is stream_clock_ms() and a while, or 0. */
void stream_init(struct stream *stream, FILE *file, int stop);
int64_t stream_clock_ms(void);
/* Whether the command must end now: stopped, or out of time. */
bool stream_is_over(const struct stream *stream);

void stream_print(struct stream *stream, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* One object as one line. Takes the object over; NULL counts as out of memory. */
void stream_print_object(struct stream *stream, json_t *object);
void stream_flush(struct stream *stream);

enum stream_line {
	STREAM_LINE,
	STREAM_END,
	STREAM_TOO_LONG,
	STREAM_FAILED,
};

/* The next line without its line feed; valid until the next call. */
enum stream_line stream_next_line(struct stream *stream, const char **line, size_t *length);

#endif
