/* The rows of repeated requests: token id(8) and key(16), and the reply that the first one got. Private to
 * store/ and its tests. */
#ifndef STORE_KEPT_REPLY_H
#define STORE_KEPT_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/rows.h"
#include "store/txn.h"

#define KEPT_KEY_SIZE (ID_SIZE + IDEMPOTENCY_DIGEST_SIZE)
/* Above the longest texts of all items together. */
#define KEPT_REPLY_SIZE_MAX 65536

struct key kept_reply_key(uint64_t token_id, const uint8_t key[IDEMPOTENCY_DIGEST_SIZE]);
/* False: damaged. */
bool kept_reply_read_key(struct bytes key, struct kept *found);
/* Returns the size; 0: it does not fit. */
size_t kept_reply_write(uint8_t *bytes, size_t capacity, const struct kept *kept, const struct reply *reply);
/* Time and fingerprint only. */
bool kept_reply_read_head(struct bytes bytes, struct kept *found);
/* Strict, as the readers of records are: false is damage, and the reply is then undefined. It must be clear. */
bool kept_reply_read(struct bytes bytes, struct kept *found, struct reply *reply);

#endif
