/* The bytes that records are made of: big-endian numbers, and texts as length(2) and bytes. Private to
 * store/. */
#ifndef STORE_PACKING_H
#define STORE_PACKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
/* Borrowed; NULL: damage. */
const uint8_t *unpack(struct unpacker *unpacker, size_t size);
void unpack_bytes(struct unpacker *unpacker, void *bytes, size_t size);
/* A byte below `limit`. */
uint8_t unpack_u8(struct unpacker *unpacker, unsigned limit);
bool unpack_bool(struct unpacker *unpacker);
uint16_t unpack_u16(struct unpacker *unpacker);
uint64_t unpack_u64(struct unpacker *unpacker);
uint32_t unpack_u32(struct unpacker *unpacker);
int64_t unpack_time(struct unpacker *unpacker);
struct text unpack_text(struct unpacker *unpacker);
/* Every byte was read, and all of them are what a packer writes. */
bool unpack_is_whole(const struct unpacker *unpacker);

#endif
