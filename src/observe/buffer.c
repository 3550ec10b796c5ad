#include "observe/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/check.h"

#define CAPACITY_FIRST 4096
#define NUMBER_SIZE 24
#define BAD_BYTE "\\u0001"

void buffer_finish(struct buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct buffer){0};
}

void buffer_wipe(struct buffer *buffer)
{
	if (buffer->bytes != NULL) {
		explicit_bzero(buffer->bytes, buffer->capacity);
	}
	buffer_finish(buffer);
}

void buffer_clear(struct buffer *buffer)
{
	buffer->size = 0;
	buffer->failed = false;
}

bool buffer_reserve(struct buffer *buffer, size_t more)
{
	size_t capacity = buffer->capacity == 0 ? CAPACITY_FIRST : buffer->capacity;
	while (capacity - buffer->size < more) {
		capacity *= 2;
	}
	if (capacity == buffer->capacity) {
		return true;
	}
	char *bytes = realloc(buffer->bytes, capacity);
	if (bytes == NULL) {
		buffer->failed = true;
		return false;
	}
	buffer->bytes = bytes;
	buffer->capacity = capacity;
	return true;
}

void buffer_write(struct buffer *buffer, const char *bytes, size_t size)
{
	bool fits = buffer->capacity - buffer->size >= size;
	if (size > 0 && (fits || buffer_reserve(buffer, size))) {
		memcpy(buffer->bytes + buffer->size, bytes, size);
		buffer->size += size;
	}
}

void buffer_puts(struct buffer *buffer, const char *text)
{
	buffer_write(buffer, text, strlen(text));
}

void buffer_number(struct buffer *buffer, int64_t number)
{
	char text[NUMBER_SIZE];
	size_t at = sizeof text;
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	do {
		text[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0) {
		text[--at] = '-';
	}
	buffer_write(buffer, text + at, sizeof text - at);
}

void buffer_encoded(struct buffer *buffer, const char *bytes, size_t size)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	static const char digits[] = "0123456789ABCDEF";
	for (size_t i = 0; i < size; i++) {
		unsigned char byte = (unsigned char)bytes[i];
		const char escape[3] = {'%', digits[byte >> 4], digits[byte & 15]};
		bool is_plain = memchr(plain, byte, sizeof plain - 1) != NULL;
		buffer_write(buffer, is_plain ? &bytes[i] : escape, is_plain ? 1 : sizeof escape);
	}
}

/* How many bytes from here on stand in a JSON string as they are. */
static size_t plain_length(const char *bytes, size_t size)
{
	size_t length = 0;
	while (length < size && (unsigned char)bytes[length] >= 0x20 && bytes[length] != '"' && bytes[length] != '\\') {
		length++;
	}
	return length;
}

static void write_escape(struct buffer *buffer, char byte)
{
	char text[8] = {'\\', byte, '\0'};
	if (byte == '\n') {
		text[1] = 'n';
	} else if (byte == '\0') {
		(void)snprintf(text, sizeof text, BAD_BYTE);
	} else if (byte != '"' && byte != '\\') {
		(void)snprintf(text, sizeof text, "\\u%04x", (unsigned)(unsigned char)byte);
	}
	buffer_puts(buffer, text);
}

static void write_utf8(struct buffer *buffer, const char *bytes, size_t size)
{
	while (size > 0) {
		size_t plain = plain_length(bytes, size);
		buffer_write(buffer, bytes, plain);
		if (plain < size) {
			write_escape(buffer, bytes[plain]);
			plain++;
		}
		bytes += plain;
		size -= plain;
	}
}

/* The length of the character that starts here; 0: none does. */
static size_t character_length(const char *bytes, size_t size)
{
	for (size_t length = 1; length <= 4 && length <= size; length++) {
		if (text_is_utf8(bytes, length)) {
			return length;
		}
	}
	return 0;
}

void buffer_string(struct buffer *buffer, const char *bytes, size_t size)
{
	buffer_write(buffer, "\"", 1);
	if (text_is_utf8(bytes, size)) {
		write_utf8(buffer, bytes, size);
	} else {
		for (size_t at = 0; at < size;) {
			size_t length = character_length(bytes + at, size - at);
			if (length == 0) {
				buffer_puts(buffer, BAD_BYTE);
			} else {
				write_utf8(buffer, bytes + at, length);
			}
			at += length == 0 ? 1 : length;
		}
	}
	buffer_write(buffer, "\"", 1);
}
