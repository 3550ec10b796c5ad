/* Private to store/: invites, as the files see them that end them. */
#ifndef STORE_INVITE_H
#define STORE_INVITE_H

#include "store/txn.h"

/* Removes the record and everything that finds it. */
void invite_token_remove(struct txn *txn, uint64_t id);
/* Whether it stands on its group's list: uses left, not revoked, not past its end. */
bool invite_token_is_live(const struct invite_token *token, int64_t now);
/* Removes a group's code, also while the group is being deleted. */
void invite_remove(struct txn *txn, uint64_t group_id);
/* The record, whether or not its group still stands. */
bool invite_read(struct txn *txn, uint64_t group_id, struct texts *texts, struct invite *found);

#endif
