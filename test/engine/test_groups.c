/* Creating, changing and deleting groups, and what time does by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

/* The fold of the tests is the name itself. */
static void give_name(struct world *world, const char *name)
{
	struct request *request = world->request;
	world_give_text(world, &request->name, name);
	request->given |= GIVEN_NAME;
	memcpy(request->name_fold, name, strlen(name) < sizeof request->name_fold ? strlen(name) : 16);
	memcpy(request->name_order, name, strlen(name) < sizeof request->name_order ? strlen(name) : 24);
}

static struct request *ask_create(
	struct world *world, enum dialect dialect, const char *name, const char *slug)
{
	struct request *request = world_ask(world, dialect, OPERATION_GROUP_CREATE, "bob/write", 0);
	give_name(world, name);
	world_give_text(world, &request->slug, slug);
	return request;
}

static struct request *ask_edit(struct world *world, uint64_t group_id)
{
	return world_ask(world, DIALECT_V3, OPERATION_GROUP_EDIT, "ada/write", group_id);
}

static const char *slug(struct world *world)
{
	return reply_text(&world->reply, world->reply.group.group.slug);
}

static void creator_owns_the_group(void **state)
{
	struct world *world = *state;
	struct request *request = ask_create(world, DIALECT_V3, "chess", "chess");
	world_give_text(world, &request->description, "board games");
	request->given |= GIVEN_DESCRIPTION;
	assert_int_equal(world_run(world), OUTCOME_GROUP_CREATED);
	assert_int_equal(world->changes, 1);
	const struct group_view *view = &world->reply.group;
	assert_int_equal(view->group.id, 4);
	assert_int_equal(view->owner.id, BOB);
	assert_int_equal(view->member_count, 1);
	assert_int_equal(view->caller.role, ROLE_OWNER);
	assert_int_equal(view->group.created_at, world->now);
	assert_string_equal(slug(world), "chess");
	assert_int_equal(world_membership(world, 4, BOB).role, ROLE_OWNER);
	assert_int_equal(world_owner(world, 4), BOB);
	struct change change = world_change(world, 0);
	assert_int_equal(change.type, CHANGE_GROUP_CREATED);
	assert_int_equal(change.group_id, 4);
	assert_int_equal(change.user_id, BOB);
	assert_int_equal(change.after.role, ROLE_OWNER);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_GET, NULL, 4);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_string_equal(reply_text(&world->reply, view->group.description), "board games");
	assert_int_equal(view->group.version, change.seq);
}

static void group_is_what_the_request_says(void **state)
{
	struct world *world = *state;
	(void)ask_create(world, DIALECT_V3, "name", "");
	assert_int_equal(world_run(world), OUTCOME_GROUP_CREATED);
	assert_false(world->reply.group.group.is_private);
	assert_false(world->reply.group.group.member_moderation);
	assert_false(world->reply.group.group.event_moderation);
	assert_int_equal(world->reply.group.group.type, GROUP_TYPE_TEAM);
	struct request *request = ask_create(world, DIALECT_V3, "name", "");
	request->given |= GIVEN_IS_PRIVATE | GIVEN_TYPE;
	request->is_private = true;
	request->type = GROUP_TYPE_ROLE;
	assert_int_equal(world_run(world), OUTCOME_GROUP_CREATED);
	assert_true(world->reply.group.group.is_private);
	assert_false(world->reply.group.group.member_moderation);
	assert_int_equal(world->reply.group.group.type, GROUP_TYPE_ROLE);
}

static void slug_that_cannot_be_had_gets_random_letters(void **state)
{
	struct world *world = *state;
	static const struct {
		const char *wanted, *prefix;
	} rows[] = {{"group-1", "group-1-"}, {"me", "me-"}, {"new", "new-"}, {"", "group-"}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		(void)ask_create(world, DIALECT_V3, "name", rows[i].wanted);
		assert_int_equal(world_run(world), OUTCOME_GROUP_CREATED);
		size_t length = strlen(rows[i].prefix);
		assert_memory_equal(slug(world), rows[i].prefix, length);
		assert_int_equal(strlen(slug(world)), length + 11);
		assert_int_equal(strspn(slug(world) + length, "abcdefghijklmnopqrstuvwxyz0123456789"), 11);
	}
}

static void taken_name_is_refused_where_the_request_asks(void **state)
{
	struct world *world = *state;
	(void)ask_create(world, DIALECT_V3, "group-1", "");
	assert_int_equal(world_run(world), OUTCOME_GROUP_CREATED);
	ask_create(world, DIALECT_V3, "group-1", "")->unique_name = true;
	world->options.groups_per_user_max = 0;
	assert_int_equal(world_run(world), OUTCOME_DUPLICATE_NAME);
	assert_string_equal(world->reply.field, "name");
	ask_create(world, DIALECT_V3, "group-3", "")->unique_name = true;
	assert_int_equal(world_run(world), OUTCOME_TOO_MANY_GROUPS);
	world->options.groups_per_user_max = 100;
	assert_int_equal(world_run(world), OUTCOME_GROUP_CREATED);
}

static void suspended_creator_has_an_own_answer(void **state)
{
	struct world *world = *state;
	(void)world_ask(world, DIALECT_LEGACY, OPERATION_GROUP_CREATE, "eve/write", 0);
	assert_int_equal(world_run(world), OUTCOME_CALLER_SUSPENDED_ADDING);
}

static void edit_changes_only_what_is_given(void **state)
{
	struct world *world = *state;
	struct request *request = ask_edit(world, OPEN_GROUP);
	give_name(world, "renamed");
	request->is_private = true; /* not given */
	assert_int_equal(world_run(world), OUTCOME_GROUP_EDITED);
	assert_int_equal(world->changes, 1);
	assert_int_equal(world_change(world, 0).fields, GIVEN_NAME);
	const struct group *group = &world->reply.group.group;
	assert_string_equal(reply_text(&world->reply, group->name), "renamed");
	assert_string_equal(reply_text(&world->reply, group->description), "as it was");
	assert_string_equal(slug(world), "group-1");
	assert_int_equal(group->updated_at, world->now);
	assert_false(group->is_private);
	request = ask_edit(world, OPEN_GROUP);
	request->given = GIVEN_DESCRIPTION | GIVEN_EVENT_MODERATION | GIVEN_TYPE;
	request->event_moderation = true;
	request->type = GROUP_TYPE_UNIT;
	assert_int_equal(world_run(world), OUTCOME_GROUP_EDITED);
	assert_int_equal(world_change(world, 0).fields, request->given);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_GET, NULL, OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_string_equal(reply_text(&world->reply, group->name), "renamed");
	assert_int_equal(group->description.length, 0);
	assert_true(group->event_moderation);
	assert_int_equal(group->type, GROUP_TYPE_UNIT);
	assert_int_equal(group->version, world_change(world, 0).seq);
}

static void edit_that_changes_nothing_records_nothing(void **state)
{
	struct world *world = *state;
	(void)ask_edit(world, OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_GROUP_EDITED);
	assert_int_equal(world->changes, 0);
	struct request *request = ask_edit(world, OPEN_GROUP);
	give_name(world, "group-1");
	world_give_text(world, &request->description, "as it was");
	request->given |= GIVEN_DESCRIPTION | GIVEN_IS_PRIVATE | GIVEN_AVATAR_URL | GIVEN_MEMBER_MODERATION;
	request->unique_name = true;
	assert_int_equal(world_run(world), OUTCOME_GROUP_EDITED);
	assert_int_equal(world->changes, 0);
	assert_int_equal(world->reply.group.group.updated_at, 1);
}

static void names_are_compared_when_they_change_or_come_into_the_open(void **state)
{
	struct world *world = *state;
	struct request *request = ask_edit(world, PRIVATE_GROUP);
	give_name(world, "group-1");
	request->unique_name = true;
	assert_int_equal(world_run(world), OUTCOME_DUPLICATE_NAME);
	request->unique_name = false;
	assert_int_equal(world_run(world), OUTCOME_GROUP_EDITED);
	request = ask_edit(world, PRIVATE_GROUP);
	request->unique_name = true;
	request->given = GIVEN_IS_PRIVATE;
	assert_int_equal(world_run(world), OUTCOME_DUPLICATE_NAME);
	request->unique_name = false;
	assert_int_equal(world_run(world), OUTCOME_GROUP_EDITED);
	/* The older duplicate stands while its name is not touched. */
	request = ask_edit(world, OPEN_GROUP);
	request->unique_name = true;
	request->given = GIVEN_EVENT_MODERATION;
	request->event_moderation = true;
	assert_int_equal(world_run(world), OUTCOME_GROUP_EDITED);
}

static void owner_alone_deletes(void **state)
{
	struct world *world = *state;
	world_put_member(world, OPEN_GROUP, BOB, STATE_MEMBER, ROLE_ADMIN, 10);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_DELETE, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_DELETE, "ada/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_GROUP_DELETED);
	assert_int_equal(world->changes, 1);
	assert_int_equal(world_change(world, 0).type, CHANGE_GROUP_DELETED);
	assert_false(world_has_group(world, OPEN_GROUP));
	assert_int_equal(world_run(world), OUTCOME_NO_SUCH_GROUP);
}

static void bans_end_with_a_change_and_no_earlier(void **state)
{
	struct world *world = *state;
	const struct note note = {.by = ADA};
	const struct membership bans[] = {
		{OPEN_GROUP, BOB, STATE_BANNED, ROLE_NONE, .since = 1, .until = 2000, .has_note = true},
		{OPEN_GROUP, CLEO, STATE_BANNED, ROLE_NONE, .since = 1, .until = 2001, .has_note = true},
		{OPEN_GROUP, DAN, STATE_BANNED, ROLE_NONE, .since = 1, .until = TIME_FOREVER,
			.has_note = true},
	};
	store_begin(world->txn, TXN_WRITE, world->now);
	for (size_t i = 0; i < 3; i++) {
		store_put_membership(world->txn, &bans[i], &note, &world->scratch);
	}
	assert_int_equal(engine_expire_due(world->txn, 100), 0);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	store_begin(world->txn, TXN_WRITE, 2000);
	assert_int_equal(engine_expire_due(world->txn, 100), 1);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	struct change change = world_change(world, 0);
	assert_int_equal(change.type, CHANGE_BAN_ENDED);
	assert_int_equal(change.user_id, BOB);
	assert_int_equal(change.actor_id, 0);
	assert_int_equal(change.dialect, DIALECT_SYSTEM);
	world->now = 5000;
	store_begin(world->txn, TXN_WRITE, world->now);
	assert_int_equal(engine_expire_due(world->txn, 0), 0);
	assert_int_equal(engine_expire_due(world->txn, 100), 1);
	assert_int_equal(engine_expire_due(world->txn, 100), 0);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	assert_int_equal(world_membership(world, OPEN_GROUP, CLEO).state, STATE_NONE);
	assert_int_equal(world_membership(world, OPEN_GROUP, DAN).state, STATE_BANNED);
}

/* Bob gets an address that three groups had invited. */
static void address_brings_its_invitations(void **state)
{
	struct world *world = *state;
	world_put_member(world, MODERATED_GROUP, BOB, STATE_REQUESTED, ROLE_NONE, 10);
	world_put_member(world, OPEN_GROUP, BOB, STATE_BANNED, ROLE_NONE, 10);
	struct texts texts;
	texts_init(&texts, NULL, 0);
	store_begin(world->txn, TXN_WRITE, world->now);
	for (uint64_t group_id = OPEN_GROUP; group_id <= PRIVATE_GROUP; group_id++) {
		const struct invitation invitation = {
			.id = store_next_id(world->txn, COUNTER_INVITATION),
			.group_id = group_id,
			.by = ADA,
			.created_at = 5,
			.email = texts_add(&texts, "bob@example.org", 15),
		};
		store_put_invitation(world->txn, &invitation, &texts);
	}
	struct user bob;
	assert_true(store_find_user(world->txn, BOB, &texts, &bob));
	bob.email = texts_add(&texts, "bob@example.org", 15);
	store_put_user(world->txn, &bob, &texts);
	const struct change cause = {.dialect = DIALECT_V3, .operation = OPERATION_USER_PUT, .request_key = "r"};
	engine_adopt_invitations(world->txn, &bob, &world->options, &cause, &texts);
	struct invitation left;
	/* He is banned there: it looks as before, so that its end tells nobody whose the address is, but waits for
	 * nobody else. */
	assert_false(store_next_invitation_of_email(world->txn, "bob@example.org", 0, &texts, &left));
	assert_true(store_find_invitation(world->txn, 1, &texts, &left));
	assert_int_equal(left.state, INVITATION_PENDING);
	assert_int_equal(left.user_id, 0);
	assert_true(store_find_invitation(world->txn, 2, &texts, &left));
	assert_int_equal(left.state, INVITATION_ACCEPTED);
	assert_true(store_find_invitation(world->txn, 3, &texts, &left));
	assert_int_equal(left.state, INVITATION_PENDING);
	assert_int_equal(left.user_id, BOB);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	texts_finish(&texts);
	assert_int_equal(world_membership(world, OPEN_GROUP, BOB).state, STATE_BANNED);
	assert_int_equal(world_membership(world, MODERATED_GROUP, BOB).state, STATE_MEMBER);
	assert_int_equal(world_membership(world, PRIVATE_GROUP, BOB).state, STATE_INVITED);
	struct change added = world_change(world, 1);
	assert_int_equal(added.type, CHANGE_ADDED);
	assert_int_equal(added.actor_id, ADA);
	const struct change invited = world_change(world, 0);
	assert_int_equal(invited.type, CHANGE_INVITED);
	assert_int_equal(invited.actor_id, ADA);
	assert_int_equal(invited.dialect, DIALECT_V3);
	assert_int_equal(invited.operation, OPERATION_USER_PUT);
	assert_int_equal(invited.request_key[0], 'r');
	assert_int_equal(invited.reference, 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(creator_owns_the_group),
		TEST(group_is_what_the_request_says),
		TEST(slug_that_cannot_be_had_gets_random_letters),
		TEST(taken_name_is_refused_where_the_request_asks),
		TEST(suspended_creator_has_an_own_answer),
		TEST(edit_changes_only_what_is_given),
		TEST(edit_that_changes_nothing_records_nothing),
		TEST(names_are_compared_when_they_change_or_come_into_the_open),
		TEST(owner_alone_deletes),
		TEST(bans_end_with_a_change_and_no_earlier),
		TEST(address_brings_its_invitations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
