/* The v3 dialect's side of requests. */
#ifndef API_V3_DECODE_H
#define API_V3_DECODE_H

#include "http/dialect.h"

enum outcome v3_decode(const struct http_request *http, struct request *request, struct http_route *route);

#endif
