/* Invite tokens from their aliases (observe/invite_alias.h). */
#ifndef MIGRATE_TRIAL_INVITE_H
#define MIGRATE_TRIAL_INVITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/dialect.h"
#include "model/limits.h"

/* The length of the alias that the text starts with, caveats included; 0: it starts with none. */
size_t invite_alias_length(const char *text);
/* Whether two aliases are of tokens with one identifier, whatever their caveats. */
bool invite_alias_same_token(struct span left, struct span right);

/* Mints the token that the alias says, of a known identifier. False: it does not fit. */
bool invite_alias_mint(const uint8_t *master_key, const char *identifier, struct span alias,
	char text[MACAROON_SIZE_MAX + 1]);
/* The token that `alias` says, narrowed (or forged) from `whole`, whose own alias is `of_whole`. False: `whole` is
 * no token, or it does not fit. */
bool invite_alias_narrow(
	struct span whole, struct span of_whole, struct span alias, char text[MACAROON_SIZE_MAX + 1]);

#endif
