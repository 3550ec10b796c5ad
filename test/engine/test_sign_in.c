/* Sessions of the pages, the approval of an application, and the exchange of its frob. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "engine/secrets.h"
#include "world.h"

#define TEXT_SIZE 128

static void give(struct credential *credential, const char *text)
{
	credential->given = true;
	secret_digest(text, strlen(text), credential->digest);
}

static void take_secret(const struct world *world, char text[TEXT_SIZE])
{
	assert_true((world->reply.items & REPLY_SECRET) != 0);
	(void)snprintf(text, TEXT_SIZE, "%s", reply_text(&world->reply, world->reply.secret));
}

static enum outcome sign_in(struct world *world, const char *token, char session[TEXT_SIZE])
{
	(void)world_ask(world, DIALECT_PAGE, OPERATION_SIGN_IN, token, 0);
	enum outcome outcome = world_run_unrecorded(world);
	if (outcome == OUTCOME_SIGNED_IN) {
		take_secret(world, session);
	}
	return outcome;
}

/* Asks for a page of the application "app" with this session; NULL: none. */
static enum outcome visit(struct world *world, enum operation operation, const char *session)
{
	struct request *request = world_ask(world, DIALECT_PAGE, operation, NULL, 0);
	give(&request->api_key, "app");
	if (session != NULL) {
		give(&request->session, session);
	}
	return world_run_unrecorded(world);
}

static enum outcome exchange(struct world *world, const char *api_key, const char *frob)
{
	struct request *request = world_ask(world, DIALECT_LEGACY, OPERATION_TOKEN_FROM_FROB, NULL, 0);
	give(&request->api_key, api_key);
	if (frob != NULL) {
		give(&request->frob, frob);
	}
	return world_run_unrecorded(world);
}

static void put_application(struct world *world, uint64_t id, const char *api_key, const char *callback, bool active)
{
	texts_clear(&world->scratch);
	struct application application = {.id = id, .active = active};
	secret_digest(api_key, strlen(api_key), application.api_key_digest);
	application.name = texts_add(&world->scratch, api_key, strlen(api_key));
	application.callback_url = texts_add(&world->scratch, callback, strlen(callback));
	store_begin(world->txn, TXN_WRITE, world->now);
	store_put_application(world->txn, &application, &world->scratch);
	store_raise_counter(world->txn, COUNTER_APPLICATION, id + 1);
	assert_int_equal(store_end(world->txn), STORE_DONE);
}

static void set_token(struct world *world, uint64_t id, bool active, uint64_t application_id)
{
	struct token token;
	store_begin(world->txn, TXN_WRITE, world->now);
	assert_true(store_find_token(world->txn, id, &world->scratch, &token));
	token.active = active;
	token.application_id = application_id;
	store_put_token(world->txn, &token, &world->scratch);
	assert_int_equal(store_end(world->txn), STORE_DONE);
}

/* Bob's approval of "app". */
static void approve(struct world *world, char frob[TEXT_SIZE])
{
	char session[TEXT_SIZE];
	assert_int_equal(sign_in(world, "bob/write", session), OUTCOME_SIGNED_IN);
	assert_int_equal(visit(world, OPERATION_APPROVE, session), OUTCOME_FROB_SHOWN);
	take_secret(world, frob);
}

static void fail_on_error(void *context, const char *line)
{
	(void)context;
	fail_msg("%s", line);
}

static void check_store(struct world *world)
{
	struct check_result result;
	store_begin(world->txn, TXN_READ, world->now);
	store_check(world->txn, fail_on_error, NULL, &result);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	assert_int_equal(result.errors, 0);
}

static void personal_token_signs_in_and_session_sees_the_application(void **state)
{
	struct world *world = *state;
	char session[TEXT_SIZE];
	assert_int_equal(visit(world, OPERATION_APPROVE_SHOW, NULL), OUTCOME_SIGN_IN_NEEDED);
	assert_int_equal(visit(world, OPERATION_APPROVE_SHOW, "no session"), OUTCOME_SIGN_IN_NEEDED);
	assert_int_equal(sign_in(world, "bob/write", session), OUTCOME_SIGNED_IN);
	assert_int_equal(strlen(session), SESSION_SIZE);
	assert_int_equal(visit(world, OPERATION_APPROVE_SHOW, session), OUTCOME_OK);
	assert_int_equal(world->reply.user.id, BOB);
	assert_string_equal(reply_text(&world->reply, world->reply.application.name), "app");
	assert_int_equal(world->reply.application_id, 0); /* which counts calls of the gateway */
	check_store(world);
}

static void sign_in_refuses_what_is_no_active_personal_token(void **state)
{
	struct world *world = *state;
	char session[TEXT_SIZE];
	assert_int_equal(sign_in(world, NULL, session), OUTCOME_SIGN_IN_REFUSED);
	assert_int_equal(sign_in(world, "nobody's", session), OUTCOME_SIGN_IN_REFUSED);
	set_token(world, 10 * BOB + SCOPE_WRITE, true, 1);
	assert_int_equal(sign_in(world, "bob/write", session), OUTCOME_SIGN_IN_REFUSED);
	set_token(world, 10 * BOB + SCOPE_WRITE, false, 0);
	assert_int_equal(sign_in(world, "bob/write", session), OUTCOME_SIGN_IN_REFUSED);
	assert_int_equal(sign_in(world, "eve/write", session), OUTCOME_CALLER_SUSPENDED);
}

static void form_without_its_key_signs_nobody_in(void **state)
{
	struct world *world = *state;
	struct request *request = world_ask(world, DIALECT_PAGE, OPERATION_SIGN_IN, "bob/write", 0);
	request_fault(&request->syntax, OUTCOME_FORM_REFUSED, "");
	assert_int_equal(world_run_unrecorded(world), OUTCOME_FORM_REFUSED);
	assert_int_equal(world->reply.items, 0);
}

static void read_only_token_signs_in_but_approves_nothing(void **state)
{
	struct world *world = *state;
	char session[TEXT_SIZE];
	assert_int_equal(sign_in(world, "bob/read", session), OUTCOME_SIGNED_IN);
	assert_int_equal(visit(world, OPERATION_SIGN_IN_SHOW, session), OUTCOME_OK);
	assert_int_equal(world->reply.user.id, BOB);
	assert_int_equal(visit(world, OPERATION_APPROVE_SHOW, session), OUTCOME_SCOPE_INSUFFICIENT);
	assert_int_equal(visit(world, OPERATION_APPROVE, session), OUTCOME_SCOPE_INSUFFICIENT);
}

static void session_ends_twelve_hours_after_its_last_use(void **state)
{
	struct world *world = *state;
	char session[TEXT_SIZE];
	assert_int_equal(sign_in(world, "bob/write", session), OUTCOME_SIGNED_IN);
	world->now += SESSION_UNUSED_MAX_S - 1;
	assert_int_equal(visit(world, OPERATION_APPROVE_SHOW, session), OUTCOME_OK);
	world->now += SESSION_UNUSED_MAX_S - 1;
	assert_int_equal(visit(world, OPERATION_APPROVE_SHOW, session), OUTCOME_OK);
	check_store(world);
	world->now += SESSION_UNUSED_MAX_S;
	assert_int_equal(visit(world, OPERATION_APPROVE_SHOW, session), OUTCOME_SIGN_IN_NEEDED);
	store_begin(world->txn, TXN_WRITE, world->now);
	assert_int_equal(engine_expire_due(world->txn, 10), 1);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	check_store(world);
}

static void session_ends_with_its_token(void **state)
{
	struct world *world = *state;
	char session[TEXT_SIZE];
	assert_int_equal(sign_in(world, "bob/write", session), OUTCOME_SIGNED_IN);
	set_token(world, 10 * BOB + SCOPE_WRITE, false, 0);
	assert_int_equal(visit(world, OPERATION_APPROVE, session), OUTCOME_SIGN_IN_NEEDED);
}

static void session_of_a_suspended_person_sees_nothing(void **state)
{
	struct world *world = *state;
	char session[TEXT_SIZE];
	assert_int_equal(sign_in(world, "bob/write", session), OUTCOME_SIGNED_IN);
	world_suspend(world, BOB);
	assert_int_equal(visit(world, OPERATION_APPROVE, session), OUTCOME_CALLER_SUSPENDED);
	assert_int_equal(visit(world, OPERATION_SIGN_IN_SHOW, session), OUTCOME_OK);
	assert_int_equal(world->reply.items & REPLY_USER, 0);
}

static void signing_out_ends_the_session(void **state)
{
	struct world *world = *state;
	char session[TEXT_SIZE];
	assert_int_equal(sign_in(world, "bob/write", session), OUTCOME_SIGNED_IN);
	assert_int_equal(visit(world, OPERATION_SIGN_OUT, session), OUTCOME_SIGNED_OUT);
	assert_int_equal(visit(world, OPERATION_APPROVE_SHOW, session), OUTCOME_SIGN_IN_NEEDED);
	assert_int_equal(visit(world, OPERATION_SIGN_OUT, session), OUTCOME_SIGNED_OUT);
	check_store(world);
}

static void signing_in_again_ends_the_session_before(void **state)
{
	struct world *world = *state;
	char first[TEXT_SIZE];
	assert_int_equal(sign_in(world, "bob/write", first), OUTCOME_SIGNED_IN);
	struct request *request = world_ask(world, DIALECT_PAGE, OPERATION_SIGN_IN, "cleo/write", 0);
	give(&request->session, first);
	assert_int_equal(world_run_unrecorded(world), OUTCOME_SIGNED_IN);
	assert_int_equal(visit(world, OPERATION_APPROVE_SHOW, first), OUTCOME_SIGN_IN_NEEDED);
}

static void proxy_names_the_visitor(void **state)
{
	struct world *world = *state;
	struct request *request = world_ask(world, DIALECT_PAGE, OPERATION_APPROVE, NULL, 0);
	give(&request->api_key, "app");
	request->visitor_named = true;
	memcpy(request->name_fold, "cleo", 4);
	assert_int_equal(world_run_unrecorded(world), OUTCOME_FROB_SHOWN);
	assert_int_equal(world->reply.user.id, CLEO);
	memset(request->name_fold, 'x', 4);
	assert_int_equal(world_run_unrecorded(world), OUTCOME_VISITOR_UNKNOWN);
}

static void application_must_be_known_and_active(void **state)
{
	struct world *world = *state;
	put_application(world, 2, "off", "", false);
	char session[TEXT_SIZE];
	assert_int_equal(sign_in(world, "bob/write", session), OUTCOME_SIGNED_IN);
	struct request *request = world_ask(world, DIALECT_PAGE, OPERATION_APPROVE, NULL, 0);
	give(&request->session, session);
	assert_int_equal(world_run_unrecorded(world), OUTCOME_APPLICATION_UNKNOWN);
	give(&request->api_key, "nobody's");
	assert_int_equal(world_run_unrecorded(world), OUTCOME_APPLICATION_UNKNOWN);
	give(&request->api_key, "off");
	assert_int_equal(world_run_unrecorded(world), OUTCOME_APPLICATION_UNKNOWN);
}

static void callback_is_the_registered_one(void **state)
{
	struct world *world = *state;
	put_application(world, 1, "app", "https://client.example/back", true);
	char session[TEXT_SIZE];
	assert_int_equal(sign_in(world, "bob/write", session), OUTCOME_SIGNED_IN);
	assert_int_equal(visit(world, OPERATION_APPROVE, session), OUTCOME_APPLICATION_APPROVED);
	assert_string_equal(reply_text(&world->reply, world->reply.application.callback_url),
		"https://client.example/back");
}

static void frob_becomes_a_token_once(void **state)
{
	struct world *world = *state;
	char frob[TEXT_SIZE];
	char token[TEXT_SIZE];
	approve(world, frob);
	assert_int_equal(strlen(frob), FROB_SIZE);
	assert_int_equal(exchange(world, "app", frob), OUTCOME_OK);
	assert_int_equal(world->reply.user.id, BOB);
	take_secret(world, token);
	assert_int_equal(strlen(token), USER_TOKEN_SIZE);
	assert_int_equal(strspn(token, "0123456789abcdef"), USER_TOKEN_SIZE);
	assert_int_equal(exchange(world, "app", frob), OUTCOME_FROB_INVALID);
	(void)world_ask(world, DIALECT_LEGACY, OPERATION_GROUP_JOIN, token, OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_JOINED);
	(void)world_ask(world, DIALECT_V3, OPERATION_GROUP_LEAVE, token, OPEN_GROUP);
	assert_int_equal(world_run(world), OUTCOME_LEFT);
	char session[TEXT_SIZE];
	assert_int_equal(sign_in(world, token, session), OUTCOME_SIGN_IN_REFUSED);
	check_store(world);
}

static void refused_exchange_does_not_spend_the_frob(void **state)
{
	struct world *world = *state;
	char frob[TEXT_SIZE];
	put_application(world, 2, "other", "", true);
	approve(world, frob);
	assert_int_equal(exchange(world, "other", frob), OUTCOME_FROB_INVALID);
	assert_int_equal(exchange(world, "nobody's", frob), OUTCOME_API_KEY_INVALID);
	assert_int_equal(exchange(world, "app", NULL), OUTCOME_FROB_INVALID);
	assert_int_equal(exchange(world, "app", "another"), OUTCOME_FROB_INVALID);
	assert_int_equal(exchange(world, "app", frob), OUTCOME_OK);
}

static void frob_of_a_suspended_person_is_none(void **state)
{
	struct world *world = *state;
	char frob[TEXT_SIZE];
	approve(world, frob);
	world_suspend(world, BOB);
	assert_int_equal(exchange(world, "app", frob), OUTCOME_FROB_INVALID);
}

static void frob_lasts_ten_minutes(void **state)
{
	struct world *world = *state;
	char frob[TEXT_SIZE];
	char late[TEXT_SIZE];
	approve(world, frob);
	approve(world, late);
	assert_string_not_equal(frob, late);
	world->now += FROB_KEPT_S - 1;
	assert_int_equal(exchange(world, "app", frob), OUTCOME_OK);
	world->now += 1;
	assert_int_equal(exchange(world, "app", late), OUTCOME_FROB_INVALID);
	store_begin(world->txn, TXN_WRITE, world->now);
	assert_int_equal(engine_expire_due(world->txn, 10), 1);
	assert_int_equal(store_end(world->txn), STORE_DONE);
	check_store(world);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
	const struct CMUnitTest tests[] = {
		TEST(personal_token_signs_in_and_session_sees_the_application),
		TEST(sign_in_refuses_what_is_no_active_personal_token),
		TEST(form_without_its_key_signs_nobody_in),
		TEST(read_only_token_signs_in_but_approves_nothing),
		TEST(session_ends_twelve_hours_after_its_last_use),
		TEST(session_ends_with_its_token),
		TEST(session_of_a_suspended_person_sees_nothing),
		TEST(signing_out_ends_the_session),
		TEST(signing_in_again_ends_the_session_before),
		TEST(proxy_names_the_visitor),
		TEST(application_must_be_known_and_active),
		TEST(callback_is_the_registered_one),
		TEST(frob_becomes_a_token_once),
		TEST(refused_exchange_does_not_spend_the_frob),
		TEST(frob_of_a_suspended_person_is_none),
		TEST(frob_lasts_ten_minutes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
