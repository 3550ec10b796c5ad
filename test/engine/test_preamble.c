/* The order of the preamble's checks: of any two faults the earlier one answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/secrets.h"
#include "world.h"

/* What can be wrong with one edit of a group. */
struct attempt {
	enum dialect dialect;
	const char *api_key; /* NULL: none */
	const char *person; /* NULL: no token */
	const char *scope;
	bool callback_is_bad;
	bool syntax_is_bad;
	uint64_t group_id;
	bool value_is_bad;
	bool name_is_taken;
};

static void bad_callback(struct attempt *attempt)
{
	attempt->callback_is_bad = true;
}
static void no_api_key(struct attempt *attempt)
{
	attempt->api_key = NULL;
}
static void unknown_api_key(struct attempt *attempt)
{
	attempt->api_key = "unknown";
}
static void no_token(struct attempt *attempt)
{
	attempt->person = NULL;
}
static void unknown_token(struct attempt *attempt)
{
	attempt->person = "nobody";
}
static void read_only(struct attempt *attempt)
{
	attempt->scope = "read";
}
static void suspended(struct attempt *attempt)
{
	attempt->person = "eve";
}
static void bad_syntax(struct attempt *attempt)
{
	attempt->syntax_is_bad = true;
}
static void absent_group(struct attempt *attempt)
{
	attempt->group_id = 99;
}
static void no_manager(struct attempt *attempt)
{
	attempt->person = "bob";
}
static void bad_value(struct attempt *attempt)
{
	attempt->value_is_bad = true;
}
static void taken_name(struct attempt *attempt)
{
	attempt->name_is_taken = true;
}

/* In the order in which they must be answered. Several say who asks; the earlier of two then has the last
 * word, and lacks what the later one lacks as well. */
static const struct fault_row {
	void (*make)(struct attempt *attempt);
	enum outcome outcome;
} FAULTS[] = {
	{bad_callback, OUTCOME_INVALID_PARAMETER},
	{no_api_key, OUTCOME_API_KEY_MISSING},
	{unknown_api_key, OUTCOME_API_KEY_INVALID},
	{no_token, OUTCOME_TOKEN_MISSING},
	{unknown_token, OUTCOME_TOKEN_INVALID},
	{read_only, OUTCOME_SCOPE_INSUFFICIENT},
	{suspended, OUTCOME_CALLER_SUSPENDED},
	{bad_syntax, OUTCOME_INVALID_PARAMETER},
	{absent_group, OUTCOME_NO_GROUP_TO_EDIT},
	{no_manager, OUTCOME_NOT_ALLOWED},
	{bad_value, OUTCOME_UNACCEPTABLE_VALUE},
	{taken_name, OUTCOME_DUPLICATE_NAME},
};
#define FAULT_COUNT (sizeof FAULTS / sizeof *FAULTS)

static enum outcome run(struct world *world, const struct attempt *attempt)
{
	char token[64];
	(void)snprintf(
		token, sizeof token, "%s/%s", attempt->person == NULL ? "" : attempt->person, attempt->scope);
	struct request *request = world_ask(world, attempt->dialect, OPERATION_GROUP_EDIT,
		attempt->person == NULL ? NULL : token, attempt->group_id);
	request->api_key.given = attempt->api_key != NULL;
	if (attempt->api_key != NULL) {
		secret_digest(attempt->api_key, strlen(attempt->api_key), request->api_key.digest);
	}
	if (attempt->callback_is_bad) {
		request_fault(&request->first, OUTCOME_INVALID_PARAMETER, "callback");
	}
	if (attempt->syntax_is_bad) {
		request_fault(&request->syntax, OUTCOME_INVALID_PARAMETER, "syntax");
	}
	if (attempt->value_is_bad) {
		request_fault(&request->value, OUTCOME_UNACCEPTABLE_VALUE, "value");
	}
	request->given = GIVEN_NAME;
	request->unique_name = true;
	world_give_text(world, &request->name, attempt->name_is_taken ? "group-2" : "other");
	memcpy(request->name_fold, request_text(request, request->name), request->name.length);
	return world_run(world);
}

static const struct attempt GOOD = {.dialect = DIALECT_LEGACY,
	.api_key = "app",
	.person = "ada",
	.scope = "write",
	.group_id = OPEN_GROUP};

static void each_fault_alone_has_its_answer(void **state)
{
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		struct attempt attempt = GOOD;
		FAULTS[i].make(&attempt);
		assert_int_equal(run(*state, &attempt), FAULTS[i].outcome);
	}
	struct attempt attempt = GOOD;
	assert_int_equal(run(*state, &attempt), OUTCOME_GROUP_EDITED);
}

static void of_two_faults_the_earlier_answers(void **state)
{
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		for (size_t j = i + 1; j < FAULT_COUNT; j++) {
			struct attempt attempt = GOOD;
			FAULTS[j].make(&attempt);
			FAULTS[i].make(&attempt);
			if (run(*state, &attempt) != FAULTS[i].outcome) {
				fail_msg("fault %zu with %zu", i, j);
			}
		}
	}
}

static void fault_names_its_field(void **state)
{
	struct world *world = *state;
	struct attempt attempt = GOOD;
	attempt.syntax_is_bad = true;
	attempt.value_is_bad = true;
	(void)run(world, &attempt);
	assert_string_equal(world->reply.field, "syntax");
	attempt.syntax_is_bad = false;
	(void)run(world, &attempt);
	assert_string_equal(world->reply.field, "value");
}

static void json_dialects_need_no_api_key(void **state)
{
	struct attempt attempt = GOOD;
	attempt.dialect = DIALECT_V3;
	attempt.api_key = NULL;
	assert_int_equal(run(*state, &attempt), OUTCOME_GROUP_EDITED);
}

static void absent_and_invisible_groups_answer_alike(void **state)
{
	struct world *world = *state;
	static const enum operation operations[] = {OPERATION_GROUP_JOIN, OPERATION_GROUP_LEAVE,
		OPERATION_GROUP_DELETE, OPERATION_GROUP_GET, OPERATION_MEMBER_LIST, OPERATION_INVITE_SHOW,
		OPERATION_INVITE_CREATE, OPERATION_INVITE_TOKEN_MINT, OPERATION_INVITE_TOKEN_REVOKE};
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
		(void)world_ask(world, DIALECT_V3, operations[i], "bob/write", PRIVATE_GROUP);
		request_fault(&world->request->value, OUTCOME_UNACCEPTABLE_VALUE, "value");
		assert_int_equal(world_run(world), OUTCOME_NO_SUCH_GROUP);
		(void)world_ask(world, DIALECT_V3, operations[i], "bob/write", 99);
		request_fault(&world->request->value, OUTCOME_UNACCEPTABLE_VALUE, "value");
		assert_int_equal(world_run(world), OUTCOME_NO_SUCH_GROUP);
	}
}

static void operator_reads_all_and_changes_nothing_more(void **state)
{
	struct world *world = *state;
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_GET, "bob/operator", PRIVATE_GROUP);
	assert_int_equal(world_run(world), OUTCOME_OK);
	(void)world_ask(world, DIALECT_V3, OPERATION_INVITE_SHOW, "bob/operator", PRIVATE_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NO_INVITE);
	(void)world_ask(world, DIALECT_V3, OPERATION_INVITE_CREATE, "bob/operator", PRIVATE_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_JOIN, "bob/operator", PRIVATE_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_LEAVE, "bob/operator", PRIVATE_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
	(void)world_ask(world, DIALECT_ONEZONE, OPERATION_GROUP_LEAVE, "bob/operator", PRIVATE_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NO_SUCH_GROUP);
}

static void onezone_shows_groups_to_members_only(void **state)
{
	struct world *world = *state;
	(void)world_ask(world, DIALECT_ONEZONE, OPERATION_GROUP_GET_MEMBERS_ONLY, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NO_SUCH_GROUP);
	(void)world_ask(world, DIALECT_ONEZONE, OPERATION_GROUP_LEAVE, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NO_SUCH_GROUP);
	(void)world_ask(world, DIALECT_ONEZONE, OPERATION_INVITE_TOKEN_MINT, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NO_SUCH_GROUP);
	world_put_member(world, OPEN_GROUP, BOB, STATE_MEMBER, ROLE_MEMBER, 5);
	(void)world_ask(world, DIALECT_ONEZONE, OPERATION_GROUP_GET_MEMBERS_ONLY, "bob/read", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_OK);
	(void)world_ask(world, DIALECT_ONEZONE, OPERATION_INVITE_TOKEN_MINT, "bob/write", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_NOT_ALLOWED);
}

static void token_is_optional_where_the_dialect_says(void **state)
{
	struct world *world = *state;
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_GET, NULL, OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_false(world->reply.group.caller_known);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_GET, "nobody", OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_TOKEN_INVALID);
	(void)world_ask(world, DIALECT_LEGACY, OPERATION_MEMBER_LIST, NULL, OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_TOKEN_MISSING);
	(void)world_ask(world, DIALECT_V3, OPERATION_USER_GROUPS, NULL, 0);
	world->request->user.kind = REFERENCE_CALLER;
	assert_int_equal(world_run(world), OUTCOME_TOKEN_MISSING);
	world->options.require_token = true;
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_GET, NULL, OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_TOKEN_MISSING);
}

static void token_check_has_one_answer_for_every_bad_token(void **state)
{
	struct world *world = *state;
	static const char *const bad[] = {NULL, "nobody", "eve/write"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		(void)world_ask(world, DIALECT_LEGACY, OPERATION_TOKEN_CHECK, bad[i], 0);
		assert_int_equal(world_run(world), OUTCOME_TOKEN_NOT_FOUND);
	}
	(void)world_ask(world, DIALECT_LEGACY, OPERATION_TOKEN_CHECK, "bob/read", 0);
	assert_int_equal(world_run(world), OUTCOME_OK);
	assert_int_equal(world->reply.items, REPLY_TOKEN);
	assert_int_equal(world->reply.user.id, BOB);
	assert_string_equal(reply_text(&world->reply, world->reply.user.username), "bob");
}

/* Bob gets a token for another application than the one that the legacy requests of the tests name. */
static void add_application_token(struct world *world, uint64_t application_id, bool active)
{
	struct token token = {
		.id = 100, .user_id = BOB, .application_id = application_id, .scope = SCOPE_WRITE};
	struct application other = {.id = 2, .active = active};
	token.active = true;
	secret_digest("bob's", 5, token.digest);
	secret_digest("other", 5, other.api_key_digest);
	store_begin(world->txn, TXN_WRITE, world->now);
	store_put_application(world->txn, &other, &world->scratch);
	store_put_token(world->txn, &token, &world->scratch);
	assert_int_equal(store_end(world->txn), STORE_DONE);
}

static enum outcome join_as(struct world *world, enum dialect dialect)
{
	(void)world_ask(world, dialect, OPERATION_GROUP_JOIN, "bob's", OPEN_GROUP);
	return world_run(world);
}

static void token_of_an_application_needs_its_api_key_in_legacy(void **state)
{
	struct world *world = *state;
	add_application_token(world, 2, true);
	assert_int_equal(join_as(world, DIALECT_LEGACY), OUTCOME_TOKEN_INVALID);
	assert_int_equal(join_as(world, DIALECT_V3), OUTCOME_JOINED);
	assert_int_equal(world_change(world, 0).application_id, 2);
	add_application_token(world, 1, true);
	assert_int_equal(join_as(world, DIALECT_LEGACY), OUTCOME_ALREADY_MEMBER);
}

static void disabled_application_stops_its_tokens(void **state)
{
	struct world *world = *state;
	add_application_token(world, 2, false);
	assert_int_equal(join_as(world, DIALECT_V3), OUTCOME_TOKEN_INVALID);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(each_fault_alone_has_its_answer),
		TEST(of_two_faults_the_earlier_answers),
		TEST(fault_names_its_field),
		TEST(json_dialects_need_no_api_key),
		TEST(absent_and_invisible_groups_answer_alike),
		TEST(operator_reads_all_and_changes_nothing_more),
		TEST(onezone_shows_groups_to_members_only),
		TEST(token_is_optional_where_the_dialect_says),
		TEST(token_of_an_application_needs_its_api_key_in_legacy),
		TEST(disabled_application_stops_its_tokens),
		TEST(token_check_has_one_answer_for_every_bad_token),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
