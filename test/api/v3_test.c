/* v3's added operations: each route with its operation and what it names, each body with its faults. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "support.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define NONE OUTCOME_NONE
#define READS (HTTP_GET | HTTP_HEAD)

static struct decoded ask(enum http_method method, const char *target, const char *body)
{
	return support_decode(
		&v3_driver, &(struct call){.method = method, .target = target, .body = body, .headers = {BEARER}});
}

/* --- routes */

enum names {
	NAMES_GROUP = 1 << 0, /* group 7 */
	NAMES_PERSON = 1 << 1, /* person 5 */
	NAMES_CALLER = 1 << 2,
	NAMES_ITEM = 1 << 3, /* thing 3 */
	LISTS = 1 << 4,
};

static const struct {
	enum http_method method;
	const char *target;
	enum operation operation;
	unsigned allowed;
	unsigned names;
} ROUTES[] = {
	{HTTP_GET, "/v3/groups/7/contents", OPERATION_GROUP_CONTENT_LIST, READS, NAMES_GROUP | LISTS},
	{HTTP_GET, "/v3/groups/7/followers", OPERATION_GROUP_CONTENT_LIST, READS, NAMES_GROUP | LISTS},
	{HTTP_GET, "/v3/groups/7/changes", OPERATION_GROUP_CHANGE_LIST, READS, NAMES_GROUP},
	{HTTP_PATCH, "/v3/groups/7/members/me", OPERATION_MEMBER_SET_ROLE, READS | HTTP_PATCH | HTTP_DELETE,
		NAMES_GROUP | NAMES_CALLER},
	{HTTP_PATCH, "/v3/groups/7/members/5", OPERATION_MEMBER_SET_ROLE, READS | HTTP_PATCH | HTTP_DELETE,
		NAMES_GROUP | NAMES_PERSON},
	{HTTP_DELETE, "/v3/groups/7/members/5/", OPERATION_MEMBER_REMOVE, READS | HTTP_PATCH | HTTP_DELETE,
		NAMES_GROUP | NAMES_PERSON},
	{HTTP_GET, "/v3/groups/7/requests", OPERATION_REQUEST_LIST, READS, NAMES_GROUP | LISTS},
	{HTTP_GET, "/v3/groups/7/requests/5", OPERATION_REQUEST_GET, READS, NAMES_GROUP | NAMES_PERSON},
	{HTTP_POST, "/v3/groups/7/requests/5/approve", OPERATION_REQUEST_APPROVE, HTTP_POST,
		NAMES_GROUP | NAMES_PERSON},
	{HTTP_POST, "/v3/groups/7/requests/5/deny", OPERATION_REQUEST_DENY, HTTP_POST,
		NAMES_GROUP | NAMES_PERSON},
	{HTTP_POST, "/v3/groups/7/requests/5/discard", OPERATION_REQUEST_DISCARD, HTTP_POST,
		NAMES_GROUP | NAMES_PERSON},
	{HTTP_GET, "/v3/groups/7/bans", OPERATION_BAN_LIST, READS, NAMES_GROUP | LISTS},
	{HTTP_GET, "/v3/groups/7/bans/5", OPERATION_BAN_GET, READS | HTTP_PUT | HTTP_DELETE,
		NAMES_GROUP | NAMES_PERSON},
	{HTTP_PUT, "/v3/groups/7/bans/5", OPERATION_BAN_PUT, READS | HTTP_PUT | HTTP_DELETE,
		NAMES_GROUP | NAMES_PERSON},
	{HTTP_DELETE, "/v3/groups/7/bans/5", OPERATION_BAN_LIFT, READS | HTTP_PUT | HTTP_DELETE,
		NAMES_GROUP | NAMES_PERSON},
	{HTTP_GET, "/v3/groups/7/invitations", OPERATION_INVITATION_LIST, READS | HTTP_POST, NAMES_GROUP | LISTS},
	{HTTP_POST, "/v3/groups/7/invitations", OPERATION_INVITATION_CREATE, READS | HTTP_POST, NAMES_GROUP},
	{HTTP_DELETE, "/v3/groups/7/invitations/3", OPERATION_INVITATION_CANCEL, HTTP_DELETE,
		NAMES_GROUP | NAMES_ITEM},
	{HTTP_GET, "/v3/groups/7/invite-tokens/3", OPERATION_INVITE_TOKEN_GET, READS | HTTP_DELETE,
		NAMES_GROUP | NAMES_ITEM},
	{HTTP_GET, "/v3/users/5", OPERATION_USER_GET, READS | HTTP_PUT, NAMES_PERSON},
	{HTTP_GET, "/v3/users/me", OPERATION_USER_GET, READS | HTTP_PUT, NAMES_CALLER},
	{HTTP_PUT, "/v3/users/5", OPERATION_USER_PUT, READS | HTTP_PUT, NAMES_PERSON},
	{HTTP_GET, "/v3/users/5/tokens", OPERATION_USER_TOKEN_LIST, READS | HTTP_POST, NAMES_PERSON | LISTS},
	{HTTP_POST, "/v3/users/5/tokens", OPERATION_USER_TOKEN_MINT, READS | HTTP_POST, NAMES_PERSON},
	{HTTP_GET, "/v3/users/5/tokens/3", OPERATION_USER_TOKEN_GET, READS | HTTP_DELETE,
		NAMES_PERSON | NAMES_ITEM},
	{HTTP_DELETE, "/v3/users/5/tokens/3", OPERATION_USER_TOKEN_REVOKE, READS | HTTP_DELETE,
		NAMES_PERSON | NAMES_ITEM},
	{HTTP_GET, "/v3/me", OPERATION_USER_GET, READS, NAMES_CALLER},
	{HTTP_GET, "/v3/me/requests", OPERATION_MY_REQUEST_LIST, READS, NAMES_CALLER | LISTS},
	{HTTP_DELETE, "/v3/me/requests/7", OPERATION_REQUEST_WITHDRAW, HTTP_DELETE, NAMES_GROUP},
	{HTTP_GET, "/v3/me/invitations", OPERATION_MY_INVITATION_LIST, READS, NAMES_CALLER | LISTS},
	{HTTP_DELETE, "/v3/me/invitations/7", OPERATION_INVITATION_DECLINE, HTTP_DELETE, NAMES_GROUP},
	{HTTP_HEAD, "/v3/changes", OPERATION_CHANGE_LIST, READS, 0},
};

static void each_route_names_what_it_is_about(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(ROUTES); i++) {
		struct decoded decoded = ask(ROUTES[i].method, ROUTES[i].target, "{}");
		const struct request *request = decoded.request;
		unsigned names = ROUTES[i].names;
		assert_int_equal(decoded.outcome, NONE);
		assert_int_equal(request->operation, ROUTES[i].operation);
		assert_int_equal(decoded.route.methods_allowed, ROUTES[i].allowed);
		assert_int_equal(request->group.id, (names & NAMES_GROUP) != 0 ? 7 : 0);
		assert_int_equal(request->user.id, (names & NAMES_PERSON) != 0 ? 5 : 0);
		assert_int_equal(request->user.kind == REFERENCE_CALLER, (names & NAMES_CALLER) != 0);
		assert_int_equal(request->item_id, (names & NAMES_ITEM) != 0 ? 3 : 0);
		assert_int_equal(request->listing.per_page, (names & LISTS) != 0 ? 24 : 0);
	}
}

static void ping_is_no_operation(void **state)
{
	(void)state;
	struct decoded decoded = ask(HTTP_GET, "/v3/ping", NULL);
	assert_int_equal(decoded.outcome, OUTCOME_OK);
	assert_int_equal(decoded.request->operation, OPERATION_NONE);
	assert_int_equal(decoded.route.methods_allowed, READS);
}

/* What a malformed id names is a matter of the engine: nothing. */
static void malformed_ids_name_nothing(void **state)
{
	(void)state;
	static const char *const ids[] = {"0", "007", "-1", "9007199254740992", "1.0", "%20", "x"};
	char target[64];
	for (size_t i = 0; i < COUNT_OF(ids); i++) {
		(void)snprintf(target, sizeof target, "/v3/groups/7/bans/%s", ids[i]);
		struct decoded decoded = ask(HTTP_GET, target, NULL);
		assert_int_equal(decoded.request->user.kind, REFERENCE_MALFORMED);
		(void)snprintf(target, sizeof target, "/v3/groups/7/invitations/%s", ids[i]);
		decoded = ask(HTTP_DELETE, target, NULL);
		assert_int_equal(decoded.request->item_id, 0);
		assert_int_equal(decoded.request->syntax.outcome, NONE);
	}
	assert_int_equal(ask(HTTP_GET, "/v3/users/al-ice", NULL).request->user.kind, REFERENCE_SLUG);
	assert_int_equal(ask(HTTP_GET, "/v3/users/007", NULL).request->user.kind, REFERENCE_MALFORMED);
	assert_int_equal(ask(HTTP_DELETE, "/v3/me/requests/chess", NULL).request->group.kind, REFERENCE_SLUG);
}

/* --- bodies */

#define ROLE HTTP_PATCH, "/v3/groups/7/members/5"
#define DENY HTTP_POST, "/v3/groups/7/requests/5/deny"
#define BAN HTTP_PUT, "/v3/groups/7/bans/5"
#define INVITE HTTP_POST, "/v3/groups/7/invitations"
#define PERSON HTTP_PUT, "/v3/users/5"
#define TOKEN HTTP_POST, "/v3/users/5/tokens"

static const struct {
	enum http_method method;
	const char *target;
	const char *body;
	enum outcome syntax;
	enum outcome value;
	const char *field; /* of whichever is set */
} BODIES[] = {
	{ROLE, "{\"role\":\"admin\"}", NONE, NONE, ""},
	{ROLE, "{\"role\":\"owner\"}", NONE, NONE, ""},
	{ROLE, "{\"role\":\"none\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "role"},
	{ROLE, "{\"role\":\"Admin\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "role"},
	{ROLE, "{\"role\":null}", OUTCOME_INVALID_PARAMETER, NONE, "role"},
	{ROLE, "{}", OUTCOME_PARAMETER_MISSING, NONE, "role"},
	{ROLE, NULL, OUTCOME_MALFORMED_BODY, NONE, ""},
	{DENY, NULL, NONE, NONE, ""},
	{DENY, "{\"reason\":null}", NONE, NONE, ""},
	{DENY, "{\"reason\":\"No\\nroom.\"}", NONE, NONE, ""},
	{DENY, "{\"reason\":\"a\\u0007b\"}", OUTCOME_INVALID_PARAMETER, NONE, "reason"},
	{DENY, "{\"reason\":7}", OUTCOME_INVALID_PARAMETER, NONE, "reason"},
	{BAN, "{}", NONE, NONE, ""},
	{BAN, "{\"until\":null}", NONE, NONE, ""},
	{BAN, "{\"until\":\"2030-01-01T00:00:00Z\"}", NONE, NONE, ""},
	{BAN, "{\"until\":\"2030-01-01\"}", OUTCOME_INVALID_PARAMETER, NONE, "until"},
	{BAN, "{\"until\":\"2030-02-30T00:00:00Z\"}", OUTCOME_INVALID_PARAMETER, NONE, "until"},
	{BAN, "{\"until\":1893456000}", OUTCOME_INVALID_PARAMETER, NONE, "until"},
	{BAN, NULL, OUTCOME_MALFORMED_BODY, NONE, ""},
	{INVITE, "{\"user_id\":5}", NONE, NONE, ""},
	{INVITE, "{\"user_id\":\"5\"}", OUTCOME_INVALID_PARAMETER, NONE, "user_id"},
	{INVITE, "{\"email\":\"a@b.example\"}", NONE, NONE, ""},
	{INVITE, "{\"email\":\"a.example\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "email"},
	{INVITE, "{\"email\":\"\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "email"},
	{INVITE, "{\"email\":null}", OUTCOME_INVALID_PARAMETER, NONE, "email"},
	{INVITE, "{\"email\":\"a@b.example\",\"user_id\":5}", OUTCOME_INVALID_PARAMETER, NONE, "email"},
	{INVITE, "{}", OUTCOME_PARAMETER_MISSING, NONE, "user_id"},
	{INVITE, NULL, OUTCOME_MALFORMED_BODY, NONE, ""},
	{PERSON, "{}", NONE, NONE, ""},
	{PERSON, "{\"username\":\"a,b\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "username"},
	{PERSON, "{\"username\":\"\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "username"},
	{PERSON, "{\"username\":null}", OUTCOME_INVALID_PARAMETER, NONE, "username"},
	{PERSON, "{\"active\":1}", OUTCOME_INVALID_PARAMETER, NONE, "active"},
	{PERSON, "{\"url\":\"ftp://a.example\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "url"},
	{PERSON, "{\"zip\":\"123456789012345678901\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "zip"},
	{PERSON, "{\"name\":null,\"email\":null,\"avatar_url\":null,\"url\":null,\"zip\":null}", NONE, NONE, ""},
	{PERSON, NULL, OUTCOME_MALFORMED_BODY, NONE, ""},
	{TOKEN, NULL, NONE, NONE, ""},
	{TOKEN, "{\"scope\":\"read\",\"label\":\"phone\"}", NONE, NONE, ""},
	{TOKEN, "{\"scope\":\"operator\"}", NONE, OUTCOME_UNACCEPTABLE_VALUE, "scope"},
	{TOKEN, "{\"scope\":true}", OUTCOME_INVALID_PARAMETER, NONE, "scope"},
};

static void each_bad_body_leaves_its_fault(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(BODIES); i++) {
		struct decoded decoded = ask(BODIES[i].method, BODIES[i].target, BODIES[i].body);
		const struct request *request = decoded.request;
		if (request->syntax.outcome != BODIES[i].syntax || request->value.outcome != BODIES[i].value) {
			print_error("%s: %s\n", BODIES[i].target, BODIES[i].body);
		}
		assert_int_equal(decoded.outcome, NONE);
		assert_int_equal(request->syntax.outcome, BODIES[i].syntax);
		assert_int_equal(request->value.outcome, BODIES[i].value);
		const struct fault *fault = BODIES[i].syntax == NONE ? &request->value : &request->syntax;
		assert_string_equal(fault->field, BODIES[i].field);
	}
}

static void bodies_become_fields(void **state)
{
	(void)state;
	const struct request *request = ask(ROLE, "{\"role\":\"admin\"}").request;
	assert_int_equal(request->role, ROLE_ADMIN);
	request = ask(BAN, "{\"until\":\"2030-01-01T01:00:00.9+01:00\",\"reason\":\"Loud.\"}").request;
	assert_true(request->until == 1893456000);
	assert_int_equal(request->given, GIVEN_UNTIL);
	assert_string_equal(request_text(request, request->message), "Loud.");
	request = ask(BAN, "{\"until\":null}").request;
	assert_true(request->until == TIME_FOREVER);
	assert_int_equal(request->given, 0);
	request = ask(INVITE, "{\"email\":\"Ann@Mail.Example\"}").request;
	assert_string_equal(request_text(request, request->email), "ann@mail.example");
	assert_int_equal(request->given, GIVEN_EMAIL);
	request = ask(TOKEN, NULL).request;
	assert_int_equal(request->scope, SCOPE_WRITE);
}

static void people_are_read_whole(void **state)
{
	(void)state;
	const struct request *request = ask(PERSON, "{\"username\":\" Zo\\u00EB 1 \",\"name\":\"Z\",\"email\":\"Z@M.e\","
						    "\"active\":false,\"url\":\"http://a.example\",\"zip\":\"12\"}")
						.request;
	assert_string_equal(request_text(request, request->username), "Zo\xC3\xAB 1");
	assert_string_equal(request_text(request, request->slug), "zoe-1");
	assert_string_equal(request_text(request, request->name), "Z");
	assert_string_equal(request_text(request, request->email), "z@m.e");
	assert_string_equal(request_text(request, request->zip), "12");
	assert_false(request->active);
	assert_int_equal(request->given,
		GIVEN_USERNAME | GIVEN_NAME | GIVEN_EMAIL | GIVEN_ACTIVE | GIVEN_URL | GIVEN_ZIP);
	request = ask(PERSON, "{\"username\":\"12\"}").request;
	assert_string_equal(request_text(request, request->slug), "user-12");
}

/* --- the feed */

static void the_feed_is_asked_for_by_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *query;
		const char *fault; /* NULL: none */
		uint64_t after;
		uint32_t limit;
		uint32_t wait_s;
	} queries[] = {
		{"", NULL, 0, 100, 0},
		{"?after=0&limit=1&wait=0", NULL, 0, 1, 0},
		{"?after=9007199254740991&limit=1000&wait=60", NULL, 9007199254740991, 1000, 60},
		{"?after=-1", "after", 0, 100, 0},
		{"?after=00", "after", 0, 100, 0},
		{"?after=1&after=1", "after", 0, 100, 0},
		{"?limit=0", "limit", 0, 100, 0},
		{"?limit=1001", "limit", 0, 100, 0},
		{"?wait=61", "wait", 0, 100, 0},
		{"?wait=", "wait", 0, 100, 0},
	};
	char target[128];
	for (size_t i = 0; i < COUNT_OF(queries); i++) {
		(void)snprintf(target, sizeof target, "/v3/groups/7/changes%s", queries[i].query);
		const struct request *request = ask(HTTP_GET, target, NULL).request;
		bool refused = queries[i].fault != NULL;
		assert_int_equal(request->syntax.outcome, refused ? OUTCOME_INVALID_PARAMETER : NONE);
		assert_string_equal(request->syntax.field, refused ? queries[i].fault : "");
		assert_true(request->feed.after == queries[i].after);
		assert_int_equal(request->feed.limit, queries[i].limit);
		assert_int_equal(request->feed.wait_s, queries[i].wait_s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_route_names_what_it_is_about),
		cmocka_unit_test(ping_is_no_operation),
		cmocka_unit_test(malformed_ids_name_nothing),
		cmocka_unit_test(each_bad_body_leaves_its_fault),
		cmocka_unit_test(bodies_become_fields),
		cmocka_unit_test(people_are_read_whole),
		cmocka_unit_test(the_feed_is_asked_for_by_numbers),
	};
	return cmocka_run_group_tests_name("api v3", tests, NULL, NULL);
}
