/* Credentials in headers. Only the digest of a token is kept. */
#ifndef API_CREDENTIAL_H
#define API_CREDENTIAL_H

#include "http/dialect.h"

/* Each takes the token of its header into request->token unless an earlier header gave one. False: the
 * header is repeated. A text that no token can have counts as a given bad one. */
bool api_credential_take_header(const struct http_request *http, const char *name, struct request *request);
/* "Authorization: Bearer TOKEN"; another scheme counts as none. */
bool api_credential_take_bearer(const struct http_request *http, struct request *request);

#endif
