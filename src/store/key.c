/* Writes and reads the numbers in keys and entries. */
#include "store/key.h"

#include <assert.h>
#include <endian.h>
#include <string.h>

#include "model/group.h"

void key_write_u64(uint8_t *bytes, uint64_t value)
{
	for (int i = 7; i >= 0; i--) {
		bytes[i] = (uint8_t)value;
		value >>= 8;
	}
}

uint64_t key_read_u64(const uint8_t *bytes)
{
	uint64_t value;
	memcpy(&value, bytes, sizeof value);
	return be64toh(value);
}

void key_write_time(uint8_t *bytes, int64_t time)
{
	assert(time >= 0);
	uint64_t value = (uint64_t)time < TIME_STORED_MAX ? (uint64_t)time : TIME_STORED_MAX;
	for (int i = TIME_SIZE - 1; i >= 0; i--) {
		bytes[i] = (uint8_t)value;
		value >>= 8;
	}
}

int64_t key_read_time(const uint8_t *bytes)
{
	uint64_t value = 0;
	for (int i = 0; i < TIME_SIZE; i++) {
		value = value << 8 | bytes[i];
	}
	return value == TIME_STORED_MAX ? TIME_FOREVER : (int64_t)value;
}

void key_start(struct key *key)
{
	key->size = 0;
}

void key_add_u8(struct key *key, uint8_t value)
{
	key_add_bytes(key, &value, 1);
}

void key_add_u64(struct key *key, uint64_t value)
{
	uint8_t bytes[ID_SIZE];
	key_write_u64(bytes, value);
	key_add_bytes(key, bytes, sizeof bytes);
}

void key_add_time(struct key *key, int64_t time)
{
	uint8_t bytes[TIME_SIZE];
	key_write_time(bytes, time);
	key_add_bytes(key, bytes, sizeof bytes);
}

void key_add_bytes(struct key *key, const void *bytes, size_t size)
{
	assert(size <= KEY_DATA_MAX - key->size);
	memcpy(key->data + key->size, bytes, size);
	key->size += (uint32_t)size;
}

struct bytes key_bytes(const struct key *key)
{
	return (struct bytes){.data = key->data, .size = key->size};
}

struct bytes key_id(uint8_t buffer[ID_SIZE], uint64_t id)
{
	key_write_u64(buffer, id);
	return (struct bytes){.data = buffer, .size = ID_SIZE};
}

struct bytes key_text(const char *text)
{
	size_t length = strnlen(text, KEY_SIZE_MAX + 1);
	return (struct bytes){.data = text, .size = length <= KEY_SIZE_MAX ? length : 0};
}
