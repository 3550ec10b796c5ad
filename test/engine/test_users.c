/* Showing, adding and changing people over the modern API. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

#define NEW 77
#define UNKNOWN 99

static void name_user(struct world *world, uint64_t id)
{
	world->request->user = (struct reference){.kind = REFERENCE_ID, .id = id};
}

static void ask_for(struct world *world, const char *token, uint64_t id)
{
	(void)world_ask(world, DIALECT_V3, OPERATION_USER_GET, token, 0);
	name_user(world, id);
}

static void ask_to_put(struct world *world, uint64_t id)
{
	(void)world_ask(world, DIALECT_V3, OPERATION_USER_PUT, "ada/operator", 0);
	name_user(world, id);
}

/* The fold of the tests is the name itself. */
static void give_username(struct world *world, const char *username)
{
	struct request *request = world->request;
	world_give_text(world, &request->username, username);
	world_give_text(world, &request->slug, username);
	memcpy(request->name_fold, username, strlen(username));
	memcpy(request->name_order, username, strlen(username));
	request->given |= GIVEN_USERNAME;
}

static void give(struct world *world, enum given field, struct text *text, const char *given)
{
	world_give_text(world, text, given);
	world->request->given |= (uint32_t)field;
}

static void give_active(struct world *world, bool active)
{
	world->request->active = active;
	world->request->given |= GIVEN_ACTIVE;
}

static const char *shown(const struct world *world, struct text text)
{
	return reply_text(&world->reply, text);
}

static void addresses_are_shown_to_oneself_and_operators_only(void **state)
{
	struct world *world = *state;
	ask_to_put(world, BOB);
	give(world, GIVEN_EMAIL, &world->request->email, "bob@example.org");
	give(world, GIVEN_URL, &world->request->url, "https://bob.example");
	give(world, GIVEN_ZIP, &world->request->zip, "12345");
	assert_int_equal(world_run(world), OUTCOME_USER_CHANGED);
	static const struct {
		const char *token;
		const char *email;
	} rows[] = {{"bob/read", "bob@example.org"}, {"cleo/operator", "bob@example.org"}, {"cleo/write", ""}};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ask_for(world, rows[i].token, BOB);
		assert_int_equal(world_run(world), OUTCOME_OK);
		bool whole = rows[i].email[0] != '\0';
		assert_int_equal(world->reply.items, REPLY_USER | (whole ? REPLY_USER_WHOLE : 0));
		assert_string_equal(shown(world, world->reply.user.username), "bob");
		assert_string_equal(shown(world, world->reply.user.email), rows[i].email);
		assert_int_equal(world->reply.user.url.length > 0, whole);
		assert_int_equal(world->reply.user.zip.length > 0, whole);
		assert_true(world->reply.version > 0);
	}
}

static void people_are_found_by_slug_and_as_oneself(void **state)
{
	struct world *world = *state;
	ask_for(world, "cleo/read", UNKNOWN);
	assert_int_equal(world_run(world), OUTCOME_USER_NOT_FOUND);
	world->request->user.kind = REFERENCE_CALLER;
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->reply.user.id, CLEO);
	world->request->user.kind = REFERENCE_SLUG;
	world_give_text(world, &world->request->user.slug, "eve");
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->reply.user.id, EVE);
	assert_false(world->reply.user.active);
	world->request->user.kind = REFERENCE_MALFORMED;
	assert_int_equal(world_run(world), OUTCOME_USER_NOT_FOUND);
	world->request->token.given = false;
	assert_int_equal(world_run(world), OUTCOME_TOKEN_MISSING);
}

static void only_operators_put_people(void **state)
{
	struct world *world = *state;
	(void)world_ask(world, DIALECT_V3, OPERATION_USER_PUT, "ada/write", 0);
	name_user(world, NEW);
	request_fault(&world->request->value, OUTCOME_UNACCEPTABLE_VALUE, "email");
	assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
	ask_to_put(world, NEW);
	request_fault(&world->request->value, OUTCOME_UNACCEPTABLE_VALUE, "email");
	assert_int_equal(world_run(world), OUTCOME_UNACCEPTABLE_VALUE);
}

static void new_person_has_the_id_of_the_path(void **state)
{
	struct world *world = *state;
	ask_to_put(world, NEW);
	assert_int_equal(world_run(world), OUTCOME_PARAMETER_MISSING);
	assert_string_equal(world->reply.field, "username");
	give_username(world, "nora");
	give(world, GIVEN_NAME, &world->request->name, "Nora");
	assert_int_equal(world_run(world), OUTCOME_USER_ADDED);
	assert_int_equal(world->changes, 1);
	const struct change added = world_change(world, 0);
	assert_int_equal(added.type, CHANGE_USER_ADDED);
	assert_int_equal(added.user_id, NEW);
	assert_int_equal(added.actor_id, ADA);
	assert_int_equal(added.dialect, DIALECT_V3);
	assert_int_equal(added.operation, OPERATION_USER_PUT);
	assert_int_equal(added.group_id, 0);
	const struct user *nora = &world->reply.user;
	assert_int_equal(nora->id, NEW);
	assert_true(nora->active);
	assert_int_equal(nora->created_at, world->now);
	assert_string_equal(shown(world, nora->slug), "nora");
	assert_int_equal(world->reply.version, added.seq);
	store_begin(world->txn, TXN_READ, world->now);
	assert_int_equal(store_counter(world->txn, COUNTER_USER), NEW + 1);
	assert_int_equal(store_end(world->txn), STORE_DONE);
}

static void new_person_may_be_suspended_from_the_start(void **state)
{
	struct world *world = *state;
	ask_to_put(world, NEW);
	give_username(world, "nora");
	give_active(world, false);
	assert_int_equal(world_run(world), OUTCOME_USER_ADDED);
	assert_int_equal(world->changes, 2);
	assert_int_equal(world_change(world, 1).type, CHANGE_USER_ADDED);
	assert_int_equal(world_change(world, 0).type, CHANGE_USER_SUSPENDED);
	assert_false(world->reply.user.active);
}

static void slug_that_is_taken_gets_random_letters_and_a_rename_keeps_it(void **state)
{
	struct world *world = *state;
	ask_to_put(world, BOB);
	give_username(world, "robert");
	assert_int_equal(world_run(world), OUTCOME_USER_CHANGED);
	assert_string_equal(shown(world, world->reply.user.username), "robert");
	assert_string_equal(shown(world, world->reply.user.slug), "bob");
	assert_int_equal(world_change(world, 0).fields, GIVEN_USERNAME);
	ask_to_put(world, NEW);
	give_username(world, "bob");
	assert_int_equal(world_run(world), OUTCOME_USER_ADDED);
	assert_memory_equal(shown(world, world->reply.user.slug), "bob-", 4);
	assert_int_equal(world->reply.user.slug.length, 15);
}

static void names_and_addresses_are_one_persons_alone(void **state)
{
	struct world *world = *state;
	ask_to_put(world, CLEO);
	give(world, GIVEN_EMAIL, &world->request->email, "cleo@example.org");
	assert_int_equal(world_run(world), OUTCOME_USER_CHANGED);
	static const uint64_t ids[] = {NEW, BOB};
	for (size_t i = 0; i < 2; i++) {
		ask_to_put(world, ids[i]);
		give_username(world, "cleo");
		give(world, GIVEN_EMAIL, &world->request->email, "cleo@example.org");
		assert_int_equal(world_run(world), OUTCOME_DUPLICATE_NAME);
		assert_string_equal(world->reply.field, "username");
		ask_to_put(world, ids[i]);
		give_username(world, "free");
		give(world, GIVEN_EMAIL, &world->request->email, "cleo@example.org");
		assert_int_equal(world_run(world), OUTCOME_DUPLICATE_NAME);
		assert_string_equal(world->reply.field, "email");
	}
}

static void what_is_said_already_changes_nothing(void **state)
{
	struct world *world = *state;
	ask_to_put(world, BOB);
	give_username(world, "bob");
	give_active(world, true);
	assert_int_equal(world_run(world), OUTCOME_USER_CHANGED);
	assert_int_equal(world->changes, 0);
	assert_int_equal(world->reply.user.updated_at, 1);
}

static void suspending_is_a_change_of_its_own(void **state)
{
	struct world *world = *state;
	ask_to_put(world, BOB);
	give(world, GIVEN_NAME, &world->request->name, "Bob");
	give_active(world, false);
	assert_int_equal(world_run(world), OUTCOME_USER_CHANGED);
	assert_int_equal(world->changes, 2);
	assert_int_equal(world_change(world, 1).type, CHANGE_USER_CHANGED);
	assert_int_equal(world_change(world, 1).fields, GIVEN_NAME);
	assert_int_equal(world_change(world, 0).type, CHANGE_USER_SUSPENDED);
	assert_int_equal(world_change(world, 0).fields, 0);
	assert_int_equal(world->reply.version, world_change(world, 0).seq);
	ask_to_put(world, BOB);
	give_active(world, true);
	assert_int_equal(world_run(world), OUTCOME_USER_CHANGED);
	assert_int_equal(world_change(world, 0).type, CHANGE_USER_ACTIVATED);
}

static void nobody_suspends_oneself(void **state)
{
	struct world *world = *state;
	ask_to_put(world, ADA);
	give_active(world, false);
	assert_int_equal(world_run(world), OUTCOME_UNACCEPTABLE_VALUE);
	assert_string_equal(world->reply.field, "active");
}

static void address_brings_its_invitation(void **state)
{
	struct world *world = *state;
	store_begin(world->txn, TXN_WRITE, world->now);
	const struct invitation invitation = {
		.id = store_next_id(world->txn, COUNTER_INVITATION),
		.group_id = PRIVATE_GROUP,
		.by = CLEO,
		.created_at = 5,
		.email = texts_add(&world->scratch, "bob@example.org", 15),
	};
	store_put_invitation(world->txn, &invitation, &world->scratch);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	ask_to_put(world, BOB);
	give(world, GIVEN_EMAIL, &world->request->email, "bob@example.org");
	assert_int_equal(world_run(world), OUTCOME_USER_CHANGED);
	assert_int_equal(world->changes, 2);
	assert_int_equal(world_change(world, 1).type, CHANGE_USER_CHANGED);
	const struct change invited = world_change(world, 0);
	assert_int_equal(invited.type, CHANGE_INVITED);
	assert_int_equal(invited.user_id, BOB);
	assert_int_equal(invited.actor_id, CLEO);
	assert_int_equal(invited.dialect, DIALECT_V3);
	assert_int_equal(world_membership(world, PRIVATE_GROUP, BOB).state, STATE_INVITED);
}

static void who_was_erased_is_nobody_whose_id_stays_taken(void **state)
{
	struct world *world = *state;
	world_erase(world, BOB);
	ask_for(world, "ada/operator", BOB);
	assert_int_equal(world_run(world), OUTCOME_USER_NOT_FOUND);
	ask_to_put(world, BOB);
	give_username(world, "nora");
	assert_int_equal(world_run(world), OUTCOME_USER_NOT_FOUND);
	ask_to_put(world, NEW);
	give_username(world, "bob"); /* the username is free, its slug is not */
	assert_int_equal(world_run(world), OUTCOME_USER_ADDED);
	assert_int_equal(world->reply.user.slug.length, 15);
}

static void person_is_changed_as_it_was_seen(void **state)
{
	struct world *world = *state;
	ask_to_put(world, BOB);
	give(world, GIVEN_NAME, &world->request->name, "Bob");
	assert_int_equal(world_run(world), OUTCOME_USER_CHANGED);
	uint64_t seen = world->reply.version;
	for (unsigned i = 0; i < 2; i++) {
		uint8_t version[8] = {0};
		version[7] = (uint8_t)seen;
		ask_to_put(world, BOB);
		give(world, GIVEN_NAME, &world->request->name, i == 0 ? "Bobby" : "Robert");
		world->request->match = MATCH_VERSIONS;
		assert_true(request_add(world->request, (const char *)version, sizeof version,
			&world->request->match_versions));
		assert_int_equal(world_run(world), i == 0 ? OUTCOME_USER_CHANGED : OUTCOME_PRECONDITION_FAILED);
	}
	ask_to_put(world, NEW);
	give_username(world, "nora");
	world->request->match = MATCH_ANY;
	assert_int_equal(world_run(world), OUTCOME_PRECONDITION_FAILED);
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WORLD_TEST(addresses_are_shown_to_oneself_and_operators_only),
		WORLD_TEST(people_are_found_by_slug_and_as_oneself),
		WORLD_TEST(only_operators_put_people),
		WORLD_TEST(new_person_has_the_id_of_the_path),
		WORLD_TEST(new_person_may_be_suspended_from_the_start),
		WORLD_TEST(slug_that_is_taken_gets_random_letters_and_a_rename_keeps_it),
		WORLD_TEST(names_and_addresses_are_one_persons_alone),
		WORLD_TEST(what_is_said_already_changes_nothing),
		WORLD_TEST(suspending_is_a_change_of_its_own),
		WORLD_TEST(nobody_suspends_oneself),
		WORLD_TEST(address_brings_its_invitation),
		WORLD_TEST(who_was_erased_is_nobody_whose_id_stays_taken),
		WORLD_TEST(person_is_changed_as_it_was_seen),
	};
	return cmocka_run_group_tests_name("engine users", tests, NULL, NULL);
}
