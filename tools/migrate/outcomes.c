/* What the contracts prescribe differently between dialects, and why. This is no list of accepted faults:
 * each row is a sentence of a contract. CALL_VERB_COUNT stands for every verb. */
#include "migrate/outcomes.h"

#define ANY CALL_VERB_COUNT

static const struct {
	enum call_verb verb;
	enum dialect left;
	enum outcome left_outcome;
	enum dialect right;
	enum outcome right_outcome;
	const char *why;
	enum outcomes_when when;
} ROWS[] = {
	{CALL_INFO, DIALECT_LEGACY, OUTCOME_NO_GROUP_FOUND, DIALECT_V3, OUTCOME_NO_SUCH_GROUP,
		"of several ids none is found, of one it does not exist", OUTCOMES_UNSEEN},
	{CALL_INFO, DIALECT_LEGACY, OUTCOME_NO_GROUP_FOUND, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"of several ids none is found, of one it does not exist", OUTCOMES_UNSEEN},
	{CALL_INFO, DIALECT_LEGACY, OUTCOME_OK, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_INFO, DIALECT_V3, OUTCOME_OK, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_MEMBERS, DIALECT_LEGACY, OUTCOME_OK, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_MEMBERS, DIALECT_V3, OUTCOME_OK, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_MEMBERS, DIALECT_LEGACY, OUTCOME_NOT_A_PRIVATE_MEMBER, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_MEMBERS, DIALECT_V3, OUTCOME_NOT_A_PRIVATE_MEMBER, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_MEMBER_CHECK, DIALECT_V3, OUTCOME_OK, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_MEMBER_CHECK, DIALECT_V3, OUTCOME_MEMBER_NOT_FOUND, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_MEMBER_CHECK, DIALECT_V3, OUTCOME_NOT_A_PRIVATE_MEMBER, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_LEAVE, DIALECT_LEGACY, OUTCOME_NOT_A_MEMBER, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_LEAVE, DIALECT_V3, OUTCOME_NOT_A_MEMBER, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{ANY, DIALECT_V3, OUTCOME_NOT_ALLOWED, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{ANY, DIALECT_LEGACY, OUTCOME_NOT_ALLOWED, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{ANY, DIALECT_LEGACY, OUTCOME_NOT_ALLOWED, DIALECT_ONEZONE, OUTCOME_NO_GROUP_TO_EDIT,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_EDIT, DIALECT_V3, OUTCOME_NOT_ALLOWED, DIALECT_ONEZONE, OUTCOME_NO_GROUP_TO_EDIT,
		"Onezone shows groups to members only", OUTCOMES_STRANGER},
	{CALL_JOIN_BY_TOKEN, DIALECT_ONEZONE, OUTCOME_INVITE_INVALID, DIALECT_V3, OUTCOME_NO_SUCH_GROUP,
		"in Onezone only the token names a group", OUTCOMES_UNSEEN},
	{CALL_JOIN_BY_TOKEN, DIALECT_ONEZONE, OUTCOME_INVITE_INVALID, DIALECT_V3, OUTCOME_ALREADY_MEMBER,
		"where the path names the group, a member is told so whatever the invite", OUTCOMES_MEMBER},
	{CALL_JOIN_BY_TOKEN, DIALECT_ONEZONE, OUTCOME_INVITE_INVALID, DIALECT_V3, OUTCOME_NOT_ALLOWED,
		"where the path names the group, an operator's token sees it without an invite", OUTCOMES_OPERATOR},
	{CALL_CHECK_TOKEN, DIALECT_LEGACY, OUTCOME_TOKEN_NOT_FOUND, DIALECT_V3, OUTCOME_TOKEN_INVALID,
		"auth.checkToken has a sentence of its own", OUTCOMES_BAD_TOKEN},
	{CALL_CHECK_TOKEN, DIALECT_LEGACY, OUTCOME_TOKEN_NOT_FOUND, DIALECT_V3, OUTCOME_TOKEN_MISSING,
		"auth.checkToken has a sentence of its own", OUTCOMES_NO_TOKEN},
	{CALL_CHECK_TOKEN, DIALECT_LEGACY, OUTCOME_TOKEN_NOT_FOUND, DIALECT_V3, OUTCOME_CALLER_SUSPENDED,
		"auth.checkToken has a sentence of its own", OUTCOMES_SUSPENDED},
	{CALL_USER_INFO, DIALECT_LEGACY, OUTCOME_OK, DIALECT_V3, OUTCOME_TOKEN_MISSING,
		"the legacy API does not look at the token here", OUTCOMES_NO_TOKEN},
	{CALL_USER_INFO, DIALECT_LEGACY, OUTCOME_OK, DIALECT_V3, OUTCOME_TOKEN_INVALID,
		"the legacy API does not look at the token here", OUTCOMES_BAD_TOKEN},
	{CALL_USER_INFO, DIALECT_LEGACY, OUTCOME_OK, DIALECT_V3, OUTCOME_CALLER_SUSPENDED,
		"the legacy API does not look at the token here", OUTCOMES_SUSPENDED},
	{CALL_USER_INFO, DIALECT_LEGACY, OUTCOME_USER_NOT_FOUND, DIALECT_V3, OUTCOME_TOKEN_MISSING,
		"the legacy API does not look at the token here", OUTCOMES_NO_TOKEN},
	{CALL_USER_INFO, DIALECT_LEGACY, OUTCOME_USER_NOT_FOUND, DIALECT_V3, OUTCOME_TOKEN_INVALID,
		"the legacy API does not look at the token here", OUTCOMES_BAD_TOKEN},
	{CALL_USER_INFO, DIALECT_LEGACY, OUTCOME_USER_NOT_FOUND, DIALECT_V3, OUTCOME_CALLER_SUSPENDED,
		"the legacy API does not look at the token here", OUTCOMES_SUSPENDED},
	{CALL_USER_INFO, DIALECT_LEGACY, OUTCOME_USERNAME_NOT_FOUND, DIALECT_V3, OUTCOME_TOKEN_MISSING,
		"the legacy API does not look at the token here", OUTCOMES_NO_TOKEN},
	{CALL_USER_INFO, DIALECT_LEGACY, OUTCOME_USERNAME_NOT_FOUND, DIALECT_V3, OUTCOME_TOKEN_INVALID,
		"the legacy API does not look at the token here", OUTCOMES_BAD_TOKEN},
	{CALL_USER_INFO, DIALECT_LEGACY, OUTCOME_USERNAME_NOT_FOUND, DIALECT_V3, OUTCOME_CALLER_SUSPENDED,
		"the legacy API does not look at the token here", OUTCOMES_SUSPENDED},
	{CALL_USER_INFO, DIALECT_LEGACY, OUTCOME_USERNAME_NOT_FOUND, DIALECT_V3, OUTCOME_USER_NOT_FOUND,
		"of several usernames none is found, of one id it does not exist", OUTCOMES_NO_USER},
	{CALL_INFO, DIALECT_LEGACY, OUTCOME_OK, DIALECT_ONEZONE, OUTCOME_TOKEN_MISSING,
		"Onezone shows nothing without a token", OUTCOMES_NO_TOKEN},
	{CALL_INFO, DIALECT_LEGACY, OUTCOME_NO_GROUP_FOUND, DIALECT_ONEZONE, OUTCOME_TOKEN_MISSING,
		"Onezone shows nothing without a token", OUTCOMES_NO_TOKEN},
	{CALL_INFO, DIALECT_V3, OUTCOME_OK, DIALECT_ONEZONE, OUTCOME_TOKEN_MISSING,
		"Onezone shows nothing without a token", OUTCOMES_NO_TOKEN},
	{CALL_INFO, DIALECT_V3, OUTCOME_NO_SUCH_GROUP, DIALECT_ONEZONE, OUTCOME_TOKEN_MISSING,
		"Onezone shows nothing without a token", OUTCOMES_NO_TOKEN},
	{CALL_MEMBERS, DIALECT_V3, OUTCOME_OK, DIALECT_ONEZONE, OUTCOME_TOKEN_MISSING,
		"Onezone shows nothing without a token", OUTCOMES_NO_TOKEN},
	{CALL_MEMBERS, DIALECT_V3, OUTCOME_NO_SUCH_GROUP, DIALECT_ONEZONE, OUTCOME_TOKEN_MISSING,
		"Onezone shows nothing without a token", OUTCOMES_NO_TOKEN},
	{CALL_MEMBERS, DIALECT_V3, OUTCOME_OK, DIALECT_LEGACY, OUTCOME_TOKEN_MISSING,
		"v3 lists the members of a group that is not private without a token", OUTCOMES_NO_TOKEN},
	{CALL_MEMBERS, DIALECT_V3, OUTCOME_NO_SUCH_GROUP, DIALECT_LEGACY, OUTCOME_TOKEN_MISSING,
		"v3 lists the members of a group that is not private without a token", OUTCOMES_NO_TOKEN},
	{CALL_MEMBER_CHECK, DIALECT_V3, OUTCOME_OK, DIALECT_ONEZONE, OUTCOME_TOKEN_MISSING,
		"Onezone shows nothing without a token", OUTCOMES_NO_TOKEN},
	{CALL_MEMBER_CHECK, DIALECT_V3, OUTCOME_NO_SUCH_GROUP, DIALECT_ONEZONE, OUTCOME_TOKEN_MISSING,
		"Onezone shows nothing without a token", OUTCOMES_NO_TOKEN},
	{CALL_MEMBER_CHECK, DIALECT_V3, OUTCOME_MEMBER_NOT_FOUND, DIALECT_ONEZONE, OUTCOME_TOKEN_MISSING,
		"Onezone shows nothing without a token", OUTCOMES_NO_TOKEN},
	{ANY, DIALECT_LEGACY, OUTCOME_INVALID_PARAMETER, DIALECT_V3, OUTCOME_MALFORMED_BODY,
		"bytes that are no text spoil a form's parameter, and the whole of JSON", OUTCOMES_BAD_BYTES},
	{ANY, DIALECT_LEGACY, OUTCOME_PARAMETER_MISSING, DIALECT_V3, OUTCOME_MALFORMED_BODY,
		"bytes that are no text spoil a form's parameter, and the whole of JSON", OUTCOMES_BAD_BYTES},
	{CALL_EDIT, DIALECT_LEGACY, OUTCOME_NO_GROUP_TO_EDIT, DIALECT_V3, OUTCOME_MALFORMED_BODY,
		"the group's id stands before the other arguments, in v3 it is looked for behind them",
		OUTCOMES_NO_ID},
	{CALL_MINT, DIALECT_V3, OUTCOME_INVALID_PARAMETER, DIALECT_ONEZONE, OUTCOME_USER_UNACCEPTABLE,
		"v3's ids are numbers, so that other words are of the wrong type", OUTCOMES_NO_USER_ID},
	{CALL_MINT, DIALECT_V3, OUTCOME_INVALID_PARAMETER, DIALECT_ONEZONE, OUTCOME_NOT_ALLOWED,
		"a wrong type is judged before the group, a wrong value behind the actor's role",
		OUTCOMES_NO_USER_ID},
	{CALL_MINT, DIALECT_V3, OUTCOME_INVALID_PARAMETER, DIALECT_ONEZONE, OUTCOME_NO_SUCH_GROUP,
		"a wrong type is judged before the group, a wrong value behind the actor's role",
		OUTCOMES_NO_USER_ID},
	{CALL_ADD, DIALECT_LEGACY, OUTCOME_PARAMETER_MISSING, DIALECT_V3, OUTCOME_INVALID_PARAMETER,
		"legacy arguments are judged in their order, v3's types before what is missing", OUTCOMES_BAD_FLAG},
	{CALL_EDIT, DIALECT_LEGACY, OUTCOME_PARAMETER_MISSING, DIALECT_V3, OUTCOME_INVALID_PARAMETER,
		"legacy arguments are judged in their order, v3's types before what is missing", OUTCOMES_BAD_FLAG},
	{ANY, DIALECT_LEGACY, OUTCOME_PARAMETER_MISSING, DIALECT_V3, OUTCOME_UNACCEPTABLE_VALUE,
		"an empty parameter of a form is a missing one", OUTCOMES_EMPTY_NAME},
	{ANY, DIALECT_LEGACY, OUTCOME_INVALID_PARAMETER, DIALECT_V3, OUTCOME_UNACCEPTABLE_VALUE,
		"v3 tells the form of a value from the value", OUTCOMES_ALWAYS},
	{CALL_EDIT, DIALECT_LEGACY, OUTCOME_PARAMETER_MISSING, DIALECT_V3, OUTCOME_NOT_ALLOWED,
		"legacy arguments are judged before the group, v3's values behind the actor's role",
		OUTCOMES_NO_MANAGER},
	{CALL_EDIT, DIALECT_LEGACY, OUTCOME_PARAMETER_MISSING, DIALECT_V3, OUTCOME_NO_GROUP_TO_EDIT,
		"legacy arguments are judged before the group, v3's values behind the actor's role",
		OUTCOMES_UNSEEN},
	{CALL_EDIT, DIALECT_LEGACY, OUTCOME_INVALID_PARAMETER, DIALECT_V3, OUTCOME_NOT_ALLOWED,
		"legacy arguments are judged before the group, v3's values behind the actor's role",
		OUTCOMES_NO_MANAGER},
	{CALL_EDIT, DIALECT_LEGACY, OUTCOME_INVALID_PARAMETER, DIALECT_V3, OUTCOME_NO_GROUP_TO_EDIT,
		"legacy arguments are judged before the group, v3's values behind the actor's role",
		OUTCOMES_UNSEEN},
	{CALL_EDIT, DIALECT_LEGACY, OUTCOME_NO_GROUP_TO_EDIT, DIALECT_V3, OUTCOME_INVALID_PARAMETER,
		"the group's id stands before the other arguments, in v3 it is looked for behind them",
		OUTCOMES_NO_ID},
};

bool outcomes_agree(enum call_verb verb, enum dialect left, enum outcome left_outcome, enum dialect right,
	enum outcome right_outcome, const char **why, enum outcomes_when *when)
{
	*why = NULL;
	*when = OUTCOMES_ALWAYS;
	if (left_outcome == right_outcome) {
		return true;
	}
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		bool forward = ROWS[i].left == left && ROWS[i].left_outcome == left_outcome &&
			       ROWS[i].right == right && ROWS[i].right_outcome == right_outcome;
		bool backward = ROWS[i].left == right && ROWS[i].left_outcome == right_outcome &&
				ROWS[i].right == left && ROWS[i].right_outcome == left_outcome;
		if ((forward || backward) && (ROWS[i].verb == ANY || ROWS[i].verb == verb)) {
			*why = ROWS[i].why;
			*when = ROWS[i].when;
			return true;
		}
	}
	return false;
}
