/* What Onezone's requests mean and its replies say: paths around groups and their people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "support.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define READS (HTTP_GET | HTTP_HEAD)
#define PREFIX "/api/v3/onezone"

static struct decoded ask(enum http_method method, const char *target, const char *body, const char *type)
{
	struct call call = {.method = method, .target = target, .body = body, .headers = {BEARER}};
	if (type != NULL) {
		call.headers[1] = (struct header_line){"Content-Type", type};
	}
	return support_decode(&onezone_driver, &call);
}

static void paths_of_a_group_have_their_operations(void **state)
{
	(void)state;
	static const unsigned GROUP = READS | HTTP_PATCH | HTTP_DELETE;
	static const unsigned MINT = HTTP_GET | HTTP_POST;
	static const struct {
		enum http_method method;
		const char *target;
		enum operation operation;
		unsigned allowed;
	} routes[] = {
		{HTTP_GET, "/groups/7", OPERATION_GROUP_GET_MEMBERS_ONLY, GROUP},
		{HTTP_HEAD, "/groups/7/", OPERATION_GROUP_GET_MEMBERS_ONLY, GROUP},
		{HTTP_PATCH, PREFIX "/groups/7", OPERATION_GROUP_EDIT, GROUP},
		{HTTP_DELETE, "/groups/7", OPERATION_GROUP_DELETE, GROUP},
		{HTTP_GET, PREFIX "/groups/7/users", OPERATION_MEMBER_LIST, READS},
		{HTTP_GET, "/groups/7/users/5", OPERATION_MEMBER_GET, READS | HTTP_DELETE},
		{HTTP_DELETE, PREFIX "/groups/7/users/5", OPERATION_MEMBER_REMOVE, READS | HTTP_DELETE},
		{HTTP_GET, "/groups/7/users/token", OPERATION_INVITE_TOKEN_MINT, MINT},
		{HTTP_GET, PREFIX "/groups", OPERATION_GROUP_LIST_ALL, READS | HTTP_POST},
	};
	for (size_t i = 0; i < COUNT_OF(routes); i++) {
		struct decoded decoded = ask(routes[i].method, routes[i].target, NULL, NULL);
		assert_int_equal(decoded.outcome, OUTCOME_NONE);
		assert_int_equal(decoded.request->operation, routes[i].operation);
		assert_int_equal(decoded.route.methods_allowed, routes[i].allowed);
		bool names_person = strstr(routes[i].target, "/users/5") != NULL;
		assert_int_equal(decoded.request->user.id, names_person ? 5 : 0);
		if (routes[i].operation != OPERATION_GROUP_LIST_ALL) {
			assert_int_equal(decoded.request->group.kind, REFERENCE_ID);
			assert_int_equal(decoded.request->group.id, 7);
		}
	}
}

static void a_token_is_not_removed_like_a_user(void **state)
{
	(void)state;
	assert_int_equal(ask(HTTP_DELETE, "/groups/7/users/token", NULL, NULL).outcome, OUTCOME_METHOD_NOT_ALLOWED);
	assert_int_equal(ask(HTTP_HEAD, "/groups/7/users/token", NULL, NULL).outcome, OUTCOME_METHOD_NOT_ALLOWED);
	assert_int_equal(ask(HTTP_POST, "/groups/7/users", NULL, NULL).outcome, OUTCOME_METHOD_NOT_ALLOWED);
	assert_int_equal(ask(HTTP_PUT, "/groups/7/users/5", NULL, NULL).outcome, OUTCOME_METHOD_NOT_ALLOWED);
}

static void numbers_that_cannot_be_ids_name_nobody(void **state)
{
	(void)state;
	static const char *const numbers[] = {"0", "007", "-1", "5x", "me", "9007199254740992"};
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		char target[64] = "/groups/7/users/";
		struct decoded decoded = ask(HTTP_GET, strcat(target, numbers[i]), NULL, NULL);
		assert_int_equal(decoded.request->user.kind, REFERENCE_MALFORMED);
		strcpy(target, "/groups/");
		decoded = ask(HTTP_GET, strcat(target, numbers[i]), NULL, NULL);
		assert_int_equal(decoded.request->group.kind, REFERENCE_MALFORMED);
	}
	struct decoded decoded = ask(HTTP_GET, "/groups/7/users/9007199254740991", NULL, NULL);
	assert_int_equal(decoded.request->user.kind, REFERENCE_ID);
	assert_int_equal(decoded.request->user.id, ID_MAX);
}

static void patch_takes_what_is_given(void **state)
{
	(void)state;
	static const struct {
		const char *body;
		uint32_t given;
		enum outcome syntax;
		enum outcome value;
		const char *field;
	} bodies[] = {
		{"{\"name\":\"New\",\"type\":\"role\"}", GIVEN_NAME | GIVEN_TYPE, OUTCOME_NONE, OUTCOME_NONE, ""},
		{"{\"type\":\"unit\"}", GIVEN_TYPE, OUTCOME_NONE, OUTCOME_NONE, ""},
		{"{}", 0, OUTCOME_NONE, OUTCOME_NONE, ""},
		{"{\"description\":\"x\"}", 0, OUTCOME_NONE, OUTCOME_NONE, ""},
		{"{\"name\":null}", 0, OUTCOME_INVALID_PARAMETER, OUTCOME_NONE, "name"},
		{"{\"type\":7}", 0, OUTCOME_INVALID_PARAMETER, OUTCOME_NONE, "type"},
		{"{\"type\":\"club\"}", 0, OUTCOME_NONE, OUTCOME_UNACCEPTABLE_VALUE, "type"},
		{"[]", 0, OUTCOME_MALFORMED_BODY, OUTCOME_NONE, ""},
	};
	for (size_t i = 0; i < COUNT_OF(bodies); i++) {
		const struct request *request = ask(HTTP_PATCH, "/groups/7", bodies[i].body, NULL).request;
		assert_int_equal(request->given, bodies[i].given);
		assert_int_equal(request->syntax.outcome, bodies[i].syntax);
		assert_int_equal(request->value.outcome, bodies[i].value);
		const struct fault *fault =
			bodies[i].value == OUTCOME_NONE ? &request->syntax : &request->value;
		assert_string_equal(fault->field, bodies[i].field);
	}
	assert_int_equal(ask(HTTP_PATCH, "/groups/7", NULL, NULL).request->syntax.outcome, OUTCOME_MALFORMED_BODY);
}

static void patch_is_json_or_a_merge_patch(void **state)
{
	(void)state;
	static const struct {
		enum http_method method;
		const char *type;
		enum outcome outcome;
	} types[] = {
		{HTTP_PATCH, "application/merge-patch+json", OUTCOME_NONE},
		{HTTP_PATCH, "Application/Merge-Patch+JSON; charset=UTF-8", OUTCOME_NONE},
		{HTTP_PATCH, "application/json", OUTCOME_NONE},
		{HTTP_PATCH, "application/merge-patch+json; charset=latin1", OUTCOME_UNSUPPORTED_TYPE},
		{HTTP_PATCH, "application/merge-patch+jsonx", OUTCOME_UNSUPPORTED_TYPE},
		{HTTP_PATCH, "application/json-patch+json", OUTCOME_UNSUPPORTED_TYPE},
		{HTTP_PATCH, "text/plain", OUTCOME_UNSUPPORTED_TYPE},
	};
	for (size_t i = 0; i < COUNT_OF(types); i++) {
		assert_int_equal(ask(types[i].method, "/groups/7", "{}", types[i].type).outcome, types[i].outcome);
	}
	assert_int_equal(ask(HTTP_POST, "/groups", "{}", "application/merge-patch+json").outcome,
		OUTCOME_UNSUPPORTED_TYPE);
}

static void lists_are_complete_unless_a_part_is_asked_for(void **state)
{
	(void)state;
	static const struct {
		const char *target;
		uint32_t per_page;
		enum outcome syntax;
		const char *field;
	} lists[] = {
		{"/groups/7/users", 0, OUTCOME_NONE, ""},
		{"/groups/7/users?limit=2", 2, OUTCOME_NONE, ""},
		{"/groups/7/users?limit=100000", COMPLETE_LIST_MAX, OUTCOME_NONE, ""},
		{"/groups/7/users?limit=100001", COMPLETE_LIST_MAX, OUTCOME_INVALID_PARAMETER, "limit"},
		{"/groups/7/users?limit=0", COMPLETE_LIST_MAX, OUTCOME_INVALID_PARAMETER, "limit"},
		{"/groups/7/users?limit=2&limit=2", COMPLETE_LIST_MAX, OUTCOME_INVALID_PARAMETER, "limit"},
		{"/groups/7/users?after=nothing", 0, OUTCOME_INVALID_PARAMETER, "after"},
	};
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		const struct request *request = ask(HTTP_GET, lists[i].target, NULL, NULL).request;
		assert_int_equal(request->listing.order, ORDER_ID_ASC);
		assert_int_equal(request->listing.per_page, lists[i].per_page);
		assert_int_equal(request->syntax.outcome, lists[i].syntax);
		assert_string_equal(request->syntax.field, lists[i].field);
	}
}

/* Answers a call with a full reply that has this outcome and these items. */
static void answer(enum http_method method, const char *target, enum outcome outcome, uint32_t items,
	struct http_response *response)
{
	struct decoded decoded = ask(method, target, NULL, NULL);
	struct reply *reply = malloc(sizeof *reply);
	struct page page;
	assert_non_null(reply);
	reply_init(reply);
	page_init(&page);
	support_fill_reply(reply, OPERATION_NONE);
	*page_add_id(&page) = 5;
	*page_add_id(&page) = 9007199254740991;
	page.has_more = decoded.request->listing.per_page > 0;
	page.last = (struct cursor){.of = 7, .ordinal = 2, .order = 1673778600, .id = 5};
	reply->outcome = outcome;
	reply->items = items;
	onezone_driver.encode(&support_site, decoded.request, reply, &page, response);
	response_write(response, "", 1);
	page_finish(&page);
	reply_finish(reply);
	free(reply);
}

static void people_are_shown_by_id_and_name(void **state)
{
	(void)state;
	struct http_response response = {0};
	answer(HTTP_GET, "/groups/7/users/5", OUTCOME_OK, REPLY_GROUP | REPLY_MEMBER, &response);
	assert_int_equal(response.status, 200);
	assert_string_equal(response.body, "{\"userId\":\"5\",\"name\":\"Alice \\\"Ace\\\" Liddell\"}");
	response_finish(&response);

	response = (struct http_response){0};
	answer(HTTP_GET, "/groups/7/users", OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, &response);
	assert_string_equal(response.body, "{\"users\":[\"5\",\"9007199254740991\"]}");
	assert_null(response_find_header(&response, "Link"));
	response_finish(&response);

	response = (struct http_response){0};
	answer(HTTP_GET, "/user/groups", OUTCOME_OK, REPLY_PAGE, &response);
	assert_string_equal(response.body, "{\"groups\":[\"5\",\"9007199254740991\"]}");
	response_finish(&response);
}

static void a_part_names_what_follows(void **state)
{
	(void)state;
	struct http_response response = {0};
	char target[256] = "/groups/7/users";
	answer(HTTP_GET, "/groups/7/users?limit=2", OUTCOME_OK, REPLY_GROUP | REPLY_PAGE, &response);
	const char *link = response_find_header(&response, "Link");
	assert_non_null(link);
	assert_memory_equal(link, "<?limit=2&after=", strlen("<?limit=2&after="));
	assert_non_null(strstr(link, ">; rel=\"next\""));
	strncat(target, link + 1, strcspn(link + 1, ">"));
	response_finish(&response);

	const struct request *request = ask(HTTP_GET, target, NULL, NULL).request;
	assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	assert_int_equal(request->listing.per_page, 2);
	assert_int_equal(request->listing.after.id, 5);
	assert_int_equal(request->listing.after.of, 7);
	char of_another_list[256] = "/user/groups";
	strcat(of_another_list, strchr(target, '?'));
	request = ask(HTTP_GET, of_another_list, NULL, NULL).request;
	assert_int_equal(request->syntax.outcome, OUTCOME_INVALID_PARAMETER);
}

static void changes_are_answered_without_a_body(void **state)
{
	(void)state;
	static const struct {
		enum http_method method;
		const char *target;
		enum outcome outcome;
		int status;
	} changes[] = {
		{HTTP_PATCH, "/groups/7", OUTCOME_GROUP_EDITED, 204},
		{HTTP_DELETE, "/groups/7", OUTCOME_GROUP_DELETED, 202},
		{HTTP_DELETE, "/groups/7/users/5", OUTCOME_REMOVED, 202},
		{HTTP_DELETE, "/groups/7/users/5", OUTCOME_LEFT, 202},
	};
	for (size_t i = 0; i < COUNT_OF(changes); i++) {
		struct http_response response = {0};
		answer(changes[i].method, changes[i].target, changes[i].outcome, REPLY_GROUP, &response);
		assert_int_equal(response.status, changes[i].status);
		assert_null(response.content_type);
		assert_int_equal(response.body_size, 1);
		response_finish(&response);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_of_a_group_have_their_operations),
		cmocka_unit_test(a_token_is_not_removed_like_a_user),
		cmocka_unit_test(numbers_that_cannot_be_ids_name_nobody),
		cmocka_unit_test(patch_takes_what_is_given),
		cmocka_unit_test(patch_is_json_or_a_merge_patch),
		cmocka_unit_test(lists_are_complete_unless_a_part_is_asked_for),
		cmocka_unit_test(people_are_shown_by_id_and_name),
		cmocka_unit_test(a_part_names_what_follows),
		cmocka_unit_test(changes_are_answered_without_a_body),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
