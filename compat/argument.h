/* Reads the parameters of a call into the request. */
#ifndef COMPAT_ARGUMENT_H
#define COMPAT_ARGUMENT_H

#include "http/dialect.h"

/* `wanted`: bits by enum argument. The first fault in the order of that enum is kept. */
void argument_take_all(const struct http_request *http, unsigned wanted, struct request *request);

#endif
