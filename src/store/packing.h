/* The bytes that records are made of: big-endian numbers, and texts as length(2) and bytes. Private to
 * store/. */
#ifndef STORE_PACKING_H
#define STORE_PACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/key.h"
#include "store/rows.h"

/* Writes into the caller's memory. */
struct packer {
	uint8_t *bytes;
	size_t size;
	size_t capacity;
	bool too_long; /* something did not fit: what was written must not be stored */
};

struct packer pack_into(uint8_t *bytes, size_t capacity);
void pack_bytes(struct packer *packer, const void *bytes, size_t size);
void pack_u8(struct packer *packer, uint8_t value);
void pack_u16(struct packer *packer, uint16_t value);
void pack_u64(struct packer *packer, uint64_t value);
/* From 1970 on. */
void pack_time(struct packer *packer, int64_t time);
void pack_text(struct packer *packer, const struct texts *texts, struct text text);

/* Reads what a packer wrote. Anything else is damage: from then on every call finds zeroes. */
struct unpacker {
	const uint8_t *at;
	size_t left;
	struct texts *texts; /* NULL: texts are left out */
	bool damaged;
};

struct unpacker unpack_from(struct bytes bytes, struct texts *texts);

/* Inline, because every request reads records: as calls into another file these were felt in each check. */

/* Borrowed; NULL: damage. */
static inline const uint8_t *unpack(struct unpacker *unpacker, size_t size)
{
	if (unpacker->damaged || size > unpacker->left) {
		unpacker->damaged = true;
		return NULL;
	}
	const uint8_t *taken = unpacker->at;
	unpacker->at += size;
	unpacker->left -= size;
	return taken;
}

/* A byte below `limit`. */
static inline uint8_t unpack_u8(struct unpacker *unpacker, unsigned limit)
{
	const uint8_t *taken = unpack(unpacker, 1);
	if (taken == NULL || *taken >= limit) {
		unpacker->damaged = true;
		return 0;
	}
	return *taken;
}

static inline bool unpack_bool(struct unpacker *unpacker)
{
	return unpack_u8(unpacker, 2) == 1;
}

static inline uint16_t unpack_u16(struct unpacker *unpacker)
{
	const uint8_t *taken = unpack(unpacker, 2);
	if (taken == NULL) {
		return 0;
	}
	return (uint16_t)(taken[0] << 8 | taken[1]);
}

static inline uint64_t unpack_u64(struct unpacker *unpacker)
{
	const uint8_t *taken = unpack(unpacker, 8);
	return taken == NULL ? 0 : key_read_u64(taken);
}

static inline int64_t unpack_time(struct unpacker *unpacker)
{
	uint64_t value = unpack_u64(unpacker);
	unpacker->damaged |= value > INT64_MAX;
	return (int64_t)(value & INT64_MAX);
}

void unpack_bytes(struct unpacker *unpacker, void *bytes, size_t size);
uint32_t unpack_u32(struct unpacker *unpacker);
struct text unpack_text(struct unpacker *unpacker);
/* Every byte was read, and all of them are what a packer writes. */
bool unpack_is_whole(const struct unpacker *unpacker);

#endif
