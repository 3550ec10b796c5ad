/* The legacy dialect: parameters of a query or form in, <rsp> XML or JSON out. */
#ifndef COMPAT_H
#define COMPAT_H

#include "http/dialect.h"

extern const struct dialect_driver compat_driver;

#endif
