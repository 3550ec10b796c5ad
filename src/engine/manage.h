/* What the operations of managers have in common: who may, whom it is done to, and what is written. */
#ifndef ENGINE_MANAGE_H
#define ENGINE_MANAGE_H

#include "engine/rule.h"

/* Whom something is done to, as the group has it before. Texts are in the scratch. */
struct target {
	struct user user;
	struct membership membership;
	bool noted;
	struct note note; /* beside the membership */
};

/* What the operation does to its target. */
enum deed manage_find_deed(const struct request *request);

/* Whether the role of who acts suffices. */
bool manage_may(struct rule *rule, enum deed deed);

/* Finds the target, asks the guards, and puts the table's cell into rule->transition. OUTCOME_NONE: the
 * operation's own rule goes on. */
enum outcome manage_find_target(struct rule *rule, struct target *target);

/* Whether the target may become a member of one more group. */
bool manage_has_room(const struct rule *rule, const struct target *target);

/* Writes what became of the target (note NULL: none), and its record in the feed, whose type is that of the
 * outcome in rule->transition. What else waits for a person who joins or is banned ends. `reference`: the
 * invitation's id, or 0. */
void manage_write(struct rule *rule, const struct target *target, const struct membership *after,
	const struct note *note, uint64_t reference);

/* The whole of an operation that ends where its target stands, by the cell of the table. */
enum outcome manage_end_standing(struct rule *rule);

/* Puts the target into the reply as a member or, with a note whose texts are in the scratch (or NULL), as a
 * standing; `item` says of what kind. With the version. */
void manage_reply_member(struct rule *rule, const struct target *target, const struct membership *membership);
void manage_reply_standing(struct rule *rule, enum reply_item item, const struct membership *membership,
	const struct note *note);

#endif
