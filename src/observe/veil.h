/* Secrets among texts: which names hold them, and what is written in their place. */
#ifndef OBSERVE_VEIL_H
#define OBSERVE_VEIL_H

#include "http/dialect.h"
#include "observe/alias.h"
#include "observe/buffer.h"

/* What a named value is. */
enum veil_kind {
	VEIL_UNKNOWN, /* no dialect knows the name: nothing of the value is shown */
	VEIL_PLAIN,
	VEIL_NAMED, /* names a group or a person, by what is no address or secret */
	VEIL_API_KEY,
	VEIL_TOKEN,
	VEIL_FROB,
	VEIL_CODE,
	VEIL_INVITE, /* a code or a macaroon */
	VEIL_GRANTED, /* in replies: a token or a macaroon */
	VEIL_LINK, /* in replies: an address that may end in a code */
	VEIL_EMAIL,
	VEIL_KEY, /* Idempotency-Key */
};

/* Of a parameter in a query or form; of a member of a JSON body; of a member or attribute of a reply (whose unknown
 * names are plain: an encoder wrote them). */
enum veil_kind veil_of_parameter(struct span name);
enum veil_kind veil_of_member(struct span name);
enum veil_kind veil_of_reply(enum dialect dialect, struct span name);

/* Whether all of the value can be shown under the name. */
bool veil_shows(enum veil_kind kind);
/* Whether it is made as tokens and frobs are made here, which are no names of anything. */
bool veil_is_minted(struct span value);
/* Writes the value's alias, or the value itself where it is plain, or "(12 bytes)". The empty value stays empty. */
void veil_write(const struct alias_key *key, enum veil_kind kind, struct span value, struct buffer *written);
/* The name of a parameter itself, or "?" where no dialect knows it: a secret may stand in a name's place. */
struct span veil_name(struct span name);

#endif
