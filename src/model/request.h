/* One request in the engine's words: a position-independent block. The struct stands at its start; its
 * texts follow in the same block. decode makes it, the engine only reads it, so it may be run any number
 * of times. It holds digests and no secrets, but for the invite code or macaroon that a join presents and
 * the token that a token_check repeats. */
#ifndef MODEL_REQUEST_H
#define MODEL_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/group.h"
#include "model/operation.h"
#include "model/outcome.h"
#include "model/text.h"

/* DIALECT_V3 is also the form of paths that belong to nobody, and of documents that belong to no API. The
 * values are stored in the change feed. */
enum dialect {
	DIALECT_LEGACY = 0,
	DIALECT_ONEZONE = 1,
	DIALECT_V3 = 2,
	DIALECT_COMMAND = 3, /* the joinery program */
	DIALECT_SYSTEM = 4,  /* the writer itself: bans that end */
	DIALECT_PAGE = 5,    /* what people see in a browser */
	DIALECT_COUNT,
};

/* "legacy", "onezone", "v3", "command", "system", "page". */
const char *dialect_name(enum dialect dialect);

#define FIELD_NAME_SIZE 32

/* A refusal that decode found and the preamble answers in its place. outcome NONE: there is none. */
struct fault {
	enum outcome outcome;
	char field[FIELD_NAME_SIZE]; /* as the dialect calls it; "" where the sentence names none */
};

struct credential {
	bool given;
	uint8_t digest[DIGEST_SIZE]; /* SHA-256 of the text that was given */
};

enum reference_kind {
	REFERENCE_NONE,	     /* not asked for by this operation, or missing */
	REFERENCE_ID,
	REFERENCE_SLUG,
	REFERENCE_CALLER,    /* "me" */
	REFERENCE_MALFORMED, /* names nothing */
};

struct reference {
	enum reference_kind kind;
	uint64_t id;
	struct text slug;
};

enum invite_kind {
	INVITE_NOT_GIVEN,
	INVITE_CODE,
	INVITE_TOKEN,
	INVITE_UNUSABLE, /* given, but neither form (too long, wrong bytes): it is invite_invalid where one is judged */
};

/* Fields that the request gives. What is not given is left alone (edit), or has its default already: of
 * create and mint, decode puts the defaults in, which are its dialect's. The fields of a group are stored in the
 * change feed: never renumber. */
enum given {
	GIVEN_NAME = 1 << 0,
	GIVEN_DESCRIPTION = 1 << 1,
	GIVEN_AVATAR_URL = 1 << 2,
	GIVEN_MEMBER_MODERATION = 1 << 3,
	GIVEN_EVENT_MODERATION = 1 << 4,
	GIVEN_IS_PRIVATE = 1 << 5,
	GIVEN_TYPE = 1 << 6,
	GIVEN_USER_ID = 1 << 7,	   /* mint: only for request.user */
	GIVEN_AFTER = 1 << 8,	   /* a list by cursor */
	GIVEN_USERNAME = 1 << 9,   /* these, name and avatar_url of a person: stored in the change feed, too */
	GIVEN_EMAIL = 1 << 10,
	GIVEN_URL = 1 << 11,
	GIVEN_ZIP = 1 << 12,
	GIVEN_ACTIVE = 1 << 13,
	GIVEN_UNTIL = 1 << 14,	   /* a ban's end; without it the ban is for good */
};

enum order {
	ORDER_DEFAULT,	 /* as the operation says */
	ORDER_NAME_ASC,
	ORDER_NAME_DESC,
	ORDER_CREATED_ASC,
	ORDER_CREATED_DESC,
	ORDER_UPDATED_ASC,
	ORDER_UPDATED_DESC,
	ORDER_ID_ASC, /* only ids; a part of such a list is in the order of joining */
	ORDER_COUNT,
};

/* Where a list goes on: after the entry with this key, by value. */
struct cursor {
	uint32_t ordinal; /* the number of the page that follows it, for current_page */
	uint64_t of;	  /* the group or the user whose list it is */
	uint64_t order;	  /* the entry's time, or 0 where the order has none */
	uint64_t id;
	uint8_t name[FOLD_ORDER_SIZE]; /* in orders by name */
};

struct listing {
	enum order order;
	uint64_t page;	   /* from 1; ignored with GIVEN_AFTER */
	uint32_t per_page; /* 0: the complete list, up to COMPLETE_LIST_MAX */
	struct cursor after;
};

/* Where the change feed goes on, and how long an empty answer may be held back. */
struct feed {
	uint64_t after; /* the last number that is known already */
	uint32_t limit;
	uint32_t wait_s; /* 0: answer at once */
};

/* If-Match: the state that the caller means to change. */
enum match_kind {
	MATCH_NOT_ASKED,
	MATCH_ANY,	/* "*": the resource must exist */
	MATCH_VERSIONS, /* one of those in request.match_versions */
};

#define IDEMPOTENCY_DIGEST_SIZE 16

/* Idempotency-Key: by it a repeated request gets the first reply. */
struct idempotency {
	bool given;
	uint8_t key[IDEMPOTENCY_DIGEST_SIZE];	      /* first bytes of SHA-256 of the key */
	uint8_t fingerprint[IDEMPOTENCY_DIGEST_SIZE]; /* likewise, of method, target and body */
};

struct request {
	uint32_t size;	   /* of the whole block, texts included */
	uint32_t capacity; /* of the memory it stands in */
	enum operation operation;
	enum dialect dialect;
	uint32_t form; /* which of several ways its dialect was asked in; read only by that dialect's encoder */
	struct text request_id; /* X-Request-Id: 1 to 64 of [A-Za-z0-9._-] */

	struct credential api_key; /* legacy only */
	struct credential token;
	struct credential session; /* pages only: the cookie */
	bool visitor_named;	   /* pages only: a trusted proxy says who it is, by name_fold */
	struct credential frob;	   /* token_from_frob */
	struct text back;	   /* pages: a local path with its query, for behind the sign-in */
	enum outcome note;	   /* pages: what became of the form before; OK: there was none */
	struct text form_key;	   /* pages: what the cookie's forms must repeat; nothing signs in with it */
	struct text token_repeated; /* legacy token_check only, which reads: it lives within its one exchange */
	struct fault first;  /* answered before all else; whose call it is, is counted all the same */
	struct fault syntax; /* missing, malformed: answered before the group is looked for */
	struct fault value;  /* right form, not acceptable: answered after the actor's role */

	struct reference group;
	struct reference user; /* whom it is about or done to, or whom an invite token is for */
	uint64_t item_id; /* an invite token's, an invitation's or a person's token's; 0: none has it */

	enum invite_kind invite_kind;
	struct text invite;		    /* the code, or the macaroon as it was sent */
	uint8_t invite_digest[DIGEST_SIZE]; /* of a code */
	struct text message;		    /* to the moderators; or the reason of a decision or a ban */

	uint32_t given; /* of enum given */
	bool unique_name;
	bool member_moderation;
	bool event_moderation;
	bool is_private;
	enum group_type type;
	struct text name;
	struct text slug; /* made from the name; empty when nothing of it is left, the engine then makes one up */
	struct text description;
	struct text avatar_url;
	struct text username;
	struct text email; /* ASCII lower case */
	struct text url;
	struct text zip;
	struct text label; /* of a person's token */
	bool active;
	enum scope scope;
	enum role role;	   /* that a member gets */
	int64_t until;	   /* of a ban */
	uint8_t name_fold[FOLD_DIGEST_SIZE]; /* of the group's name; of the username where a person is edited */
	uint8_t name_order[FOLD_ORDER_SIZE];

	int64_t expires_in_s; /* mint */
	int64_t max_uses;

	struct text ids; /* group_info, user_info: request_asked_id reads them; in the order asked, each once */
	struct text username_folds; /* user_info_by_username: FOLD_DIGEST_SIZE bytes each, likewise */
	struct text callback; /* legacy only, for its encoder */
	struct listing listing;
	struct feed feed;

	struct idempotency idempotency;
	enum match_kind match;
	struct text match_versions; /* 8 bytes big-endian each: request_match_has reads them */
	struct text if_none_match;  /* the header as it came, for the encoder */
};

_Static_assert(sizeof(struct request) <= 768, "a request is small enough to be queued by the thousand");

/* How much memory a request decoded from `input_size` bytes (target, headers that are read, body) can
 * need. */
size_t request_capacity(size_t input_size);

/* Starts a request in `memory` of `capacity` bytes, at least request_capacity(0). */
struct request *request_init(void *memory, size_t capacity, enum dialect dialect);

/* Copies the bytes in behind the struct, with a NUL after them. False: they do not fit (only when more
 * is added than was read), and the request is as before. */
bool request_add(struct request *request, const char *bytes, size_t length, struct text *added);

/* The bytes of one of its texts, NUL-terminated; "" for the empty text. Valid as long as the block. */
const char *request_text(const struct request *request, struct text text);

/* The id at `index` of those asked for, 8 bytes big-endian each; how many there are: request_asked_count. */
uint64_t request_asked_id(const struct request *request, uint32_t index);
uint32_t request_asked_count(const struct request *request);

/* Whether If-Match names this version. */
bool request_match_has(const struct request *request, uint64_t version);

/* Keeps the first fault of each kind: of two bad values the first in the document's order is named. */
void request_fault(struct fault *fault, enum outcome outcome, const char *field);

#endif
