/* What an operation's function is given, and what such functions have in common. Private to engine/. */
#ifndef ENGINE_RULE_H
#define ENGINE_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/engine.h"
#include "engine/transition.h"
#include "model/change.h"

/* What became of the invite that a request presents. */
enum invite_verdict {
	INVITE_VERDICT_NONE, /* none was given */
	INVITE_VERDICT_VALID, /* for this group and this person, now */
	INVITE_VERDICT_SPENT, /* a genuine token, but used up or revoked meanwhile */
	INVITE_VERDICT_BAD,
};

/* One run of one operation. */
struct rule {
	const struct circumstances *circumstances;
	struct txn *txn;
	const struct request *request;
	struct reply *reply;
	struct page *page;
	/* What the preamble found; texts of `resolved` are in the scratch. */
	struct resolved resolved;
	bool caller_known;
	enum invite_verdict invite;
	enum deed deed; /* what a manager does to somebody */
	struct transition transition; /* of who joins or leaves, or of whom the deed is done to */
	struct text request_id; /* in the scratch */
};

/* The outcome, with the field that its sentence names. */
enum outcome rule_refuse(struct rule *rule, enum outcome outcome, const char *field);

/* Whether there was no memory for some text so far. To be asked before the first write: what is written
 * then is whole, and the answer is `busy` instead. */
bool rule_lacks_memory(const struct rule *rule);

/* An operator's token reads as a manager of every group; to change one it has no more power than its
 * person. */
bool rule_reads_as_manager(const struct rule *rule);
/* Whether the caller manages the resolved group, or reads as if. */
bool rule_is_for_manager(const struct rule *rule);

/* Whether the request's cursor, if it has one, is of the list of this group or user, however it named it. */
bool rule_cursor_fits(const struct rule *rule, uint64_t of);

/* Whether the people of the resolved group are kept from the caller: it is private, and only its members see
 * them. */
bool rule_hides_people(const struct rule *rule);

/* Whom the request means by its user; false: nobody. */
bool rule_find_user_id(struct rule *rule, uint64_t *user_id);

/* Copies a text of the request, or of the scratch into the reply. */
struct text rule_keep_text(struct rule *rule, struct text given);
struct text rule_show_text(struct rule *rule, struct text kept);

/* Takes a text over into the scratch where the request gives it and it differs; answers its bit then, else 0. */
uint32_t rule_take_text(struct rule *rule, enum given field, struct text given, struct text *text);

/* The resolved group's description, which the preamble leaves where it is. */
void rule_load_description(struct rule *rule);

/* Puts the resolved group into the reply as its caller sees it, with what rule_load_description found. */
void rule_reply_group(struct rule *rule);
/* Puts the caller's membership, with the caller, into the reply. */
void rule_reply_caller(struct rule *rule, const struct membership *membership);
/* Brings the reply in step with a membership of the caller that was just written. */
void rule_update_reply(struct rule *rule, const struct membership *membership);

/* Puts the page's list into the reply; of a group's list also the group and, where a
 * page is made of it, what its forms need. */
void rule_reply_list(struct rule *rule);
/* The whole of an operation that lists by one verb what belongs to this group or user. */
typedef void list_verb(struct txn *txn, uint64_t of, const struct listing *listing, bool after_given,
	struct page *page);
enum outcome rule_list(struct rule *rule, uint64_t of, list_verb *list);

/* Puts who is signed in into the reply, if somebody is. */
void rule_reply_visitor(struct rule *rule);
/* Puts a secret into the reply, where it is shown this once. */
void rule_reply_secret(struct rule *rule, const char *secret);
/* What a page with a form needs: who sees it, and a cookie for who has none yet. */
void rule_reply_form(struct rule *rule);
/* Notes that the session was used, if that was not noted lately. */
void rule_note_session(struct rule *rule);

/* What every change of this run says of its cause. */
struct change rule_cause(const struct rule *rule);

/* Writes one record of the change feed about the resolved group. The caller of this function says type,
 * person, standings, fields and reference. Returns its number. */
uint64_t rule_append_change(struct rule *rule, const struct change *what);

#endif
