/* fsck: the store checks itself against the invariants of membership; this prints what it found. */
#include "admin/call.h"

static void report(void *context, const char *line)
{
	struct call *call = context;
	stream_print(call->out, "error: %s\n", line);
}

static void print_result(struct call *call, const struct check_result *result)
{
	uint64_t per_membership =
		result->memberships > 0 ? result->membership_bytes / result->memberships : 0;
	stream_print_object(call->out,
		json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "kind", "check", "groups",
			(json_int_t)result->groups, "users", (json_int_t)result->users, "memberships",
			(json_int_t)result->memberships, "changes", (json_int_t)result->changes,
			"to_be_swept", (json_int_t)result->to_be_swept, "used_bytes",
			(json_int_t)result->used_bytes, "membership_bytes",
			(json_int_t)result->membership_bytes, "bytes_per_membership",
			(json_int_t)per_membership, "errors", (json_int_t)result->errors));
}

enum command_result fsck_run(struct call *call)
{
	if (!call_begin_listing(call, call->options[0])) {
		return COMMAND_USAGE;
	}
	struct check_result result = {0};
	store_check(call->txn, report, call, &result);
	print_result(call, &result);
	enum command_result ended = call_end_listing(call);
	if (ended == COMMAND_DONE && result.errors > 0) {
		return call_refuse(call, "the store has %llu errors", (unsigned long long)result.errors);
	}
	return ended;
}
