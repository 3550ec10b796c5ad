/* The table of everything that somebody can present: kind(1) and what identifies it. Private to store/. */
#ifndef STORE_SECRET_H
#define STORE_SECRET_H

#include <stdbool.h>
#include <stdint.h>

#include "store/txn.h"

/* The values are stored: never renumber. */
enum secret_kind {
	SECRET_APPLICATION = 1, /* SHA-256 of the api key: a record */
	SECRET_TOKEN = 2, /* SHA-256 of the token: a record */
	SECRET_CODE = 3, /* SHA-256 of the invite code: group(8) */
	SECRET_INVITE_TOKEN = 4, /* the identifier itself: id(8) */
	SECRET_FROB = 5, /* SHA-256 of the frob: a record */
	SECRET_SESSION = 6, /* SHA-256 of the cookie's value: a record */
};

#define IDENTIFIER_LENGTH_MAX 128

struct key secret_key(enum secret_kind kind, const uint8_t digest[DIGEST_SIZE]);
/* False: the identifier is empty or too long. */
bool secret_key_of_identifier(const char *identifier, struct key *key);

/* Both records by digest; the digest is filled in. */
bool secret_find_application(
	struct txn *txn, const uint8_t digest[DIGEST_SIZE], struct texts *texts, struct application *found);
bool secret_find_token(
	struct txn *txn, const uint8_t digest[DIGEST_SIZE], struct texts *texts, struct token *found);

#endif
