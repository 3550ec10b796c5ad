/* What the engine can do. A row here, a row in engine/engine.c, a decode function per dialect: that is
 * an operation. */
#ifndef MODEL_OPERATION_H
#define MODEL_OPERATION_H

#include <stdbool.h>

/* READS never writes and may fill a list; CHANGES may write and answers at most one item of each kind. */
enum operation_kind {
	OPERATION_READS,
	OPERATION_CHANGES,
};

/* NAME, name, kind. The name stands in the change feed and in logs. The order is stored: only ever append. */
#define OPERATIONS(X) \
	X(GROUP_JOIN, "group_join", CHANGES)		 /* of the group that the path or parameter names */ \
	X(GROUP_JOIN_BY_TOKEN, "group_join_by_token", CHANGES) /* of the group that the invite token names */ \
	X(GROUP_LEAVE, "group_leave", CHANGES) \
	X(GROUP_CREATE, "group_create", CHANGES) \
	X(GROUP_EDIT, "group_edit", CHANGES) \
	X(GROUP_DELETE, "group_delete", CHANGES) \
	X(GROUP_GET, "group_get", READS)		 /* one group */ \
	X(GROUP_GET_MEMBERS_ONLY, "group_get_members_only", READS) /* one group, which only members see (Onezone) */ \
	X(GROUP_INFO, "group_info", READS)		 /* the visible ones of several ids (legacy) */ \
	X(USER_GROUPS, "user_groups", READS)		 /* the groups of a user */ \
	X(MEMBER_LIST, "member_list", READS) \
	X(MEMBER_GET, "member_get", READS) \
	X(INVITE_SHOW, "invite_show", READS) \
	X(INVITE_CREATE, "invite_create", CHANGES) \
	X(INVITE_DELETE, "invite_delete", CHANGES) \
	X(INVITE_TOKEN_MINT, "invite_token_mint", CHANGES) \
	X(INVITE_TOKEN_LIST, "invite_token_list", READS) \
	X(INVITE_TOKEN_REVOKE, "invite_token_revoke", CHANGES) \
	X(TOKEN_CHECK, "token_check", READS) \
	X(USER_INFO, "user_info", READS)		 /* people, by several ids (legacy) */ \
	X(USER_INFO_BY_USERNAME, "user_info_by_username", READS) \
	X(TOKEN_FROM_FROB, "token_from_frob", CHANGES) /* an application's token, for a frob that a person approved */ \
	X(SIGN_IN, "sign_in", CHANGES)			 /* to the pages, by a personal token */ \
	X(SIGN_OUT, "sign_out", CHANGES) \
	X(SIGN_IN_SHOW, "sign_in_show", CHANGES)	 /* who is signed in; notes that the session is used */ \
	X(APPROVE_SHOW, "approve_show", CHANGES)	 /* the application that asks; likewise */ \
	X(APPROVE, "approve", CHANGES)			 /* makes a frob */ \
	X(GROUP_CONTENT_LIST, "group_content_list", READS) /* of what is no membership (v3): nothing */ \
	X(GROUP_LIST_ALL, "group_list_all", READS)	 /* of every group (Onezone): for nobody */ \
	X(MEMBER_REMOVE, "member_remove", CHANGES) \
	X(MEMBER_SET_ROLE, "member_set_role", CHANGES)	 /* owner: the group changes hands */ \
	X(REQUEST_LIST, "request_list", READS)		 /* who waits to be let in */ \
	X(REQUEST_GET, "request_get", READS) \
	X(REQUEST_APPROVE, "request_approve", CHANGES) \
	X(REQUEST_DENY, "request_deny", CHANGES) \
	X(REQUEST_DISCARD, "request_discard", CHANGES) \
	X(MY_REQUEST_LIST, "my_request_list", READS)	 /* one's own, and what was decided about them */ \
	X(REQUEST_WITHDRAW, "request_withdraw", CHANGES) \
	X(BAN_LIST, "ban_list", READS) \
	X(BAN_GET, "ban_get", READS) \
	X(BAN_PUT, "ban_put", CHANGES) \
	X(BAN_LIFT, "ban_lift", CHANGES) \
	X(INVITATION_LIST, "invitation_list", READS)	 /* personal and e-mail invitations that are pending */ \
	X(INVITATION_CREATE, "invitation_create", CHANGES) \
	X(INVITATION_CANCEL, "invitation_cancel", CHANGES) \
	X(MY_INVITATION_LIST, "my_invitation_list", READS) \
	X(INVITATION_DECLINE, "invitation_decline", CHANGES) \
	X(INVITE_TOKEN_GET, "invite_token_get", READS) \
	X(USER_GET, "user_get", READS) \
	X(USER_PUT, "user_put", CHANGES)		 /* adds or edits a person; for operators' tokens */ \
	X(USER_TOKEN_LIST, "user_token_list", READS)	 /* a person's tokens; these four are for operators' tokens */ \
	X(USER_TOKEN_GET, "user_token_get", READS) \
	X(USER_TOKEN_MINT, "user_token_mint", CHANGES) \
	X(USER_TOKEN_REVOKE, "user_token_revoke", CHANGES) \
	X(CHANGE_LIST, "change_list", READS)		 /* the whole feed; for operators' tokens */ \
	X(GROUP_CHANGE_LIST, "group_change_list", READS) \
	X(INVITE_VISIT, "invite_visit", READS)		 /* the page behind an invite's link */

enum operation {
#define X(name, ...) OPERATION_##name,
	OPERATIONS(X)
#undef X
	OPERATION_COUNT,
};

/* No operation at all: the request was refused by its path or method before one was known. */
#define OPERATION_NONE OPERATION_COUNT

/* The name, or "none". */
const char *operation_name(enum operation operation);

/* Whether it may change something; false for OPERATION_NONE. */
bool operation_changes(enum operation operation);

#endif
