/* Packs a cursor into bytes, big-endian, and these into base64url without padding. */
#include "text/cursor.h"

#include <stdint.h>
#include <string.h>

#define VERSION 1
#define HEAD_SIZE 3 /* version, kind of list, order */
#define BYTES_SIZE (HEAD_SIZE + 8 + 4 + 8 + 8 + FOLD_ORDER_SIZE)
#define TEXT_LENGTH ((BYTES_SIZE * 8 + 5) / 6)

_Static_assert(TEXT_LENGTH + 1 <= CURSOR_TEXT_SIZE, "a cursor's text has room");
_Static_assert(OPERATION_COUNT <= UINT8_MAX && ORDER_COUNT <= UINT8_MAX, "kind and order are one byte each");

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static uint8_t *put(uint8_t *at, uint64_t number, unsigned size)
{
	for (unsigned i = 0; i < size; i++) {
		at[i] = (uint8_t)(number >> (8 * (size - 1 - i)));
	}
	return at + size;
}

static uint64_t get(const uint8_t **at, unsigned size)
{
	uint64_t number = 0;
	for (unsigned i = 0; i < size; i++) {
		number = number << 8 | *(*at)++;
	}
	return number;
}

static uint8_t *put_head(uint8_t *at, const struct request *request)
{
	at = put(at, VERSION, 1);
	at = put(at, request->operation, 1);
	return put(at, request->listing.order, 1);
}

static void encode(const uint8_t *bytes, char *text)
{
	uint32_t bits = 0;
	unsigned bit_count = 0;
	for (unsigned i = 0; i < BYTES_SIZE; i++) {
		bits = (bits << 8 | bytes[i]) & 0xFFFF;
		bit_count += 8;
		while (bit_count >= 6) {
			bit_count -= 6;
			*text++ = DIGITS[bits >> bit_count & 0x3F];
		}
	}
	if (bit_count > 0) {
		*text++ = DIGITS[bits << (6 - bit_count) & 0x3F];
	}
	*text = '\0';
}

/* Bits behind the last byte are dropped: the caller compares with what encode makes of the bytes. */
static bool decode(const char *text, uint8_t *bytes)
{
	uint32_t bits = 0;
	unsigned bit_count = 0;
	unsigned size = 0;
	for (unsigned i = 0; i < TEXT_LENGTH; i++) {
		const char *digit = text[i] == '\0' ? NULL : strchr(DIGITS, text[i]);
		if (digit == NULL) {
			return false;
		}
		bits = (bits << 6 | (uint32_t)(digit - DIGITS)) & 0xFFFF;
		bit_count += 6;
		if (bit_count >= 8) {
			bit_count -= 8;
			bytes[size++] = (uint8_t)(bits >> bit_count);
		}
	}
	return size == BYTES_SIZE;
}

void text_cursor_write(
	const struct request *request, const struct cursor *cursor, char text[CURSOR_TEXT_SIZE])
{
	uint8_t bytes[BYTES_SIZE];
	uint8_t *at = put_head(bytes, request);
	at = put(at, cursor->of, 8);
	at = put(at, cursor->ordinal, 4);
	at = put(at, cursor->order, 8);
	at = put(at, cursor->id, 8);
	memcpy(at, cursor->name, FOLD_ORDER_SIZE);
	encode(bytes, text);
}

bool text_cursor_read(const struct request *request, const char *text, size_t length, struct cursor *cursor)
{
	uint8_t bytes[BYTES_SIZE];
	uint8_t head[HEAD_SIZE];
	char canonical[CURSOR_TEXT_SIZE];
	if (length != TEXT_LENGTH || !decode(text, bytes)) {
		return false;
	}
	encode(bytes, canonical);
	(void)put_head(head, request);
	if (memcmp(canonical, text, length) != 0 || memcmp(head, bytes, HEAD_SIZE) != 0) {
		return false;
	}
	const uint8_t *at = bytes + HEAD_SIZE;
	uint64_t of = get(&at, 8);
	uint32_t ordinal = (uint32_t)get(&at, 4);
	if (ordinal == 0) {
		return false;
	}
	cursor->of = of;
	cursor->ordinal = ordinal;
	cursor->order = get(&at, 8);
	cursor->id = get(&at, 8);
	memcpy(cursor->name, at, FOLD_ORDER_SIZE);
	return true;
}
