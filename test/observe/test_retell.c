/* Requests and replies in the words of another system: what names something is said anew where it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "observe/retell.h"

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static const struct {
	enum reply_field_kind kind;
	const char *text;
	const char *said;
} WORDS[] = {
	{FIELD_GROUP, "7", "388"},
	{FIELD_GROUP, "seven", "siete"},
	{FIELD_GROUP, "odd", "a/b c"},
	{FIELD_USER, "7", "77"},
	{FIELD_INVITE, "7", "71"},
	{FIELD_INVITATION, "7", "72"},
	{FIELD_TOKEN_ID, "7", "73"},
	{FIELD_SECRET, "tok1", "their+tok&1"},
	{FIELD_OPAQUE, "c1", "c2"},
	{FIELD_OPAQUE, "W/\"7-a\"", "W/\"9-b\""},
};

static const char *say(void *context, enum reply_field_kind kind, const char *text)
{
	(void)context;
	for (size_t i = 0; i < COUNT_OF(WORDS); i++) {
		if (WORDS[i].kind == kind && strcmp(WORDS[i].text, text) == 0) {
			return WORDS[i].said;
		}
	}
	return text;
}

static const struct reply_words words = {.say = say};

static void assert_told(struct buffer *told, const char *expected)
{
	buffer_write(told, "", 1);
	assert_false(told->failed);
	assert_string_equal(told->bytes, expected);
	buffer_finish(told);
}

static struct span span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

static void targets_and_links(void **state)
{
	static const struct {
		const char *target;
		const char *told;
	} cases[] = {
		{"/v3/groups/7", "/v3/groups/388"},
		{"/v3/groups/seven/members/7?per=7", "/v3/groups/siete/members/77?per=7"},
		{"/v3/groups/odd/bans/7/", "/v3/groups/a%2Fb%20c/bans/77/"},
		{"/v3/groups/8/invite-tokens/7", "/v3/groups/8/invite-tokens/71"},
		{"/v3/groups/8/invitations/7", "/v3/groups/8/invitations/72"},
		{"/v3/groups/8/requests/7/approve", "/v3/groups/8/requests/77/approve"},
		{"/v3/me/requests/7", "/v3/me/requests/388"},
		{"/v3/me/invitations/7", "/v3/me/invitations/388"},
		{"/v3/users/7/tokens/7", "/v3/users/77/tokens/73"},
		{"/api/v3/onezone/groups/7/users/7", "/api/v3/onezone/groups/388/users/77"},
		{"/user/groups/join", "/user/groups/join"},
		{"/services/rest/?group_id=1,7,%37&token=tok1&x=7&token", /* the second 7 is escaped in vain */
			"/services/rest/?group_id=1%2C388%2C388&token=their%2Btok%261&x=7&token"},
		{"/services/rest/?group_id=1%2C2&a=%zz&token=%zz", "/services/rest/?group_id=1%2C2&a=%zz&token=%zz"},
		{"/v3/groups/7/members?after=c1&&", "/v3/groups/388/members?after=c2&&"},
		{"/v3/groups/7?next=http://x/groups/7", "/v3/groups/388?next=http://x/groups/7"},
		{"https://here.example/v3/groups/7?after=c1", "https://here.example/v3/groups/388?after=c2"},
		{"http://here.example", "http://here.example"},
		{"?", "?"},
		{"", ""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buffer told = {0};
		retell_target(&words, span_of(cases[i].target), &told);
		assert_told(&told, cases[i].told);
	}
}

static void bodies(void **state)
{
	static const struct {
		enum dialect dialect;
		const char *body;
		const char *told;
	} cases[] = {
		{DIALECT_LEGACY, "method=group.join&group_id=7&token=tok1&name=tok1",
			"method=group.join&group_id=388&token=their%2Btok%261&name=tok1"},
		{DIALECT_V3, "{ \"user_id\": 7, \"invite_token\": \"tok1\" }",
			"{\"user_id\":77,\"invite_token\":\"their+tok&1\"}"},
		{DIALECT_V3, "{\"user_id\":\"7\",\"name\":\"7\"}", "{\"user_id\":\"77\",\"name\":\"7\"}"},
		{DIALECT_V3, "{ \"user_id\": 8, \"x\": {\"user_id\": 7} }",
			"{ \"user_id\": 8, \"x\": {\"user_id\": 7} }"},
		{DIALECT_ONEZONE, "{\"token\":\"tok1\"}", "{\"token\":\"their+tok&1\"}"},
		{DIALECT_ONEZONE, "{\"token\":\"tok1\"", "{\"token\":\"tok1\""},
		{DIALECT_V3, "[\"tok1\"]", "[\"tok1\"]"},
		{DIALECT_V3, "", ""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buffer told = {0};
		retell_body(&words, cases[i].dialect, span_of(cases[i].body), &told);
		assert_told(&told, cases[i].told);
	}
}

static void headers(void **state)
{
	static const struct {
		enum captured_header header;
		const char *value;
		const char *told;
	} cases[] = {
		{HEADER_AUTHORIZATION, "bearer tok1", "bearer their+tok&1"},
		{HEADER_AUTHORIZATION, "Bearer  tok1", "Bearer  their+tok&1"},
		{HEADER_AUTHORIZATION, "Basic tok1", "Basic tok1"},
		{HEADER_X_AUTH_TOKEN, "tok1", "their+tok&1"},
		{HEADER_MACAROON, "tok1", "their+tok&1"},
		{HEADER_IF_MATCH, "\"x\", W/\"7-a\"", "\"x\", W/\"9-b\""},
		{HEADER_IF_NONE_MATCH, "W/\"7-a\"", "W/\"9-b\""},
		{HEADER_IDEMPOTENCY_KEY, "tok1", "tok1"},
		{HEADER_X_REQUEST_ID, "7", "7"},
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buffer told = {0};
		retell_header(&words, cases[i].header, span_of(cases[i].value), &told);
		assert_told(&told, cases[i].told);
	}
}

static void replies(void **state)
{
	static const struct {
		const char *reply;
		const char *told;
	} cases[] = {
		{"{ \"id\": 7, \"type\": \"Group\", \"slug\": \"seven\", \"user\": {\"id\": 7, \"type\": \"User\"} }",
			"{\"id\":388,\"type\":\"Group\",\"slug\":\"siete\",\"user\":{\"id\":77,\"type\":\"User\"}}"},
		{"{ \"id\": 8, \"type\": \"Group\" }", "{ \"id\": 8, \"type\": \"Group\" }"},
		{"{\"groups\":[\"7\",\"8\"],\"next_cursor\":\"c1\"}",
			"{\"groups\":[\"388\",\"8\"],\"next_cursor\":\"c2\"}"},
		{"{\"_links\":{\"self\":{\"href\":\"http://h/v3/groups/7?after=c1\"}}}",
			"{\"_links\":{\"self\":{\"href\":\"http://h/v3/groups/388?after=c2\"}}}"},
		{"call({ \"group_id\": 7 });", "call({\"group_id\":388});"},
		{"call({ \"group_id\": 8 });", "call({ \"group_id\": 8 });"},
		{"{\"token\":\"tok1\",\"name\":\"tok1\"}", "{\"token\":\"their+tok&1\",\"name\":\"tok1\"}"},
		{"<rsp stat='ok'><group id=\"8\"/></rsp>", "<rsp stat='ok'><group id=\"8\"/></rsp>"},
		{"<rsp stat=\"ok\"><group id=\"7\" name=\"7\"/><token token=\"tok1\"/></rsp>",
			"<?xml version=\"1.0\"?>\n<rsp stat=\"ok\"><group id=\"388\" name=\"7\"/>"
			"<token token=\"their+tok&amp;1\"/></rsp>\n"},
		{"<rsp><group id=\"7\"", "<rsp><group id=\"7\""},
		{"<!DOCTYPE rsp><rsp><group id=\"7\"/></rsp>", "<!DOCTYPE rsp><rsp><group id=\"7\"/></rsp>"},
		{"7", "7"},
		{"", ""},
	};
	(void)state;
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct buffer told = {0};
		retell_reply(&words, span_of(cases[i].reply), &told);
		assert_told(&told, cases[i].told);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(targets_and_links),
		cmocka_unit_test(bodies),
		cmocka_unit_test(headers),
		cmocka_unit_test(replies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
