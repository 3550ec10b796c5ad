/* user erase: a person leaves every group by the usual rules and has nothing left but id and slug. It is done in
 * slices, so that others go on meanwhile; the person is suspended first, so that nothing is added behind them. What
 * a crash interrupts is taken up by the same command again. */
#include <stdio.h>
#include <string.h>

#include "admin/lines.h"
#include "admin/people.h"
#include "engine/operator.h"
#include "model/limits.h"

#define SLICE_GROUPS 50 /* ending one may cost as much as SLICE_ROWS_MAX rows, where a group ends with it */
#define SLICE_TOKENS 100
#define SLICE_INVITATIONS 1000 /* which are looked at: few of them are this person's */

struct erasure {
	struct call *call;
	uint64_t id;
	uint8_t seed[SEED_SIZE];
	struct texts scratch;
	char email[EMAIL_SIZE_MAX + 1]; /* "": none */
	uint64_t invitation_id; /* the last one that was looked at */
	struct user user; /* as it stays */
};

/* One slice of it. True: there may be more. */
typedef bool slice(struct erasure *erasure);

static bool end_memberships(struct erasure *erasure)
{
	struct txn *txn = erasure->call->txn;
	const struct circumstances circumstances = {
		.options = erasure->call->place->engine, .seed = erasure->seed, .scratch = &erasure->scratch};
	for (unsigned i = 0; i < SLICE_GROUPS; i++) {
		struct membership membership;
		if (!store_next_membership(txn, erasure->id, 0, &membership) ||
			membership.user_id != erasure->id ||
			!operator_end_membership(&circumstances, txn, &membership)) {
			return false;
		}
		erasure->invitation_id = 0; /* it may have ended one that was looked at before */
	}
	return true;
}

static bool forget_decisions(struct erasure *erasure)
{
	struct txn *txn = erasure->call->txn;
	for (unsigned i = 0; i < SLICE_GROUPS; i++) {
		struct membership pair;
		struct note note;
		texts_clear(&erasure->scratch);
		if (!store_next_decision(txn, erasure->id, 0, &erasure->scratch, &pair, &note) ||
			pair.user_id != erasure->id) {
			return false;
		}
		const struct membership none = {.group_id = pair.group_id, .user_id = pair.user_id};
		store_put_membership(txn, &none, NULL, &erasure->scratch);
	}
	return true;
}

/* With the sessions that they signed in. */
static bool drop_tokens(struct erasure *erasure)
{
	struct token token;
	for (unsigned i = 0; i < SLICE_TOKENS; i++) {
		texts_clear(&erasure->scratch);
		if (!store_next_token_of_user(
			    erasure->call->txn, erasure->id, 0, &erasure->scratch, &token)) {
			return false;
		}
		store_delete_token(erasure->call->txn, token.id);
	}
	return true;
}

/* A letter that somebody declined or accepted may name nobody but by the address, and so does one that met somebody
 * whom it could not invite. */
static bool reached_person(const struct erasure *erasure, const struct invitation *invitation)
{
	bool waits = invitation->state == INVITATION_PENDING && invitation->ended_at == 0;
	if (waits || invitation->email.length == 0) {
		return false;
	}
	const char *email = texts_get(&erasure->scratch, invitation->email);
	return invitation->user_id == erasure->id ||
	       (invitation->user_id == 0 && strcmp(email, erasure->email) == 0);
}

/* Of letters that are over, or wait for nobody else, the address goes: the group keeps whom it had invited. One that
 * still waits is for whoever has the address next. */
static bool forget_addresses(struct erasure *erasure)
{
	struct txn *txn = erasure->call->txn;
	struct invitation invitation;
	for (unsigned i = 0; i < SLICE_INVITATIONS; i++) {
		texts_clear(&erasure->scratch);
		if (!store_next_invitation(txn, erasure->invitation_id, &erasure->scratch, &invitation)) {
			return false;
		}
		erasure->invitation_id = invitation.id;
		if (reached_person(erasure, &invitation)) {
			bool pending = invitation.state == INVITATION_PENDING;
			invitation.state = pending ? INVITATION_REVOKED : invitation.state;
			invitation.user_id = erasure->id;
			invitation.email = (struct text){0};
			store_put_invitation(txn, &invitation, &erasure->scratch);
		}
	}
	return true;
}

/* Addresses last: the end of a membership may be that of a letter. */
static slice *const SLICES[] = {drop_tokens, end_memberships, forget_decisions, forget_addresses};

/* Nothing that this person begins from now on is carried out. */
static enum command_result suspend(struct erasure *erasure)
{
	struct call *call = erasure->call;
	struct user user;
	call_new_seed(call, erasure->seed);
	call_begin(call, TXN_WRITE);
	if (!people_find(call, call->arguments[0], &user)) {
		return call_abandon(call, "there is no such person");
	}
	erasure->id = user.id;
	(void)snprintf(erasure->email, sizeof erasure->email, "%s", texts_get(&call->texts, user.email));
	if (user.active) {
		user.active = false;
		user.updated_at = store_now(call->txn);
		user.version = people_append_change(call,
			&(struct change){.type = CHANGE_USER_SUSPENDED, .user_id = user.id}, erasure->seed);
		store_put_user(call->txn, &user, &call->texts);
	}
	return call_end(call);
}

static void forget_person(struct erasure *erasure)
{
	struct call *call = erasure->call;
	struct user *user = &erasure->user;
	if (!store_find_user(call->txn, erasure->id, &call->texts, user)) {
		return; /* the store failed: nobody is ever deleted */
	}
	*user = (struct user){
		.id = user->id,
		.erased = true,
		.slug = user->slug,
		.created_at = user->created_at,
		.updated_at = store_now(call->txn),
	};
	user->version = people_append_change(
		call, &(struct change){.type = CHANGE_USER_ERASED, .user_id = user->id}, erasure->seed);
	store_put_user(call->txn, user, &call->texts);
}

/* A slice of everything. True: there may be more. The person is forgotten in the transaction that finds nothing left:
 * who is suspended can still be invited, banned or let in by others. */
static bool run_slice(struct erasure *erasure)
{
	bool more = false;
	for (size_t i = 0; i < sizeof SLICES / sizeof *SLICES; i++) {
		more = SLICES[i](erasure) || more;
	}
	if (!more && !erasure->scratch.failed) {
		forget_person(erasure);
	}
	return more;
}

/* Runs slices until nothing is left. */
static enum command_result run_slices(struct erasure *erasure)
{
	struct call *call = erasure->call;
	bool more = true;
	while (more) {
		call_new_seed(call, erasure->seed);
		call_begin(call, TXN_WRITE);
		more = run_slice(erasure);
		if (erasure->scratch.failed) {
			return call_abandon(call, "out of memory; run it again");
		}
		enum command_result result = call_end(call);
		if (result != COMMAND_DONE) {
			return result;
		}
		if (more && stream_is_over(call->out)) {
			return call_refuse(call, "the erasure was stopped; run it again");
		}
	}
	return COMMAND_DONE;
}

enum command_result erase_run(struct call *call)
{
	struct erasure erasure = {.call = call};
	texts_init(&erasure.scratch, NULL, 0);
	enum command_result result = suspend(&erasure);
	if (result == COMMAND_DONE) {
		result = run_slices(&erasure);
	}
	if (result == COMMAND_DONE) {
		stream_print_object(call->out, lines_user(&erasure.user, &call->texts));
	}
	texts_finish(&erasure.scratch);
	return result;
}
