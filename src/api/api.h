/* The JSON dialects: Onezone's and v3's. */
#ifndef API_API_H
#define API_API_H

#include "http/dialect.h"

extern const struct dialect_driver onezone_driver;
extern const struct dialect_driver v3_driver;

#endif
