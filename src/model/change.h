/* One record of the change feed: what a committed transition did. */
#ifndef MODEL_CHANGE_H
#define MODEL_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "model/group.h"
#include "model/operation.h"
#include "model/request.h"

/* NAME, name. The order is stored: only ever append. */
#define CHANGES(X) \
	X(JOINED, "joined") \
	X(QUEUED, "queued") \
	X(LEFT, "left") \
	X(OWNERSHIP_TRANSFERRED, "ownership_transferred") \
	X(GROUP_CREATED, "group_created") \
	X(GROUP_EDITED, "group_edited") \
	X(GROUP_DELETED, "group_deleted") \
	X(INVITE_CREATED, "invite_created") \
	X(INVITE_DELETED, "invite_deleted") \
	X(TOKEN_MINTED, "token_minted") \
	X(TOKEN_REVOKED, "token_revoked") \
	X(BAN_ENDED, "ban_ended") \
	X(INVITED, "invited") \
	X(ADDED, "added") \
	X(USER_ADDED, "user_added") \
	X(USER_SUSPENDED, "user_suspended") \
	X(USER_ACTIVATED, "user_activated") \
	X(APPROVED, "approved") \
	X(DENIED, "denied") \
	X(DISCARDED, "discarded") \
	X(REQUEST_WITHDRAWN, "request_withdrawn") \
	X(INVITATION_CANCELLED, "invitation_cancelled") \
	X(INVITATION_DECLINED, "invitation_declined") \
	X(REMOVED, "removed") \
	X(BAN_CREATED, "ban_created") \
	X(BAN_CHANGED, "ban_changed") \
	X(BAN_LIFTED, "ban_lifted") \
	X(ROLE_CHANGED, "role_changed") \
	X(USER_CHANGED, "user_changed") \
	X(USER_ERASED, "user_erased")

enum change_type {
#define X(name, ...) CHANGE_##name,
	CHANGES(X)
#undef X
	CHANGE_COUNT,
};

const char *change_name(enum change_type type);
bool change_from_name(const char *name, enum change_type *found);

/* What a person was or became in the group. */
struct standing {
	enum state state;
	enum role role;
};

struct change {
	uint64_t seq; /* given by the store: consecutive from 1 */
	int64_t at;
	enum change_type type;
	enum dialect dialect;
	enum operation operation; /* OPERATION_NONE: a command or the writer itself */
	uint64_t group_id;	  /* 0: none */
	uint64_t user_id;	  /* whom it happened to; 0: nobody */
	uint64_t actor_id;	  /* who did it; 0: the operator, or time itself */
	uint64_t application_id;  /* 0: none */
	uint8_t request_key[16];  /* unique per request: an unknown commit can be looked up by it */
	struct standing before;
	struct standing after;
	uint32_t fields;	/* group_edited, user_changed: of enum given */
	uint64_t reference;	/* joined: the invite token's id that was spent; minted, revoked: the token's id;
				 * invited, added, and invitations' ends: the invitation's id */
	struct text request_id; /* X-Request-Id, in the texts of whoever holds the change */
};

#endif
