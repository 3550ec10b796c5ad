/* export: the whole state as lines, each kind in the order of its ids, from one transaction that reads. */
#include "admin/call.h"
#include "admin/lines.h"

/* Prints the line. False: the output is at its end. */
static bool print(struct call *call, json_t *line)
{
	stream_print_object(call->out, line);
	texts_clear(&call->texts);
	return !call->out->failed;
}

static void export_applications(struct call *call)
{
	struct application application = {0};
	while (store_next_application(call->txn, application.id, &call->texts, &application) &&
		print(call, lines_application(&application, &call->texts))) {
	}
}

static void export_users(struct call *call)
{
	struct user user = {0};
	while (store_next_user(call->txn, user.id, &call->texts, &user) &&
		print(call, lines_user(&user, &call->texts))) {
	}
}

static json_t *token_line(struct call *call, const struct token *token)
{
	struct application application;
	bool found = token->application_id != 0 &&
		     store_find_application(call->txn, token->application_id, &call->texts, &application);
	return lines_token(token, found ? application.api_key_digest : NULL, &call->texts);
}

static void export_tokens(struct call *call)
{
	struct token token = {0};
	while (store_next_token(call->txn, token.id, &call->texts, &token) &&
		print(call, token_line(call, &token))) {
	}
}

static void export_groups(struct call *call)
{
	struct group group = {0};
	while (store_next_group(call->txn, group.id, &call->texts, &group) &&
		print(call, lines_group(&group, &call->texts))) {
	}
}

static json_t *membership_line(struct call *call, const struct membership *membership)
{
	struct note note;
	bool found = membership->has_note && store_find_note(call->txn, membership->group_id,
						     membership->user_id, &call->texts, &note);
	return lines_membership(membership, found ? &note : NULL, &call->texts);
}

static void export_memberships(struct call *call)
{
	struct membership membership = {0};
	while (store_next_membership(call->txn, membership.user_id, membership.group_id, &membership) &&
		print(call, membership_line(call, &membership))) {
	}
}

static void export_decisions(struct call *call)
{
	struct membership pair = {0};
	struct note note;
	while (store_next_decision(call->txn, pair.user_id, pair.group_id, &call->texts, &pair, &note) &&
		print(call, lines_decision(&pair, &note, &call->texts))) {
	}
}

static bool address_is_held(struct call *call, const struct invitation *invitation)
{
	uint64_t id;
	return invitation->user_id == 0 &&
	       store_find_user_id_by_email(call->txn, texts_get(&call->texts, invitation->email), &id);
}

static void export_invitations(struct call *call)
{
	struct invitation invitation = {0};
	while (store_next_invitation(call->txn, invitation.id, &call->texts, &invitation) &&
		print(call, lines_invitation(&invitation, address_is_held(call, &invitation), &call->texts))) {
	}
}

static void export_invites(struct call *call)
{
	struct invite invite = {0};
	while (store_next_invite(call->txn, invite.group_id, &call->texts, &invite) &&
		print(call, lines_invite(&invite, &call->texts))) {
	}
}

static void export_invite_tokens(struct call *call)
{
	struct invite_token token = {0};
	while (store_next_invite_token(call->txn, token.id, &call->texts, &token) &&
		print(call, lines_invite_token(&token, &call->texts))) {
	}
}

static void export_changes(struct call *call)
{
	struct change change = {0};
	while (store_next_change(call->txn, change.seq, &call->texts, &change) &&
		print(call, lines_change(&change, &call->texts))) {
	}
}

static void export_counters(struct call *call)
{
	for (unsigned i = 0; i < COUNTER_COUNT; i++) {
		enum counter counter = (enum counter)i;
		(void)print(call, lines_counter(counter, store_counter(call->txn, counter)));
	}
}

static void (*const KINDS[])(struct call *call) = {
	export_applications,
	export_users,
	export_tokens,
	export_groups,
	export_memberships,
	export_decisions,
	export_invitations,
	export_invites,
	export_invite_tokens,
};

enum command_result export_run(struct call *call)
{
	if (!call_begin_listing(call, call->options[1])) {
		return COMMAND_USAGE;
	}
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS && !call->out->failed; i++) {
		KINDS[i](call);
	}
	if (call->options[0] != NULL) {
		export_changes(call);
	}
	export_counters(call);
	enum command_result result = call_end_listing(call);
	if (result == COMMAND_DONE) {
		stream_print(call->err,
			"joinery: the export does not hold the master key: keep a copy of master.key too\n");
	}
	return result;
}
