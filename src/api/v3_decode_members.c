/* Reads requests about who is in a group: joining, roles, requests, bans, personal invitations. */
#include "api/v3_decode_members.h"

#include "text/check.h"
#include "text/time.h"

/* Up to 64 characters are a code, more are a token. */
static void take_invite(struct request *request, const char *name, const json_t *value)
{
	struct span text;
	if (!api_body_string(request, name, value, &text)) {
		return;
	}
	if (text.length > CODE_SIZE_MAX) {
		api_body_put_invite_token(request, text);
		return;
	}
	text_take_code(request, text.bytes, text.length);
}

/* "none" is what the engine calls the role of who has none: nobody can be given it. */
static void take_role(struct request *request, const char *name, const json_t *value)
{
	struct span text;
	if (!api_body_string(request, name, value, &text)) {
		return;
	}
	if (!role_from_name(text.bytes, &request->role) || request->role == ROLE_NONE) {
		request_fault(&request->value, OUTCOME_UNACCEPTABLE_VALUE, name);
	}
}

/* Null is for good, as is no such member. */
static void take_until(struct request *request, const char *name, const json_t *value)
{
	struct span text;
	if (json_is_null(value) || !api_body_string(request, name, value, &text)) {
		return;
	}
	if (!time_read_rfc3339(text.bytes, text.length, &request->until)) {
		request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, name);
		return;
	}
	request->given |= GIVEN_UNTIL;
}

/* Nobody is invited by no address. */
static void take_invited_email(struct request *request, const char *name, const json_t *value)
{
	struct span text;
	if (!api_body_string(request, name, value, &text)) {
		return;
	}
	if (text.length == 0) {
		request_fault(&request->value, OUTCOME_UNACCEPTABLE_VALUE, name);
	}
	v3_take_email(request, name, value);
}

static const struct api_member JOIN_MEMBERS[] = {
	{"invite_token", false, take_invite},
	{"message", false, v3_take_message},
};
static const struct api_member ROLE_MEMBERS[] = {{"role", true, take_role}};
static const struct api_member REASON_MEMBERS[] = {{"reason", false, v3_take_message}};
static const struct api_member BAN_MEMBERS[] = {
	{"reason", false, v3_take_message},
	{"until", false, take_until},
};
static const struct api_member INVITATION_MEMBERS[] = {
	{"user_id", false, v3_take_user_id},
	{"email", false, take_invited_email},
};

void v3_decode_join(const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group(http, captures, request);
	api_body_read_optional(http, JOIN_MEMBERS, COUNT_OF(JOIN_MEMBERS), request);
}

void v3_decode_own_membership(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group(http, captures, request);
	request->user.kind = REFERENCE_CALLER;
}

void v3_decode_role(const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group_person(http, captures, request);
	api_body_read(http, ROLE_MEMBERS, COUNT_OF(ROLE_MEMBERS), request);
}

void v3_decode_own_role(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_own_membership(http, captures, request);
	api_body_read(http, ROLE_MEMBERS, COUNT_OF(ROLE_MEMBERS), request);
}

void v3_decode_decision(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group_person(http, captures, request);
	api_body_read_optional(http, REASON_MEMBERS, COUNT_OF(REASON_MEMBERS), request);
}

void v3_decode_ban(const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group_person(http, captures, request);
	request->until = TIME_FOREVER;
	api_body_read(http, BAN_MEMBERS, COUNT_OF(BAN_MEMBERS), request);
}

/* One of the two says who is meant. */
void v3_decode_invitation(
	const struct http_request *http, const struct api_captures *captures, struct request *request)
{
	v3_decode_group(http, captures, request);
	api_body_read(http, INVITATION_MEMBERS, COUNT_OF(INVITATION_MEMBERS), request);
	bool by_id = (request->given & GIVEN_USER_ID) != 0;
	bool by_email = (request->given & GIVEN_EMAIL) != 0;
	if (by_id && by_email) {
		request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, "email");
	} else if (!by_id && !by_email) {
		request_fault(&request->syntax, OUTCOME_PARAMETER_MISSING, "user_id");
	}
}
