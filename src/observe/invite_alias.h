/* Aliases of invite tokens. A holder may narrow a token, and anybody may try to forge one, so an alias says
 * what the token said: "invite:0123456789abcdef;time<1700000000;user=7", with ";?" for a caveat that nobody
 * understands and ";forged" behind all of them where the signature is not the one that the master key gives. */
#ifndef OBSERVE_INVITE_ALIAS_H
#define OBSERVE_INVITE_ALIAS_H

#include "http/dialect.h"
#include "observe/alias.h"
#include "observe/buffer.h"

#define INVITE_ALIAS_START "invite:"
#define INVITE_ALIAS_NAME_SIZE 23 /* the start and 16 digits: what stands for the identifier */
#define INVITE_ALIAS_UNKNOWN "?"
#define INVITE_ALIAS_FORGED "forged"

/* Caveats by number: in a token, and in its alias. */
struct invite_alias_words {
	const char *caveat;
	const char *alias;
};
#define INVITE_ALIAS_WORDS 3
extern const struct invite_alias_words invite_alias_words[INVITE_ALIAS_WORDS];

/* Writes the alias of a macaroon. False: the value is none, and nothing is written. Any thread. */
bool invite_alias_write(const struct alias_key *key, struct span value, struct buffer *written);

#endif
