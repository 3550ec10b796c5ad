/* What a line of an import may say, and every way in which it may not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "admin/import_line.h"

#define ZEROES "0000000000000000000000000000000000000000000000000000000000000000"
#define USER_START \
	"{\"kind\":\"user\",\"id\":1,\"username\":\"ada\",\"name\":\"Ada\",\"email\":null,\"active\":true"
#define GROUP_START \
	"{\"kind\":\"group\",\"id\":1,\"name\":\"G\",\"description\":null,\"owner_user_id\":1,\"member_" \
	"moderation\":" \
	"false,\"event_moderation\":false,\"is_private\":true,\"created_at\":\"2005-09-02T02:15:11Z\""
#define MEMBERSHIP_START \
	"{\"kind\":\"membership\",\"group_id\":1,\"user_id\":2,\"since\":\"2006-01-01T00:00:00Z\""
#define TOKEN_START \
	"{\"kind\":\"invite_token\",\"identifier\":\"abc\",\"group_id\":1,\"expires_at\":\"2033-01-01T00:" \
	"00:00Z\"," \
	"\"revoked\":false"

static const struct {
	const char *line;
	const char *why;
} REFUSED[] = {
	{"", "the line is not a JSON object"},
	{"{", "the line is not a JSON object"},
	{"[]", "kind is missing or unknown"},
	{"7", "the line is not a JSON object"},
	{"{\"kind\":\"user\"} x", "the line is not a JSON object"},
	{"{\"kind\":\"\xff\"}", "the line is not a JSON object"},
	{"{\"kind\":\"user\",\"kind\":\"user\"}", "the line is not a JSON object"},
	{"{}", "kind is missing or unknown"},
	{"{\"kind\":7}", "kind is missing or unknown"},
	{"{\"kind\":\"session\"}", "kind is missing or unknown"},
	{"{\"kind\":\"user\",\"username\":\"ada\"}", "id is missing"},
	{USER_START ",\"colour\":1}", "a member is unknown"},
	{"{\"kind\":\"user\",\"id\":0}", "id is not acceptable"},
	{"{\"kind\":\"user\",\"id\":-1}", "id is not acceptable"},
	{"{\"kind\":\"user\",\"id\":1.0}", "id is not acceptable"},
	{"{\"kind\":\"user\",\"id\":\"1\"}", "id is not acceptable"},
	{"{\"kind\":\"user\",\"id\":9007199254740992}", "id is not acceptable"},
	{"{\"kind\":\"user\",\"id\":9223372036854775808}", "the line is not a JSON object"},
	{"{\"kind\":\"user\",\"username\":\"\"}", "username is not acceptable"},
	{"{\"kind\":\"user\",\"username\":\"a,b\"}", "username is not acceptable"},
	{"{\"kind\":\"user\",\"username\":\"a\\u0001\"}", "username is not acceptable"},
	{"{\"kind\":\"user\",\"username\":\"\\u0000\"}", "the line is not a JSON object"},
	{"{\"kind\":\"user\",\"username\":7}", "username is not acceptable"},
	{"{\"kind\":\"user\",\"active\":1}", "active is not acceptable"},
	{"{\"kind\":\"user\",\"email\":\"nobody\"}", "email is not acceptable"},
	{"{\"kind\":\"user\",\"created_at\":\"yesterday\"}", "created_at is not acceptable"},
	{"{\"kind\":\"user\",\"created_at\":0}", "created_at is not acceptable"},
	{"{\"kind\":\"user\",\"slug\":\"me\"}", "slug is not acceptable"},
	{"{\"kind\":\"user\",\"slug\":\"new\"}", "slug is not acceptable"},
	{"{\"kind\":\"user\",\"slug\":\"12\"}", "slug is not acceptable"},
	{"{\"kind\":\"user\",\"slug\":\"A\"}", "slug is not acceptable"},
	{"{\"kind\":\"user\",\"slug\":\"\"}", "slug is not acceptable"},
	{"{\"kind\":\"user\",\"avatar_url\":\"javascript:x\"}", "avatar_url is not acceptable"},
	{USER_START ",\"avatar_url\":null,\"photourl\":null}", "photourl is the same as avatar_url"},
	{"{\"kind\":\"application\",\"name\":\"A\",\"active\":true}",
		"exactly one of api_key and api_key_sha256 is needed"},
	{"{\"kind\":\"application\",\"api_key\":\"\"}", "api_key is not acceptable"},
	{"{\"kind\":\"application\",\"api_key\":\"a b\"}", "api_key is not acceptable"},
	{"{\"kind\":\"application\",\"api_key_sha256\":\"00\"}", "api_key_sha256 is not acceptable"},
	{"{\"kind\":\"application\",\"api_key_sha256\":\"" ZEROES "\"}", "api_key_sha256 is not acceptable"},
	{"{\"kind\":\"token\",\"token_sha256\":\"" ZEROES "\"}", "token_sha256 is not acceptable"},
	{"{\"kind\":\"application\",\"name\":null}", "name is not acceptable"},
	{"{\"kind\":\"token\",\"scope\":\"all\"}", "scope is not acceptable"},
	{"{\"kind\":\"token\",\"user_id\":1,\"scope\":\"read\",\"active\":true}",
		"exactly one of token and token_sha256 is needed"},
	{"{\"kind\":\"token\",\"application\":\"key00\"}", "application is not acceptable"},
	{GROUP_START ",\"group_type\":\"club\"}", "group_type is not acceptable"},
	{GROUP_START ",\"topic_count\":-1}", "topic_count is not acceptable"},
	{"{\"kind\":\"group\",\"name\":\"a\\nb\"}", "name is not acceptable"},
	{MEMBERSHIP_START ",\"state\":\"none\"}", "state is not acceptable"},
	{MEMBERSHIP_START ",\"state\":\"member\",\"role\":\"none\"}", "role is not acceptable"},
	{MEMBERSHIP_START ",\"state\":\"banned\",\"role\":\"member\"}", "role is for members only"},
	{MEMBERSHIP_START ",\"state\":\"member\",\"until\":null}", "until is for bans only"},
	{"{\"kind\":\"decision\",\"decision\":\"approved\"}", "decision is not acceptable"},
	{"{\"kind\":\"invitation\",\"group_id\":1,\"state\":\"pending\"}", "user_id or email is needed"},
	{"{\"kind\":\"invitation\",\"group_id\":1,\"state\":\"pending\",\"email\":null}",
		"user_id or email is needed"},
	{"{\"kind\":\"invitation\",\"group_id\":1,\"state\":\"pending\",\"user_id\":2,"
	 "\"ended_at\":\"2006-01-01T00:00:00Z\"}",
		"ended_at is for invitations that are over, or to an address, only"},
	{"{\"kind\":\"invitation\",\"state\":\"open\"}", "state is not acceptable"},
	{"{\"kind\":\"invite\",\"code\":\"a b\"}", "code is not acceptable"},
	{"{\"kind\":\"invite\",\"code\":\"\"}", "code is not acceptable"},
	{TOKEN_START ",\"max_uses\":1000001,\"uses_left\":1}", "max_uses is not acceptable"},
	{TOKEN_START ",\"max_uses\":0,\"uses_left\":0}", "uses_left is not acceptable"},
	{TOKEN_START ",\"max_uses\":1,\"uses_left\":2}", "uses_left is not acceptable"},
	{"{\"kind\":\"change\",\"type\":\"eaten\"}", "type is not acceptable"},
	{"{\"kind\":\"change\",\"cause\":{\"dialect\":\"v3\"}}", "cause is not acceptable"},
	{"{\"kind\":\"change\",\"after\":{\"fields\":[]}}", "after is not acceptable"},
	{"{\"kind\":\"change\",\"after\":{\"fields\":[\"colour\"]}}", "after is not acceptable"},
	{"{\"kind\":\"change\",\"request_key\":\"00\"}", "request_key is not acceptable"},
	{"{\"kind\":\"counter\",\"name\":\"change\"}", "value is missing"},
	{"{\"kind\":\"counter\",\"name\":\"session\",\"value\":1}", "name is not acceptable"},
	{"{\"kind\":\"counter\",\"name\":\"user\",\"value\":9007199254740993}", "value is not acceptable"},
};

struct fixture {
	struct texts texts;
	struct import_line line;
	char why[IMPORT_WHY_SIZE];
};

static int set_up(void **state)
{
	static struct fixture fixture;
	texts_init(&fixture.texts, NULL, 0);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	texts_finish(&fixture->texts);
	return 0;
}

static bool read_line(struct fixture *fixture, const char *line)
{
	return import_line_read(line, strlen(line), &fixture->texts, &fixture->line, fixture->why);
}

static void every_bad_line_is_refused_with_its_reason(void **state)
{
	struct fixture *fixture = *state;
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		strcpy(fixture->why, "it was read");
		(void)read_line(fixture, REFUSED[i].line);
		assert_string_equal(fixture->why, REFUSED[i].why);
	}
}

static void names_are_trimmed_and_addresses_in_lower_case(void **state)
{
	struct fixture *fixture = *state;
	assert_true(read_line(fixture, "{\"kind\":\"user\",\"id\":1,\"username\":\" ada "
				       "\",\"name\":\"\",\"email\":\"Ada@Example.ORG\","
				       "\"active\":true}"));
	assert_string_equal(texts_get(&fixture->texts, fixture->line.user.username), "ada");
	assert_string_equal(texts_get(&fixture->texts, fixture->line.user.email), "ada@example.org");
}

static void a_ban_without_an_end_is_for_good(void **state)
{
	struct fixture *fixture = *state;
	assert_true(read_line(fixture, MEMBERSHIP_START ",\"state\":\"banned\"}"));
	assert_true(fixture->line.membership.membership.until == TIME_FOREVER);
}

static void a_member_without_a_role_is_a_plain_one(void **state)
{
	struct fixture *fixture = *state;
	assert_true(read_line(fixture, MEMBERSHIP_START ",\"state\":\"member\"}"));
	assert_int_equal(fixture->line.membership.membership.role, ROLE_MEMBER);
}

static void a_secret_and_its_digest_read_the_same(void **state)
{
	struct fixture *fixture = *state;
	assert_true(read_line(
		fixture, "{\"kind\":\"application\",\"api_key\":\"key00\",\"name\":\"A\",\"active\":true}"));
	const struct import_line plain = fixture->line;
	assert_true(read_line(fixture, "{\"kind\":\"application\",\"api_key_sha256\":"
				       "\"8a9775c6ec1041e96ca5f569901901d221fdc61f4de90c7d14efa2575613732e\","
				       "\"name\":\"A\",\"active\":true}"));
	assert_memory_equal(
		plain.application.api_key_digest, fixture->line.application.api_key_digest, DIGEST_SIZE);
}

static void only_given_members_are_compared(void **state)
{
	struct fixture *fixture = *state;
	assert_true(read_line(fixture, USER_START ",\"zip\":\"123\"}"));
	const struct import_line stored = fixture->line;
	assert_true(read_line(fixture, USER_START "}"));
	assert_null(import_line_difference(&fixture->line, &fixture->texts, &stored, &fixture->texts));
	assert_true(read_line(fixture, USER_START ",\"zip\":\"124\"}"));
	assert_string_equal(
		import_line_difference(&fixture->line, &fixture->texts, &stored, &fixture->texts), "zip");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_bad_line_is_refused_with_its_reason, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			names_are_trimmed_and_addresses_in_lower_case, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_ban_without_an_end_is_for_good, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_member_without_a_role_is_a_plain_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_secret_and_its_digest_read_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_given_members_are_compared, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
