/* Every answer joinery can give, with its rendering in every dialect. This table is the migration table:
 * no other file holds a status or a message. Outcomes that a reply must not tell apart are one row. */
#ifndef MODEL_OUTCOME_H
#define MODEL_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

/* How the legacy dialect sorts an outcome. REFUSED is 409 where the method changes something and 404
 * where it only reads; TRANSPORT has the row's own status. */
enum legacy_class {
	LEGACY_NEVER, /* cannot occur there */
	LEGACY_OK,
	LEGACY_ACCEPTED,
	LEGACY_NOT_AUTHORIZED,
	LEGACY_REFUSED,
	LEGACY_TRANSPORT,
};

/* Columns: NAME, name; legacy class, legacy message; Onezone status, error, description; v3 status,
 * message, which are also the pages'; the status of a TRANSPORT row is the v3 column's. Status 0: cannot
 * occur in that dialect. %f is the field's name as the dialect calls it. A NULL message: the reply
 * carries none (success), or the dialect never shows it. */
#define OUTCOMES(X) \
	/* success */ \
	X(OK, "ok", LEGACY_OK, NULL, 200, NULL, NULL, 200, NULL) \
	X(GROUP_CREATED, "group_created", LEGACY_OK, NULL, 201, NULL, NULL, 201, NULL) \
	X(GROUP_EDITED, "group_edited", LEGACY_OK, NULL, 204, NULL, NULL, 200, NULL) \
	X(GROUP_DELETED, "group_deleted", LEGACY_NEVER, NULL, 202, NULL, NULL, 204, NULL) \
	X(JOINED, "joined", LEGACY_OK, NULL, 201, NULL, NULL, 201, NULL) \
	X(QUEUED, "queued", LEGACY_ACCEPTED, NULL, 0, NULL, NULL, 202, NULL) \
	X(ALREADY_QUEUED, "already_queued", LEGACY_ACCEPTED, NULL, 0, NULL, NULL, 202, NULL) \
	X(LEFT, "left", LEGACY_OK, NULL, 202, NULL, NULL, 204, NULL) \
	X(INVITE_CREATED, "invite_created", LEGACY_NEVER, NULL, 0, NULL, NULL, 201, NULL) \
	X(INVITE_EXISTS, "invite_exists", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	X(INVITE_DELETED, "invite_deleted", LEGACY_NEVER, NULL, 0, NULL, NULL, 204, NULL) \
	X(TOKEN_MINTED, "token_minted", LEGACY_NEVER, NULL, 200, NULL, NULL, 201, NULL) \
	X(TOKEN_REVOKED, "token_revoked", LEGACY_NEVER, NULL, 0, NULL, NULL, 204, NULL) \
	X(APPROVED, "approved", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	X(DENIED, "denied", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	X(DISCARDED, "discarded", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	X(REQUEST_WITHDRAWN, "request_withdrawn", LEGACY_NEVER, NULL, 0, NULL, NULL, 204, NULL) \
	X(INVITED, "invited", LEGACY_NEVER, NULL, 0, NULL, NULL, 201, NULL) \
	X(ADDED, "added", LEGACY_NEVER, NULL, 0, NULL, NULL, 201, NULL) \
	X(INVITATION_PENDING, "invitation_pending", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	X(INVITATION_CANCELLED, "invitation_cancelled", LEGACY_NEVER, NULL, 0, NULL, NULL, 204, NULL) \
	X(INVITATION_DECLINED, "invitation_declined", LEGACY_NEVER, NULL, 0, NULL, NULL, 204, NULL) \
	X(REMOVED, "removed", LEGACY_NEVER, NULL, 202, NULL, NULL, 204, NULL) \
	X(BAN_CREATED, "ban_created", LEGACY_NEVER, NULL, 0, NULL, NULL, 201, NULL) \
	X(BAN_CHANGED, "ban_changed", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	X(BAN_LIFTED, "ban_lifted", LEGACY_NEVER, NULL, 0, NULL, NULL, 204, NULL) \
	X(NOT_BANNED, "not_banned", LEGACY_NEVER, NULL, 0, NULL, NULL, 204, NULL) \
	X(ROLE_CHANGED, "role_changed", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	X(ROLE_UNCHANGED, "role_unchanged", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	X(OWNERSHIP_TRANSFERRED, "ownership_transferred", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	X(USER_ADDED, "user_added", LEGACY_NEVER, NULL, 0, NULL, NULL, 201, NULL) \
	X(USER_CHANGED, "user_changed", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	X(USER_TOKEN_MINTED, "user_token_minted", LEGACY_NEVER, NULL, 0, NULL, NULL, 201, NULL) \
	X(USER_TOKEN_REVOKED, "user_token_revoked", LEGACY_NEVER, NULL, 0, NULL, NULL, 204, NULL) \
	X(NOT_MODIFIED, "not_modified", LEGACY_NEVER, NULL, 0, NULL, NULL, 304, NULL) \
	X(PREFLIGHT, "preflight", LEGACY_TRANSPORT, NULL, 204, NULL, NULL, 204, NULL) \
	/* membership refusals */ \
	X(ALREADY_MEMBER, "already_member", LEGACY_REFUSED, "You are already a member of this group.", 201, NULL, \
	  NULL, 200, NULL) \
	X(BANNED, "banned", LEGACY_REFUSED, "You have been banned from this group.", 403, "forbidden", \
	  "You have been banned from this group.", 403, "You have been banned from this group.") \
	X(NOT_A_MEMBER, "not_a_member", LEGACY_REFUSED, "You are not a member of this group.", 0, NULL, NULL, 204, \
	  NULL) \
	X(NO_SUCH_GROUP, "no_such_group", LEGACY_REFUSED, "Invalid group_id parameter.", 404, "not_found", \
	  "The resource you are looking for does not exist.", 404, \
	  "The resource you are looking for does not exist.") \
	X(NO_GROUP_FOUND, "no_group_found", LEGACY_REFUSED, "Missing valid group_id parameter", 0, NULL, NULL, 0, \
	  NULL) \
	X(NO_GROUP_TO_EDIT, "no_group_to_edit", LEGACY_REFUSED, "Missing valid group_id parameter.", 404, \
	  "not_found", "The resource you are looking for does not exist.", 404, \
	  "The resource you are looking for does not exist.") \
	X(NOT_A_PRIVATE_MEMBER, "not_a_private_member", LEGACY_REFUSED, \
	  "You are not a member of this private group.", 0, NULL, NULL, 403, \
	  "You are not a member of this private group.") \
	X(TOO_MANY_GROUPS, "too_many_groups", LEGACY_REFUSED, "You are a member of too many groups.", 403, \
	  "forbidden", "You are a member of too many groups.", 422, "You are a member of too many groups.") \
	X(NOT_ALLOWED, "not_allowed", LEGACY_NOT_AUTHORIZED, "Invalid authentication parameters", 403, "forbidden", \
	  "You are not allowed to do this.", 403, "You are not allowed to do this.") \
	X(MEMBER_NOT_FOUND, "member_not_found", LEGACY_NEVER, NULL, 404, "not_found", \
	  "The resource you are looking for does not exist.", 404, \
	  "The resource you are looking for does not exist.") \
	X(USER_NOT_FOUND, "user_not_found", LEGACY_REFUSED, "Missing valid user_id parameter", 404, "not_found", \
	  "The resource you are looking for does not exist.", 404, \
	  "The resource you are looking for does not exist.") \
	X(USERNAME_NOT_FOUND, "username_not_found", LEGACY_REFUSED, "Missing valid username parameter", 0, NULL, \
	  NULL, 0, NULL) \
	X(USER_UNACCEPTABLE, "user_unacceptable", LEGACY_NEVER, NULL, 400, "invalid_request", \
	  "Invalid user_id value.", 422, "does not exist") \
	X(DUPLICATE_NAME, "duplicate_name", LEGACY_REFUSED, "Duplicate group exists with that name", 0, NULL, NULL, \
	  422, "has already been taken") \
	X(INVITE_INVALID, "invite_invalid", LEGACY_NEVER, NULL, 400, "invalid_token", \
	  "Provided token could not be validated.", 403, "The invite is not valid.") \
	X(NO_INVITE, "no_invite", LEGACY_NEVER, NULL, 0, NULL, NULL, 404, \
	  "The resource you are looking for does not exist.") \
	X(INVITE_TOKEN_NOT_FOUND, "invite_token_not_found", LEGACY_NEVER, NULL, 0, NULL, NULL, 404, \
	  "The resource you are looking for does not exist.") \
	X(REQUEST_NOT_PENDING, "request_not_pending", LEGACY_NEVER, NULL, 0, NULL, NULL, 422, \
	  "This person is not waiting to be let in.") \
	X(REQUEST_NOT_FOUND, "request_not_found", LEGACY_NEVER, NULL, 0, NULL, NULL, 404, \
	  "The resource you are looking for does not exist.") \
	X(CANNOT_INVITE_BANNED, "cannot_invite_banned", LEGACY_NEVER, NULL, 0, NULL, NULL, 422, \
	  "This person is banned from the group.") \
	X(INVITATION_NOT_PENDING, "invitation_not_pending", LEGACY_NEVER, NULL, 0, NULL, NULL, 422, \
	  "The invitation is no longer pending.") \
	X(INVITATION_NOT_FOUND, "invitation_not_found", LEGACY_NEVER, NULL, 0, NULL, NULL, 404, \
	  "The resource you are looking for does not exist.") \
	X(OWNER_CANNOT_BE_REMOVED, "owner_cannot_be_removed", LEGACY_NEVER, NULL, 403, "forbidden", \
	  "The owner cannot be removed from the group.", 403, "The owner cannot be removed from the group.") \
	X(BAN_NOT_FOUND, "ban_not_found", LEGACY_NEVER, NULL, 0, NULL, NULL, 404, \
	  "The resource you are looking for does not exist.") \
	X(CANNOT_BAN_OWNER, "cannot_ban_owner", LEGACY_NEVER, NULL, 0, NULL, NULL, 422, \
	  "The owner cannot be banned from the group.") \
	X(CANNOT_BAN_SELF, "cannot_ban_self", LEGACY_NEVER, NULL, 0, NULL, NULL, 422, "You cannot ban yourself.") \
	X(OWNER_MUST_TRANSFER, "owner_must_transfer", LEGACY_NEVER, NULL, 0, NULL, NULL, 422, \
	  "The owner must first make somebody else the owner.") \
	X(NEW_OWNER_SUSPENDED, "new_owner_suspended", LEGACY_NEVER, NULL, 0, NULL, NULL, 422, \
	  "A suspended person cannot become the owner.") \
	X(USER_TOKEN_NOT_FOUND, "user_token_not_found", LEGACY_NEVER, NULL, 0, NULL, NULL, 404, \
	  "The resource you are looking for does not exist.") \
	X(CHANGES_GONE, "changes_gone", LEGACY_NEVER, NULL, 0, NULL, NULL, 410, \
	  "The changes behind this number are no longer kept.") \
	/* conditional and repeated requests */ \
	X(PRECONDITION_FAILED, "precondition_failed", LEGACY_NEVER, NULL, 412, "precondition_failed", \
	  "The resource has changed.", 412, "The resource has changed.") \
	X(IDEMPOTENCY_MISMATCH, "idempotency_mismatch", LEGACY_NEVER, NULL, 422, "invalid_request", \
	  "This Idempotency-Key was used for another request.", 422, \
	  "This Idempotency-Key was used for another request.") \
	/* arguments */ \
	X(PARAMETER_MISSING, "parameter_missing", LEGACY_REFUSED, "Invalid %f parameter.", 400, "invalid_request", \
	  "Missing required key: %f.", 400, "Missing required parameter: %f.") \
	X(INVALID_PARAMETER, "invalid_parameter", LEGACY_REFUSED, "Invalid %f parameter.", 400, "invalid_request", \
	  "Invalid %f value.", 400, "Invalid value of parameter: %f.") \
	X(UNACCEPTABLE_VALUE, "unacceptable_value", LEGACY_REFUSED, "Invalid %f parameter.", 400, \
	  "invalid_request", "Invalid %f value.", 422, "is not acceptable") \
	X(MALFORMED_BODY, "malformed_body", LEGACY_NEVER, NULL, 400, "invalid_request", "Malformed JSON data.", 400, \
	  "The request body is not a valid JSON object.") \
	/* credentials */ \
	X(API_KEY_MISSING, "api_key_missing", LEGACY_REFUSED, "Missing valid api_key", 0, NULL, NULL, 0, NULL) \
	X(API_KEY_INVALID, "api_key_invalid", LEGACY_REFUSED, "Your api_key is inactive or not found", 0, NULL, \
	  NULL, 0, NULL) \
	X(TOKEN_MISSING, "token_missing", LEGACY_NOT_AUTHORIZED, "Missing valid authentication parameters", 401, \
	  "invalid_token", "Provided token could not be validated.", 401, "A token is required.") \
	X(TOKEN_INVALID, "token_invalid", LEGACY_NOT_AUTHORIZED, "Invalid authentication parameters", 401, \
	  "invalid_token", "Provided token could not be validated.", 401, "The token is not valid.") \
	X(TOKEN_NOT_FOUND, "token_not_found", LEGACY_REFUSED, "Token not found, is expired, or was invalid.", 0, \
	  NULL, NULL, 0, NULL) \
	X(CALLER_SUSPENDED, "caller_suspended", LEGACY_REFUSED, "Invalid user_id parameter.", 403, "forbidden", \
	  "Your account is suspended.", 403, "Your account is suspended.") \
	X(CALLER_SUSPENDED_ADDING, "caller_suspended_adding", LEGACY_REFUSED, "Missing user_id parameter.", 403, \
	  "forbidden", "Your account is suspended.", 403, "Your account is suspended.") \
	X(SCOPE_INSUFFICIENT, "scope_insufficient", LEGACY_NOT_AUTHORIZED, "Invalid authentication parameters", 403, \
	  "forbidden", "The token may only read.", 403, "The token may only read.") \
	X(FROB_INVALID, "frob_invalid", LEGACY_REFUSED, "Missing valid frob", 0, NULL, NULL, 0, NULL) \
	/* pages: status and message are the v3 column's */ \
	X(SIGN_IN_NEEDED, "sign_in_needed", LEGACY_NEVER, NULL, 0, NULL, NULL, 303, NULL) \
	X(SIGNED_IN, "signed_in", LEGACY_NEVER, NULL, 0, NULL, NULL, 303, NULL) \
	X(SIGN_IN_REFUSED, "sign_in_refused", LEGACY_NEVER, NULL, 0, NULL, NULL, 403, \
	  "This token does not sign in. It must be one of your own, and active.") \
	X(SIGNED_OUT, "signed_out", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	X(VISITOR_UNKNOWN, "visitor_unknown", LEGACY_NEVER, NULL, 0, NULL, NULL, 403, \
	  "Nobody here has the name under which you are signed in.") \
	X(FORM_REFUSED, "form_refused", LEGACY_NEVER, NULL, 0, NULL, NULL, 403, \
	  "This form is no longer good. Go back, load the page again and repeat.") \
	X(APPLICATION_UNKNOWN, "application_unknown", LEGACY_NEVER, NULL, 0, NULL, NULL, 404, \
	  "No active application has this api_key.") \
	X(APPLICATION_APPROVED, "application_approved", LEGACY_NEVER, NULL, 0, NULL, NULL, 303, NULL) \
	X(FROB_SHOWN, "frob_shown", LEGACY_NEVER, NULL, 0, NULL, NULL, 200, NULL) \
	/* paths and transport */ \
	X(METHOD_NOT_FOUND, "method_not_found", LEGACY_TRANSPORT, "Method not found.", 0, NULL, NULL, 404, NULL) \
	X(NO_SUCH_PATH, "no_such_path", LEGACY_TRANSPORT, "Not found.", 404, "not_found", \
	  "The resource you are looking for does not exist.", 404, \
	  "The resource you are looking for does not exist.") \
	X(MALFORMED, "malformed", LEGACY_TRANSPORT, "Malformed request.", 400, "invalid_request", \
	  "Malformed request.", 400, "Malformed request.") \
	X(METHOD_NOT_ALLOWED, "method_not_allowed", LEGACY_TRANSPORT, "HTTP method not allowed.", 405, \
	  "method_not_allowed", "HTTP method not allowed.", 405, "HTTP method not allowed.") \
	X(REQUEST_TIMEOUT, "request_timeout", LEGACY_TRANSPORT, "Request timed out.", 408, "request_timeout", \
	  "Request timed out.", 408, "Request timed out.") \
	X(TOO_LARGE, "too_large", LEGACY_TRANSPORT, "Request too large.", 413, "too_large", "Request too large.", \
	  413, "Request too large.") \
	X(URI_TOO_LONG, "uri_too_long", LEGACY_TRANSPORT, "Request too large.", 414, "too_large", \
	  "Request too large.", 414, "Request too large.") \
	X(HEADER_TOO_LARGE, "header_too_large", LEGACY_TRANSPORT, "Request too large.", 431, "too_large", \
	  "Request too large.", 431, "Request too large.") \
	X(UNSUPPORTED_TYPE, "unsupported_type", LEGACY_TRANSPORT, "Unsupported content type.", 415, \
	  "unsupported_type", "Unsupported content type.", 415, "Unsupported content type.") \
	X(RATE_LIMITED, "rate_limited", LEGACY_TRANSPORT, "Too many requests.", 429, "rate_limited", \
	  "Too many requests.", 429, "Too many requests.") \
	X(STORE_FAILED, "store_failed", LEGACY_TRANSPORT, "Internal error.", 500, "internal_error", \
	  "Internal error.", 500, "Internal error.") \
	X(NOT_IMPLEMENTED, "not_implemented", LEGACY_TRANSPORT, "HTTP method not allowed.", 501, "not_implemented", \
	  "HTTP method not implemented.", 501, "HTTP method not implemented.") \
	X(BUSY, "busy", LEGACY_TRANSPORT, "Service unavailable.", 503, "busy", "Service unavailable.", 503, \
	  "Service unavailable.") \
	X(STOPPING, "stopping", LEGACY_TRANSPORT, "Service unavailable.", 503, "busy", "Service unavailable.", 503, \
	  "Service unavailable.") \
	X(STORE_FULL, "store_full", LEGACY_TRANSPORT, "Service unavailable.", 503, "busy", "Service unavailable.", \
	  503, "Service unavailable.") \
	X(NOT_READY, "not_ready", LEGACY_NEVER, NULL, 0, NULL, NULL, 503, "Work waits that is not being committed.")

enum outcome {
#define X(name, ...) OUTCOME_##name,
	OUTCOMES(X)
#undef X
	OUTCOME_COUNT,
};

/* "No refusal yet": what a decoder or a guard says when the request may go on. Never rendered. */
#define OUTCOME_NONE OUTCOME_COUNT

struct outcome_row {
	const char *name; /* as in X-Outcome: lower case, stable */
	enum legacy_class legacy_class;
	const char *legacy_message;
	int onezone_status;
	const char *onezone_error;
	const char *onezone_description;
	int v3_status;
	const char *v3_message;
};

/* The row of an outcome; asserts outcome < OUTCOME_COUNT. */
const struct outcome_row *outcome_row(enum outcome outcome);

/* What became of a form of the pages, which send the browser back to where the form stands: the status, and per
 * outcome the sentence that then stands above the page. Any other outcome is a page of its own. */
#define PAGE_SEND_BACK_STATUS 303
#define PAGE_NOTES(X) \
	X(JOINED, "You are now a member of this group.") \
	X(QUEUED, "Your request to join is waiting for a moderator.") \
	X(ALREADY_QUEUED, "Your request to join is waiting for a moderator already.") \
	X(ALREADY_MEMBER, "You are already a member of this group.") \
	X(INVITATION_DECLINED, "You declined the invitation.") \
	X(INVITATION_NOT_FOUND, "There is no invitation for you any more.") \
	X(TOO_MANY_GROUPS, "That person is a member of too many groups.") \
	X(APPROVED, "The request was approved: this person is now a member.") \
	X(DENIED, "The request was denied.") \
	X(DISCARDED, "The request was discarded.") \
	X(REQUEST_NOT_PENDING, "This person is no longer waiting to be let in. Perhaps somebody was faster.") \
	X(REMOVED, "The member was removed from the group.") \
	X(MEMBER_NOT_FOUND, "This person is no longer a member.") \
	X(USER_NOT_FOUND, "Nobody here has this number.") \
	X(NOT_ALLOWED, "You are not allowed to do this.") \
	X(OWNER_CANNOT_BE_REMOVED, "The owner cannot be removed from the group.") \
	X(BAN_CREATED, "This person is now banned from the group.") \
	X(BAN_CHANGED, "The ban was changed.") \
	X(BAN_LIFTED, "The ban was lifted.") \
	X(NOT_BANNED, "This person is no longer banned.") \
	X(CANNOT_BAN_OWNER, "The owner cannot be banned from the group.") \
	X(CANNOT_BAN_SELF, "You cannot ban yourself.") \
	X(ROLE_CHANGED, "The role was changed.") \
	X(ROLE_UNCHANGED, "This person has that role already.") \
	X(OWNERSHIP_TRANSFERRED, "The group has a new owner. You are now one of its admins.") \
	X(OWNER_MUST_TRANSFER, "The owner must first make somebody else the owner.") \
	X(NEW_OWNER_SUSPENDED, "A suspended person cannot become the owner.") \
	X(INVITE_CREATED, "The group has a new invite link.") \
	X(INVITE_EXISTS, "The group has an invite link already.") \
	X(INVITE_DELETED, "The invite link is disabled and will never work again.") \
	X(UNACCEPTABLE_VALUE, \
	  "That was not accepted: a reason has at most 500 characters, and a ban must end in the future.") \
	X(INVALID_PARAMETER, "That was not understood: a date looks like 2030-01-31.")

/* The sentence; NULL: it has none. */
const char *outcome_page_note(enum outcome outcome);
/* The outcome that has a sentence and this name; OUTCOME_NONE: none. */
enum outcome outcome_of_page_note(const char *name, size_t length);

/* The HTTP status that the legacy dialect gives this outcome; `changes`: the method changes something. */
int outcome_legacy_status(enum outcome outcome, bool changes);

#define OUTCOME_SENTENCE_SIZE 256
/* A message of the table with the field's name for each %f. What is longer is cut: no sentence is. */
void outcome_sentence(const char *message, const char *field, char sentence[OUTCOME_SENTENCE_SIZE]);

/* The standard reason phrase of a status that the table uses ("Conflict"); "Unknown" for any other. The
 * legacy dialect's own phrase of 403 is outcome_legacy_reason's. */
const char *outcome_reason(int status);
const char *outcome_legacy_reason(int status);

#endif
