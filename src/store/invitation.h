/* Pending invitations, kept in step with the state `invited`. Private to store/. */
#ifndef STORE_INVITATION_H
#define STORE_INVITATION_H

#include "store/txn.h"

/* The record, also of a group that was deleted. */
bool invitation_read(struct txn *txn, uint64_t id, struct texts *texts, struct invitation *found);
bool invitation_is_pending(struct txn *txn, uint64_t id);
/* Ends it in this state if it is still pending. */
void invitation_close(struct txn *txn, uint64_t id, enum invitation_state state);
/* A new pending one for a user; returns its id. */
uint64_t invitation_create(
	struct txn *txn, uint64_t group_id, uint64_t user_id, uint64_t by, int64_t created_at);
/* Removes the record and everything that finds it. */
void invitation_remove(struct txn *txn, uint64_t id);

#endif
