/* The v3 dialect's side of requests. */
#ifndef API_V3_DECODE_H
#define API_V3_DECODE_H

#include "api/route.h"
#include "http/dialect.h"

/* Every path and method of the dialect. */
extern const struct api_routes v3_routes;

enum outcome v3_decode(const struct http_request *http, struct request *request, struct http_route *route);

#endif
