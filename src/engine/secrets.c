/* Values that must not be guessed, derived by HMAC-SHA256 from the master key or from a request's seed. Each
 * purpose has its own label, so that no value tells anything about another. */
#include "engine/secrets.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "engine/macaroon.h"

#define LOCATION "onezone"
#define CAVEAT_SIZE 40 /* the longer of the two that are minted, its number and a NUL */
#define BLOCK_SIZE crypto_auth_hmacsha256_BYTES

/* The letters that a code may have: those that are hard to confuse when read aloud or copied by hand. */
static const char CODE_LETTERS[] = "23456789abcdefghjkmnpqrstuvwxyz";
static const char PLAIN_LETTERS[] = "abcdefghijklmnopqrstuvwxyz0123456789";

_Static_assert(SEED_SIZE == crypto_auth_hmacsha256_KEYBYTES, "a seed is a key");
_Static_assert(MASTER_KEY_SIZE == crypto_auth_hmacsha256_KEYBYTES, "the master key is a key");

/* Big-endian. */
static void write_number(uint8_t bytes[8], uint64_t number)
{
	for (unsigned i = 0; i < 8; i++) {
		bytes[i] = (uint8_t)(number >> (56 - 8 * i));
	}
}

/* HMAC over the purpose, its NUL, and `size` bytes more. */
static void derive(const uint8_t key[SEED_SIZE], const char *purpose, const void *bytes, size_t size,
	uint8_t block[BLOCK_SIZE])
{
	crypto_auth_hmacsha256_state state;
	(void)crypto_auth_hmacsha256_init(&state, key, SEED_SIZE);
	(void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)purpose, strlen(purpose) + 1);
	(void)crypto_auth_hmacsha256_update(&state, bytes, size);
	(void)crypto_auth_hmacsha256_final(&state, block);
}

/* Spells `length` letters of the alphabet. Bytes that would favour its first letters are passed over, so
 * each letter is equally likely. */
static void spell(
	const uint8_t seed[SEED_SIZE], const char *purpose, const char *alphabet, char *text, size_t length)
{
	size_t letters = strlen(alphabet);
	size_t usable = 256 - 256 % letters;
	uint8_t block[BLOCK_SIZE];
	size_t at = BLOCK_SIZE;
	for (uint8_t round = 0, written = 0; written < length; at++) {
		if (at >= BLOCK_SIZE) {
			derive(seed, purpose, &round, sizeof round, block);
			round++;
			at = 0;
		}
		if (block[at] < usable) {
			text[written++] = alphabet[block[at] % letters];
		}
	}
	text[length] = '\0';
	sodium_memzero(block, sizeof block);
}

void secret_code(const uint8_t seed[SEED_SIZE], char code[CODE_SIZE + 1])
{
	spell(seed, "joinery code 1", CODE_LETTERS, code, CODE_SIZE);
}

void secret_slug_suffix(const uint8_t seed[SEED_SIZE], char suffix[SLUG_RANDOM_SIZE + 1])
{
	spell(seed, "joinery slug 1", PLAIN_LETTERS, suffix, SLUG_RANDOM_SIZE);
}

void secret_api_key(const uint8_t seed[SEED_SIZE], char api_key[API_KEY_SIZE + 1])
{
	spell(seed, "joinery api_key 1", PLAIN_LETTERS, api_key, API_KEY_SIZE);
}

void secret_frob(const uint8_t seed[SEED_SIZE], char frob[FROB_SIZE + 1])
{
	uint8_t block[BLOCK_SIZE];
	derive(seed, "joinery frob 1", NULL, 0, block);
	(void)sodium_bin2hex(frob, FROB_SIZE + 1, block, FROB_SIZE / 2);
	sodium_memzero(block, sizeof block);
}

void secret_session(const uint8_t seed[SEED_SIZE], char session[SESSION_SIZE + 1])
{
	uint8_t block[BLOCK_SIZE];
	derive(seed, "joinery session 1", NULL, 0, block);
	(void)sodium_bin2hex(session, SESSION_SIZE + 1, block, SESSION_SIZE / 2);
	sodium_memzero(block, sizeof block);
}

void secret_identifier(const uint8_t seed[SEED_SIZE], char identifier[IDENTIFIER_SIZE + 1])
{
	uint8_t block[BLOCK_SIZE];
	derive(seed, "joinery identifier 1", NULL, 0, block);
	(void)sodium_bin2base64(identifier, IDENTIFIER_SIZE + 1, block, sizeof block,
		sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

void secret_request_key(const uint8_t seed[SEED_SIZE], uint8_t key[16])
{
	uint8_t block[BLOCK_SIZE];
	derive(seed, "joinery request 1", NULL, 0, block);
	memcpy(key, block, 16);
}

void secret_user_token(const uint8_t *master_key, uint64_t token_id, char token[USER_TOKEN_SIZE + 1])
{
	assert(master_key != NULL);
	uint8_t id[8];
	write_number(id, token_id);
	uint8_t block[BLOCK_SIZE];
	derive(master_key, "joinery token 1", id, sizeof id, block);
	(void)sodium_bin2hex(token, USER_TOKEN_SIZE + 1, block, USER_TOKEN_SIZE / 2);
	sodium_memzero(block, sizeof block);
}

void secret_root_key(const uint8_t *master_key, const char *identifier, uint8_t root_key[32])
{
	assert(master_key != NULL);
	derive(master_key, "joinery invite 1", identifier, strlen(identifier), root_key);
}

size_t secret_macaroon(const uint8_t *master_key, const struct invite_token *token, const char *identifier,
	char text[MACAROON_SIZE_MAX + 1])
{
	char end[CAVEAT_SIZE];
	char person[CAVEAT_SIZE];
	const char *const caveats[] = {end, person};
	(void)snprintf(end, sizeof end, "time < %" PRId64, token->expires_at);
	(void)snprintf(person, sizeof person, "user = %" PRIu64, token->user_id);
	uint8_t root_key[32];
	secret_root_key(master_key, identifier, root_key);
	size_t length = macaroon_write(LOCATION, identifier, caveats, token->user_id == 0 ? 1 : 2, root_key,
		sizeof root_key, text, MACAROON_SIZE_MAX + 1);
	sodium_memzero(root_key, sizeof root_key);
	assert(length > 0); /* identifiers are short */
	return length;
}

uint64_t secret_version(const uint64_t *numbers, size_t count, const char *text, size_t length)
{
	static const char purpose[] = "joinery version 1";
	crypto_generichash_state state;
	uint8_t hash[crypto_generichash_BYTES];
	uint8_t bytes[8];
	(void)crypto_generichash_init(
		&state, (const unsigned char *)purpose, sizeof purpose - 1, sizeof hash);
	for (size_t i = 0; i < count; i++) {
		write_number(bytes, numbers[i]);
		(void)crypto_generichash_update(&state, bytes, sizeof bytes);
	}
	(void)crypto_generichash_update(&state, (const unsigned char *)text, length);
	(void)crypto_generichash_final(&state, hash, sizeof hash);
	uint64_t version = 0;
	for (unsigned i = 0; i < sizeof version; i++) {
		version = version << 8 | hash[i];
	}
	version &= ID_MAX;
	return version == 0 ? 1 : version;
}

void secret_digest(const char *text, size_t length, uint8_t digest[DIGEST_SIZE])
{
	(void)crypto_hash_sha256(digest, (const unsigned char *)text, length);
}

void secret_forget(void *bytes, size_t size)
{
	sodium_memzero(bytes, size);
}
