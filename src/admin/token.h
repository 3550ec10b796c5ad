/* What demo shares with the commands about tokens. Private to admin/. */
#ifndef ADMIN_TOKEN_H
#define ADMIN_TOKEN_H

#include "admin/call.h"
#include "engine/secrets.h"

/* Gives the token its id and secret and stores it; the transaction writes. */
void token_put(struct call *call, struct token *token, char secret[USER_TOKEN_SIZE + 1]);

#endif
