/* Groups, people, memberships and invites as plain data. Texts are offsets in a `struct texts` that each
 * user of these structs names. Times are whole seconds UTC. */
#ifndef MODEL_GROUP_H
#define MODEL_GROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "model/text.h"

#define DIGEST_SIZE 32	     /* SHA-256 */
#define FOLD_DIGEST_SIZE 16  /* first bytes of SHA-256 of a folded name: what uniqueness compares */
#define FOLD_ORDER_SIZE 24   /* first bytes of a folded name, zero padded: what order compares */
#define TIME_FOREVER INT64_MAX /* `until` of a ban that is for good */

/* The values are stored: never renumber. */
enum group_type {
	GROUP_TYPE_TEAM, /* the default */
	GROUP_TYPE_ORGANIZATION,
	GROUP_TYPE_UNIT,
	GROUP_TYPE_ROLE,
	GROUP_TYPE_COUNT,
};

/* "team", "organization", "unit", "role". */
const char *group_type_name(enum group_type type);
/* False for any other name; `found` is then untouched. */
bool group_type_from_name(const char *name, enum group_type *found);

/* Words that stand in paths where a slug may: "me", "new". */
bool slug_is_reserved(const char *slug);

struct group {
	uint64_t id;
	uint64_t owner_id;
	int64_t created_at;
	int64_t updated_at;
	uint64_t version; /* feed number of the last change of the group's own fields; 0: imported */
	uint64_t commercial_account_id;
	uint64_t topic_count;
	bool member_moderation;
	bool event_moderation;
	bool is_private;
	enum group_type type;
	struct text name;
	struct text slug;
	struct text avatar_url;
	struct text description;
	uint8_t name_fold[FOLD_DIGEST_SIZE];
	uint8_t name_order[FOLD_ORDER_SIZE];
};

struct user {
	uint64_t id;
	int64_t created_at;
	int64_t updated_at;
	uint64_t version; /* feed number of the last change of the person's own fields; 0: imported */
	bool active;
	bool erased; /* keeps id and slug, so that nobody else gets them, and nothing more: no username */
	struct text username;
	struct text name;
	struct text slug;
	struct text email; /* ASCII lower case */
	struct text url;
	struct text zip;
	struct text avatar_url;
	uint8_t username_fold[FOLD_DIGEST_SIZE];
	uint8_t username_order[FOLD_ORDER_SIZE];
};

/* The values are stored: never renumber. */
enum state {
	STATE_NONE = 0,
	STATE_REQUESTED = 1,
	STATE_INVITED = 2,
	STATE_MEMBER = 3,
	STATE_BANNED = 4,
	STATE_COUNT,
};

enum role {
	ROLE_NONE = 0,
	ROLE_MEMBER = 1,
	ROLE_ADMIN = 2,
	ROLE_OWNER = 3,
	ROLE_COUNT,
};

const char *state_name(enum state state); /* "none", "requested", ... */
const char *role_name(enum role role);	  /* "none", "member", "admin", "owner" */
bool state_from_name(const char *name, enum state *found);
bool role_from_name(const char *name, enum role *found);

/* What is stored about one (group, user). `state` NONE: there is no record. */
struct membership {
	uint64_t group_id;
	uint64_t user_id;
	enum state state;
	enum role role; /* members only */
	int64_t since;	/* when this state began */
	int64_t until;	/* banned only; TIME_FOREVER */
	bool has_note;	/* a note row stands beside it */
};

/* Beside a membership: who invited or banned, why, or the request's message; or, beside no membership, a
 * decision. */
struct note {
	uint64_t by; /* 0: nobody */
	bool denied; /* a decision about a request; `at` says when */
	int64_t at;
	struct text words; /* message or reason */
};

struct invite {
	uint64_t id;
	uint64_t group_id;
	int64_t created_at;
	struct text code;
};

struct invite_token {
	uint64_t id;
	uint64_t group_id;
	uint64_t by;
	int64_t created_at;
	int64_t expires_at;
	uint32_t max_uses;
	uint32_t uses_left;
	uint64_t user_id; /* 0: for anybody */
	bool revoked;
	struct text identifier; /* of the macaroon; not a secret by itself */
};

/* The values are stored: never renumber. */
enum invitation_state {
	INVITATION_PENDING,
	INVITATION_ACCEPTED,
	INVITATION_DECLINED,
	INVITATION_REVOKED,
	INVITATION_STATE_COUNT,
};

const char *invitation_state_name(enum invitation_state state);
bool invitation_state_from_name(const char *name, enum invitation_state *found);

struct invitation {
	uint64_t id;
	uint64_t group_id;
	uint64_t user_id; /* 0: by e-mail, while it has had no effect on anybody */
	uint64_t by;
	int64_t created_at;
	/* 0: pending, or not known. Of a pending one by e-mail: when it met its person and could not invite them;
	 * it looks as before, and invites nobody who has the address later. */
	int64_t ended_at;
	enum invitation_state state;
	struct text email; /* ASCII lower case; empty when by user */
};

/* The values are stored: never renumber. */
enum scope {
	SCOPE_READ,
	SCOPE_WRITE,
	SCOPE_OPERATOR,
	SCOPE_COUNT,
};

const char *scope_name(enum scope scope);
bool scope_from_name(const char *name, enum scope *found);

struct application {
	uint64_t id;
	uint8_t api_key_digest[DIGEST_SIZE];
	bool active;
	int64_t created_at;
	struct text name;
	struct text callback_url;
};

struct token {
	uint64_t id;
	uint8_t digest[DIGEST_SIZE];
	uint64_t user_id;
	uint64_t application_id; /* 0: personal */
	enum scope scope;
	bool active;
	int64_t created_at;
	struct text label;
};

/* Who is signed in to the pages, found by the digest of a cookie. */
struct session {
	uint8_t digest[DIGEST_SIZE];
	uint64_t user_id;
	uint64_t token_id; /* the personal token that signed in: the session ends with it */
	int64_t seen_at; /* when it was last used, to within SESSION_SEEN_EVERY_S */
};

/* A person's approval of an application, which that application exchanges once for a token. */
struct frob {
	uint8_t digest[DIGEST_SIZE];
	uint64_t application_id;
	uint64_t user_id;
	int64_t expires_at;
};

#endif
