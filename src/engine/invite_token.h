/* Invite tokens: macaroons with a record that counts their uses. */
#ifndef ENGINE_INVITE_TOKEN_H
#define ENGINE_INVITE_TOKEN_H

#include "engine/macaroon.h"
#include "engine/rule.h"

/* Reads the token that the request presents and finds its identifier, NUL-terminated, inside the
 * macaroon. NULL: it is none that could have been minted here. */
const char *invite_token_read(const struct request *request, struct macaroon *macaroon);

/* Judges what was read, by the resolved record and for the resolved caller: signature, caveats, record,
 * then its uses. Whether it is for the group that the path names is the preamble's to say. */
enum invite_verdict invite_token_judge(const struct rule *rule, const struct macaroon *macaroon);

/* Writes the macaroon of a record into the reply. */
void invite_token_reply_macaroon(struct rule *rule, const struct invite_token *record, const char *identifier);

/* Takes one use off the resolved token. */
void invite_token_spend(struct rule *rule);

#endif
