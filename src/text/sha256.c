/* FIPS 180-4 by x86's SHA extensions, four rounds at a time. They want the state as two halves, in the order that their
 * manual gives it: ABEF and CDGH. */
#include "text/sha256.h"

#if defined(__x86_64__)

#include <string.h>

#include <cpuid.h>
#include <immintrin.h>

#define BLOCK_SIZE 64
#define LENGTH_SIZE 8 /* of the number of bits, at the end of the last block */
#define FOURS 16 /* 64 rounds */
#define CPUID_FEATURES 7
#define CPUID_EBX_SHA (1u << 29)

static const uint32_t constants[4 * FOURS] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

struct halves {
	__m128i abef;
	__m128i cdgh;
};

/* To and from big-endian words. */
__attribute__((target("ssse3"))) static __m128i turn(__m128i words)
{
	return _mm_shuffle_epi8(words, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

__attribute__((target("sha,sse4.1"))) static void add_block(struct halves *state, const uint8_t *block)
{
	const struct halves before = *state;
	__m128i words[4];
	for (unsigned i = 0; i < 4; i++) {
		words[i] = turn(_mm_loadu_si128((const __m128i *)(block + 16 * i)));
	}
	for (unsigned i = 0; i < FOURS; i++) {
		__m128i *now = &words[i % 4];
		__m128i last = words[(i + 3) % 4];
		__m128i sum = _mm_add_epi32(*now, _mm_loadu_si128((const __m128i *)(constants + 4 * i)));
		state->cdgh = _mm_sha256rnds2_epu32(state->cdgh, state->abef, sum);
		state->abef = _mm_sha256rnds2_epu32(state->abef, state->cdgh, _mm_shuffle_epi32(sum, 0x0e));
		__m128i next = _mm_sha256msg1_epu32(*now, words[(i + 1) % 4]);
		next = _mm_add_epi32(next, _mm_alignr_epi8(last, words[(i + 2) % 4], 4));
		*now = _mm_sha256msg2_epu32(next, last); /* of what is used four turns later; the last are not */
	}
	state->abef = _mm_add_epi32(state->abef, before.abef);
	state->cdgh = _mm_add_epi32(state->cdgh, before.cdgh);
}

/* The rest of the bytes, a one bit, zeroes, the length in bits: one block or two. */
static size_t fill_end(const uint8_t *rest, size_t size, uint64_t bits, uint8_t end[2 * BLOCK_SIZE])
{
	size_t whole = size + 1 + LENGTH_SIZE <= BLOCK_SIZE ? BLOCK_SIZE : 2 * BLOCK_SIZE;
	memset(end, 0, whole);
	if (size > 0) {
		memcpy(end, rest, size);
	}
	end[size] = 0x80;
	for (unsigned i = 0; i < LENGTH_SIZE; i++) {
		end[whole - 1 - i] = (uint8_t)(bits >> (8 * i));
	}
	return whole;
}

__attribute__((target("sse4.1"))) static void write_digest(const struct halves *state, uint8_t *digest)
{
	__m128i feba = _mm_shuffle_epi32(state->abef, 0x1b);
	__m128i dchg = _mm_shuffle_epi32(state->cdgh, 0xb1);
	_mm_storeu_si128((__m128i *)digest, turn(_mm_blend_epi16(feba, dchg, 0xf0)));
	_mm_storeu_si128((__m128i *)(digest + 16), turn(_mm_alignr_epi8(dchg, feba, 8)));
}

static bool is_able;

/* Before there are threads. */
__attribute__((constructor)) static void look_at_processor(void)
{
	unsigned eax, ebx = 0, ecx, edx;
	is_able = __get_cpuid_count(CPUID_FEATURES, 0, &eax, &ebx, &ecx, &edx) != 0 && (ebx & CPUID_EBX_SHA) != 0;
}

bool sha256_by_processor(const void *bytes, size_t size, uint8_t digest[DIGEST_SIZE])
{
	struct halves state = {
		.abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f, (int)0x9b05688c),
		.cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab, 0x5be0cd19),
	};
	uint8_t end[2 * BLOCK_SIZE];
	const uint8_t *at = bytes;
	if (!is_able) {
		return false;
	}
	size_t left = size;
	for (; left >= BLOCK_SIZE; left -= BLOCK_SIZE) {
		add_block(&state, at);
		at += BLOCK_SIZE;
	}
	size_t end_size = fill_end(at, left, (uint64_t)size * 8, end);
	for (size_t i = 0; i < end_size; i += BLOCK_SIZE) {
		add_block(&state, end + i);
	}
	write_digest(&state, digest);
	return true;
}

#else

bool sha256_by_processor(const void *bytes, size_t size, uint8_t digest[DIGEST_SIZE])
{
	(void)bytes;
	(void)size;
	(void)digest;
	return false;
}

#endif
