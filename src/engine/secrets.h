/* The engine's one file with formatting and cryptography: values derived from the master key or from a
 * request's seed. */
#ifndef ENGINE_SECRETS_H
#define ENGINE_SECRETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/group.h"
#include "model/limits.h"
#include "model/source.h"

#define CODE_SIZE 16
#define SLUG_RANDOM_SIZE 11
#define IDENTIFIER_SIZE 43
#define USER_TOKEN_SIZE 40
#define API_KEY_SIZE 10
#define FROB_SIZE 40
#define SESSION_SIZE 64

/* Values that derive from a seed, each by its own purpose. All write a NUL behind their size. */
void secret_code(const uint8_t seed[SEED_SIZE], char code[CODE_SIZE + 1]);
void secret_slug_suffix(const uint8_t seed[SEED_SIZE], char suffix[SLUG_RANDOM_SIZE + 1]);
void secret_identifier(const uint8_t seed[SEED_SIZE], char identifier[IDENTIFIER_SIZE + 1]);
void secret_api_key(const uint8_t seed[SEED_SIZE], char api_key[API_KEY_SIZE + 1]);
void secret_frob(const uint8_t seed[SEED_SIZE], char frob[FROB_SIZE + 1]);
/* The value of a cookie: hexadecimal digits. */
void secret_session(const uint8_t seed[SEED_SIZE], char session[SESSION_SIZE + 1]);
/* 16 bytes that name the request in the change feed. */
void secret_request_key(const uint8_t seed[SEED_SIZE], uint8_t key[16]);

/* A user's token: the first 40 hexadecimal digits of HMAC-SHA256(master key, "joinery token 1" NUL id(8)). */
void secret_user_token(const uint8_t *master_key, uint64_t token_id, char token[USER_TOKEN_SIZE + 1]);

/* An invite token's root key: HMAC-SHA256(master key, "joinery invite 1" NUL identifier). */
void secret_root_key(const uint8_t *master_key, const char *identifier, uint8_t root_key[32]);
/* The invite token as it is shown to people: a macaroon whose caveats are its end and, where it is for one
 * person, that person. Returns the length of the text. */
size_t secret_macaroon(const uint8_t *master_key, const struct invite_token *token, const char *identifier,
	char text[MACAROON_SIZE_MAX + 1]);

/* A number between 1 and ID_MAX for these numbers and this text: what is equal has the same one, on every
 * machine and after every restart. BLAKE2b with a fixed key; it is no secret and keeps none. */
uint64_t secret_version(const uint64_t *numbers, size_t count, const char *text, size_t length);

/* The SHA-256 by which codes are found. */
void secret_digest(const char *text, size_t length, uint8_t digest[DIGEST_SIZE]);

/* Zeroes bytes that were secret; the compiler may not leave it out. */
void secret_forget(void *bytes, size_t size);

#endif
