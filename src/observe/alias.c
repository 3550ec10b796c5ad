/* An alias is a kind's word and the first 64 bits of a keyed hash of the secret's digest. Whoever has no key cannot
 * even tell whether a guess is right. */
#include "observe/alias.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#define PURPOSE "joinery alias 1"
#define SHOWN_SIZE 8 /* bytes: 16 digits */
#define HEX_SIZE (2 * SHOWN_SIZE + 1)

static const struct {
	const char *before;
	const char *behind;
} forms[ALIAS_KIND_COUNT] = {
	[ALIAS_API_KEY] = {"api_key:", ""},
	[ALIAS_TOKEN] = {"token:", ""},
	[ALIAS_FROB] = {"frob:", ""},
	[ALIAS_CODE] = {"code-", ""},
	[ALIAS_INVITE] = {"invite:", ""},
	[ALIAS_EMAIL] = {"", "@alias.invalid"},
	[ALIAS_UNUSABLE] = {"unusable:", ""},
	[ALIAS_KEY] = {"key:", ""},
};

void alias_key_derive(const uint8_t master_key[MASTER_KEY_SIZE], struct alias_key *key)
{
	uint8_t block[crypto_auth_hmacsha256_BYTES];
	crypto_auth_hmacsha256_state state;
	(void)crypto_auth_hmacsha256_init(&state, master_key, MASTER_KEY_SIZE);
	(void)crypto_auth_hmacsha256_update(&state, (const unsigned char *)PURPOSE, sizeof PURPOSE);
	(void)crypto_auth_hmacsha256_final(&state, block);
	memcpy(key->bytes, block, sizeof key->bytes);
	memcpy(key->master_key, master_key, MASTER_KEY_SIZE);
	sodium_memzero(block, sizeof block);
}

void alias_write(const struct alias_key *key, enum alias_kind kind, const uint8_t digest[DIGEST_SIZE],
	char alias[ALIAS_SIZE])
{
	uint8_t hash[crypto_generichash_BYTES];
	char hex[HEX_SIZE];
	const uint8_t label = (uint8_t)kind;
	crypto_generichash_state state;
	assert(kind < ALIAS_KIND_COUNT);
	(void)crypto_generichash_init(&state, key->bytes, sizeof key->bytes, sizeof hash);
	(void)crypto_generichash_update(&state, &label, sizeof label); /* so kinds cannot be compared */
	(void)crypto_generichash_update(&state, digest, DIGEST_SIZE);
	(void)crypto_generichash_final(&state, hash, sizeof hash);
	(void)sodium_bin2hex(hex, sizeof hex, hash, SHOWN_SIZE);
	size_t length = strlen(forms[kind].before);
	memcpy(alias, forms[kind].before, length);
	memcpy(alias + length, hex, HEX_SIZE - 1);
	memcpy(alias + length + HEX_SIZE - 1, forms[kind].behind, strlen(forms[kind].behind) + 1);
}
