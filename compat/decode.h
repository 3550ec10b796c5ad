/* Reads a call of the legacy gateway. */
#ifndef COMPAT_DECODE_H
#define COMPAT_DECODE_H

#include "http/dialect.h"

/* As dialect_driver.decode says, and method_not_found where the parameter `method` names none of ours. */
enum outcome compat_decode(const struct http_request *http, struct request *request, struct http_route *route);

#endif
