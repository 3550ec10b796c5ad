/* What stands about one person in one group, for the files that change it. Private to store/. */
#ifndef STORE_MEMBER_H
#define STORE_MEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "store/record.h"
#include "store/txn.h"

/* The record as it is, an ended ban included; state NONE: there is none. */
struct membership member_read(struct txn *txn, uint64_t group_id, uint64_t user_id);
/* An ended ban is the state NONE. */
struct membership member_now(struct txn *txn, struct membership membership);

struct key member_note_key(uint64_t group_id, uint64_t user_id);
bool member_find_note(
	struct txn *txn, uint64_t group_id, uint64_t user_id, struct texts *texts, struct note_row *found);
void member_put_note(struct txn *txn, uint64_t group_id, uint64_t user_id, const struct note_row *row,
	const struct texts *texts);
/* Removes a note or a decision, with what stands for it elsewhere. */
void member_remove_note(struct txn *txn, uint64_t group_id, uint64_t user_id);
/* Removes the record, its places, its note and its expiry; leaves invitations alone. */
void member_remove(struct txn *txn, uint64_t group_id, uint64_t user_id);

#endif
