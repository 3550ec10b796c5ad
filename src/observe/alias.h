/* Names for secrets that may be shown: the same secret always has the same alias under the same master key, and
 * nobody without the key can go back, or try guesses. An alias is itself a valid token, api_key or code, so that a
 * recording can be run against a state whose secrets were replaced by their aliases. */
#ifndef OBSERVE_ALIAS_H
#define OBSERVE_ALIAS_H

#include <stddef.h>
#include <stdint.h>

#include "model/group.h"
#include "model/source.h"

enum alias_kind {
	ALIAS_API_KEY,	  /* "api_key:0123456789abcdef" */
	ALIAS_TOKEN,	  /* "token:..." */
	ALIAS_FROB,	  /* "frob:..." */
	ALIAS_CODE,	  /* "code-...": letters that a code may have */
	ALIAS_INVITE,	  /* "invite:...": of a macaroon, by its identifier; its caveats follow: invite_alias.h */
	ALIAS_EMAIL,	  /* "...@alias.invalid", of the address in lower case */
	ALIAS_UNUSABLE,	  /* "unusable:...": stood in an invite's or address's place, and cannot be one */
	ALIAS_KEY,	  /* "key:...": an Idempotency-Key */
	ALIAS_KIND_COUNT,
};

#define ALIAS_SIZE 40 /* with its NUL */

/* Derived from the master key. */
struct alias_key {
	uint8_t bytes[16];
	uint8_t master_key[MASTER_KEY_SIZE]; /* itself, which alone tells a forged invite from a genuine one */
};

void alias_key_derive(const uint8_t master_key[MASTER_KEY_SIZE], struct alias_key *key);
/* Of a secret by the SHA-256 of its text, as the store knows it. Any thread. */
void alias_write(const struct alias_key *key, enum alias_kind kind, const uint8_t digest[DIGEST_SIZE],
		 char alias[ALIAS_SIZE]);

#endif
