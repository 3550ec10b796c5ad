/* What two systems call the same things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "observe/pairs.h"

#define MANY 5000
#define KEPT 10

static void add_number(struct pairs *pairs, unsigned number)
{
	char ours[32];
	char theirs[32];
	(void)snprintf(ours, sizeof ours, "%u", number);
	(void)snprintf(theirs, sizeof theirs, "their-%u", number);
	assert_true(pairs_add(pairs, FIELD_GROUP, ours, theirs));
}

static const char *theirs_of(struct pairs *pairs, unsigned number)
{
	char ours[32];
	(void)snprintf(ours, sizeof ours, "%u", number);
	return pairs_find(pairs, PAIRS_OURS, FIELD_GROUP, ours);
}

static void each_is_found_from_both_sides(void **state)
{
	(void)state;
	struct pairs *pairs = pairs_create(0);
	for (unsigned i = 0; i < MANY; i++) {
		add_number(pairs, i);
	}
	assert_string_equal(theirs_of(pairs, 1), "their-1");
	assert_string_equal(theirs_of(pairs, MANY - 1), "their-4999");
	assert_string_equal(pairs_find(pairs, PAIRS_THEIRS, FIELD_GROUP, "their-77"), "77");
	assert_null(pairs_find(pairs, PAIRS_THEIRS, FIELD_GROUP, "77"));
	assert_null(pairs_find(pairs, PAIRS_OURS, FIELD_USER, "77"));
	assert_int_equal(pairs_count(pairs).known, MANY);
	pairs_destroy(pairs);
}

static void the_first_word_stays(void **state)
{
	(void)state;
	struct pairs *pairs = pairs_create(0);
	char long_text[PAIRS_TEXT_SIZE + 1];
	memset(long_text, 'x', PAIRS_TEXT_SIZE);
	long_text[PAIRS_TEXT_SIZE] = '\0';
	assert_true(pairs_add(pairs, FIELD_SECRET, "a", "b"));
	assert_false(pairs_add(pairs, FIELD_SECRET, "a", "c"));
	assert_false(pairs_add(pairs, FIELD_SECRET, "c", "b"));
	assert_false(pairs_add(pairs, FIELD_SECRET, "d", long_text));
	assert_false(pairs_add(pairs, FIELD_SECRET, long_text, "d"));
	assert_string_equal(pairs_find(pairs, PAIRS_OURS, FIELD_SECRET, "a"), "b");
	pairs_destroy(pairs);
}

static void what_was_longest_not_used_is_forgotten(void **state)
{
	(void)state;
	struct pairs *pairs = pairs_create(KEPT);
	for (unsigned i = 0; i < MANY; i++) {
		add_number(pairs, i);
		assert_string_equal(theirs_of(pairs, 0), "their-0"); /* so it is used */
	}
	assert_true(pairs_add(pairs, FIELD_USER, "5", "6"));
	assert_null(theirs_of(pairs, MANY - KEPT));
	assert_string_equal(theirs_of(pairs, MANY - KEPT + 1), "their-4991");
	assert_null(pairs_find(pairs, PAIRS_THEIRS, FIELD_GROUP, "their-1"));
	assert_int_equal(pairs_count(pairs).known, KEPT + 1);
	assert_int_equal(pairs_count(pairs).forgotten, MANY - KEPT);
	pairs_destroy(pairs);
}

static void learn(struct pairs *pairs, const char *operation, const char *ours, const char *theirs)
{
	struct reply_fields fields[2] = {0};
	assert_true(reply_fields_read(&fields[0], (struct span){ours, strlen(ours)}, NULL));
	assert_true(reply_fields_read(&fields[1], (struct span){theirs, strlen(theirs)}, NULL));
	pairs_learn(pairs, operation, &fields[0], &fields[1]);
	reply_fields_finish(&fields[0]);
	reply_fields_finish(&fields[1]);
}

static void only_what_was_created_is_learned(void **state)
{
	(void)state;
	struct pairs *pairs = pairs_create(0);
	learn(pairs, "group_get", "{\"id\":7,\"type\":\"Group\"}", "{\"id\":8,\"type\":\"Group\"}");
	learn(pairs, "group_create", "{\"id\":null,\"type\":\"Group\"}", "{\"id\":9,\"type\":\"Group\"}");
	assert_int_equal(pairs_count(pairs).known, 0);
	learn(pairs, "group_create", "{\"id\":7,\"type\":\"Group\",\"user\":{\"id\":1,\"type\":\"User\"}}",
		"{\"id\":8,\"type\":\"Group\",\"user\":{\"id\":2,\"type\":\"User\"}}");
	assert_string_equal(theirs_of(pairs, 7), "8");
	learn(pairs, "token_from_frob", "<rsp><token token=\"one\"/></rsp>", "<rsp><token token=\"two\"/></rsp>");
	assert_string_equal(pairs_find(pairs, PAIRS_OURS, FIELD_SECRET, "one"), "two");
	assert_int_equal(pairs_count(pairs).known, 2);
	pairs_destroy(pairs);
}

static void what_each_call_creates_is_learned(void **state)
{
	(void)state;
	static const struct {
		const char *operation;
		const char *type;
		enum reply_field_kind kind;
	} rows[] = {
		{"invite_create", "GroupInvite", FIELD_INVITE},
		{"invite_token_mint", "GroupInviteToken", FIELD_INVITE},
		{"invitation_create", "MembershipInvitation", FIELD_INVITATION},
		{"user_put", "User", FIELD_USER},
		{"user_token_mint", "UserToken", FIELD_TOKEN_ID},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct pairs *pairs = pairs_create(0);
		char ours[64];
		char theirs[64];
		(void)snprintf(ours, sizeof ours, "{\"id\":7,\"type\":\"%s\"}", rows[i].type);
		(void)snprintf(theirs, sizeof theirs, "{\"id\":8,\"type\":\"%s\"}", rows[i].type);
		learn(pairs, rows[i].operation, ours, theirs);
		const char *found = pairs_find(pairs, PAIRS_OURS, rows[i].kind, "7");
		assert_non_null(found);
		assert_string_equal(found, "8");
		pairs_destroy(pairs);
	}
}

static void secrets_are_hidden_the_longest_first(void **state)
{
	(void)state;
	struct pairs *pairs = pairs_create(0);
	char text[] = "abcdefgh abcdef abc same-here";
	assert_true(pairs_add(pairs, FIELD_SECRET, "one", "abcdef"));
	assert_true(pairs_add(pairs, FIELD_SECRET, "two", "abcdefgh"));
	assert_true(pairs_add(pairs, FIELD_SECRET, "three", "abc"));
	assert_true(pairs_add(pairs, FIELD_SECRET, "same-here", "same-here"));
	pairs_hide(pairs, 6, text, strlen(text));
	assert_string_equal(text, "******** ****** abc same-here");
	pairs_destroy(pairs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_found_from_both_sides),
		cmocka_unit_test(the_first_word_stays),
		cmocka_unit_test(what_was_longest_not_used_is_forgotten),
		cmocka_unit_test(only_what_was_created_is_learned),
		cmocka_unit_test(what_each_call_creates_is_learned),
		cmocka_unit_test(secrets_are_hidden_the_longest_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
