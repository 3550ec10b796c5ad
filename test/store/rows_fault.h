/* Rows over any rows, of which one call fails as a disk or a memory would make it fail. */
#ifndef TEST_STORE_ROWS_FAULT_H
#define TEST_STORE_ROWS_FAULT_H

#include "store/rows.h"

enum rows_call {
	ROWS_CALL_TXN_CREATE, /* gives NULL */
	ROWS_CALL_BEGIN,
	ROWS_CALL_END,
	ROWS_CALL_GET,
	ROWS_CALL_SEEK,
	ROWS_CALL_LAST,
	ROWS_CALL_SEEK_SET,
	ROWS_CALL_PUT,
	ROWS_CALL_APPEND,
	ROWS_CALL_REMOVE,
	ROWS_CALL_WALK,
	ROWS_CALL_COUNT,
	ROWS_CALL_HAS_ROOM, /* says no */
	ROWS_CALL_STAT,
	ROWS_CALL_ANY, /* of the above */
	ROWS_CALL_COUNT_OF_CALLS,
};

/* Owns the rows below. NULL: out of memory. One thread at a time may use it. */
struct rows *rows_fault_create(struct rows *below);
/* The nth of these calls from now on, counted from 1, fails, and the end of its transaction reports `end`.
 * What was written is undone, but for an END that answers UNKNOWN: there it did happen. */
void rows_fault_arm(struct rows *rows, enum rows_call call, uint64_t nth, enum store_end end);
/* Whether what was armed has failed; takes it back where it has not. */
bool rows_fault_disarm(struct rows *rows);

#endif
