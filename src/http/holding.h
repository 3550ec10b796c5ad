/* Exchanges whose reply another system may give. They keep their own, rendered, in libevent's request, and are in no
 * list of their thread: whoever holds them gives each of them back. */
#ifndef HTTP_HOLDING_H
#define HTTP_HOLDING_H

#include <stdbool.h>

#include "http/travel.h"

/* Whether it may be held: its request is whole, and its thread has not too much to send already. */
bool holding_may(const struct http_exchange *exchange);
/* Puts the other system's reply, where there is one, in the place of the own. */
void holding_replace(struct http_exchange *exchange);

#endif
