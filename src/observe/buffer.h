/* Bytes that grow, and JSON texts written into them. */
#ifndef OBSERVE_BUFFER_H
#define OBSERVE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Starts zeroed. One thread at a time. */
struct buffer {
	char *bytes;
	size_t size;
	size_t capacity;
	bool failed; /* out of memory once: what stands in it is not whole */
};

void buffer_finish(struct buffer *buffer);
/* As buffer_finish, of what held secrets. */
void buffer_wipe(struct buffer *buffer);
/* Forgets what is in it, `failed` too; keeps memory. */
void buffer_clear(struct buffer *buffer);
/* Makes room for that many bytes more, so that those before them stay where they are. False: out of memory. */
bool buffer_reserve(struct buffer *buffer, size_t more);
void buffer_write(struct buffer *buffer, const char *bytes, size_t size);
void buffer_puts(struct buffer *buffer, const char *text);
void buffer_number(struct buffer *buffer, int64_t number);
/* Percent-encoded but for what is plain in paths, queries and forms alike. */
void buffer_encoded(struct buffer *buffer, const char *bytes, size_t size);
/* As a JSON string with its quotes. What is no UTF-8, and NUL, is written as the control character 1 for each byte:
 * no name, message or id may hold that either, so a call keeps its meaning. */
void buffer_string(struct buffer *buffer, const char *bytes, size_t size);

#endif
