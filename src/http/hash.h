/* Numbers for tables in memory, mixed with a secret so that nobody outside can choose what shares a slot. */
#ifndef HTTP_HASH_H
#define HTTP_HASH_H

#include <stdint.h>

#include "http/peer.h"

/* A random key; where the system has none to give, one that differs from process to process. */
uint64_t hash_make_key(void);
uint64_t hash_number(uint64_t number, uint64_t key);
/* An IPv6 client has the last 64 bits of its address for itself, so only the first ones count. */
uint64_t hash_peer(const struct peer *peer, uint64_t key);

#endif
