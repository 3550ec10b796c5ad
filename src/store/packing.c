/* Turns numbers, times and texts into bytes and back. */
#include "store/packing.h"

#include <assert.h>
#include <string.h>

#include "store/key.h"

struct packer pack_into(uint8_t *bytes, size_t capacity)
{
	return (struct packer){.bytes = bytes, .capacity = capacity};
}

void pack_bytes(struct packer *packer, const void *bytes, size_t size)
{
	if (size > packer->capacity - packer->size) {
		packer->too_long = true;
		return;
	}
	memcpy(packer->bytes + packer->size, bytes, size);
	packer->size += size;
}

void pack_u8(struct packer *packer, uint8_t value)
{
	pack_bytes(packer, &value, 1);
}

void pack_u16(struct packer *packer, uint16_t value)
{
	pack_u8(packer, (uint8_t)(value >> 8));
	pack_u8(packer, (uint8_t)value);
}

void pack_u64(struct packer *packer, uint64_t value)
{
	uint8_t bytes[8];
	key_write_u64(bytes, value);
	pack_bytes(packer, bytes, sizeof bytes);
}

void pack_time(struct packer *packer, int64_t time)
{
	assert(time >= 0);
	pack_u64(packer, (uint64_t)time);
}

void pack_text(struct packer *packer, const struct texts *texts, struct text text)
{
	if (text.length > UINT16_MAX) {
		packer->too_long = true;
		return;
	}
	pack_u16(packer, (uint16_t)text.length);
	if (text.length > 0) {
		pack_bytes(packer, texts_get(texts, text), text.length);
	}
}

struct unpacker unpack_from(struct bytes bytes, struct texts *texts)
{
	return (struct unpacker){.at = bytes.data, .left = bytes.size, .texts = texts};
}

void unpack_bytes(struct unpacker *unpacker, void *bytes, size_t size)
{
	const uint8_t *taken = unpack(unpacker, size);
	if (taken != NULL) {
		memcpy(bytes, taken, size);
	}
}

uint32_t unpack_u32(struct unpacker *unpacker)
{
	uint64_t value = unpack_u64(unpacker);
	unpacker->damaged |= value > UINT32_MAX;
	return (uint32_t)value;
}

struct text unpack_text(struct unpacker *unpacker)
{
	size_t length = unpack_u16(unpacker);
	const uint8_t *bytes = unpack(unpacker, length);
	if (bytes == NULL || unpacker->texts == NULL || length == 0) {
		return (struct text){0};
	}
	return texts_add(unpacker->texts, (const char *)bytes, length);
}

bool unpack_is_whole(const struct unpacker *unpacker)
{
	return !unpacker->damaged && unpacker->left == 0;
}
