/* The guard must say the same of bytes that come at once and one by one, and never measure more than
 * there is. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/guard.h"

#define ONE_BY_ONE_MAX 600 /* beyond that only the last bytes come alone */

static void check(bool good)
{
	if (!good) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *copy = calloc(1, size != 0 ? size : 1); /* exactly as long, so that one byte more is seen */
	check(copy != NULL);
	if (size != 0) {
		memcpy(copy, bytes, size);
	}
	struct guard whole = {0};
	struct guard stepped = {0};
	enum guard_verdict at_once = guard_measure(&whole, copy, size);
	enum guard_verdict by_step = GUARD_INCOMPLETE;
	size_t given = size > ONE_BY_ONE_MAX ? size - ONE_BY_ONE_MAX : 0;
	while (by_step == GUARD_INCOMPLETE && given < size) {
		by_step = guard_measure(&stepped, copy, ++given);
	}
	check((at_once == GUARD_COMPLETE) == (by_step == GUARD_COMPLETE));
	if (at_once == GUARD_COMPLETE) {
		check(whole.size <= size && whole.size == stepped.size && whole.skipped == stepped.skipped);
		check(whole.head_size <= whole.size && whole.body_size <= BODY_SIZE_MAX);
	}
	if (at_once == GUARD_REFUSED) {
		check(whole.outcome < OUTCOME_COUNT && whole.target_start + whole.target_length <= size);
	}
	free(copy);
	return 0;
}
