/* Lines of who stands where in a group: memberships, decisions, invitations. A person said to be invited waits
 * until all invitations are read, because the invitation's line gives its id. */
#include <stdio.h>
#include <stdlib.h>

#include "admin/import_kinds.h"

#define WAITING_FIRST 64

bool import_find_membership(struct import_state *state, const struct import_line *line)
{
	struct membership_line *stored = &state->stored.membership;
	const struct membership *wanted = &line->membership.membership;
	stored->membership = store_find_membership(state->txn, wanted->group_id, wanted->user_id);
	if (stored->membership.state == STATE_NONE) {
		return false;
	}
	if (stored->membership.has_note) {
		(void)store_find_note(
			state->txn, wanted->group_id, wanted->user_id, &state->stored_texts, &stored->note);
	}
	return true;
}

/* Keeps a person who is invited until all invitations are read. */
static const char *wait_for_invitation(struct import_state *state, const struct import_line *line)
{
	if (state->waiting_count == state->waiting_capacity) {
		size_t capacity = state->waiting_capacity == 0 ? WAITING_FIRST : 2 * state->waiting_capacity;
		struct import_waiting *grown = reallocarray(state->waiting, capacity, sizeof *grown);
		if (grown == NULL) {
			return IMPORT_OUT_OF_MEMORY;
		}
		state->waiting = grown;
		state->waiting_capacity = capacity;
	}
	const struct note *note = &line->membership.note;
	state->waiting[state->waiting_count++] = (struct import_waiting){
		.membership = line->membership.membership,
		.number = line->number,
		.by = note->by,
		.words = texts_add(
			&state->waiting_texts, texts_get(&state->texts, note->words), note->words.length),
	};
	state->waiting_sorted = false;
	return state->waiting_texts.failed ? IMPORT_OUT_OF_MEMORY : NULL;
}

/* Owner is who the group's line says, and nobody else. */
static const char *check_owner(const struct membership *membership, const struct group *group)
{
	bool is_owner = membership->user_id == group->owner_id;
	if (is_owner && membership->state != STATE_MEMBER) {
		return "the group's owner must be a member";
	}
	return is_owner == (membership->role == ROLE_OWNER)
		       ? NULL
		       : "the role contradicts the group's owner_user_id";
}

const char *import_put_membership(struct import_state *state, struct import_line *line)
{
	struct membership *membership = &line->membership.membership;
	struct note *note = &line->membership.note;
	struct group group;
	if (!store_find_group(state->txn, membership->group_id, &state->scratch, &group)) {
		return IMPORT_NO_GROUP;
	}
	if (!import_user_exists(state, membership->user_id) ||
		(note->by != 0 && !import_user_existed(state, note->by))) {
		return IMPORT_NO_USER;
	}
	const char *refused = check_owner(membership, &group);
	if (refused != NULL) {
		return refused;
	}
	if (membership->state == STATE_MEMBER && membership->role != ROLE_OWNER &&
		!store_user_has_room(state->txn, membership->user_id, state->engine->groups_per_user_max)) {
		return "the user is a member of too many groups";
	}
	membership->since = import_time_or_now(state, line, "since", membership->since);
	if (membership->state == STATE_INVITED) {
		return wait_for_invitation(state, line);
	}
	membership->has_note = note->by != 0 || note->words.length > 0;
	note->at = membership->since;
	store_put_membership(state->txn, membership, membership->has_note ? note : NULL, &state->texts);
	return NULL;
}

/* The record that the group's own line made for its owner gives way to the owner's line. */
bool import_is_made_for_owner(struct import_state *state, const struct import_line *line)
{
	const struct membership *wanted = &line->membership.membership;
	const struct membership *stored = &state->stored.membership.membership;
	struct group group;
	return line->kind == LINE_MEMBERSHIP && wanted->state == STATE_MEMBER && wanted->role == ROLE_OWNER &&
	       stored->role == ROLE_OWNER && !stored->has_note &&
	       store_find_group(state->txn, wanted->group_id, &state->scratch, &group) &&
	       stored->since == group.created_at;
}

bool import_find_decision(struct import_state *state, const struct import_line *line)
{
	struct membership_line *stored = &state->stored.membership;
	const struct membership *pair = &line->membership.membership;
	stored->membership.group_id = pair->group_id;
	stored->membership.user_id = pair->user_id;
	return store_find_membership(state->txn, pair->group_id, pair->user_id).state == STATE_NONE &&
	       store_find_note(
		       state->txn, pair->group_id, pair->user_id, &state->stored_texts, &stored->note) &&
	       stored->note.denied;
}

const char *import_put_decision(struct import_state *state, struct import_line *line)
{
	const struct membership *pair = &line->membership.membership;
	struct group group;
	if (!store_find_group(state->txn, pair->group_id, &state->scratch, &group)) {
		return IMPORT_NO_GROUP;
	}
	if (!import_user_exists(state, pair->user_id)) {
		return IMPORT_NO_USER;
	}
	if (store_find_membership(state->txn, pair->group_id, pair->user_id).state != STATE_NONE) {
		return "a decision stands only where there is no membership";
	}
	struct note *note = &line->membership.note;
	note->at = import_time_or_now(state, line, "at", note->at);
	store_put_membership(state->txn, pair, note, &state->texts);
	return NULL;
}

bool import_find_invitation(struct import_state *state, const struct import_line *line)
{
	const struct invitation *wanted = &line->invitation;
	struct invitation *stored = &state->stored.invitation;
	uint64_t id = wanted->id;
	if (id == 0 && (wanted->email.length == 0 ||
			       !store_find_invitation_of_email(state->txn, wanted->group_id,
				       texts_get(&state->texts, wanted->email), &id))) {
		return false;
	}
	return store_find_invitation(state->txn, id, &state->stored_texts, stored);
}

static int compare_waiting(const void *a, const void *b)
{
	const struct membership *left = &((const struct import_waiting *)a)->membership;
	const struct membership *right = &((const struct import_waiting *)b)->membership;
	if (left->group_id != right->group_id) {
		return left->group_id < right->group_id ? -1 : 1;
	}
	return (left->user_id > right->user_id) - (left->user_id < right->user_id);
}

/* The person's own line, if there was one. */
static const struct import_waiting *find_waiting(
	struct import_state *state, const struct invitation *invitation)
{
	if (state->waiting_count == 0) {
		return NULL;
	}
	if (!state->waiting_sorted) {
		qsort(state->waiting, state->waiting_count, sizeof *state->waiting, compare_waiting);
		state->waiting_sorted = true;
	}
	const struct import_waiting wanted = {
		.membership = {.group_id = invitation->group_id, .user_id = invitation->user_id},
	};
	return bsearch(&wanted, state->waiting, state->waiting_count, sizeof wanted, compare_waiting);
}

static void put_invited(struct import_state *state, struct membership membership, uint64_t by,
	struct text words, const struct texts *texts)
{
	const struct note note = {.by = by, .at = membership.since, .words = words};
	membership.has_note = true;
	store_put_membership(state->txn, &membership, &note, texts);
}

/* A pending personal invitation and the state invited are one fact. */
static const char *put_pending(struct import_state *state, const struct invitation *invitation)
{
	enum state found = store_find_membership(state->txn, invitation->group_id, invitation->user_id).state;
	if (found != STATE_NONE) {
		return found == STATE_INVITED ? "the person is invited already"
					      : "a pending invitation contradicts the membership";
	}
	store_put_invitation(state->txn, invitation, &state->texts);
	const struct import_waiting *waiting = find_waiting(state, invitation);
	if (waiting != NULL) {
		put_invited(state, waiting->membership, waiting->by, waiting->words, &state->waiting_texts);
		return NULL;
	}
	const struct membership membership = {
		.group_id = invitation->group_id,
		.user_id = invitation->user_id,
		.state = STATE_INVITED,
		.since = invitation->created_at,
	};
	put_invited(state, membership, invitation->by, (struct text){0}, &state->texts);
	return NULL;
}

const char *import_put_invitation(struct import_state *state, struct import_line *line)
{
	struct invitation *invitation = &line->invitation;
	struct group group;
	if (!store_find_group(state->txn, invitation->group_id, &state->scratch, &group)) {
		return IMPORT_NO_GROUP;
	}
	bool (*known)(struct import_state *, uint64_t) =
		invitation->state == INVITATION_PENDING ? import_user_exists : import_user_existed;
	if ((invitation->user_id != 0 && !known(state, invitation->user_id)) ||
		(invitation->by != 0 && !import_user_existed(state, invitation->by))) {
		return IMPORT_NO_USER;
	}
	if (invitation->id == 0 && invitation->state != INVITATION_PENDING) {
		return "an invitation that is over needs its id";
	}
	invitation->id = import_take_id(state, COUNTER_INVITATION, invitation->id);
	invitation->created_at = import_time_or_now(state, line, "created_at", invitation->created_at);
	if (invitation->state != INVITATION_PENDING) {
		invitation->ended_at = import_time_or_now(state, line, "ended_at", invitation->ended_at);
	}
	if (invitation->state == INVITATION_PENDING && invitation->user_id != 0) {
		return put_pending(state, invitation);
	}
	store_put_invitation(state->txn, invitation, &state->texts);
	return NULL;
}

enum import_result import_put_waiting(
	struct import_state *state, const struct import_waiting *waiting, char *why)
{
	const struct membership *wanted = &waiting->membership;
	struct membership stored = store_find_membership(state->txn, wanted->group_id, wanted->user_id);
	struct group group;
	/* A client may have deleted it since the line was read. */
	if (!store_find_group(state->txn, wanted->group_id, &state->scratch, &group)) {
		(void)snprintf(why, IMPORT_WHY_SIZE, "%s", IMPORT_NO_GROUP);
		return IMPORT_REFUSED;
	}
	if (stored.state == STATE_NONE) {
		put_invited(state, *wanted, waiting->by, waiting->words, &state->waiting_texts);
		return IMPORT_ADDED;
	}
	if (stored.state == STATE_INVITED && stored.since == wanted->since) {
		return IMPORT_SKIPPED;
	}
	(void)snprintf(why, IMPORT_WHY_SIZE, "another line says something else about this membership");
	return IMPORT_REFUSED;
}
