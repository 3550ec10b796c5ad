/* Each condition is a question to the call, or to the rows of the state. */
#include "migrate/outcomes_when.h"

#include <string.h>

#include "text/check.h"

static struct span given(const struct call *call, enum call_argument argument)
{
	return (struct span){call->arguments[argument].bytes, call->arguments[argument].length};
}

static bool has_bad_bytes(const struct call *call)
{
	for (enum call_argument i = 0; i < CALL_ARGUMENT_COUNT; i++) {
		const struct span text = given(call, i);
		if (text.length > 0 && (!text_is_utf8(text.bytes, text.length) ||
					       memchr(text.bytes, '\0', text.length) != NULL)) {
			return true;
		}
	}
	return false;
}

/* An empty one is a missing one. */
static bool has_bad_flag(const struct call *call)
{
	static const enum call_argument flags[] = {
		CALL_EVENT_MODERATION, CALL_MEMBER_MODERATION, CALL_IS_PRIVATE};
	for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
		bool good = call_is(call, flags[i], "0") || call_is(call, flags[i], "1");
		if (!good && given(call, flags[i]).length > 0) {
			return true;
		}
	}
	return false;
}

bool outcomes_hold(enum outcomes_when when, const struct call *call, struct trial *trial, int64_t now)
{
	const struct span token = given(call, CALL_TOKEN);
	const struct span group = given(call, CALL_GROUP);
	const struct span user = given(call, CALL_USER);
	struct trial_caller caller;
	uint64_t id;
	trial_find_caller(trial, token, group, now, &caller);
	switch (when) {
	case OUTCOMES_STRANGER:
		return !caller.is_member;
	case OUTCOMES_MEMBER:
		return caller.is_member;
	case OUTCOMES_OPERATOR:
		return caller.is_operator;
	case OUTCOMES_SUSPENDED:
		return caller.is_suspended;
	case OUTCOMES_NO_TOKEN:
		return token.length == 0;
	case OUTCOMES_BAD_TOKEN:
		return token.length > 0 && !caller.is_known;
	case OUTCOMES_NO_MANAGER:
		return caller.sees_group && !caller.is_manager;
	case OUTCOMES_UNSEEN:
		return !caller.sees_group;
	case OUTCOMES_NO_ID:
		return group.length == 0 || !text_read_id(group.bytes, group.length, &id);
	case OUTCOMES_NO_USER:
		return trial_find_named(trial, TRIAL_USERNAME, given(call, CALL_USERNAME)) == 0;
	case OUTCOMES_NO_USER_ID:
		return !text_read_id(user.bytes, user.length, &id);
	case OUTCOMES_BAD_BYTES:
		return has_bad_bytes(call);
	case OUTCOMES_EMPTY_NAME:
		return call_is(call, CALL_NAME, "");
	case OUTCOMES_BAD_FLAG:
		return has_bad_flag(call);
	case OUTCOMES_ALWAYS:
		break;
	}
	return true;
}
