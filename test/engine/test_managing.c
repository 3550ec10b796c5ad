/* What managers do to people: every deed on every state by everybody, the order of the guards, and what follows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/transition.h"
#include "model/limits.h"
#include "world.h"

#define NOBODY 99
#define AGO 10 /* since when everybody is what they are */

static struct request *ask(
	struct world *world, enum operation operation, const char *token, uint64_t group_id, uint64_t target)
{
	struct request *request = world_ask(world, DIALECT_V3, operation, token, group_id);
	request->user = (struct reference){.kind = REFERENCE_ID, .id = target};
	return request;
}

static enum outcome act(
	struct world *world, enum operation operation, const char *token, uint64_t group_id, uint64_t target)
{
	(void)ask(world, operation, token, group_id, target);
	return world_run(world);
}

static enum outcome set_role(struct world *world, const char *token, uint64_t target, enum role role)
{
	ask(world, OPERATION_MEMBER_SET_ROLE, token, OPEN_GROUP, target)->role = role;
	return world_run(world);
}

static void put(struct world *world, uint64_t user_id, enum state state, enum role role)
{
	world_put_member(world, OPEN_GROUP, user_id, state, role, AGO);
}

static void put_member(struct world *world, uint64_t user_id, enum role role)
{
	put(world, user_id, STATE_MEMBER, role);
}

static const enum operation OPERATION_OF[DEED_COUNT] = {
	[DEED_APPROVE] = OPERATION_REQUEST_APPROVE,
	[DEED_DENY] = OPERATION_REQUEST_DENY,
	[DEED_DISCARD] = OPERATION_REQUEST_DISCARD,
	[DEED_INVITE] = OPERATION_INVITATION_CREATE,
	[DEED_REMOVE] = OPERATION_MEMBER_REMOVE,
	[DEED_BAN] = OPERATION_BAN_PUT,
	[DEED_LIFT] = OPERATION_BAN_LIFT,
	[DEED_SET_ROLE] = OPERATION_MEMBER_SET_ROLE,
	[DEED_TRANSFER] = OPERATION_MEMBER_SET_ROLE,
};

static enum role role_of(enum deed deed)
{
	return deed == DEED_TRANSFER ? ROLE_OWNER : ROLE_ADMIN;
}

static bool keeps_state_and_writes(enum outcome outcome)
{
	return outcome == OUTCOME_BAN_CHANGED || outcome == OUTCOME_ROLE_CHANGED ||
	       outcome == OUTCOME_OWNERSHIP_TRANSFERRED;
}

/* The owner acts on bob in every state: outcome, state and since are the cell's, and each change is one record per
 * person. */
static void every_cell_happens_as_the_table_says(void **state)
{
	struct world *world = *state;
	for (unsigned cell = DEED_FIRST * STATE_COUNT; cell < DEED_COUNT * STATE_COUNT; cell++) {
		enum deed deed = (enum deed)(cell / STATE_COUNT);
		enum state from = (enum state)(cell % STATE_COUNT);
		if (deed == DEED_CANCEL) {
			continue; /* it names an invitation */
		}
		struct transition expected = transition_find_deed(deed, from);
		put(world, BOB, from, from == STATE_MEMBER ? ROLE_MEMBER : ROLE_NONE);
		put_member(world, ADA, ROLE_OWNER);
		ask(world, OPERATION_OF[deed], "ada/write", OPEN_GROUP, BOB)->role = role_of(deed);
		assert_int_equal(world_run(world), expected.outcome);
		struct membership after = world_membership(world, OPEN_GROUP, BOB);
		bool writes = expected.to != from || keeps_state_and_writes(expected.outcome);
		assert_int_equal(after.state, expected.to);
		assert_int_equal(world->changes, deed == DEED_TRANSFER && writes ? 2 : writes);
		if (expected.to != STATE_NONE) {
			assert_int_equal(after.since, expected.to == from ? AGO : world->now);
		}
		if (expected.outcome == OUTCOME_OWNERSHIP_TRANSFERRED) {
			assert_int_equal(set_role(world, "bob/write", ADA, ROLE_OWNER),
				OUTCOME_OWNERSHIP_TRANSFERRED);
		}
	}
}

/* --- who may */

static const struct {
	const char *token;
	bool sees_private;
	bool manages;
} ACTORS[] = {
	{"bob/write", false, false}, /* a stranger */
	{"bob/operator", true, false},
	{"cleo/write", true, false}, /* a member */
	{"dan/write", true, true}, /* an admin */
	{"ada/write", true, true},
};

static void who_does_not_manage_is_refused_before_the_target_is_looked_at(void **state)
{
	struct world *world = *state;
	world_put_member(world, PRIVATE_GROUP, CLEO, STATE_MEMBER, ROLE_MEMBER, AGO);
	world_put_member(world, PRIVATE_GROUP, DAN, STATE_MEMBER, ROLE_ADMIN, AGO);
	for (size_t i = 0; i < sizeof ACTORS / sizeof *ACTORS; i++) {
		for (enum deed deed = DEED_FIRST; deed < DEED_COUNT; deed++) {
			if (deed == DEED_CANCEL || deed == DEED_SET_ROLE || deed == DEED_TRANSFER) {
				continue;
			}
			enum outcome outcome =
				act(world, OPERATION_OF[deed], ACTORS[i].token, PRIVATE_GROUP, NOBODY);
			if (!ACTORS[i].sees_private) {
				assert_int_equal(outcome, OUTCOME_NO_SUCH_GROUP);
			} else if (!ACTORS[i].manages) {
				assert_int_equal(outcome, OUTCOME_NOT_ALLOWED);
			} else {
				assert_int_equal(outcome, transition_guards(deed)->absent);
			}
		}
	}
}

static void roles_are_the_owners_to_give_and_an_admins_to_lay_down(void **state)
{
	struct world *world = *state;
	put_member(world, BOB, ROLE_ADMIN);
	put_member(world, CLEO, ROLE_ADMIN);
	put_member(world, DAN, ROLE_MEMBER);
	assert_int_equal(set_role(world, "dan/write", DAN, ROLE_ADMIN), OUTCOME_NOT_ALLOWED);
	assert_int_equal(set_role(world, "bob/write", DAN, ROLE_ADMIN), OUTCOME_NOT_ALLOWED);
	assert_int_equal(set_role(world, "bob/write", NOBODY, ROLE_ADMIN), OUTCOME_NOT_ALLOWED);
	assert_int_equal(set_role(world, "bob/write", CLEO, ROLE_MEMBER), OUTCOME_NOT_ALLOWED);
	assert_int_equal(set_role(world, "bob/write", BOB, ROLE_OWNER), OUTCOME_NOT_ALLOWED);
	assert_int_equal(set_role(world, "bob/operator", DAN, ROLE_ADMIN), OUTCOME_NOT_ALLOWED);
	assert_int_equal(set_role(world, "bob/write", BOB, ROLE_ADMIN), OUTCOME_ROLE_UNCHANGED);
	assert_int_equal(set_role(world, "bob/write", BOB, ROLE_MEMBER), OUTCOME_ROLE_CHANGED);
	assert_int_equal(set_role(world, "ada/write", NOBODY, ROLE_ADMIN), OUTCOME_MEMBER_NOT_FOUND);
	assert_int_equal(set_role(world, "ada/write", ADA, ROLE_ADMIN), OUTCOME_OWNER_MUST_TRANSFER);
	assert_int_equal(set_role(world, "ada/write", ADA, ROLE_OWNER), OUTCOME_ROLE_UNCHANGED);
	assert_int_equal(world->reply.member.membership.role, ROLE_OWNER);
}

static void change_of_role_keeps_since(void **state)
{
	struct world *world = *state;
	put_member(world, BOB, ROLE_MEMBER);
	assert_int_equal(set_role(world, "ada/write", BOB, ROLE_ADMIN), OUTCOME_ROLE_CHANGED);
	assert_int_equal(world->reply.items, REPLY_GROUP | REPLY_MEMBER);
	assert_int_equal(world->reply.member.membership.role, ROLE_ADMIN);
	assert_int_equal(world_membership(world, OPEN_GROUP, BOB).since, AGO);
	struct change change = world_change(world, 0);
	assert_int_equal(change.type, CHANGE_ROLE_CHANGED);
	assert_int_equal(change.before.role, ROLE_MEMBER);
	assert_int_equal(change.after.role, ROLE_ADMIN);
	assert_int_equal(change.actor_id, ADA);
	assert_int_equal(set_role(world, "ada/write", BOB, ROLE_ADMIN), OUTCOME_ROLE_UNCHANGED);
}

static void transfer_tells_of_both_and_moves_the_group(void **state)
{
	struct world *world = *state;
	put_member(world, BOB, ROLE_MEMBER);
	assert_int_equal(set_role(world, "ada/write", BOB, ROLE_OWNER), OUTCOME_OWNERSHIP_TRANSFERRED);
	const struct reply *reply = &world->reply;
	assert_int_equal(reply->member.membership.role, ROLE_OWNER);
	assert_int_equal(reply->group.group.owner_id, BOB);
	assert_int_equal(reply->group.owner.id, BOB);
	assert_int_equal(reply->group.caller.role, ROLE_ADMIN);
	assert_int_equal(reply->group.group.updated_at, world->now);
	assert_int_equal(world_owner(world, OPEN_GROUP), BOB);
	assert_int_equal(world_membership(world, OPEN_GROUP, ADA).role, ROLE_ADMIN);
	assert_int_equal(world_membership(world, OPEN_GROUP, BOB).since, AGO);
	struct change heir = world_change(world, 1);
	struct change old = world_change(world, 0);
	assert_int_equal(heir.type, CHANGE_OWNERSHIP_TRANSFERRED);
	assert_int_equal(heir.user_id, BOB);
	assert_int_equal(reply->group.group.version, heir.seq);
	assert_int_equal(old.type, CHANGE_ROLE_CHANGED);
	assert_int_equal(old.user_id, ADA);
	assert_int_equal(old.after.role, ROLE_ADMIN);
}

static void suspended_person_does_not_become_the_owner(void **state)
{
	struct world *world = *state;
	put_member(world, EVE, ROLE_MEMBER);
	assert_int_equal(set_role(world, "ada/write", EVE, ROLE_OWNER), OUTCOME_NEW_OWNER_SUSPENDED);
	assert_int_equal(set_role(world, "ada/write", EVE, ROLE_ADMIN), OUTCOME_ROLE_CHANGED);
}

/* --- removing */

static void member_removes_only_oneself(void **state)
{
	struct world *world = *state;
	put_member(world, BOB, ROLE_MEMBER);
	put_member(world, CLEO, ROLE_MEMBER);
	put(world, DAN, STATE_REQUESTED, ROLE_NONE);
	assert_int_equal(act(world, OPERATION_MEMBER_REMOVE, "bob/write", OPEN_GROUP, CLEO), OUTCOME_NOT_ALLOWED);
	assert_int_equal(act(world, OPERATION_MEMBER_REMOVE, "dan/write", OPEN_GROUP, DAN), OUTCOME_NOT_ALLOWED);
	assert_int_equal(act(world, OPERATION_MEMBER_REMOVE, "bob/write", OPEN_GROUP, BOB), OUTCOME_REMOVED);
	assert_int_equal(world_change(world, 0).type, CHANGE_REMOVED);
	assert_int_equal(world_count_members(world, OPEN_GROUP), 2);
	assert_int_equal(act(world, OPERATION_MEMBER_REMOVE, "bob/write", OPEN_GROUP, BOB), OUTCOME_NOT_ALLOWED);
}

static void admin_spares_the_owner_and_other_admins(void **state)
{
	static const enum operation operations[] = {OPERATION_MEMBER_REMOVE, OPERATION_BAN_PUT};
	static const enum outcome about_owner[] = {OUTCOME_OWNER_CANNOT_BE_REMOVED, OUTCOME_CANNOT_BAN_OWNER};
	struct world *world = *state;
	put_member(world, BOB, ROLE_ADMIN);
	put_member(world, CLEO, ROLE_ADMIN);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(act(world, operations[i], "bob/write", OPEN_GROUP, CLEO), OUTCOME_NOT_ALLOWED);
		assert_int_equal(act(world, operations[i], "bob/write", OPEN_GROUP, ADA), about_owner[i]);
	}
	assert_int_equal(act(world, OPERATION_MEMBER_REMOVE, "bob/write", OPEN_GROUP, BOB), OUTCOME_REMOVED);
	assert_int_equal(act(world, OPERATION_MEMBER_REMOVE, "ada/write", OPEN_GROUP, CLEO), OUTCOME_REMOVED);
	assert_int_equal(act(world, OPERATION_MEMBER_REMOVE, "ada/write", OPEN_GROUP, ADA),
		OUTCOME_OWNER_CANNOT_BE_REMOVED);
}

/* --- requests */

static void ask_to_join(struct world *world, const char *token, const char *message)
{
	struct request *request = world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, token, MODERATED_GROUP);
	world_give_text(world, &request->message, message);
	assert_int_equal(world_run(world), OUTCOME_QUEUED);
}

static bool find_note(struct world *world, uint64_t user_id, struct note *note)
{
	store_begin(world->txn, TXN_READ, world->now);
	bool found = store_find_note(world->txn, MODERATED_GROUP, user_id, &world->scratch, note);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	return found;
}

static void approved_person_belongs(void **state)
{
	struct world *world = *state;
	ask_to_join(world, "bob/write", "please");
	world->now = 2000;
	assert_int_equal(
		act(world, OPERATION_REQUEST_APPROVE, "ada/write", MODERATED_GROUP, BOB), OUTCOME_APPROVED);
	const struct standing_view *view = &world->reply.standing;
	assert_int_equal(world->reply.items, REPLY_GROUP | REPLY_REQUEST);
	assert_int_equal(view->user.id, BOB);
	assert_int_equal(view->membership.state, STATE_MEMBER);
	assert_int_equal(view->membership.since, 1000);
	assert_string_equal(reply_text(&world->reply, view->note.words), "please");
	assert_int_equal(world->reply.group.member_count, 2);
	assert_int_equal(world_membership(world, MODERATED_GROUP, BOB).since, 2000);
	assert_int_equal(world_membership(world, MODERATED_GROUP, BOB).role, ROLE_MEMBER);
	struct note note;
	assert_false(find_note(world, BOB, &note));
}

static void full_person_is_not_approved(void **state)
{
	struct world *world = *state;
	ask_to_join(world, "bob/write", "");
	put_member(world, BOB, ROLE_MEMBER);
	world->options.groups_per_user_max = 1;
	assert_int_equal(act(world, OPERATION_REQUEST_APPROVE, "ada/write", MODERATED_GROUP, BOB),
		OUTCOME_TOO_MANY_GROUPS);
	assert_int_equal(act(world, OPERATION_REQUEST_DENY, "ada/write", MODERATED_GROUP, BOB), OUTCOME_DENIED);
}

static void denial_leaves_a_decision_and_discarding_none(void **state)
{
	struct world *world = *state;
	struct note note;
	ask_to_join(world, "bob/write", "please");
	ask_to_join(world, "cleo/write", "");
	struct request *request = ask(world, OPERATION_REQUEST_DENY, "ada/write", MODERATED_GROUP, BOB);
	world_give_text(world, &request->message, "not now");
	assert_int_equal(world_run(world), OUTCOME_DENIED);
	assert_true(world->reply.standing.note.denied);
	assert_int_equal(world->reply.standing.by.id, ADA);
	assert_int_equal(world->reply.standing.membership.state, STATE_NONE);
	assert_string_equal(reply_text(&world->reply, world->reply.standing.note.words), "not now");
	assert_true(find_note(world, BOB, &note));
	assert_true(note.denied);
	assert_int_equal(note.by, ADA);
	assert_int_equal(
		act(world, OPERATION_REQUEST_DISCARD, "ada/write", MODERATED_GROUP, CLEO), OUTCOME_DISCARDED);
	assert_false(find_note(world, CLEO, &note));
	(void)world_ask(world, DIALECT_V3, OPERATION_MY_REQUEST_LIST, "bob/read", 0);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 1);
	assert_true(world->page.standings[0].note.denied);
	ask_to_join(world, "bob/write", "again");
	assert_true(find_note(world, BOB, &note));
	assert_false(note.denied);
}

static void requests_are_shown_to_managers_only(void **state)
{
	struct world *world = *state;
	ask_to_join(world, "bob/write", "please");
	(void)world_ask(world, DIALECT_V3, OPERATION_REQUEST_LIST, "bob/write", MODERATED_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
	(void)world_ask(world, DIALECT_V3, OPERATION_REQUEST_LIST, "cleo/operator", MODERATED_GROUP);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 1);
	assert_int_equal(world->page.standings[0].user.id, BOB);
	assert_int_equal(act(world, OPERATION_REQUEST_GET, "ada/read", MODERATED_GROUP, BOB), OUTCOME_OK);
	assert_string_equal(reply_text(&world->reply, world->reply.standing.note.words), "please");
	assert_int_equal(act(world, OPERATION_REQUEST_GET, "ada/read", MODERATED_GROUP, CLEO),
		OUTCOME_REQUEST_NOT_FOUND);
	assert_int_equal(act(world, OPERATION_REQUEST_GET, "ada/read", MODERATED_GROUP, NOBODY),
		OUTCOME_REQUEST_NOT_FOUND);
}

/* --- bans */

static enum outcome ban(struct world *world, uint64_t target, int64_t until, const char *reason)
{
	struct request *request = ask(world, OPERATION_BAN_PUT, "ada/write", OPEN_GROUP, target);
	request->given = until == 0 ? 0 : GIVEN_UNTIL;
	request->until = until;
	world_give_text(world, &request->message, reason);
	return world_run(world);
}

static void ban_replaces_an_earlier_one_whole(void **state)
{
	struct world *world = *state;
	put_member(world, CLEO, ROLE_ADMIN);
	assert_int_equal(ban(world, BOB, 5000, "noise"), OUTCOME_BAN_CREATED);
	const struct standing_view *view = &world->reply.standing;
	assert_int_equal(world->reply.items, REPLY_GROUP | REPLY_BAN);
	assert_int_equal(view->membership.until, 5000);
	assert_int_equal(view->by.id, ADA);
	assert_string_equal(reply_text(&world->reply, view->note.words), "noise");
	uint64_t version = world->reply.version;
	world->now = 2000;
	assert_int_equal(act(world, OPERATION_BAN_PUT, "cleo/write", OPEN_GROUP, BOB), OUTCOME_BAN_CHANGED);
	assert_int_not_equal(world->reply.version, version);
	assert_int_equal(world->reply.standing.by.id, CLEO);
	version = world->reply.version;
	struct membership after = world_membership(world, OPEN_GROUP, BOB);
	assert_int_equal(after.since, 1000);
	assert_true(after.until == TIME_FOREVER);
	assert_int_equal(act(world, OPERATION_BAN_GET, "ada/read", OPEN_GROUP, BOB), OUTCOME_OK);
	assert_int_equal(world->reply.version, version);
	assert_int_equal(world->reply.standing.note.words.length, 0);
	assert_int_equal(world->reply.standing.by.id, CLEO);
	assert_int_equal(act(world, OPERATION_BAN_GET, "ada/read", OPEN_GROUP, CLEO), OUTCOME_BAN_NOT_FOUND);
}

static void version_of_a_ban_is_of_all_its_fields(void **state)
{
	struct world *world = *state;
	uint64_t versions[4];
	static const struct {
		int64_t until;
		const char *reason;
	} rows[] = {{5000, "noise"}, {5001, "noise"}, {5001, "voice"}, {5000, "noise"}};
	for (unsigned i = 0; i < 4; i++) {
		(void)ban(world, BOB, rows[i].until, rows[i].reason);
		versions[i] = world->reply.version;
	}
	assert_int_not_equal(versions[0], versions[1]);
	assert_int_not_equal(versions[1], versions[2]);
	assert_int_equal(versions[0], versions[3]);
}

static void ban_must_end_in_the_future(void **state)
{
	struct world *world = *state;
	assert_int_equal(ban(world, BOB, world->now, ""), OUTCOME_UNACCEPTABLE_VALUE);
	assert_string_equal(world->reply.field, "until");
	assert_int_equal(ban(world, NOBODY, world->now, ""), OUTCOME_UNACCEPTABLE_VALUE);
	assert_int_equal(ban(world, NOBODY, world->now + 1, ""), OUTCOME_USER_NOT_FOUND);
	assert_int_equal(ban(world, ADA, world->now + 1, ""), OUTCOME_CANNOT_BAN_SELF);
	assert_int_equal(ban(world, BOB, world->now + 1, ""), OUTCOME_BAN_CREATED);
	world->now++;
	assert_int_equal(ban(world, BOB, 0, ""), OUTCOME_BAN_CREATED);
	(void)world_ask(world, DIALECT_V3, OPERATION_BAN_LIST, "ada/read", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->page.count, 1);
}

static void banned_member_is_gone(void **state)
{
	struct world *world = *state;
	put_member(world, BOB, ROLE_MEMBER);
	assert_int_equal(ban(world, BOB, 0, ""), OUTCOME_BAN_CREATED);
	assert_int_equal(world_count_members(world, OPEN_GROUP), 1);
	struct change change = world_change(world, 0);
	assert_int_equal(change.before.state, STATE_MEMBER);
	assert_int_equal(change.before.role, ROLE_MEMBER);
	assert_int_equal(change.after.state, STATE_BANNED);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_BANNED);
	assert_int_equal(act(world, OPERATION_BAN_LIFT, "ada/write", OPEN_GROUP, BOB), OUTCOME_BAN_LIFTED);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_JOINED);
}

/* --- conditions */

static void match(struct world *world, struct request *request, uint64_t version)
{
	uint8_t bytes[8];
	for (unsigned i = 0; i < sizeof bytes; i++) {
		bytes[i] = (uint8_t)(version >> (56 - 8 * i));
	}
	request->match = MATCH_VERSIONS;
	assert_true(request_add(world->request, (const char *)bytes, sizeof bytes, &request->match_versions));
}

/* The version that is shown is the one that a condition is met by, until the thing changes. */
static void versions_that_are_shown_meet_conditions(void **state)
{
	static const struct {
		enum operation shows;
		enum operation changes;
		enum state state;
		enum outcome outcome;
	} rows[] = {
		{OPERATION_MEMBER_GET, OPERATION_MEMBER_REMOVE, STATE_MEMBER, OUTCOME_REMOVED},
		{OPERATION_BAN_GET, OPERATION_BAN_PUT, STATE_BANNED, OUTCOME_BAN_CHANGED},
		{OPERATION_BAN_GET, OPERATION_BAN_LIFT, STATE_BANNED, OUTCOME_BAN_LIFTED},
		{OPERATION_REQUEST_GET, OPERATION_REQUEST_APPROVE, STATE_REQUESTED, OUTCOME_APPROVED},
		{OPERATION_REQUEST_GET, OPERATION_REQUEST_DENY, STATE_REQUESTED, OUTCOME_DENIED},
	};
	struct world *world = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		put(world, BOB, rows[i].state, rows[i].state == STATE_MEMBER ? ROLE_MEMBER : ROLE_NONE);
		assert_int_equal(act(world, rows[i].shows, "ada/write", OPEN_GROUP, BOB), OUTCOME_OK);
		uint64_t version = world->reply.version;
		assert_true(version >= 1 && version <= ID_MAX);
		match(world, ask(world, rows[i].changes, "ada/write", OPEN_GROUP, BOB), version + 1);
		assert_int_equal(world_run(world), OUTCOME_PRECONDITION_FAILED);
		match(world, ask(world, rows[i].changes, "ada/write", OPEN_GROUP, CLEO), version);
		assert_int_equal(world_run(world), OUTCOME_PRECONDITION_FAILED);
		ask(world, rows[i].changes, "ada/write", OPEN_GROUP, DAN)->match = MATCH_ANY;
		assert_int_equal(world_run(world), OUTCOME_PRECONDITION_FAILED);
		match(world, ask(world, rows[i].changes, "ada/write", OPEN_GROUP, BOB), version);
		assert_int_equal(world_run(world), rows[i].outcome);
	}
}

/* Who asks or joins is shown the version of what came of it, also when asking again. */
static void version_of_a_join_is_that_of_the_member_or_request(void **state)
{
	static const struct {
		uint64_t group_id;
		enum outcome first;
		enum outcome again;
		enum operation shows;
		enum operation ends;
		enum outcome ended;
	} rows[] = {
		{OPEN_GROUP, OUTCOME_JOINED, OUTCOME_ALREADY_MEMBER, OPERATION_MEMBER_GET, OPERATION_GROUP_LEAVE,
			OUTCOME_LEFT},
		{MODERATED_GROUP, OUTCOME_QUEUED, OUTCOME_ALREADY_QUEUED, OPERATION_REQUEST_GET,
			OPERATION_REQUEST_WITHDRAW, OUTCOME_REQUEST_WITHDRAWN},
	};
	struct world *world = *state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		uint64_t group_id = rows[i].group_id;
		struct request *request =
			world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, "bob/write", group_id);
		world_give_text(world, &request->message, "please");
		assert_int_equal(world_run(world), rows[i].first);
		uint64_t version = world->reply.version;
		world->now++;
		(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, "bob/write", group_id);
		assert_int_equal(world_run(world), rows[i].again);
		assert_int_equal(world->reply.version, version);
		assert_int_equal(act(world, rows[i].shows, "ada/read", group_id, BOB), OUTCOME_OK);
		assert_int_equal(world->reply.version, version);
		match(world, world_ask(world, DIALECT_V3, rows[i].ends, "bob/write", group_id), version + 1);
		assert_int_equal(world_run(world), OUTCOME_PRECONDITION_FAILED);
		match(world, world_ask(world, DIALECT_V3, rows[i].ends, "bob/write", group_id), version);
		assert_int_equal(world_run(world), rows[i].ended);
	}
}

static void groups_version_is_its_last_change(void **state)
{
	struct world *world = *state;
	struct request *request = world_ask(world, DIALECT_V3, OPERATION_GROUP_EDIT, "ada/write", OPEN_GROUP);
	request->given = GIVEN_DESCRIPTION;
	world_give_text(world, &request->description, "new");
	match(world, request, 0);
	assert_int_equal(world_run(world), OUTCOME_GROUP_EDITED);
	uint64_t version = world->reply.version;
	assert_int_equal(version, world_change(world, 0).seq);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_GET, "ada/read", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->reply.version, version);
	match(world, world_ask(world, DIALECT_V3, OPERATION_GROUP_DELETE, "ada/write", OPEN_GROUP), version - 1);
	assert_int_equal(world_run(world), OUTCOME_PRECONDITION_FAILED);
	match(world, world_ask(world, DIALECT_V3, OPERATION_GROUP_DELETE, "ada/write", OPEN_GROUP), version);
	assert_int_equal(world_run(world), OUTCOME_GROUP_DELETED);
}

/* 403 before 412 before 422 before what is wrong with the target. */
static void condition_stands_between_role_and_value(void **state)
{
	struct world *world = *state;
	put_member(world, BOB, ROLE_MEMBER);
	for (unsigned i = 0; i < 3; i++) {
		struct request *request =
			ask(world, OPERATION_BAN_PUT, i == 0 ? "bob/write" : "ada/write", OPEN_GROUP, ADA);
		request_fault(&request->value, OUTCOME_UNACCEPTABLE_VALUE, "reason");
		if (i <= 1) {
			match(world, request, 7);
		}
		static const enum outcome expected[] = {
			OUTCOME_NOT_ALLOWED, OUTCOME_PRECONDITION_FAILED, OUTCOME_UNACCEPTABLE_VALUE};
		assert_int_equal(world_run(world), expected[i]);
	}
}

/* --- what holds nothing */

static void contents_of_a_seen_group_are_empty(void **state)
{
	struct world *world = *state;
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_CONTENT_LIST, NULL, OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->reply.items, REPLY_GROUP | REPLY_PAGE);
	assert_int_equal(world->page.count, 0);
	assert_int_equal(world->page.total, 0);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_CONTENT_LIST, NULL, PRIVATE_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NO_SUCH_GROUP);
	(void)world_ask(world, DIALECT_ONEZONE, OPERATION_GROUP_LIST_ALL, "ada/operator", 0);
	assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(every_cell_happens_as_the_table_says),
		IN_A_WORLD(who_does_not_manage_is_refused_before_the_target_is_looked_at),
		IN_A_WORLD(roles_are_the_owners_to_give_and_an_admins_to_lay_down),
		IN_A_WORLD(change_of_role_keeps_since),
		IN_A_WORLD(transfer_tells_of_both_and_moves_the_group),
		IN_A_WORLD(suspended_person_does_not_become_the_owner),
		IN_A_WORLD(member_removes_only_oneself),
		IN_A_WORLD(admin_spares_the_owner_and_other_admins),
		IN_A_WORLD(approved_person_belongs),
		IN_A_WORLD(full_person_is_not_approved),
		IN_A_WORLD(denial_leaves_a_decision_and_discarding_none),
		IN_A_WORLD(requests_are_shown_to_managers_only),
		IN_A_WORLD(ban_replaces_an_earlier_one_whole),
		IN_A_WORLD(version_of_a_ban_is_of_all_its_fields),
		IN_A_WORLD(ban_must_end_in_the_future),
		IN_A_WORLD(banned_member_is_gone),
		IN_A_WORLD(versions_that_are_shown_meet_conditions),
		IN_A_WORLD(version_of_a_join_is_that_of_the_member_or_request),
		IN_A_WORLD(groups_version_is_its_last_change),
		IN_A_WORLD(condition_stands_between_role_and_value),
		IN_A_WORLD(contents_of_a_seen_group_are_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
