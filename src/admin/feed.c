/* feed trim: cuts the oldest changes off, in slices. */
#include <string.h>

#include "admin/call.h"

#define DAY_S 86400
#define DAYS_MAX 36500

/* The first number whose change is not older than `time`: the feed's times never go back. */
static uint64_t first_since(struct call *call, int64_t time)
{
	uint64_t low = store_first_change(call->txn);
	uint64_t high = store_counter(call->txn, COUNTER_CHANGE);
	while (low < high) {
		uint64_t middle = low + (high - low) / 2;
		struct change change;
		texts_clear(&call->texts);
		bool older = store_next_change(call->txn, middle - 1, &call->texts, &change) && change.at < time;
		low = older ? middle + 1 : low;
		high = older ? high : middle;
	}
	return low;
}

/* Which number is the first to stay. */
static bool take_options(struct call *call, uint64_t *before, uint64_t *days)
{
	const char *number = call->options[0];
	const char *age = call->options[1];
	if ((number == NULL) == (age == NULL)) {
		(void)call_refuse(call, "either --before or --older-than is needed");
		return false;
	}
	if (number != NULL) {
		return call_take_id(call, "--before", number, before);
	}
	if (!text_read_id(age, strlen(age), days) || *days > DAYS_MAX) {
		(void)call_refuse(call, "--older-than takes 1 to %d days", DAYS_MAX);
		return false;
	}
	return true;
}

/* Finds where to cut; nothing that is yet to come is cut. */
static enum command_result find_bounds(struct call *call, uint64_t days, uint64_t *first, uint64_t *before)
{
	call_begin(call, TXN_READ);
	*first = store_first_change(call->txn);
	if (days > 0) {
		*before = first_since(call, store_now(call->txn) - (int64_t)days * DAY_S);
	}
	uint64_t next = store_counter(call->txn, COUNTER_CHANGE);
	*before = *before < next ? *before : next;
	*before = *before > *first ? *before : *first;
	return call_end(call);
}

enum command_result feed_trim(struct call *call)
{
	uint64_t before = 0;
	uint64_t days = 0;
	uint64_t first = 0;
	if (!take_options(call, &before, &days)) {
		return COMMAND_USAGE;
	}
	enum command_result result = find_bounds(call, days, &first, &before);
	for (bool more = before > first; more && result == COMMAND_DONE;) {
		call_begin(call, TXN_WRITE);
		more = store_trim_changes(call->txn, before);
		result = call_end(call);
		if (more && result == COMMAND_DONE && stream_is_over(call->out)) {
			return call_refuse(call, "the trimming was stopped; run it again");
		}
	}
	if (result == COMMAND_DONE) {
		stream_print(call->out, "{\"kind\":\"trimmed\",\"changes\":%llu,\"first_seq\":%llu}\n",
			(unsigned long long)(before - first), (unsigned long long)before);
	}
	return result;
}
