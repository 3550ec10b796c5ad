/* Requests that depend on a state that the caller knows (If-Match, If-None-Match), and requests that may be repeated
 * (Idempotency-Key). */
#ifndef API_CONDITIONAL_H
#define API_CONDITIONAL_H

#include <stdbool.h>

#include "http/dialect.h"

/* Reads the headers that the method knows; a malformed one goes into the request's faults. False: a header that may
 * be there once is repeated. */
bool api_conditional_take(const struct http_request *http, struct request *request);

/* Gives a response with a body, of status 200 or 201, its ETag. Where the request names that tag as the one it has,
 * the response becomes not_modified, without a body. To be called when the body is whole. */
void api_conditional_write(const struct request *request, const struct reply *reply, struct http_response *response);

#endif
