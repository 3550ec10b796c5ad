/* Macaroons as libmacaroons' V1 binary packets in unpadded base64url: a strict reader and a writer. No
 * allocation. The root key of libmacaroons' users is any secret; the macaroon key is
 * HMAC-SHA256("macaroons-key-generator" zero padded to 32 bytes, root key). */
#ifndef ENGINE_MACAROON_H
#define ENGINE_MACAROON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/limits.h"

#define MACAROON_SIGNATURE_SIZE 32

struct macaroon_part {
	uint16_t offset; /* in `bytes` */
	uint16_t length;
};

/* A macaroon taken apart; the parts point into its own bytes. */
struct macaroon {
	uint8_t bytes[MACAROON_SIZE_MAX];
	struct macaroon_part location;
	struct macaroon_part identifier;
	uint32_t caveat_count;
	struct macaroon_part caveats[MACAROON_CAVEATS_MAX];
	uint8_t signature[MACAROON_SIGNATURE_SIZE];
};

/* False: not one in exactly this form (canonical base64url, padding optional; lower-case hexadecimal
 * lengths; exactly one location, identifier and signature in order; at most 16 first-party caveats;
 * nothing behind the signature). */
bool macaroon_read(const char *text, size_t length, struct macaroon *macaroon);

/* Whether the signature is the one that the root key gives; compared in constant time. Look at no caveat
 * before. */
bool macaroon_verify(const struct macaroon *macaroon, const uint8_t *root_key, size_t root_key_size);

/* What caveats are judged against. */
struct macaroon_context {
	int64_t now;
	uint64_t user_id;
	uint64_t group_id;
};

/* Whether every caveat holds: `time < N` (strict), `user = ID`, `group = ID`, canonical decimals; an
 * unknown one does not. */
bool macaroon_caveats_hold(const struct macaroon *macaroon, const struct macaroon_context *context);

/* Writes a macaroon with these caveats (at most MACAROON_CAVEATS_MAX); returns its length without the
 * NUL, 0: it does not fit. */
size_t macaroon_write(const char *location, const char *identifier, const char *const *caveats, size_t caveat_count,
		      const uint8_t *root_key, size_t root_key_size, char *text, size_t capacity);

/* The same macaroon with more caveats, which needs no key. Returns its length without the NUL; 0: it does not
 * fit, or would have too many. */
size_t macaroon_narrow(const struct macaroon *macaroon, const char *const *caveats, size_t caveat_count, char *text,
		       size_t capacity);

#endif
