/* The store: transactions with verbs about nouns. This is the contract that the engine and the tools are
 * written to; it names no backend.
 *
 * A transaction that reads sees one committed state throughout. Transactions that write behave as if one
 * ran after the other, and each sees its own writes. store_end says what became of all of it. The first
 * failure sticks: later verbs find nothing and do nothing, and store_end reports it. Everything is
 * copied in and out, nothing is borrowed. Never act on what a transaction told you until store_end said
 * DONE. Out of memory inside a verb is a failure like any other.
 *
 * A ban whose `until` is at or before the transaction's `now` does not exist for any verb. Neither does
 * a group that was deleted, whatever rows of it still wait to be swept.
 *
 * Texts that a verb finds are added to the `texts` it is given; texts that it stores are read from
 * there. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/change.h"
#include "model/group.h"
#include "model/reply.h"
#include "model/request.h"
#include "model/text.h"

struct rows;
struct store;
struct txn;

/* What became of a transaction. */
enum store_end {
	STORE_DONE,    /* all of it happened and is durable */
	STORE_AGAIN,   /* nothing happened; run it again */
	STORE_FULL,    /* nothing happened; no room */
	STORE_FAILED,  /* nothing happened */
	STORE_UNKNOWN, /* it may have happened: the process must stop without answering */
};

enum txn_kind {
	TXN_READ,  /* a verb that writes is a bug */
	TXN_TRY,   /* reads; the first verb that writes ends the try: see store_wants_to_write */
	TXN_WRITE, /* waits for its turn; turns are given in the order they were asked for */
};

struct store_options {
	const char *directory; /* exists */
	uint64_t map_size;     /* bytes; 0: as much as the system grants, up to 1 TiB */
	unsigned threads;      /* how many transactions that read may be open at once */
	bool exists;	       /* it is not created, and refused where its file is shorter than it says itself */
};

/* Opens or creates the store in a directory; the caller makes sure that no other process has it open.
 * NULL: not possible (its format is newer than this program, it cannot be read), and `why` says so in
 * one line. */
struct store *store_open_directory(const struct store_options *options, char *why, size_t capacity);
/* A store in memory: empty, or (`base` not NULL) a fork over a base that must outlive it and must not
 * change. NULL: out of memory. */
struct store *store_open_memory(struct store *base);
/* A store in memory with all that another holds, which is in memory, too, and lies over no base. Reading it is faster
 * than reading a fork; making it takes time for each row. NULL: out of memory, or the other is not such a one. */
struct store *store_copy_memory(struct store *from);
/* For tests: a store over any rows, which it owns, also on failure. */
struct store *store_open_rows(struct rows *rows, char *why, size_t capacity);
/* No transaction may exist. */
void store_close(struct store *store);

/* False: no room for a batch of requests. Waits for its turn to write, so never inside a transaction. */
bool store_has_room(struct store *store);

/* Writes the whole store, as it is at one moment, to the file (a descriptor of an empty one) in the store's own
 * form without unused pages. Others go on meanwhile. False: not possible, or not all of it was written. Waits for
 * the disk, so never from a thread that others wait for. */
bool store_copy(struct store *store, int file);

/* How far the store's file is written, and how far it may grow, in bytes; 0: it has none. Any time, any thread. */
struct store_size {
	uint64_t used;
	uint64_t max;
};
struct store_size store_size(struct store *store);

/* A transaction object, used again and again by one thread at a time. NULL: out of memory. */
struct txn *txn_create(struct store *store);
void txn_destroy(struct txn *txn);

/* A WRITE waits for its turn, and its time is never before that of an earlier one: store_now is then later. */
void store_begin(struct txn *txn, enum txn_kind kind, int64_t now);
/* A TRY that wanted to write answers DONE having written nothing. */
enum store_end store_end(struct txn *txn);
/* Ends it and undoes what it wrote. */
void store_abandon(struct txn *txn);
/* A verb has asked to write in a TRY: from then on every verb finds nothing, and what the rule said does
 * not count. */
bool store_wants_to_write(const struct txn *txn);
/* The first failure so far; STORE_DONE while there is none. */
enum store_end store_failure(const struct txn *txn);
int64_t store_now(const struct txn *txn);

/* How many times this transaction has written: two equal answers mean that nothing was written between them. */
uint64_t store_write_count(const struct txn *txn);

/* --- credentials and the preamble */

/* What the preamble wants to know; NULL or REFERENCE_NONE: not asked. */
struct lookup {
	const uint8_t *api_key_digest;
	const uint8_t *token_digest;
	const uint8_t *session_digest;  /* names the caller where no token does */
	const uint8_t *username_fold;   /* names the caller where neither does */
	const struct reference *group;
	const char *group_slug; /* bytes of group->slug */
	const char *invite_token_identifier; /* names the group where there is no reference */
};

struct resolved {
	bool application_found;
	uint64_t application_id;
	bool application_active;
	bool token_found; /* with a caller: a token's person always exists */
	uint64_t token_id;
	bool token_active; /* itself, and its application if it has one */
	uint64_t token_application_id;
	enum scope token_scope;
	bool session_found; /* with a caller, and what is said of the token is said of the session's */
	struct session session;
	bool named_found; /* a caller, by username */
	struct user caller;
	bool group_found;
	struct group group; /* without its description */
	struct membership membership; /* the caller's in that group */
	bool invite_token_found;
	struct invite_token invite_token;
};

/* All of the above in one call. */
void store_resolve(struct txn *txn, const struct lookup *lookup, struct texts *texts, struct resolved *resolved);

/* --- people, applications, tokens */

/* Who was erased is not found, but by store_next_user: the id stays taken, as does the slug. */
bool store_find_user(struct txn *txn, uint64_t id, struct texts *texts, struct user *found);
bool store_find_user_id_by_slug(struct txn *txn, const char *slug, uint64_t *found);
bool store_find_user_id_by_fold(struct txn *txn, const uint8_t fold[FOLD_DIGEST_SIZE], uint64_t *found);
/* `email` in ASCII lower case. */
bool store_find_user_id_by_email(struct txn *txn, const char *email, uint64_t *found);
/* Adds or replaces, with all its indexes, rosters by name included. Its names must be free (the caller
 * looked). A new address turns pending e-mail invitations to it into the state `invited` (or member
 * where requested): the engine's engine_adopt_invitations does, not this verb. */
void store_put_user(struct txn *txn, const struct user *user, const struct texts *texts);

bool store_find_application(struct txn *txn, uint64_t id, struct texts *texts, struct application *found);
bool store_find_application_id(struct txn *txn, const uint8_t digest[DIGEST_SIZE], uint64_t *found);
void store_put_application(struct txn *txn, const struct application *application, const struct texts *texts);

bool store_find_token(struct txn *txn, uint64_t id, struct texts *texts, struct token *found);
bool store_find_token_id(struct txn *txn, const uint8_t digest[DIGEST_SIZE], uint64_t *found);
void store_put_token(struct txn *txn, const struct token *token, const struct texts *texts);
/* The first of a user's tokens with an id above `after`. */
bool store_next_token_of_user(struct txn *txn, uint64_t user_id, uint64_t after, struct texts *texts,
			      struct token *found);

/* Drops the token and its digest. Sessions that it signed in end with it: their rows go when they fall due. */
void store_delete_token(struct txn *txn, uint64_t id);
/* A person's active tokens, oldest first. */
void store_list_tokens(struct txn *txn, uint64_t user_id, const struct listing *listing, bool after_given,
		       struct page *page);

/* Sessions and frobs, by digest. What is past its end is still found until it is dropped: rules judge by
 * its times. */
bool store_find_session(struct txn *txn, const uint8_t digest[DIGEST_SIZE], struct session *found);
/* Adds or replaces; it falls due SESSION_UNUSED_MAX_S after it was seen. */
void store_put_session(struct txn *txn, const struct session *session);
/* Nothing happens when there is none. */
void store_delete_session(struct txn *txn, const uint8_t digest[DIGEST_SIZE]);
bool store_find_frob(struct txn *txn, const uint8_t digest[DIGEST_SIZE], struct frob *found);
/* The first whose digest is above `after`; NULL: of all. */
bool store_next_frob(struct txn *txn, const uint8_t *after, struct frob *found);
/* Its digest must be new. */
void store_put_frob(struct txn *txn, const struct frob *frob);
void store_delete_frob(struct txn *txn, const uint8_t digest[DIGEST_SIZE]);

/* --- groups */

/* Without the description, which is kept apart: store_group_description. */
bool store_find_group(struct txn *txn, uint64_t id, struct texts *texts, struct group *found);
struct text store_group_description(struct txn *txn, uint64_t id, struct texts *texts);
bool store_find_group_id_by_slug(struct txn *txn, const char *slug, uint64_t *found);
/* Whether a group that is not private, other than `but_not`, has a name with this fold. */
bool store_name_is_taken(struct txn *txn, const uint8_t fold[FOLD_DIGEST_SIZE], uint64_t but_not);
/* Adds or replaces. `with_description`: also writes group->description. The slug of a stored group must
 * not change. */
void store_put_group(struct txn *txn, const struct group *group, const struct texts *texts, bool with_description);
/* Removes record, text, name, slug, code and up to SLICE_ROWS_MAX of its people; leaves a chore for the
 * rest. */
void store_delete_group(struct txn *txn, uint64_t id);

/* --- memberships */

/* State NONE when there is no record. */
struct membership store_find_membership(struct txn *txn, uint64_t group_id, uint64_t user_id);
/* The note beside a membership, or the decision beside none. */
bool store_find_note(struct txn *txn, uint64_t group_id, uint64_t user_id, struct texts *texts, struct note *found);
/* Replaces the pair's record and note (NULL: none); state NONE removes the record, and with a note that
 * is `denied` leaves a decision. Keeps in step: both sets, rosters by name, the pair's pending
 * invitation (to member: accepted; to banned: revoked; to none: declined; to invited: made, unless one
 * stands), the expiry of bans and decisions. Does not touch group.owner_id. */
void store_put_membership(struct txn *txn, const struct membership *membership, const struct note *note,
			  const struct texts *texts);
/* Entries in state member: O(1), also for a million. */
uint64_t store_count_members(struct txn *txn, uint64_t group_id);
/* Whether the user is a member of fewer than `max` groups. */
bool store_user_has_room(struct txn *txn, uint64_t user_id, uint32_t max);
/* Who owns the group when `leaving` has gone: the first active admin, else the first active member, by
 * earliest (since, id) among the HEIR_SEARCH_MAX earliest of each list, else the earliest admin, else
 * the earliest member. False: nobody else is a member. */
bool store_find_heir(struct txn *txn, uint64_t group_id, uint64_t leaving, struct membership *heir);

/* Lists fill the page: items, total, has_more, last. What `listing` means: model/request.h; per_page 0:
 * complete. */

/* Members with their people. ORDER_DEFAULT: the owner first, then newest first; ORDER_CREATED_ASC and
 * _DESC: by join; ORDER_NAME_ASC and _DESC: by username; ORDER_ID_ASC with per_page 0: only ids, or
 * too_long. */
void store_list_members(struct txn *txn, const struct group *group, const struct listing *listing, bool after_given,
			struct page *page);
/* The groups that the user is a member of, with owner, member count and description, in the given order
 * (default: name ascending). `public_only`: leave private ones out, also of the total. The views' caller
 * is the user. ORDER_ID_ASC: only ids; a part of them (per_page above 0) in the order of joining. */
void store_list_groups_of_user(struct txn *txn, uint64_t user_id, bool public_only, const struct listing *listing,
			       bool after_given, struct page *page);

/* A person's standing with note, person and who is named by the note; `group` stays zeroed. State NONE and
 * no note that is `denied`: false. */
bool store_find_standing(struct txn *txn, uint64_t group_id, uint64_t user_id, struct texts *texts,
			 struct standing_view *found);
/* Those who asked to join, oldest first. */
void store_list_requests(struct txn *txn, uint64_t group_id, const struct listing *listing, bool after_given,
			 struct page *page);
/* Soonest to end first, those for good last. */
void store_list_bans(struct txn *txn, uint64_t group_id, const struct listing *listing, bool after_given,
		     struct page *page);
/* A person's pending requests, and decisions about earlier ones, with their groups; oldest first. A decision
 * about a private group is left out, also of the total: the person no longer sees it. */
void store_list_requests_of_user(struct txn *txn, uint64_t user_id, const struct listing *listing, bool after_given,
				 struct page *page);

/* --- invites */

bool store_find_invite(struct txn *txn, uint64_t group_id, struct texts *texts, struct invite *found);
/* Which group a code (by the SHA-256 of its text) belongs to. */
bool store_find_group_id_by_code(struct txn *txn, const uint8_t digest[DIGEST_SIZE], uint64_t *found);
/* The group must have none. `digest` is of the code's text. */
void store_put_invite(struct txn *txn, const struct invite *invite, const struct texts *texts,
		      const uint8_t digest[DIGEST_SIZE]);
void store_delete_invite(struct txn *txn, uint64_t group_id);

bool store_find_invite_token(struct txn *txn, uint64_t id, struct texts *texts, struct invite_token *found);
bool store_find_invite_token_id(struct txn *txn, const char *identifier, uint64_t *found);
/* Adds or replaces. It is on its group's list while it is live: uses left, not revoked, not past its end. */
void store_put_invite_token(struct txn *txn, const struct invite_token *token, const struct texts *texts);
/* Live invite tokens, oldest first, with who minted them. */
void store_list_invite_tokens(struct txn *txn, uint64_t group_id, const struct listing *listing, bool after_given,
			      struct page *page);

/* Personal and e-mail invitations. One by e-mail keeps its address when it has had its effect on somebody and
 * has a user. */
bool store_find_invitation(struct txn *txn, uint64_t id, struct texts *texts, struct invitation *found);
/* Adds or replaces the record, its place on the group's list (pending ones) and by e-mail. A pending one for a
 * user is that user's state `invited`: the caller puts the membership as well. One that ends in another way than
 * its membership says (cancelled) is put with its state before the membership is. An end without a time is now. */
void store_put_invitation(struct txn *txn, const struct invitation *invitation, const struct texts *texts);
/* Who is named as its sender: the group's owner, where it has none or that person was erased. An invitation always
 * names somebody: clients of the original count on it. */
bool store_find_inviter(struct txn *txn, const struct invitation *invitation, const struct group *group,
			struct texts *texts, struct user *found);
/* With group, invitee (of an e-mail invitation: nobody) and who sent it. */
bool store_find_invitation_view(struct txn *txn, uint64_t id, struct texts *texts, struct invitation_view *found);
/* The pending one that is the pair's state `invited`, or that was sent to this address (ASCII lower case). */
bool store_find_invitation_of_user(struct txn *txn, uint64_t group_id, uint64_t user_id, uint64_t *id);
bool store_find_invitation_of_email(struct txn *txn, uint64_t group_id, const char *email, uint64_t *id);
/* Pending ones of a group, newest first, and of a person, oldest first. */
void store_list_invitations(struct txn *txn, uint64_t group_id, const struct listing *listing, bool after_given,
			    struct page *page);
void store_list_invitations_of_user(struct txn *txn, uint64_t user_id, const struct listing *listing,
				    bool after_given, struct page *page);
/* The first pending invitation for an address (ASCII lower case) that has met nobody yet, with an id above `after`. */
bool store_next_invitation_of_email(struct txn *txn, const char *email, uint64_t after, struct texts *texts,
				    struct invitation *found);

/* --- ids, changes, time, chores */

enum counter {
	COUNTER_APPLICATION,
	COUNTER_USER,
	COUNTER_TOKEN,
	COUNTER_GROUP,
	COUNTER_INVITE,
	COUNTER_INVITE_TOKEN,
	COUNTER_INVITATION,
	COUNTER_CHANGE,
	COUNTER_COUNT,
};

/* "application", ..., as in the export's counter lines. */
const char *counter_name(enum counter counter);
/* The next id of the kind, never given before; 0 on failure or in a TRY. */
uint64_t store_next_id(struct txn *txn, enum counter counter);
/* What the next id will be. */
uint64_t store_counter(struct txn *txn, enum counter counter);
/* Raises it to at least `next`; import does. */
void store_raise_counter(struct txn *txn, enum counter counter, uint64_t next);

/* Gives the change its seq and appends it to the feed. Returns the seq; 0 on failure or in a TRY. */
uint64_t store_append_change(struct txn *txn, const struct change *change, const struct texts *texts);

/* Fills the page with the changes behind `feed->after`, of one group or (group_id 0) of all; `last_seq` is the
 * number to go on behind. False: some of them are no longer kept, and `first` is the first of all that is. */
bool store_list_changes(struct txn *txn, uint64_t group_id, const struct feed *feed, struct page *page,
			uint64_t *first);
/* The number of the first change that is kept; of the next one where none is. */
uint64_t store_first_change(struct txn *txn);
/* Drops up to SLICE_ROWS_MAX of the first changes with numbers below `before`. True: there are more. */
bool store_trim_changes(struct txn *txn, uint64_t before);

/* --- repeated requests */

/* What a request with an Idempotency-Key was answered, kept for IDEMPOTENCY_KEPT_S: the reply without secrets,
 * which are derived anew. `token_id` is the caller's token. */
struct kept {
	uint64_t token_id;
	uint8_t key[IDEMPOTENCY_DIGEST_SIZE];
	uint8_t fingerprint[IDEMPOTENCY_DIGEST_SIZE];
	int64_t at;
};

/* False: none is kept, or it is past its time. `kept` comes with token_id, key and fingerprint and gets its
 * time. The reply, whose items must be clear, is filled only where the fingerprint is the one stored (and `same`
 * then true): outcome, items and their texts; not what this run knows by itself, nor the texts of secrets. */
bool store_find_kept_reply(struct txn *txn, struct kept *kept, bool *same, struct reply *reply);
/* Replaces one that is past its time. The reply has an outcome and no page. */
void store_keep_reply(struct txn *txn, const struct kept *kept, const struct reply *reply);

/* The values are stored: never renumber. */
enum due_kind {
	DUE_BAN,	  /* group_id, user_id: the ban has ended; its record is still there */
	DUE_DECISION,	  /* group_id, user_id */
	DUE_INVITE_TOKEN, /* id */
	DUE_FROB,	  /* digest */
	DUE_SESSION,	  /* digest */
	DUE_KEPT_REPLY,	  /* id: the token's; digest: begins with the key */
	DUE_COUNT,
};

struct due {
	enum due_kind kind;
	int64_t at;
	uint64_t group_id;
	uint64_t user_id;
	uint64_t id;
	uint8_t digest[DIGEST_SIZE];
	bool of_deleted_group; /* it is only to be dropped: the group's own end has been told */
};

/* The earliest row whose time is at or before `now`: one seek. */
bool store_next_due(struct txn *txn, struct due *found);
/* Removes the row, and what it names if that is still due. */
void store_drop_due(struct txn *txn, const struct due *due);

/* Removes up to SLICE_ROWS_MAX rows that deleted groups left. True: there is more to do. In a READ: only
 * looks whether there is something to do. */
bool store_sweep(struct txn *txn);

/* --- how often applications call */

/* The calls of one application for one operation on one day. */
struct usage {
	uint64_t application_id;
	uint32_t day; /* UTC, since 1970-01-01 */
	enum operation operation;
	uint64_t calls;
};

/* Adds the calls to those that are stored. */
void store_add_usage(struct txn *txn, const struct usage *usage);
/* The first row behind the given one (its calls do not matter), by application, day and operation. */
bool store_next_usage(struct txn *txn, const struct usage *after, struct usage *found);

/* --- walking everything: export, lists of the operator, fsck */

/* Each finds the first record with an id (or pair) above the given one. */
bool store_next_application(struct txn *txn, uint64_t after, struct texts *texts, struct application *found);
bool store_next_user(struct txn *txn, uint64_t after, struct texts *texts, struct user *found);
bool store_next_token(struct txn *txn, uint64_t after, struct texts *texts, struct token *found);
/* With the description. */
bool store_next_group(struct txn *txn, uint64_t after, struct texts *texts, struct group *found);
bool store_next_invite(struct txn *txn, uint64_t after_group_id, struct texts *texts, struct invite *found);
bool store_next_invite_token(struct txn *txn, uint64_t after, struct texts *texts, struct invite_token *found);
bool store_next_invitation(struct txn *txn, uint64_t after, struct texts *texts, struct invitation *found);
/* By (user_id, group_id). */
bool store_next_membership(struct txn *txn, uint64_t after_user_id, uint64_t after_group_id,
			   struct membership *found);
/* Decisions only, by (user_id, group_id); `pair` gets the ids. */
bool store_next_decision(struct txn *txn, uint64_t after_user_id, uint64_t after_group_id, struct texts *texts,
			 struct membership *pair, struct note *found);
bool store_next_change(struct txn *txn, uint64_t after, struct texts *texts, struct change *found);

struct check_result {
	uint64_t groups;
	uint64_t users;
	uint64_t memberships;	   /* records in any state */
	uint64_t changes;
	uint64_t to_be_swept;	   /* rows that chores still stand for */
	uint64_t used_bytes;	   /* of the file; 0 where the backend has none */
	uint64_t membership_bytes; /* used pages of the membership tables, in bytes */
	uint64_t errors;
};

/* Recounts and checks every index against the records (the invariants of membership, in README). Calls
 * `report` once per error with one line without secrets. */
void store_check(struct txn *txn, void (*report)(void *context, const char *line), void *context,
		 struct check_result *result);

#endif
