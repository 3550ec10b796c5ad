/* Bytes of keys and set entries: big-endian numbers, so that the order of bytes is the order of numbers.
 * Private to store/. */
#ifndef STORE_KEY_H
#define STORE_KEY_H

#include <stdint.h>

#include "store/rows.h"

#define ID_SIZE 8
#define TIME_SIZE 6
/* The greatest stored time: what TIME_FOREVER becomes. */
#define TIME_STORED_MAX ((UINT64_C(1) << 48) - 1)

void key_write_u64(uint8_t *bytes, uint64_t value);
uint64_t key_read_u64(const uint8_t *bytes);
/* Six bytes; TIME_FOREVER is all ones. Times before 1970 do not exist. */
void key_write_time(uint8_t *bytes, int64_t time);
int64_t key_read_time(const uint8_t *bytes);

#define KEY_DATA_MAX 256

struct key {
	uint32_t size;
	uint8_t data[KEY_DATA_MAX];
};

void key_start(struct key *key);
void key_add_u8(struct key *key, uint8_t value);
void key_add_u64(struct key *key, uint64_t value);
void key_add_time(struct key *key, int64_t time);
/* The caller makes sure that there is room. */
void key_add_bytes(struct key *key, const void *bytes, size_t size);
struct bytes key_bytes(const struct key *key);

/* One number as a key, in the caller's buffer. */
struct bytes key_id(uint8_t buffer[ID_SIZE], uint64_t id);
/* A text as a key, borrowed; empty when it cannot be one (empty, or too long). */
struct bytes key_text(const char *text);

#endif
