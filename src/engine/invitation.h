/* Invitations of persons and of addresses. One by e-mail is called a letter: nobody is ever told whether its
 * address is somebody's. */
#ifndef ENGINE_INVITATION_H
#define ENGINE_INVITATION_H

#include "engine/rule.h"

/* What an invitation makes of somebody in this state: invited or, who had asked, a member where there is
 * room; the same state: nothing. */
enum state invitation_effect(
	struct txn *txn, const struct membership *before, const struct engine_options *options);

/* Ends the letter that waits for this person's address in the resolved group, if there is one: the person
 * joined, declined or was banned. The user's texts are in the scratch. */
void invitation_end_letter(struct rule *rule, const struct user *user, enum invitation_state state);

#endif
