/* What the pages about a group make of requests: which operation a button is, and where the browser goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pages/cookie.h"
#include "pages/decode.h"
#include "support.h"
#include "text/cursor.h"
#include "text/fold.h"
#include "text/time.h"

#define MODERATE "/group/painters/moderate"

/* Fills the form with the cookie's key, as only its own pages can. */
static enum outcome post_form(const char *target, const char *fields)
{
	static char body[16384];
	char key[FORM_KEY_SIZE + 1];
	cookie_form_key(COOKIE, key);
	(void)snprintf(body, sizeof body, "form_key=%s&%s", key, fields);
	return post(target, body, "joinery=" COOKIE);
}

static const char *text(struct text wanted)
{
	return request_text(request, wanted);
}

static void each_path_has_its_operation_and_route(void **state)
{
	static const struct {
		const char *target;
		enum operation operation;
		const char *route;
	} rows[] = {
		{"/group/painters/invite/abc", OPERATION_INVITE_VISIT, "/group/{slug}/invite/{code}"},
		{MODERATE, OPERATION_REQUEST_LIST, "/group/{slug}/moderate"},
		{MODERATE "/members", OPERATION_MEMBER_LIST, "/group/{slug}/moderate/members"},
		{MODERATE "/bans", OPERATION_BAN_LIST, "/group/{slug}/moderate/bans"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(get(rows[i].target), OUTCOME_NONE);
		assert_int_equal(request->operation, rows[i].operation);
		assert_string_equal(route.name, rows[i].route);
		assert_string_equal(text(request->group.slug), "painters");
		assert_string_equal(text(request->back), rows[i].target);
		assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	}
}

static void other_paths_are_none(void **state)
{
	static const char *const nowhere[] = {"/group", "/group/painters", "/group/painters/invite",
		"/group/painters/invite/a/b", MODERATE "/requests", MODERATE "/members/1", "/groups/painters/moderate"};
	(void)state;
	for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
		assert_int_equal(get(nowhere[i]), OUTCOME_NO_SUCH_PATH);
	}
}

static void digits_are_an_id(void **state)
{
	(void)state;
	(void)get("/group/12/moderate");
	assert_int_equal(request->group.kind, REFERENCE_ID);
	assert_int_equal(request->group.id, 12);
	(void)get("/group/012/moderate");
	assert_int_equal(request->group.kind, REFERENCE_MALFORMED);
}

static void code_is_kept_with_its_digest(void **state)
{
	uint8_t digest[DIGEST_SIZE];
	(void)state;
	(void)get("/group/painters/invite/Code_1-x");
	text_sha256("Code_1-x", 8, digest);
	assert_int_equal(request->invite_kind, INVITE_CODE);
	assert_memory_equal(request->invite_digest, digest, sizeof digest);
	(void)get("/group/painters/invite/no%20code");
	assert_int_equal(request->invite_kind, INVITE_UNUSABLE);
}

static void way_back_holds_nothing_that_must_be_escaped(void **state)
{
	(void)state;
	(void)get("/group/%2f%2fevil.example/moderate");
	assert_int_equal(request->back.length, 0);
	(void)get("/group/a%0d%0ab/invite/x");
	assert_int_equal(request->back.length, 0);
	(void)get("/group/a%3fb/moderate");
	assert_int_equal(request->back.length, 0);
}

static void every_button_is_an_operation(void **state)
{
	static const struct {
		const char *button;
		enum operation operation;
		enum role role;
	} rows[] = {
		{"approve", OPERATION_REQUEST_APPROVE, ROLE_NONE},
		{"deny", OPERATION_REQUEST_DENY, ROLE_NONE},
		{"discard", OPERATION_REQUEST_DISCARD, ROLE_NONE},
		{"remove", OPERATION_MEMBER_REMOVE, ROLE_NONE},
		{"ban", OPERATION_BAN_PUT, ROLE_NONE},
		{"lift", OPERATION_BAN_LIFT, ROLE_NONE},
		{"make-admin", OPERATION_MEMBER_SET_ROLE, ROLE_ADMIN},
		{"make-member", OPERATION_MEMBER_SET_ROLE, ROLE_MEMBER},
		{"make-owner", OPERATION_MEMBER_SET_ROLE, ROLE_OWNER},
		{"create-link", OPERATION_INVITE_CREATE, ROLE_NONE},
		{"disable-link", OPERATION_INVITE_DELETE, ROLE_NONE},
	};
	char fields[64];
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		(void)snprintf(fields, sizeof fields, "user_id=7&action=%s", rows[i].button);
		assert_int_equal(post_form(MODERATE, fields), OUTCOME_NONE);
		assert_int_equal(request->operation, rows[i].operation);
		assert_int_equal(request->role, rows[i].role);
		assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
		bool link = strstr(rows[i].button, "link") != NULL;
		assert_int_equal(request->user.kind, link ? REFERENCE_NONE : REFERENCE_ID);
	}
	(void)post_form("/group/painters/invite/abc", "action=join");
	assert_int_equal(request->operation, OPERATION_GROUP_JOIN);
	assert_int_equal(request->invite_kind, INVITE_CODE);
	(void)post_form("/group/painters/invite/abc", "action=decline");
	assert_int_equal(request->operation, OPERATION_INVITATION_DECLINE);
}

static void buttons_of_other_pages_are_refused(void **state)
{
	static const char *const targets[] = {MODERATE, "/group/painters/invite/abc", MODERATE};
	static const char *const fields[] = {"action=join", "action=approve&user_id=1", ""};
	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		assert_int_equal(post_form(targets[i], fields[i]), OUTCOME_NONE);
		assert_int_equal(request->syntax.outcome, OUTCOME_FORM_REFUSED);
		assert_false(operation_changes(request->operation));
	}
}

static void form_must_have_the_cookies_key(void **state)
{
	(void)state;
	(void)post(MODERATE, "action=approve&user_id=1", "joinery=" COOKIE);
	assert_int_equal(request->syntax.outcome, OUTCOME_FORM_REFUSED);
	(void)post("/group/painters/invite/abc", "action=join", NULL);
	assert_int_equal(request->syntax.outcome, OUTCOME_FORM_REFUSED);
}

static void person_who_cannot_be_is_nobody(void **state)
{
	(void)state;
	(void)post_form(MODERATE, "action=approve&user_id=x");
	assert_int_equal(request->user.kind, REFERENCE_MALFORMED);
	(void)post_form(MODERATE, "action=approve");
	assert_int_equal(request->user.kind, REFERENCE_MALFORMED);
	(void)post_form(MODERATE, "action=approve&user_id=99999999999999999999999999");
	assert_int_equal(request->user.kind, REFERENCE_MALFORMED);
}

static void reason_is_taken_as_it_is_written(void **state)
{
	char fields[8192] = "action=deny&user_id=1&reason=";
	size_t length = strlen(fields);
	(void)state;
	(void)post_form(MODERATE, "action=deny&user_id=1&reason=Not+%3Cb%3E%0D%0A+%C3%BC");
	assert_string_equal(text(request->message), "Not <b>\r\n \xc3\xbc");
	(void)post_form(MODERATE, "action=deny&user_id=1&reason=");
	assert_int_equal(request->message.length, 0);
	assert_int_equal(request->value.outcome, OUTCOME_NONE);
	(void)post_form(MODERATE, "action=deny&user_id=1&reason=%FF");
	assert_int_equal(request->syntax.outcome, OUTCOME_INVALID_PARAMETER);
	memset(fields + length, 'x', 501);
	(void)post_form(MODERATE, fields);
	assert_int_equal(request->value.outcome, OUTCOME_UNACCEPTABLE_VALUE);
	memset(fields + length, 'x', 4000);
	(void)post_form(MODERATE, fields);
	assert_int_equal(request->value.outcome, OUTCOME_UNACCEPTABLE_VALUE);
}

static void ban_ends_at_the_beginning_of_a_day(void **state)
{
	static const char *const bad[] = {"2030-02-30", "2030-01-3", "30.1.2030", "2030-1-1", "2030-01-01T00:00:00Z", "x"};
	char fields[96];
	char time[TIME_TEXT_SIZE];
	(void)state;
	(void)post_form(MODERATE, "action=ban&user_id=1&until=2030-01-31&reason=spam");
	time_write_rfc3339(request->until, time);
	assert_string_equal(time, "2030-01-31T00:00:00Z");
	assert_true((request->given & GIVEN_UNTIL) != 0);
	(void)post_form(MODERATE, "action=ban&user_id=1&until=");
	assert_int_equal(request->given & GIVEN_UNTIL, 0);
	assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		(void)snprintf(fields, sizeof fields, "action=ban&user_id=1&until=%s", bad[i]);
		(void)post_form(MODERATE, fields);
		assert_int_equal(request->syntax.outcome, OUTCOME_INVALID_PARAMETER);
		assert_int_equal(request->given & GIVEN_UNTIL, 0);
	}
}

static void list_goes_on_behind_its_own_cursor_only(void **state)
{
	const struct cursor cursor = {.ordinal = 2, .of = 1, .order = 5, .id = 9};
	char after[CURSOR_TEXT_SIZE];
	char target[160];
	(void)state;
	(void)get(MODERATE "/bans");
	assert_int_equal(request->listing.per_page, PAGES_PER_PAGE);
	text_cursor_write(request, &cursor, after);
	(void)snprintf(target, sizeof target, MODERATE "/bans?note=lifted&after=%s", after);
	(void)get(target);
	assert_true((request->given & GIVEN_AFTER) != 0);
	assert_int_equal(request->listing.after.id, 9);
	(void)snprintf(target, sizeof target, MODERATE "/bans?after=%s", after);
	assert_string_equal(text(request->back), target);
	(void)post_form(target, "action=lift&user_id=1");
	assert_string_equal(text(request->back), target);
	assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	(void)snprintf(target, sizeof target, MODERATE "?after=%s", after);
	(void)get(target);
	assert_int_equal(request->syntax.outcome, OUTCOME_INVALID_PARAMETER);
	assert_string_equal(text(request->back), MODERATE);
}

static void note_is_one_of_ours(void **state)
{
	(void)state;
	(void)get(MODERATE "?note=approved");
	assert_int_equal(request->note, OUTCOME_APPROVED);
	(void)get(MODERATE "?note=store_failed");
	assert_int_equal(request->note, OUTCOME_OK);
	(void)get(MODERATE "?note=%3Cscript%3E");
	assert_int_equal(request->note, OUTCOME_OK);
	(void)get(MODERATE);
	assert_int_equal(request->note, OUTCOME_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_path_has_its_operation_and_route),
		cmocka_unit_test(other_paths_are_none),
		cmocka_unit_test(digits_are_an_id),
		cmocka_unit_test(code_is_kept_with_its_digest),
		cmocka_unit_test(way_back_holds_nothing_that_must_be_escaped),
		cmocka_unit_test(every_button_is_an_operation),
		cmocka_unit_test(buttons_of_other_pages_are_refused),
		cmocka_unit_test(form_must_have_the_cookies_key),
		cmocka_unit_test(person_who_cannot_be_is_nobody),
		cmocka_unit_test(reason_is_taken_as_it_is_written),
		cmocka_unit_test(ban_ends_at_the_beginning_of_a_day),
		cmocka_unit_test(list_goes_on_behind_its_own_cursor_only),
		cmocka_unit_test(note_is_one_of_ours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
