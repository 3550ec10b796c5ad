/* Rows that say when something ends. Private to store/. */
#ifndef STORE_EXPIRY_H
#define STORE_EXPIRY_H

#include "store/txn.h"

struct key expiry_key(const struct due *due);
/* False: damaged. */
bool expiry_read_key(struct bytes key, struct due *found);
void expiry_add(struct txn *txn, const struct due *due);
void expiry_remove(struct txn *txn, const struct due *due);
struct due expiry_of_ban(const struct membership *membership);
struct due expiry_of_decision(uint64_t group_id, uint64_t user_id, int64_t at);
struct due expiry_of_invite_token(const struct invite_token *token);
struct due expiry_of_session(const struct session *session);
struct due expiry_of_frob(const struct frob *frob);
struct due expiry_of_kept_reply(const struct kept *kept);

#endif
