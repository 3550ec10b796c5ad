/* Decides what becomes of a line: skipped, refused or put, by its kind's row. */
#include "admin/import_put.h"

#include <stdio.h>
#include <string.h>

#include "admin/import_kinds.h"
#include "engine/person.h"
#include "model/limits.h"

static const struct {
	import_finder *find;
	import_putter *put;
} KINDS[LINE_KIND_COUNT] = {
	[LINE_APPLICATION] = {import_find_application, import_put_application},
	[LINE_USER] = {import_find_user, import_put_user},
	[LINE_TOKEN] = {import_find_token, import_put_token},
	[LINE_GROUP] = {import_find_group, import_put_group},
	[LINE_MEMBERSHIP] = {import_find_membership, import_put_membership},
	[LINE_DECISION] = {import_find_decision, import_put_decision},
	[LINE_INVITATION] = {import_find_invitation, import_put_invitation},
	[LINE_INVITE] = {import_find_invite, import_put_invite},
	[LINE_INVITE_TOKEN] = {import_find_invite_token, import_put_invite_token},
	[LINE_CHANGE] = {import_find_change, import_put_change},
	[LINE_COUNTER] = {import_find_counter, import_put_counter},
};

bool import_user_exists(struct import_state *state, uint64_t id)
{
	struct user user;
	texts_clear(&state->scratch);
	return store_find_user(state->txn, id, &state->scratch, &user);
}

bool import_user_existed(struct import_state *state, uint64_t id)
{
	return person_exists(state->txn, id);
}

int64_t import_time_or_now(
	const struct import_state *state, const struct import_line *line, const char *member, int64_t time)
{
	return import_line_gives(line, member) ? time : store_now(state->txn);
}

uint64_t import_take_id(struct import_state *state, enum counter counter, uint64_t given)
{
	if (given == 0) {
		return store_next_id(state->txn, counter);
	}
	store_raise_counter(state->txn, counter, given + 1);
	return given;
}

/* What time has ended already is nothing to import. */
static bool is_over(const struct import_line *line, int64_t now)
{
	switch (line->kind) {
	case LINE_MEMBERSHIP:
		return line->membership.membership.state == STATE_BANNED &&
		       line->membership.membership.until <= now;
	case LINE_DECISION:
		return import_line_gives(line, "at") && line->membership.note.at + DECISION_KEPT_S <= now;
	case LINE_INVITE_TOKEN:
		return line->invite_token.expires_at <= now;
	case LINE_APPLICATION:
	case LINE_USER:
	case LINE_TOKEN:
	case LINE_GROUP:
	case LINE_INVITATION:
	case LINE_INVITE:
	case LINE_CHANGE:
	case LINE_COUNTER:
	case LINE_KIND_COUNT:
		break;
	}
	return false;
}

/* An address that is somebody's names that person, unless the line says who is named, or that nobody is: then
 * the invitation had no effect on whose the address is. */
static void resolve_address(struct import_state *state, struct import_line *line)
{
	struct invitation *invitation = &line->invitation;
	if (line->kind == LINE_INVITATION && invitation->email.length > 0 && !import_line_gives(line, "user_id")) {
		/* It stays 0 where nobody has the address. */
		(void)store_find_user_id_by_email(
			state->txn, texts_get(&state->texts, invitation->email), &invitation->user_id);
	}
}

enum import_result import_put(struct import_state *state, const struct import_line *given, char *why)
{
	struct import_line line = *given;
	if (is_over(&line, store_now(state->txn))) {
		return IMPORT_SKIPPED;
	}
	texts_clear(&state->stored_texts);
	texts_clear(&state->scratch);
	resolve_address(state, &line);
	state->stored = (struct import_line){.kind = line.kind};
	if (KINDS[line.kind].find(state, &line)) {
		const char *member =
			import_line_difference(&line, &state->texts, &state->stored, &state->stored_texts);
		if (member == NULL) {
			return IMPORT_SKIPPED;
		}
		if (!import_is_made_for_owner(state, &line)) {
			(void)snprintf(why, IMPORT_WHY_SIZE, "%s differs from what is stored", member);
			return IMPORT_REFUSED;
		}
	}
	const char *refused = KINDS[line.kind].put(state, &line);
	if (refused != NULL) {
		(void)snprintf(why, IMPORT_WHY_SIZE, "%s", refused);
		return IMPORT_REFUSED;
	}
	return IMPORT_ADDED;
}
