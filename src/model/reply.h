/* What the engine answers: an outcome, at most one item of each kind, and for lists a page. The engine
 * fills it; an encoder renders it. */
#ifndef MODEL_REPLY_H
#define MODEL_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "model/group.h"
#include "model/outcome.h"
#include "model/request.h"
#include "model/text.h"

/* A group as one caller sees it. */
struct group_view {
	struct group group;
	struct user owner;
	uint64_t member_count;
	struct membership caller; /* state NONE: the caller has none, or there is no caller */
	bool caller_known;	  /* a token was given */
};

/* A person in one group. */
struct member_view {
	struct user user;
	struct membership membership;
};

enum reply_item {
	REPLY_GROUP = 1 << 0,
	REPLY_MEMBER = 1 << 1,	/* `member`: someone in a group; with outcome queued, the one who asked */
	REPLY_NOTE = 1 << 2,	/* `note`: of that membership */
	REPLY_INVITE = 1 << 3,
	REPLY_INVITE_TOKEN = 1 << 4,
	REPLY_MACAROON = 1 << 5, /* `macaroon`: shown this once */
	REPLY_TOKEN = 1 << 6,	 /* a user's token: `user` is its person */
	REPLY_PAGE = 1 << 7,	 /* the page beside this reply is filled */
	REPLY_USER = 1 << 8,	 /* `user`: who is signed in */
	REPLY_APPLICATION = 1 << 9,
	REPLY_SECRET = 1 << 10,	 /* `secret`: a new token, session, form's cookie or frob, shown this once */
};

#define REPLY_LENT_SIZE 2048

struct reply {
	enum outcome outcome;
	char field[FIELD_NAME_SIZE]; /* %f of the outcome's sentence */
	uint32_t items;		     /* of enum reply_item */
	uint64_t application_id;     /* whose api_key the request gave, an active one; 0: none */
	struct group_view group;
	struct member_view member;
	struct note note;
	struct invite invite;
	struct invite_token invite_token;
	struct user invite_token_by; /* who minted it */
	struct text macaroon;
	struct user user;
	struct application application;
	struct text secret;
	struct texts texts;	  /* of all of the above */
	char lent[REPLY_LENT_SIZE];
};

/* Must be called once in the reply's final place: its texts start in its own memory. */
void reply_init(struct reply *reply);
void reply_finish(struct reply *reply);

/* Back to "no answer yet", for another run. Keeps memory. */
void reply_clear(struct reply *reply);

/* The bytes of one of its texts, NUL-terminated. Valid until the reply changes. */
const char *reply_text(const struct reply *reply, struct text text);

/* The items of a list. An HTTP thread owns one and uses it again and again; it never crosses threads.
 * Exactly one of the arrays is filled. */
struct page {
	uint32_t count;
	uint64_t total;	      /* items of the whole list that this caller can see */
	bool has_more;	      /* there is an item behind the last one */
	struct cursor last;   /* of the last item, with the ordinal of the page after this one */
	bool too_long;	      /* a complete list was asked for and has more than COMPLETE_LIST_MAX items */
	struct group_view *groups;
	struct member_view *members;
	struct user *users;
	struct invite_token *invite_tokens;
	struct user *invite_tokens_by; /* who minted each */
	uint64_t *ids;
	uint32_t groups_capacity;
	uint32_t members_capacity;
	uint32_t users_capacity;
	uint32_t invite_tokens_capacity;
	uint32_t ids_capacity;
	struct texts texts; /* of all items */
	bool failed;	    /* out of memory: the reply is busy */
};

void page_init(struct page *page);
void page_finish(struct page *page);
void page_clear(struct page *page);

/* Each makes room for one more item and returns it, zeroed; NULL (and `failed` set) when out of memory. */
struct group_view *page_add_group(struct page *page);
struct member_view *page_add_member(struct page *page);
struct user *page_add_user(struct page *page);
/* Adds an invite token and the user beside it (page->invite_tokens_by at the same index). */
struct invite_token *page_add_invite_token(struct page *page);
uint64_t *page_add_id(struct page *page);

#endif
