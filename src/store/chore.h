/* Work that a deleted group left. Private to store/. */
#ifndef STORE_CHORE_H
#define STORE_CHORE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/txn.h"

/* The group was deleted and rows of it still stand. */
bool chore_stands_for(struct txn *txn, uint64_t group_id);
/* Removes up to a slice of the group's rows at once and leaves a chore for the rest. */
void chore_start(struct txn *txn, uint64_t group_id);

#endif
