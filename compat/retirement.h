/* What every reply of the gateway says about the end of this API, where the operator has set one. */
#ifndef COMPAT_RETIREMENT_H
#define COMPAT_RETIREMENT_H

#include "http/dialect.h"

/* Adds Deprecation (RFC 9745), Sunset (RFC 8594) and the Link to what comes after. */
void retirement_write(const struct http_site *site, struct http_response *response);

#endif
