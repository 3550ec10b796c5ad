/* Derived secrets: their forms, that they depend on what they must, and two fixed values, which stored
 * identifiers and tokens rely on for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/secrets.h"

#include <sodium.h>

static const uint8_t SEED[SEED_SIZE] = "seed seed seed seed seed seed se";
static const uint8_t OTHER[SEED_SIZE] = "seed seed seed seed seed seed sf";

static void forms_are_as_documented(void **state)
{
	(void)state;
	char code[CODE_SIZE + 1], suffix[SLUG_RANDOM_SIZE + 1], identifier[IDENTIFIER_SIZE + 1];
	char api_key[API_KEY_SIZE + 1], token[USER_TOKEN_SIZE + 1];
	secret_code(SEED, code);
	secret_slug_suffix(SEED, suffix);
	secret_identifier(SEED, identifier);
	secret_api_key(SEED, api_key);
	secret_user_token(SEED, 1, token);
	assert_int_equal(strlen(code), CODE_SIZE);
	assert_int_equal(strspn(code, "23456789abcdefghjkmnpqrstuvwxyz"), CODE_SIZE);
	assert_int_equal(strlen(suffix), SLUG_RANDOM_SIZE);
	assert_int_equal(strspn(suffix, "abcdefghijklmnopqrstuvwxyz0123456789"), SLUG_RANDOM_SIZE);
	assert_int_equal(strlen(identifier), IDENTIFIER_SIZE);
	assert_int_equal(strlen(api_key), API_KEY_SIZE);
	assert_int_equal(strspn(api_key, "abcdefghijklmnopqrstuvwxyz0123456789"), API_KEY_SIZE);
	assert_int_equal(strspn(token, "0123456789abcdef"), USER_TOKEN_SIZE);
	assert_int_equal(strlen(token), USER_TOKEN_SIZE);
}

static void same_seed_gives_the_same_and_another_another(void **state)
{
	(void)state;
	char first[CODE_SIZE + 1], again[CODE_SIZE + 1], other[CODE_SIZE + 1];
	secret_code(SEED, first);
	secret_code(SEED, again);
	secret_code(OTHER, other);
	assert_string_equal(first, again);
	assert_string_not_equal(first, other);
	uint8_t key[16], other_key[16];
	secret_request_key(SEED, key);
	secret_request_key(OTHER, other_key);
	assert_memory_not_equal(key, other_key, sizeof key);
}

static void purposes_do_not_share_letters(void **state)
{
	(void)state;
	char suffix[SLUG_RANDOM_SIZE + 1], api_key[API_KEY_SIZE + 1];
	secret_slug_suffix(SEED, suffix);
	secret_api_key(SEED, api_key);
	assert_memory_not_equal(suffix, api_key, API_KEY_SIZE);
}

static void every_letter_is_spelt(void **state)
{
	(void)state;
	unsigned counts[256] = {0};
	uint8_t seed[SEED_SIZE] = {0};
	for (unsigned i = 0; i < 2000; i++) {
		char code[CODE_SIZE + 1];
		seed[0] = (uint8_t)i;
		seed[1] = (uint8_t)(i >> 8);
		secret_code(seed, code);
		for (unsigned at = 0; at < CODE_SIZE; at++) {
			counts[(uint8_t)code[at]]++;
		}
	}
	/* 32,000 letters of 31: 1,032 each, with a deviation of 32. */
	for (const char *letter = "23456789abcdefghjkmnpqrstuvwxyz"; *letter != '\0'; letter++) {
		assert_in_range(counts[(uint8_t)*letter], 850, 1220);
	}
}

/* HMAC-SHA256 over "label NUL rest", by the library's one-shot function. */
static void expect(const char *label, const void *rest, size_t size, uint8_t block[32])
{
	uint8_t message[128];
	size_t label_size = strlen(label) + 1;
	memcpy(message, label, label_size);
	memcpy(message + label_size, rest, size);
	(void)crypto_auth_hmacsha256(block, message, label_size + size, SEED);
}

static void user_tokens_and_root_keys_are_the_documented_hmacs(void **state)
{
	(void)state;
	uint8_t block[32];
	char hex[65], token[USER_TOKEN_SIZE + 1];
	const uint8_t id[8] = {0, 0, 0, 0, 0, 0, 1, 2};
	expect("joinery token 1", id, sizeof id, block);
	(void)sodium_bin2hex(hex, sizeof hex, block, sizeof block);
	secret_user_token(SEED, 258, token);
	assert_memory_equal(token, hex, USER_TOKEN_SIZE);
	uint8_t root_key[32];
	expect("joinery invite 1", "abc", 3, block);
	secret_root_key(SEED, "abc", root_key);
	assert_memory_equal(root_key, block, sizeof block);
}

static void digest_is_sha256(void **state)
{
	(void)state;
	uint8_t digest[DIGEST_SIZE];
	char hex[65];
	secret_digest("abc", 3, digest);
	(void)sodium_bin2hex(hex, sizeof hex, digest, sizeof digest);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

static void forgetting_zeroes(void **state)
{
	(void)state;
	uint8_t bytes[3] = {1, 2, 3};
	secret_forget(bytes, sizeof bytes);
	assert_memory_equal(bytes, "\0\0\0", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_as_documented),
		cmocka_unit_test(same_seed_gives_the_same_and_another_another),
		cmocka_unit_test(purposes_do_not_share_letters),
		cmocka_unit_test(every_letter_is_spelt),
		cmocka_unit_test(user_tokens_and_root_keys_are_the_documented_hmacs),
		cmocka_unit_test(digest_is_sha256),
		cmocka_unit_test(forgetting_zeroes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
