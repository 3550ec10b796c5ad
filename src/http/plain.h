/* Documents that belong to no API: what the server says of itself (healthz, readyz, metrics, version), the
 * description of its API (openapi.json), crossdomain.xml, which lets old Flash and AIR clients in, and robots.txt,
 * which keeps crawlers out of APIs where a GET can change something. */
#ifndef HTTP_PLAIN_H
#define HTTP_PLAIN_H

#include "http/dialect.h"

extern const struct dialect_driver plain_driver;

#endif
