/* What the engine answers: an outcome, at most one item of each kind, and for lists a page. The engine
 * fills it; an encoder renders it. */
#ifndef MODEL_REPLY_H
#define MODEL_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "model/change.h"
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

/* Someone's standing in a group with all that is told of it: a request to join, a ban, a decision. */
struct standing_view {
	struct user user;
	struct membership membership;
	struct note note; /* zeroed where there is none */
	struct user by;	  /* note.by's; id 0: nobody */
	struct group group; /* in lists of one person's standings; else zeroed */
};

struct invitation_view {
	struct invitation invitation;
	struct group group;
	struct user invitee; /* id 0: not told, or not known (by e-mail) */
	struct user by;
};

/* What a rate limit says of this request; limit 0: none is configured. */
struct rate {
	uint32_t limit;	     /* requests a minute, of the tightest bucket */
	bool guest;	     /* no valid credential */
	int64_t reset_at;    /* when the bucket is full again */
	uint32_t retry_after_s; /* of a refusal */
};

/* The values are stored with the replies to repeated requests: never renumber. */
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
	/* `standing` is a request to join, with what became of it: state and role are as they now are, `since` is
	 * when it was made, and the note is its message or, where it was denied, the decision. */
	REPLY_REQUEST = 1 << 11,
	REPLY_BAN = 1 << 12,	 /* `standing` is a ban */
	REPLY_INVITATION = 1 << 13,
	REPLY_USER_TOKEN = 1 << 14, /* `user_token`: a person's token; its text, where shown, is `secret` */
	REPLY_USER_WHOLE = 1 << 15, /* `user` with what only that person and operators are told */
	REPLY_ITEM_LAST = REPLY_USER_WHOLE,
};

#define REPLY_LENT_SIZE 2048

struct reply {
	enum outcome outcome;
	char field[FIELD_NAME_SIZE]; /* %f of the outcome's sentence */
	uint32_t items;		     /* of enum reply_item */
	uint64_t application_id;     /* whose api_key the request gave, an active one; 0: none */
	uint64_t token_id;	     /* the caller's, a valid one; 0: none */
	uint64_t version;	     /* of the one resource that is shown, for its ETag; 0: of a list, or unknown */
	uint64_t first_seq;	     /* changes_gone: the first change that is kept */
	bool replayed;		     /* the first reply of a repeated request */
	struct rate rate;	     /* the transport's */
	struct group_view group;
	struct member_view member;
	struct note note;
	struct invite invite;
	struct invite_token invite_token;
	struct user invite_token_by; /* who minted it */
	struct text macaroon;
	struct standing_view standing;
	struct invitation_view invitation;
	struct token user_token;
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
	struct standing_view *standings;
	struct invitation_view *invitations;
	struct token *tokens;
	struct change *changes;
	uint64_t last_seq; /* of the feed: the number to go on behind */
	uint64_t feed_of; /* the group whose changes these are; 0: everything's */
	uint32_t groups_capacity;
	uint32_t members_capacity;
	uint32_t users_capacity;
	uint32_t invite_tokens_capacity;
	uint32_t ids_capacity;
	uint32_t standings_capacity;
	uint32_t invitations_capacity;
	uint32_t tokens_capacity;
	uint32_t changes_capacity;
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
struct standing_view *page_add_standing(struct page *page);
struct invitation_view *page_add_invitation(struct page *page);
struct token *page_add_token(struct page *page);
struct change *page_add_change(struct page *page);

#endif
