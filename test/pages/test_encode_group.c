/* The pages about a group: what stands on them for whom, and that nothing of a text becomes HTML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "pages/decode.h"
#include "support.h"
#include "text/cursor.h"

#define HOSTILE "<i a='x' b=\"y\">&{{base}}"
#define HOSTILE_SHOWN "&lt;i a=&#39;x&#39; b=&quot;y&quot;&gt;&amp;{{base}}"

static struct reply reply;
static struct page page;
static struct http_response response;
static struct http_site site;

static struct text add(struct texts *texts, const char *text)
{
	return texts_add(texts, text, strlen(text));
}

static int setup(void **state)
{
	(void)state;
	reply_init(&reply);
	page_init(&page);
	response_clear(&response);
	site = (struct http_site){.public_url = "http://localhost:8080/part"};
	reply.items = REPLY_GROUP | REPLY_USER | REPLY_PAGE;
	reply.user = (struct user){.id = 1, .username = add(&reply.texts, "ada"), .active = true};
	struct group_view *group = &reply.group;
	group->group.id = 1;
	group->group.name = add(&reply.texts, HOSTILE);
	group->group.slug = add(&reply.texts, "painters");
	group->owner = reply.user;
	group->member_count = 1;
	group->caller = (struct membership){.group_id = 1, .user_id = 1, .state = STATE_MEMBER, .role = ROLE_OWNER};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	reply_finish(&reply);
	page_finish(&page);
	response_finish(&response);
	return 0;
}

/* The body of a look at this page, NUL-terminated. */
static const char *show(const char *target)
{
	const struct call call = {.method = HTTP_GET, .target = target, .cookie = "joinery=" COOKIE};
	assert_int_equal(decode(&call), OUTCOME_NONE);
	reply.outcome = OUTCOME_OK;
	response_clear(&response);
	pages_driver.encode(&site, request, &reply, &page, &response);
	assert_false(response.failed);
	response_write(&response, "", 1);
	return response.body;
}

static const char *header(const char *name)
{
	const char *value = response_find_header(&response, name);
	return value == NULL ? "" : value;
}

static void add_member(uint64_t id, const char *name, enum role role)
{
	struct member_view *member = page_add_member(&page);
	assert_non_null(member);
	member->user.id = id;
	member->user.username = add(&page.texts, name);
	member->membership = (struct membership){.user_id = id, .state = STATE_MEMBER, .role = role};
	page.total++;
}

static struct standing_view *add_standing(const char *name, const char *words)
{
	struct standing_view *standing = page_add_standing(&page);
	assert_non_null(standing);
	standing->user.id = 2;
	standing->user.username = add(&page.texts, name);
	standing->note.words = add(&page.texts, words);
	page.total++;
	return standing;
}

static void assert_shown(const char *body, const char *part)
{
	if (strstr(body, part) == NULL) {
		fail_msg("%s stands not in: %s", part, body);
	}
}

static void texts_are_escaped(void **state)
{
	(void)state;
	(void)add_standing(HOSTILE, HOSTILE);
	const char *body = show("/group/painters/moderate");
	assert_shown(body, "<blockquote dir=\"auto\">" HOSTILE_SHOWN "</blockquote>");
	assert_shown(body, "aria-label=\"Approve " HOSTILE_SHOWN "\"");
	assert_shown(body, "<h1><bdi>" HOSTILE_SHOWN "</bdi></h1>");
	assert_null(strstr(body, "<i "));
}

static void description_is_rendered_safely(void **state)
{
	(void)state;
	reply.group.group.description = add(&reply.texts, "a *b* <script>c</script>\n\n[d](javascript:e)");
	const char *body = show("/group/painters/invite/code");
	assert_shown(body, "<em>b</em>");
	assert_null(strstr(body, "<script"));
	assert_null(strstr(body, "javascript:"));
}

static void headings_of_a_description_stand_below_the_page_s_own(void **state)
{
	(void)state;
	reply.group.group.description = add(&reply.texts, "# one\n\n#### four\n\n###### six\n\n---\n\n`<h1>`");
	const char *body = show("/group/painters/invite/code");
	assert_shown(body, "<h3>one</h3>\n<h6>four</h6>\n<h6>six</h6>\n<hr />\n<p><code>&lt;h1&gt;</code></p>");
}

static void lists_differ_by_their_titles(void **state)
{
	(void)state;
	reply.group.group.name = add(&reply.texts, "Painters");
	assert_shown(show("/group/painters/moderate"), "<title>Requests: Painters</title>");
	assert_shown(show("/group/painters/moderate/members"), "<title>Members: Painters</title>");
	assert_shown(show("/group/painters/moderate/bans"), "<title>Bans: Painters</title>");
	assert_shown(show("/group/painters/invite/code"), "<title>Painters</title>");
}

static void no_note_no_blockquote(void **state)
{
	(void)state;
	(void)add_standing("bob", "");
	assert_null(strstr(show("/group/painters/moderate"), "<blockquote"));
}

static void bans_say_until_when_and_by_whom(void **state)
{
	struct standing_view *standing = add_standing("bob", "spam");
	(void)state;
	standing->membership.until = TIME_FOREVER;
	const char *body = show("/group/painters/moderate/bans");
	assert_shown(body, "For good");
	assert_null(strstr(body, "<span>By "));
	standing->membership.until = 4102444800;
	standing->by = (struct user){.id = 1, .username = add(&page.texts, "ada")};
	body = show("/group/painters/moderate/bans");
	assert_shown(body, "Until <time>2100-01-01 00:00</time> UTC");
	assert_shown(body, "By <bdi>ada</bdi>");
}

/* The value of a button that the page has for somebody. */
static bool has_button(const char *body, const char *value)
{
	const char *at = strstr(body, value);
	return at != NULL && strncmp(at - strlen("value=\""), "value=\"", strlen("value=\"")) == 0;
}

static void buttons_are_for_whom_they_work(void **state)
{
	static const struct {
		enum role mine;
		uint64_t id;
		enum role theirs;
		bool admin, member, owner, remove;
	} rows[] = {
		{ROLE_OWNER, 2, ROLE_MEMBER, true, false, true, true},
		{ROLE_OWNER, 2, ROLE_ADMIN, false, true, true, true},
		{ROLE_OWNER, 1, ROLE_OWNER, false, false, false, false},
		{ROLE_ADMIN, 2, ROLE_MEMBER, false, false, false, true},
		{ROLE_ADMIN, 2, ROLE_ADMIN, false, false, false, false},
		{ROLE_ADMIN, 1, ROLE_ADMIN, false, true, false, false},
		{ROLE_ADMIN, 2, ROLE_OWNER, false, false, false, false},
		{ROLE_NONE, 2, ROLE_MEMBER, false, false, false, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		page_clear(&page);
		add_member(rows[i].id, "bob", rows[i].theirs);
		reply.group.caller.role = rows[i].mine;
		const char *body = show("/group/painters/moderate/members");
		assert_true(has_button(body, "make-admin\"") == rows[i].admin);
		assert_true(has_button(body, "make-member\"") == rows[i].member);
		assert_true(has_button(body, "make-owner\"") == rows[i].owner);
		assert_true(has_button(body, "remove\"") == rows[i].remove);
		assert_true(has_button(body, "ban\"") == rows[i].remove);
	}
}

static void invite_link_stands_on_the_members_list_alone(void **state)
{
	(void)state;
	reply.items |= REPLY_INVITE;
	reply.invite.code = add(&reply.texts, "code1");
	const char *link = "value=\"http://localhost:8080/part/group/painters/invite/code1\"";
	assert_shown(show("/group/painters/moderate/members"), link);
	assert_null(strstr(show("/group/painters/moderate"), "code1"));
	reply.items &= ~(uint32_t)REPLY_INVITE;
	assert_true(has_button(show("/group/painters/moderate/members"), "create-link\""));
}

static void next_page_is_behind_a_cursor(void **state)
{
	(void)state;
	(void)add_standing("bob", "");
	assert_null(strstr(show("/group/painters/moderate"), "rel=\"next\""));
	page.has_more = true;
	page.last = (struct cursor){.ordinal = 2, .of = 1, .id = 2};
	const char *body = show("/group/painters/moderate");
	assert_shown(body, "href=\"/part/group/painters/moderate?after=");
	assert_null(strstr(body, "First page"));
}

static void invite_page_shows_where_the_visitor_stands(void **state)
{
	static const char *const buttons[STATE_COUNT] = {"join\"", "join\"", "decline\"", NULL, "join\""};
	(void)state;
	for (unsigned i = 0; i < STATE_COUNT; i++) {
		reply.group.caller = (struct membership){.state = (enum state)i, .role = ROLE_MEMBER};
		const char *body = show("/group/painters/invite/code");
		if (buttons[i] == NULL) {
			assert_false(has_button(body, "join\""));
			assert_shown(body, "You are a member of this group since");
			assert_null(strstr(body, "/moderate"));
		} else {
			assert_true(has_button(body, "join\"") && has_button(body, buttons[i]));
		}
		assert_null(strstr(body, "code\""));
	}
	reply.group.caller = (struct membership){.state = STATE_MEMBER, .role = ROLE_ADMIN};
	assert_shown(show("/group/painters/invite/code"), "href=\"/part/group/painters/moderate\"");
}

static const char *answer(const char *target, enum operation operation, enum outcome outcome)
{
	(void)show(target);
	response_clear(&response);
	request->operation = operation;
	reply.outcome = outcome;
	pages_driver.encode(&site, request, &reply, &page, &response);
	return header("Location");
}

static void form_leads_back_with_a_note(void **state)
{
	(void)state;
	const char *to = answer("/group/painters/moderate/bans", OPERATION_BAN_LIFT, OUTCOME_BAN_LIFTED);
	assert_string_equal(to, "/part/group/painters/moderate/bans?note=ban_lifted");
	assert_int_equal(response.status, 303);
	assert_int_equal(response.body_size, 0);
	page.last = (struct cursor){.ordinal = 2, .of = 1, .id = 2};
	(void)get("/group/painters/moderate");
	char cursor[CURSOR_TEXT_SIZE];
	char target[128];
	char wanted[192];
	text_cursor_write(request, &page.last, cursor);
	(void)snprintf(target, sizeof target, "/group/painters/moderate?after=%s", cursor);
	(void)snprintf(wanted, sizeof wanted, "/part%s&note=approved", target);
	assert_string_equal(answer(target, OPERATION_REQUEST_APPROVE, OUTCOME_APPROVED), wanted);
	to = answer("/group/painters/moderate", OPERATION_REQUEST_APPROVE, OUTCOME_REQUEST_NOT_PENDING);
	assert_string_equal(to, "/part/group/painters/moderate?note=request_not_pending");
	to = answer("/group/painters/moderate", OPERATION_REQUEST_APPROVE, OUTCOME_NO_SUCH_GROUP);
	assert_string_equal(to, "");
	assert_int_equal(response.status, 404);
	to = answer("/group/painters/moderate", OPERATION_REQUEST_LIST, OUTCOME_NOT_ALLOWED);
	assert_string_equal(to, "");
	assert_int_equal(response.status, 403);
}

static void note_stands_above_the_page(void **state)
{
	(void)state;
	assert_shown(show("/group/painters/moderate?note=approved"), "<p role=\"status\">The request was approved");
	assert_shown(show("/group/painters/moderate?note=request_not_pending"), "<p role=\"alert\">This person is no longer");
	assert_null(strstr(show("/group/painters/moderate"), "<p role="));
}

static void every_note_is_a_sentence_of_an_outcome_that_pages_have(void **state)
{
	(void)state;
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		const char *sentence = outcome_page_note((enum outcome)i);
		const char *name = outcome_row((enum outcome)i)->name;
		enum outcome found = outcome_of_page_note(name, strlen(name));
		assert_int_equal(found, sentence == NULL ? OUTCOME_NONE : (enum outcome)i);
		if (sentence != NULL) {
			assert_true(outcome_row((enum outcome)i)->v3_status != 0);
			assert_true(sentence[strlen(sentence) - 1] == '.' && strstr(sentence, "%f") == NULL);
		}
	}
}

static void whom_the_problem_concerns_may_be_somebody_else(void **state)
{
	(void)state;
	(void)answer("/group/painters/invite/x", OPERATION_INVITE_VISIT, OUTCOME_INVITE_INVALID);
	response_write(&response, "", 1);
	assert_shown(response.body, "action=\"/part/sign-out\"");
	assert_null(strstr(response.body, "painters"));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(texts_are_escaped),
		TEST(description_is_rendered_safely),
		TEST(headings_of_a_description_stand_below_the_page_s_own),
		TEST(lists_differ_by_their_titles),
		TEST(no_note_no_blockquote),
		TEST(bans_say_until_when_and_by_whom),
		TEST(buttons_are_for_whom_they_work),
		TEST(invite_link_stands_on_the_members_list_alone),
		TEST(next_page_is_behind_a_cursor),
		TEST(invite_page_shows_where_the_visitor_stands),
		TEST(form_leads_back_with_a_note),
		TEST(note_stands_above_the_page),
		TEST(every_note_is_a_sentence_of_an_outcome_that_pages_have),
		TEST(whom_the_problem_concerns_may_be_somebody_else),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
