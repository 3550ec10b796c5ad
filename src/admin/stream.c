/* Buffered reading and printing with bounded waits: poll before every step that could block. */
#include "admin/stream.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void stream_init(struct stream *stream, FILE *file, int stop)
{
	stream->file = file;
	stream->descriptor = fileno(file);
	stream->stop = stop;
	stream->end_ms = 0;
	stream->failed = false;
	stream->at_end = false;
	stream->start = 0;
	stream->size = 0;
}

int64_t stream_clock_ms(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time); /* cannot fail with this clock */
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

bool stream_is_over(const struct stream *stream)
{
	struct pollfd stop = {.fd = stream->stop, .events = POLLIN};
	if (stream->stop >= 0 && poll(&stop, 1, 0) > 0) {
		return true;
	}
	return stream->end_ms != 0 && stream_clock_ms() >= stream->end_ms;
}

/* Waits until the descriptor is ready. False: the command must end first. */
static bool wait_for(const struct stream *stream, short events)
{
	for (;;) {
		struct pollfd polled[] = {
			{.fd = stream->descriptor, .events = events},
			{.fd = stream->stop, .events = POLLIN},
		};
		int64_t left = stream->end_ms == 0 ? -1 : stream->end_ms - stream_clock_ms();
		if (stream->end_ms != 0 && left <= 0) {
			return false;
		}
		int ready = poll(polled, 2, left > INT_MAX ? INT_MAX : (int)left);
		if (ready < 0 && errno != EINTR) {
			return false;
		}
		if (ready > 0) {
			return polled[1].revents == 0;
		}
	}
}

/* A ready pipe takes PIPE_BUF bytes without blocking, so no step writes more. */
static bool write_all(struct stream *stream)
{
	size_t written = 0;
	while (written < stream->size) {
		if (!wait_for(stream, POLLOUT)) {
			return false;
		}
		size_t left = stream->size - written;
		ssize_t size =
			write(stream->descriptor, stream->bytes + written, left < PIPE_BUF ? left : PIPE_BUF);
		if (size < 0 && errno != EINTR && errno != EAGAIN) {
			return false;
		}
		written += size > 0 ? (size_t)size : 0;
	}
	return true;
}

void stream_flush(struct stream *stream)
{
	if (!stream->failed && stream->size > 0) {
		bool written = stream->descriptor >= 0
				       ? write_all(stream)
				       : fwrite(stream->bytes, 1, stream->size, stream->file) == stream->size;
		stream->failed = !written;
	}
	stream->size = 0;
}

void stream_print(struct stream *stream, const char *format, ...)
{
	for (int tries = 0; tries < 2 && !stream->failed; tries++) {
		size_t room = sizeof stream->bytes - stream->size;
		va_list list;
		va_start(list, format);
		int length = vsnprintf(stream->bytes + stream->size, room, format, list);
		va_end(list);
		if (length >= 0 && (size_t)length < room) {
			stream->size += (size_t)length;
			return;
		}
		stream_flush(stream);
	}
	stream->failed = true; /* a text longer than the whole buffer */
}

void stream_print_object(struct stream *stream, json_t *object)
{
	if (object == NULL) {
		stream->failed = true;
		return;
	}
	for (int tries = 0; tries < 2 && !stream->failed; tries++) {
		size_t room = sizeof stream->bytes - stream->size;
		size_t length = json_dumpb(object, stream->bytes + stream->size, room, JSON_COMPACT);
		if (length > 0 && length < room) {
			stream->size += length;
			stream->bytes[stream->size++] = '\n';
			json_decref(object);
			return;
		}
		stream_flush(stream);
	}
	stream->failed = true;
	json_decref(object);
}

/* Reads more behind what is held, which first moves to the front. False: nothing more comes. */
static bool fill(struct stream *stream)
{
	memmove(stream->bytes, stream->bytes + stream->start, stream->size - stream->start);
	stream->size -= stream->start;
	stream->start = 0;
	size_t room = sizeof stream->bytes - stream->size;
	if (stream->descriptor < 0) {
		size_t size = fread(stream->bytes + stream->size, 1, room, stream->file);
		stream->size += size;
		return size > 0;
	}
	ssize_t size;
	do {
		if (!wait_for(stream, POLLIN)) {
			stream->failed = true;
			return false;
		}
		size = read(stream->descriptor, stream->bytes + stream->size, room);
	} while (size < 0 && (errno == EINTR || errno == EAGAIN));
	stream->failed = size < 0;
	stream->size += size > 0 ? (size_t)size : 0;
	return size > 0;
}

enum stream_line stream_next_line(struct stream *stream, const char **line, size_t *length)
{
	for (;;) {
		const char *start = stream->bytes + stream->start;
		size_t held = stream->size - stream->start;
		const char *end = memchr(start, '\n', held);
		if (end != NULL || (stream->at_end && held > 0)) {
			*line = start;
			*length = end != NULL ? (size_t)(end - start) : held;
			stream->start += *length + (end != NULL);
			return STREAM_LINE;
		}
		if (stream->at_end) {
			return STREAM_END;
		}
		if (held == sizeof stream->bytes) {
			return STREAM_TOO_LONG;
		}
		stream->at_end = !fill(stream);
		if (stream->failed) {
			return STREAM_FAILED;
		}
	}
}
