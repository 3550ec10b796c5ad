/* What people see in a browser: signing in, and approving an application. Server-rendered HTML without
 * scripts. */
#ifndef PAGES_PAGES_H
#define PAGES_PAGES_H

#include "http/dialect.h"

extern const struct dialect_driver pages_driver;

#endif
