/* What time itself does: bans end, old decisions and expired invite tokens go; and what follows when an
 * address becomes somebody's: the invitations that waited for it. */
#include "engine/engine.h"

#include <stdio.h>

#include "engine/invitation.h"
#include "model/change.h"
#include "model/limits.h"

uint32_t engine_expire_due(struct txn *txn, uint32_t max)
{
	struct due due;
	uint32_t handled = 0;
	while (handled < max && store_next_due(txn, &due)) {
		if (due.kind == DUE_BAN && !due.of_deleted_group) {
			const struct change change = {
				.at = store_now(txn),
				.type = CHANGE_BAN_ENDED,
				.dialect = DIALECT_SYSTEM,
				.operation = OPERATION_NONE,
				.group_id = due.group_id,
				.user_id = due.user_id,
				.before = {STATE_BANNED, ROLE_NONE},
				.after = {STATE_NONE, ROLE_NONE},
			};
			(void)store_append_change(txn, &change, &(struct texts){0});
		}
		store_drop_due(txn, &due);
		handled++;
	}
	return handled;
}

/* --- invitations by e-mail */

static void adopt(struct txn *txn, const struct user *user, struct invitation *invitation,
	const struct engine_options *options, const struct change *cause, struct texts *texts)
{
	const struct membership before = store_find_membership(txn, invitation->group_id, user->id);
	struct membership after = {
		.group_id = invitation->group_id,
		.user_id = user->id,
		.state = invitation_effect(txn, &before, options),
		.since = store_now(txn),
	};
	bool changed = after.state != before.state;
	invitation->user_id = changed ? user->id : 0;
	invitation->ended_at = changed ? 0 : after.since;
	store_put_invitation(txn, invitation, texts);
	if (!changed) {
		return; /* it looks as if it waited on, so that nobody learns from it whose the address is */
	}
	const struct note note = {.by = invitation->by, .at = after.since};
	after.has_note = after.state == STATE_INVITED;
	after.role = after.state == STATE_MEMBER ? ROLE_MEMBER : ROLE_NONE;
	store_put_membership(txn, &after, after.has_note ? &note : NULL, texts);
	struct change change = *cause;
	change.at = after.since;
	change.type = after.state == STATE_MEMBER ? CHANGE_ADDED : CHANGE_INVITED;
	change.group_id = after.group_id;
	change.user_id = user->id;
	change.actor_id = invitation->by;
	change.before = (struct standing){before.state, before.role};
	change.after = (struct standing){after.state, after.role};
	change.reference = invitation->id;
	(void)store_append_change(txn, &change, texts);
}

void engine_adopt_invitations(struct txn *txn, const struct user *user, const struct engine_options *options,
	const struct change *cause, struct texts *texts)
{
	/* A copy: the verb adds texts to where the address stands. */
	char email[EMAIL_SIZE_MAX + 1];
	(void)snprintf(email, sizeof email, "%s", texts_get(texts, user->email));
	struct invitation invitation = {0};
	while (store_next_invitation_of_email(txn, email, invitation.id, texts, &invitation)) {
		adopt(txn, user, &invitation, options, cause, texts);
	}
}
