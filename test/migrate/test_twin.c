/* Twins: what agrees is equal, and each kind of fault that is planted on one side is found and named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/engine.h"
#include "engine/secrets.h"
#include "migrate/compare_inside.h"
#include "migrate/flatten.h"
#include "migrate/step.h"
#include "migrate/twin.h"
#include "migrate/twin_show.h"
#include "migrate/world.h"

#define TEXT_SIZE 65536
#define A_GROUP "1"
#define A_PRIVATE_GROUP "2"

/* --- faults */

enum planted {
	FAULT_NONE,
	FAULT_OUTCOME,
	FAULT_COUNT_OFF_BY_ONE,
	FAULT_WRITES_MORE,
	FAULT_REFUSES_BUT_WRITES,
	FAULT_CHANGES_EVERY_RUN,
	FAULT_SKIPS_A_MEMBER, /* behind a cursor */
};

static enum planted fault;
static enum dialect faulty;
static unsigned runs;

void __real_engine_execute(const struct circumstances *circumstances, struct txn *txn,
	const struct request *request, struct reply *reply, struct page *page);
void __wrap_engine_execute(const struct circumstances *circumstances, struct txn *txn,
	const struct request *request, struct reply *reply, struct page *page);

void __wrap_engine_execute(const struct circumstances *circumstances, struct txn *txn,
	const struct request *request, struct reply *reply, struct page *page)
{
	__real_engine_execute(circumstances, txn, request, reply, page);
	runs++;
	bool behind = request->operation == OPERATION_MEMBER_LIST && (request->given & GIVEN_AFTER) != 0;
	if (fault == FAULT_SKIPS_A_MEMBER && request->dialect == faulty && behind && page->count > 1) {
		memmove(page->members, page->members + 1, --page->count * sizeof *page->members);
	}
	if (fault == FAULT_NONE || request->dialect != faulty || request->operation != OPERATION_GROUP_JOIN) {
		return;
	}
	if (fault == FAULT_OUTCOME) {
		reply->outcome = OUTCOME_GROUP_EDITED;
	} else if (fault == FAULT_COUNT_OFF_BY_ONE) {
		reply->group.member_count++;
	} else if (fault == FAULT_WRITES_MORE) {
		(void)store_next_id(txn, COUNTER_GROUP);
	} else if (fault == FAULT_REFUSES_BUT_WRITES) {
		reply->outcome = OUTCOME_BANNED;
	} else {
		reply->group.member_count += runs;
	}
}

/* --- a twin with a report that can be read */

struct stand {
	struct trial *trial;
	struct report *report;
	struct twin *twin;
	char path[32];
	struct report_options options;
};

static void tell(void *context, const struct verdict *verdict)
{
	report_add(context, verdict);
}

static void stand_begin(struct stand *stand)
{
	char why[256];
	*stand = (struct stand){.path = "/tmp/twin-test-XXXXXX"};
	int file = mkstemp(stand->path);
	assert_true(file >= 0);
	(void)close(file);
	stand->options = (struct report_options){.title = "test", .json_path = stand->path};
	stand->trial = trial_over(NULL, world_master_key);
	assert_non_null(stand->trial);
	assert_true(world_make(trial_store(stand->trial), WORLD_START));
	stand->report = report_open(&stand->options, NULL, why, sizeof why);
	assert_non_null(stand->report);
	stand->twin = twin_create(&(struct twin_options){
		.trial = stand->trial,
		.tell = tell,
		.context = stand->report,
		.master_key = world_master_key,
		.groups_per_user_max = 100,
		.public_url = "http://localhost",
	});
	assert_non_null(stand->twin);
}

/* How it went, and what the report's lines say. */
static enum migrate_exit stand_end(struct stand *stand, char text[TEXT_SIZE])
{
	twin_destroy(stand->twin);
	enum migrate_exit exit = report_close(stand->report);
	trial_close(stand->trial);
	FILE *file = fopen(stand->path, "r");
	assert_non_null(file);
	text[fread(text, 1, TEXT_SIZE - 1, file)] = '\0';
	(void)fclose(file);
	(void)unlink(stand->path);
	return exit;
}

static void ask_to_join(
	struct stand *stand, uint64_t number, uint64_t person, const char *api_key, const char *token)
{
	struct call call = {.verb = CALL_JOIN};
	struct call_request text = {0};
	char word[WORLD_WORD_SIZE];
	char key[WORLD_WORD_SIZE];
	world_write_token(word, 0, person);
	world_write_api_key(key, 0);
	token = token != NULL ? token : word;
	api_key = api_key != NULL ? api_key : key;
	call_give(&call, CALL_API_KEY, CALL_TEXT, api_key, strlen(api_key));
	call_give(&call, CALL_TOKEN, CALL_TEXT, token, strlen(token));
	call_give(&call, CALL_GROUP, CALL_TEXT, A_GROUP, 1);
	assert_null(call_write(&call, DIALECT_LEGACY, &text));
	assert_true(twin_run(stand->twin, &(struct twin_call){
						  .number = number,
						  .now = WORLD_START,
						  .dialect = DIALECT_LEGACY,
						  .text = text.text,
						  .length = text.length,
						  .call = &call,
					  }));
	call_request_finish(&text);
}

/* Where one API could have been asked and another not, the call's own refusal is the reason, and no other is needed. */
static void a_refusal_for_its_own_is_the_only_reason(void **state)
{
	(void)state;
	struct stand stand;
	struct call call = {.verb = CALL_INFO};
	struct call_request asked = {0};
	static char report[TEXT_SIZE];
	static const char slug[] = "first-1"; /* a name in v3 alone */
	stand_begin(&stand);
	call_give(&call, CALL_API_KEY, CALL_TEXT, "none", 4);
	call_give(&call, CALL_TOKEN, CALL_TEXT, "personal-01", strlen("personal-01"));
	call_give(&call, CALL_GROUP, CALL_TEXT, slug, strlen(slug));
	assert_null(call_write(&call, DIALECT_LEGACY, &asked));
	assert_true(twin_run(stand.twin, &(struct twin_call){
						  .number = 1,
						  .now = WORLD_START,
						  .dialect = DIALECT_LEGACY,
						  .text = asked.text,
						  .length = asked.length,
						  .call = &call,
					  }));
	assert_int_equal(twin_outcome(stand.twin), OUTCOME_API_KEY_INVALID);
	assert_int_equal(twin_counts(stand.twin).pairs, 0);
	call_request_finish(&asked);
	assert_int_equal(stand_end(&stand, report), MIGRATE_EQUAL);
	assert_non_null(strstr(report, "it was refused for its api_key, which JSON has none of"));
}

/* Lets a person join who is not in yet; with this fault on this side. */
static enum migrate_exit join(
	enum planted planted, enum dialect side, char text[TEXT_SIZE], struct twin_counts *counts)
{
	struct stand stand;
	stand_begin(&stand);
	fault = planted;
	faulty = side;
	for (uint64_t person = 1; person < WORLD_FIRST_SUSPENDED; person++) {
		ask_to_join(&stand, person, person, NULL, NULL);
	}
	fault = FAULT_NONE;
	*counts = twin_counts(stand.twin);
	return stand_end(&stand, text);
}

static char text[TEXT_SIZE];

/* --- pages of lists */

static void give(struct call *call, enum call_argument argument, const char *value)
{
	if (value != NULL) {
		call_give(call, argument, CALL_TEXT, value, strlen(value));
	}
}

/* The members of a group, in parts of two; `cursor` becomes what v3 says behind the first. */
static void ask_for_members(
	struct stand *stand, uint64_t number, enum dialect dialect, const char *page, char cursor[TEXT_SIZE])
{
	struct call call = {.verb = CALL_MEMBERS};
	struct call_request said = {0};
	char word[WORLD_WORD_SIZE];
	char key[WORLD_WORD_SIZE];
	world_write_token(word, 0, 1);
	world_write_api_key(key, 0);
	give(&call, CALL_API_KEY, key);
	give(&call, CALL_TOKEN, word);
	give(&call, CALL_GROUP, A_GROUP);
	give(&call, CALL_PER_PAGE, "2");
	give(&call, CALL_PAGE, page);
	give(&call, CALL_AFTER, *cursor != '\0' ? cursor : NULL);
	assert_null(call_write(&call, dialect, &said));
	struct twin_call asked = {.number = number, .now = WORLD_START, .dialect = dialect, .text = said.text,
		.length = said.length, .call = &call};
	assert_true(twin_run(stand->twin, &asked));
	assert_int_equal(twin_outcome(stand->twin), OUTCOME_OK);
	call_request_finish(&said);
}

static void find_cursor(struct stand *stand, char cursor[TEXT_SIZE])
{
	static const char request[] = "GET /v3/groups/" A_GROUP "/members?per=2 HTTP/1.1\nHost: localhost\n\n";
	struct stage *stage = stage_create(&(struct stage_options){.store = trial_store(stand->trial),
		.master_key = world_master_key, .public_url = "http://localhost"});
	const struct stage_moment moment = {.now = WORLD_START};
	struct stage_result result = {0};
	struct flat flat = {0};
	assert_non_null(stage);
	assert_int_equal(stage_run(stage, &(struct stage_run){.text = request, .length = sizeof request - 1,
						  .moment = &moment}, &result), STAGE_DONE);
	flat_read(&flat, NOUN_MEMBER, DIALECT_V3, &result.response);
	struct span next = flat_text(&flat, flat.next);
	(void)snprintf(cursor, TEXT_SIZE, "%.*s", (int)next.length, next.bytes);
	assert_true(next.length > 0);
	flat_finish(&flat);
	stage_result_finish(&result);
	stage_destroy(stage);
}

static void ask_for_pages(enum planted planted, struct twin_counts *counts)
{
	static char cursor[TEXT_SIZE];
	struct stand stand;
	stand_begin(&stand);
	find_cursor(&stand, cursor);
	fault = planted;
	faulty = DIALECT_V3;
	ask_for_members(&stand, 1, DIALECT_V3, NULL, cursor);
	*cursor = '\0';
	ask_for_members(&stand, 2, DIALECT_LEGACY, "2", cursor);
	ask_for_members(&stand, 3, DIALECT_V3, "2", cursor);
	ask_for_members(&stand, 4, DIALECT_LEGACY, "99", cursor);
	ask_for_members(&stand, 5, DIALECT_ONEZONE, NULL, cursor);
	fault = FAULT_NONE;
	*counts = twin_counts(stand.twin);
	(void)stand_end(&stand, text);
}

static void pages_are_parts_of_their_lists(void **state)
{
	(void)state;
	struct twin_counts counts;
	ask_for_pages(FAULT_NONE, &counts);
	assert_int_equal(counts.pairs, 10);
	assert_int_equal(counts.different, 0);
}

static void a_page_that_begins_too_late_is_found(void **state)
{
	(void)state;
	struct twin_counts counts;
	ask_for_pages(FAULT_SKIPS_A_MEMBER, &counts);
	assert_non_null(strstr(text, "place of the page"));
	assert_int_equal(counts.different, 7); /* all that have v3 on a side */
}

static void calls_that_agree_are_equal(void **state)
{
	(void)state;
	struct twin_counts counts;
	assert_int_equal(join(FAULT_NONE, DIALECT_V3, text, &counts), MIGRATE_EQUAL);
	assert_int_equal(counts.different, 0);
	assert_int_equal(counts.noisy, 0);
	assert_int_equal(counts.pairs, WORLD_FIRST_SUSPENDED - 1);
}

static void another_outcome_is_found(void **state)
{
	(void)state;
	struct twin_counts counts;
	assert_int_equal(join(FAULT_OUTCOME, DIALECT_V3, text, &counts), MIGRATE_DIFFERENT);
	assert_non_null(strstr(text, "group.join"));
	assert_non_null(strstr(text, "\"kind\":\"outcome\""));
	assert_non_null(strstr(text, "group_edited"));
}

static void a_count_off_by_one_is_found(void **state)
{
	(void)state;
	struct twin_counts counts;
	assert_int_equal(join(FAULT_COUNT_OFF_BY_ONE, DIALECT_LEGACY, text, &counts), MIGRATE_DIFFERENT);
	assert_non_null(strstr(text, "group.member_count"));
	assert_null(strstr(text, "\"kind\":\"state\""));
}

static void a_row_that_one_side_writes_is_found(void **state)
{
	(void)state;
	struct twin_counts counts;
	assert_int_equal(join(FAULT_WRITES_MORE, DIALECT_V3, text, &counts), MIGRATE_DIFFERENT);
	assert_non_null(strstr(text, "\"kind\":\"state\""));
	assert_non_null(strstr(text, "not written"));
}

static void a_refusal_that_writes_is_found(void **state)
{
	(void)state;
	struct twin_counts counts;
	assert_int_equal(join(FAULT_REFUSES_BUT_WRITES, DIALECT_V3, text, &counts), MIGRATE_DIFFERENT);
	assert_non_null(strstr(text, "a refused call has written"));
}

static void what_differs_between_two_equal_runs_is_noise(void **state)
{
	(void)state;
	struct twin_counts counts;
	(void)join(FAULT_CHANGES_EVERY_RUN, DIALECT_LEGACY, text, &counts);
	assert_true(counts.noisy > 0);
	assert_non_null(strstr(text, "\"standing\":\"noise\""));
}

static void two_runs_give_equal_bytes(void **state)
{
	(void)state;
	char *dumps[2] = {NULL, NULL};
	for (size_t i = 0; i < 2; i++) {
		struct stand stand;
		size_t size;
		stand_begin(&stand);
		ask_to_join(&stand, 1, 5, NULL, NULL);
		ask_to_join(&stand, 2, 9, NULL, NULL);
		FILE *out = open_memstream(&dumps[i], &size);
		assert_non_null(out);
		assert_true(trial_dump(trial_store(stand.trial), world_master_key, out));
		(void)fclose(out);
		(void)stand_end(&stand, text);
	}
	assert_true(strlen(dumps[0]) > 0);
	assert_string_equal(dumps[0], dumps[1]);
	free(dumps[0]);
	free(dumps[1]);
}

static void write_alias(enum alias_kind kind, const char *secret, char alias[ALIAS_SIZE])
{
	struct alias_key key;
	uint8_t digest[DIGEST_SIZE];
	alias_key_derive(world_master_key, &key);
	secret_digest(secret, strlen(secret), digest);
	alias_write(&key, kind, digest, alias);
}

static void aliases_work_and_secrets_do_not(void **state)
{
	(void)state;
	struct stand stand;
	char token[WORLD_WORD_SIZE];
	char api_key[WORLD_WORD_SIZE];
	char token_alias[ALIAS_SIZE];
	char key_alias[ALIAS_SIZE];
	stand_begin(&stand);
	world_write_token(token, 0, 7);
	world_write_api_key(api_key, 0);
	write_alias(ALIAS_TOKEN, token, token_alias);
	write_alias(ALIAS_API_KEY, api_key, key_alias);
	assert_true(trial_alias(stand.trial));
	ask_to_join(&stand, 1, 7, api_key, token_alias);
	assert_int_equal(twin_outcome(stand.twin), OUTCOME_API_KEY_INVALID);
	ask_to_join(&stand, 2, 7, key_alias, token);
	assert_int_equal(twin_outcome(stand.twin), OUTCOME_TOKEN_INVALID);
	ask_to_join(&stand, 3, 7, key_alias, token_alias);
	assert_string_equal(outcome_row(twin_outcome(stand.twin))->name, "queued");
	assert_int_equal(trial_check(stand.trial, NULL, NULL), 0);
	(void)stand_end(&stand, text);
}

static void put_frob(struct store *store, const char *secret)
{
	struct txn *txn = txn_create(store);
	struct frob frob = {.application_id = 1, .user_id = 1, .expires_at = WORLD_START + FROB_KEPT_S};
	assert_non_null(txn);
	secret_digest(secret, strlen(secret), frob.digest);
	store_begin(txn, TXN_WRITE, WORLD_START);
	store_put_frob(txn, &frob);
	assert_int_equal(store_end(txn), STORE_DONE);
	txn_destroy(txn);
}

static bool has_frob(struct store *store, const char *secret)
{
	struct txn *txn = txn_create(store);
	struct frob frob;
	uint8_t digest[DIGEST_SIZE];
	assert_non_null(txn);
	secret_digest(secret, strlen(secret), digest);
	store_begin(txn, TXN_READ, WORLD_START);
	bool found = store_find_frob(txn, digest, &frob);
	store_abandon(txn);
	txn_destroy(txn);
	return found;
}

static bool has_address(struct store *store, const char *address)
{
	struct txn *txn = txn_create(store);
	uint64_t id;
	assert_non_null(txn);
	store_begin(txn, TXN_READ, WORLD_START);
	bool found = store_find_user_id_by_email(txn, address, &id);
	store_abandon(txn);
	txn_destroy(txn);
	return found;
}

static void addresses_are_aliased(void **state)
{
	(void)state;
	struct stand stand;
	char alias[ALIAS_SIZE];
	stand_begin(&stand);
	write_alias(ALIAS_EMAIL, "person7@example.org", alias);
	assert_true(has_address(trial_store(stand.trial), "person7@example.org"));
	assert_true(trial_alias(stand.trial));
	assert_false(has_address(trial_store(stand.trial), "person7@example.org"));
	assert_true(has_address(trial_store(stand.trial), alias));
	assert_int_equal(trial_check(stand.trial, NULL, NULL), 0);
	(void)stand_end(&stand, text);
}

/* What the fork has minted is cut out of what is shown of it, wherever it stands. */
static void minted_secrets_are_not_shown(void **state)
{
	(void)state;
	static const struct {
		const char *reply;
		const char *shown;
	} rows[] = {
		{"<token token=\"abc\" user_id=\"1\"/>", "<token token=\"...\" user_id=\"1\"/>"},
		{"{\"rsp\":{\"token\":[{\"token\":\"abc\"}]}}", "{\"rsp\":{\"token\":[{\"token\":\"...\"}]}}"},
		{"{\"invite_token\":\"abc\"}", "{\"invite_token\":\"...\"}"},
		{"{\"code\":\"abc\",\"url\":\"http://h/group/g/invite/abc\"}",
			"{\"code\":\"...\",\"url\":\"http://h/group/g/invite/...\"}"},
		{"{\"token\":\"token:7f3a\",\"code\":\"code-7f3a\"}", "{\"token\":\"token:7f3a\",\"code\":\"code-7f3a\"}"},
		{"{\"token\":\"abc", "{\"token\":\"..."},
		{"{\"code\":404,\"token\":\"\"}", "{\"code\":404,\"token\":\"\"}"},
	};
	struct call_request shown = {0};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		twin_show(&shown, rows[i].reply, strlen(rows[i].reply));
		assert_string_equal(shown.text, rows[i].shown);
	}
	call_request_finish(&shown);
}

static void frobs_are_aliased_each_once(void **state)
{
	(void)state;
	struct stand stand;
	char name[32];
	char alias[ALIAS_SIZE];
	stand_begin(&stand);
	for (unsigned i = 0; i < 20; i++) {
		(void)snprintf(name, sizeof name, "a frob %u", i);
		put_frob(trial_store(stand.trial), name);
	}
	assert_true(trial_alias(stand.trial));
	for (unsigned i = 0; i < 20; i++) {
		(void)snprintf(name, sizeof name, "a frob %u", i);
		write_alias(ALIAS_FROB, name, alias);
		assert_false(has_frob(trial_store(stand.trial), name));
		assert_true(has_frob(trial_store(stand.trial), alias));
	}
	assert_int_equal(trial_check(stand.trial, NULL, NULL), 0);
	(void)stand_end(&stand, text);
}

static void what_was_allowed_behind_the_state_is_exchanged(void **state)
{
	(void)state;
	static const char request[] = "POST /services/rest/ HTTP/1.1\nHost: localhost\n\n"
				      "method=auth.getToken&api_key=key-0&frob=later";
	static const char reply[] = "<rsp><token token=\"token:then\" user_id=\"1\"/></rsp>";
	const struct span frob = {"later", 5};
	struct stand stand;
	stand_begin(&stand);
	assert_false(trial_allow(stand.trial, frob, (struct span){"no key", 6}, 1, WORLD_START));
	assert_false(has_frob(trial_store(stand.trial), "later"));
	assert_true(trial_allow(stand.trial, frob, (struct span){"key-0", 5}, 1, WORLD_START));
	assert_true(twin_run(stand.twin, &(struct twin_call){
						 .number = 1,
						 .now = WORLD_START,
						 .dialect = DIALECT_LEGACY,
						 .text = request,
						 .length = sizeof request - 1,
						 .no_twin = "no other API has it",
						 .recorded_reply = reply,
					 }));
	assert_int_equal(twin_outcome(stand.twin), OUTCOME_OK);
	ask_to_join(&stand, 2, 1, NULL, "token:then");
	assert_int_equal(twin_outcome(stand.twin), OUTCOME_ALREADY_MEMBER);
	assert_int_equal(trial_check(stand.trial, NULL, NULL), 0);
	(void)stand_end(&stand, text);
}

static void assert_caller(const struct stand *stand, unsigned token, uint64_t person, const char *group,
	const struct trial_caller *wanted)
{
	struct trial_caller caller;
	char word[WORLD_WORD_SIZE];
	world_write_token(word, token, person);
	trial_find_caller(stand->trial, (struct span){word, strlen(word)}, (struct span){group, strlen(group)},
		WORLD_START, &caller);
	assert_int_equal(caller.is_known, wanted->is_known);
	assert_int_equal(caller.is_member, wanted->is_member);
	assert_int_equal(caller.is_manager, wanted->is_manager);
	assert_int_equal(caller.is_operator, wanted->is_operator);
	assert_int_equal(caller.is_suspended, wanted->is_suspended);
	assert_int_equal(caller.sees_group, wanted->sees_group);
}

static void a_caller_is_known_by_the_state(void **state)
{
	(void)state;
	struct stand stand;
	struct trial_caller caller;
	unsigned members = 0;
	const struct span group = {A_GROUP, 1};
	stand_begin(&stand);
	for (uint64_t person = 1; person < WORLD_FIRST_SUSPENDED; person++) {
		char word[WORLD_WORD_SIZE];
		world_write_token(word, 0, person);
		ask_to_join(&stand, person, person, NULL, NULL);
		trial_find_caller(stand.trial, (struct span){word, strlen(word)}, group, WORLD_START, &caller);
		bool is_in = twin_outcome(stand.twin) == OUTCOME_ALREADY_MEMBER;
		assert_true(!is_in || caller.is_member);
		assert_true(twin_outcome(stand.twin) != OUTCOME_BANNED || !caller.is_member);
		members += caller.is_member;
	}
	assert_true(members > 0);
	assert_caller(&stand, TOKEN_PERSONAL, 1, A_GROUP, &(struct trial_caller){true, true, true, false, false, true});
	assert_caller(&stand, TOKEN_DEACTIVATED, 1, A_GROUP, &(struct trial_caller){false, true, true, false, false, true});
	assert_caller(&stand, TOKEN_PERSONAL, 2, "999999", &(struct trial_caller){.is_known = true});
	assert_caller(&stand, TOKEN_PERSONAL, 1, A_PRIVATE_GROUP, &(struct trial_caller){.is_known = true});
	assert_caller(&stand, TOKEN_PERSONAL, WORLD_OPERATOR, A_PRIVATE_GROUP,
		&(struct trial_caller){.is_known = true, .is_operator = true, .sees_group = true});
	assert_caller(&stand, TOKEN_PERSONAL, WORLD_FIRST_SUSPENDED, "x",
		&(struct trial_caller){.is_known = true, .is_suspended = true});
	trial_find_caller(stand.trial, (struct span){"nobody", 6}, group, WORLD_START, &caller);
	assert_false(caller.is_member || caller.is_operator || caller.is_suspended);
	(void)stand_end(&stand, text);
}

static void heads_that_differ_between_two_equal_runs_are_noise(void **state)
{
	(void)state;
	static struct differences found;
	static struct side sides[2];
	for (size_t i = 0; i < 2; i++) {
		sides[i].result.response.status = 201;
		response_header(&sides[i].result.response, "Location", "/groups/%zu", i);
	}
	compare_same(CALL_LEAVE, &sides[0], &sides[0], &found);
	assert_int_equal(found.count, 0);
	compare_same(CALL_LEAVE, &sides[0], &sides[1], &found);
	assert_int_equal(found.count, 1);
	assert_true(found.items[0].noise);
	differences_clear(&found);
	sides[1] = sides[0];
	sides[1].result.response.status = 200;
	compare_same(CALL_LEAVE, &sides[0], &sides[1], &found);
	assert_int_equal(found.count, 1);
	differences_finish(&found);
}

static void rows_that_differ_between_two_equal_runs_are_noise_and_nothing_else_is(void **state)
{
	(void)state;
	static struct differences noise;
	static struct differences found;
	static struct side sides[2];
	const struct bytes key = {.data = "counter", .size = 7};
	for (size_t i = 0; i < 2; i++) {
		uint8_t value[8] = {(uint8_t)i};
		rows_list_add(&sides[i].rows, TABLE_META, key, (struct bytes){0},
			(struct bytes){.data = value, .size = sizeof value});
	}
	compare_same(CALL_LEAVE, &sides[0], &sides[1], &noise);
	assert_int_equal(noise.count, 1);
	assert_true(noise.items[0].noise);
	compare_add(&found, noise.items[0].kind, noise.items[0].path, "a", "b", false);
	compare_add(&found, DIFFERENCE_FIELD, noise.items[0].path, "a", "b", false);
	compare_add(&found, noise.items[0].kind, "member 7", "a", "b", false);
	compare_mark_noise(&noise, &found);
	assert_true(found.items[0].noise);
	assert_false(found.items[1].noise || found.items[2].noise);
	differences_finish(&noise);
	differences_finish(&found);
	side_finish(&sides[0]);
	side_finish(&sides[1]);
}

/* Or a rule that accepts what is frequent would accept what stands behind it. */
static void what_has_no_room_is_told_as_one_more(void **state)
{
	(void)state;
	static struct differences found;
	for (uint32_t i = 0; i < DIFFERENCES_MAX - 1; i++) {
		compare_add(&found, DIFFERENCE_FIELD, "member[].name", "a", "b", false);
	}
	assert_int_equal(found.items[found.count - 1].kind, DIFFERENCE_FIELD);
	for (uint32_t i = 0; i < 2; i++) {
		compare_add(&found, DIFFERENCE_STATE, "member 7", "a", "b", true);
	}
	assert_int_equal(found.count, DIFFERENCES_MAX);
	assert_int_equal(found.items[DIFFERENCES_MAX - 1].kind, DIFFERENCE_CHECK);
	assert_string_equal(found.items[DIFFERENCES_MAX - 1].path, DIFFERENCES_BEYOND);
	assert_false(found.items[DIFFERENCES_MAX - 1].noise);
	differences_finish(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_that_agree_are_equal),
		cmocka_unit_test(another_outcome_is_found),
		cmocka_unit_test(a_count_off_by_one_is_found),
		cmocka_unit_test(a_row_that_one_side_writes_is_found),
		cmocka_unit_test(a_refusal_that_writes_is_found),
		cmocka_unit_test(what_differs_between_two_equal_runs_is_noise),
		cmocka_unit_test(two_runs_give_equal_bytes),
		cmocka_unit_test(aliases_work_and_secrets_do_not),
		cmocka_unit_test(addresses_are_aliased),
		cmocka_unit_test(minted_secrets_are_not_shown),
		cmocka_unit_test(frobs_are_aliased_each_once),
		cmocka_unit_test(what_was_allowed_behind_the_state_is_exchanged),
		cmocka_unit_test(pages_are_parts_of_their_lists),
		cmocka_unit_test(a_page_that_begins_too_late_is_found),
		cmocka_unit_test(a_caller_is_known_by_the_state),
		cmocka_unit_test(a_refusal_for_its_own_is_the_only_reason),
		cmocka_unit_test(heads_that_differ_between_two_equal_runs_are_noise),
		cmocka_unit_test(rows_that_differ_between_two_equal_runs_are_noise_and_nothing_else_is),
		cmocka_unit_test(what_has_no_room_is_told_as_one_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
