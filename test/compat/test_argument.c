/* What groups and people are called, how lists are asked for, and in which form a reply is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "compat.h"
#include "decode.h"
#include "text/fold.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))
#define QUERY_SIZE_MAX 40000
#define ADD "method=group.add&name=n&"
#define EDIT "method=group.edit&group_id=1&"
#define MEMBERS "method=group.getMembers&group_id=1&"
#define PEOPLE "method=user.getInfoByUsername&username="

static struct {
	_Alignas(struct request) char memory[QUERY_SIZE_MAX + 4096];
	struct request *request;
} decoded;

static const char *no_header(const void *context, const char *name, bool *repeated)
{
	(void)context;
	(void)name;
	(void)repeated;
	return NULL;
}

static enum outcome decode(const char *query)
{
	const struct http_request http = {
		.method = HTTP_GET,
		.path = {.count = 2, .segments = {{"services", 8}, {"rest", 4}}},
		.query = {query, strlen(query)},
		.header = no_header,
	};
	struct http_route route;
	size_t capacity = request_capacity(strlen("/services/rest/") + strlen(query));
	assert_true(capacity <= sizeof decoded.memory);
	decoded.request = request_init(decoded.memory, capacity, DIALECT_LEGACY);
	return compat_driver.decode(&http, decoded.request, &route);
}

static const struct request *decode_call(const char *query)
{
	assert_int_equal(decode(query), OUTCOME_NONE);
	return decoded.request;
}

static const char *text_of(struct text text)
{
	return request_text(decoded.request, text);
}

/* --- a group's fields */

static void a_name_comes_with_its_fold_and_slug(void **state)
{
	(void)state;
	uint8_t fold[FOLD_DIGEST_SIZE];
	const struct request *request = decode_call("method=group.add&name=+Caf%C3%A9++Noir%20");
	assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	assert_string_equal(text_of(request->name), "Caf\xC3\xA9  Noir");
	assert_string_equal(text_of(request->slug), "cafe-noir");
	assert_true(fold_digest("CAF\xC3\x89 noir", strlen("CAF\xC3\x89 noir"), fold));
	assert_memory_equal(request->name_fold, fold, sizeof fold);
	assert_true(request->unique_name);
	assert_int_equal(request->given, GIVEN_NAME);
}

static void a_new_group_is_open_unless_told_otherwise(void **state)
{
	(void)state;
	const struct request *request = decode_call("method=group.add&name=n&is_private=&description=");
	assert_false(request->event_moderation || request->member_moderation || request->is_private);
	assert_int_equal(request->description.length, 0);
	request = decode_call(ADD "event_moderation=1&member_moderation=0&is_private=1&description=a%0Ab");
	assert_true(request->event_moderation && !request->member_moderation && request->is_private);
	assert_string_equal(text_of(request->description), "a\nb");
}

static void an_edit_gives_only_what_is_there(void **state)
{
	(void)state;
	static const struct {
		const char *query;
		uint32_t given;
	} cases[] = {
		{EDIT, 0},
		{EDIT "name=n", GIVEN_NAME},
		{EDIT "description=", GIVEN_DESCRIPTION},
		{EDIT "description", GIVEN_DESCRIPTION},
		{EDIT "description=d", GIVEN_DESCRIPTION},
		{EDIT "event_moderation=0", GIVEN_EVENT_MODERATION},
		{EDIT "member_moderation=1", GIVEN_MEMBER_MODERATION},
		{EDIT "is_private=1&event_moderation=&member_moderation=", GIVEN_IS_PRIVATE},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct request *request = decode_call(cases[i].query);
		assert_int_equal(request->given, cases[i].given);
		assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
		assert_int_equal(request->group.id, 1);
	}
}

static void the_first_bad_field_in_the_documented_order_waits_in_the_request(void **state)
{
	(void)state;
	static const struct {
		const char *query;
		enum outcome outcome;
		const char *field;
	} cases[] = {
		{"method=group.add", OUTCOME_PARAMETER_MISSING, "name"},
		{"method=group.add&name=", OUTCOME_PARAMETER_MISSING, "name"},
		{EDIT "name=", OUTCOME_PARAMETER_MISSING, "name"},
		{EDIT "name=%20", OUTCOME_INVALID_PARAMETER, "name"},
		{"method=group.add&name=%FF", OUTCOME_INVALID_PARAMETER, "name"},
		{"is_private=2&description=%FF&name=a%00&method=group.add", OUTCOME_INVALID_PARAMETER, "name"},
		{ADD "is_private=2&member_moderation=2&description=%EF%BF%BE", OUTCOME_INVALID_PARAMETER, "description"},
		{ADD "is_private=2&member_moderation=2", OUTCOME_INVALID_PARAMETER, "member_moderation"},
		{ADD "event_moderation=11", OUTCOME_INVALID_PARAMETER, "event_moderation"},
		{EDIT "is_private=%00", OUTCOME_INVALID_PARAMETER, "is_private"},
		{EDIT "is_private=+1", OUTCOME_INVALID_PARAMETER, "is_private"},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct request *request = decode_call(cases[i].query);
		assert_int_equal(request->syntax.outcome, cases[i].outcome);
		assert_string_equal(request->syntax.field, cases[i].field);
	}
}

static void texts_are_bounded_in_code_points(void **state)
{
	(void)state;
	static const struct {
		const char *head;
		unsigned max;
	} cases[] = {{"method=group.add&name=", GROUP_NAME_MAX}, {ADD "description=", DESCRIPTION_MAX}};
	static char query[QUERY_SIZE_MAX];
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		for (unsigned count = cases[i].max; count <= cases[i].max + 1; count++) {
			size_t length = (size_t)snprintf(query, sizeof query, "%s", cases[i].head);
			for (unsigned n = 0; n < count; n++) {
				length += (size_t)snprintf(query + length, sizeof query - length, "\xF0\x9F\x98\x80");
			}
			enum outcome expected = count > cases[i].max ? OUTCOME_INVALID_PARAMETER : OUTCOME_NONE;
			assert_int_equal(decode_call(query)->syntax.outcome, expected);
		}
	}
}

/* --- lists */

static void members_are_listed_in_one_of_four_orders(void **state)
{
	(void)state;
	static const struct {
		const char *query;
		enum order order;
	} cases[] = {
		{MEMBERS, ORDER_NAME_ASC},
		{MEMBERS "order=username", ORDER_NAME_ASC},
		{MEMBERS "dir=asc", ORDER_NAME_ASC},
		{MEMBERS "dir=desc", ORDER_NAME_DESC},
		{MEMBERS "order=member_timestamp", ORDER_CREATED_ASC},
		{MEMBERS "dir=desc&order=member_timestamp", ORDER_CREATED_DESC},
		{MEMBERS "order=member_timestamp&dir=down", ORDER_CREATED_ASC},
		{MEMBERS "order=MEMBER_TIMESTAMP&dir=DESC", ORDER_NAME_ASC},
		{MEMBERS "order=member_timestamp%00&dir=desc%FF", ORDER_NAME_ASC},
		{MEMBERS "order=member_timestampppppppppppppppppppppppppppppppp", ORDER_NAME_ASC},
		{"method=group.getMyGroups&order=member_timestamp&dir=desc", ORDER_NAME_ASC},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct request *request = decode_call(cases[i].query);
		assert_int_equal(request->listing.order, cases[i].order);
		assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	}
}

static void pages_of_members_have_their_own_bounds(void **state)
{
	(void)state;
	static const struct {
		const char *raw;
		uint32_t per_page;
	} cases[] = {{"", 100}, {"1", 1}, {"500", 500}, {"501", 500}, {"0", 1}, {"-5", 1}, {"x", 100},
		{"99999999999999999999999", 500}};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char query[128];
		(void)snprintf(query, sizeof query, MEMBERS "groupsPerPage=7&membersPerPage=%s", cases[i].raw);
		assert_int_equal(decode_call(query)->listing.per_page, cases[i].per_page);
	}
}

static void several_usernames_are_folded_in_order_and_once(void **state)
{
	(void)state;
	static const struct {
		const char *raw;
		const char *names[4];
	} cases[] = {
		{"", {0}},
		{"ada", {"ada"}},
		{"ZED,+Ada+,ada,%C3%84nne", {"zed", "ada", "\xC3\xA4nne"}},
		{"two+words%2CADA", {"two words", "ada"}},
		{",,%FF,+,a%00,ada,%C2%A0", {"ada"}},
		{"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx,ada", {"ada"}},
		{"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
			{"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char query[256];
		(void)snprintf(query, sizeof query, PEOPLE "%s", cases[i].raw);
		const struct request *request = decode_call(query);
		size_t count = 0;
		for (; count < COUNT_OF(cases[i].names) && cases[i].names[count] != NULL; count++) {
			const char *name = cases[i].names[count];
			uint8_t fold[FOLD_DIGEST_SIZE];
			assert_true(fold_digest(name, strlen(name), fold));
			assert_true(request->username_folds.length >= (count + 1) * sizeof fold);
			assert_memory_equal(text_of(request->username_folds) + count * sizeof fold, fold, sizeof fold);
		}
		assert_int_equal(request->username_folds.length, count * FOLD_DIGEST_SIZE);
		assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	}
}

static void a_hundred_short_usernames_fit_and_more_are_refused(void **state)
{
	(void)state;
	char query[1024] = PEOPLE;
	size_t length = strlen(query);
	for (unsigned i = 0; i < IDS_ASKED_MAX; i++) {
		length += (size_t)snprintf(query + length, sizeof query - length, "%u,", i);
	}
	const struct request *request = decode_call(query);
	assert_int_equal(request->username_folds.length, IDS_ASKED_MAX * FOLD_DIGEST_SIZE);
	assert_int_equal(request->syntax.outcome, OUTCOME_NONE);
	(void)snprintf(query + length, sizeof query - length, "x");
	assert_int_equal(decode_call(query)->syntax.outcome, OUTCOME_USERNAME_NOT_FOUND);
	(void)snprintf(query, sizeof query, "method=user.getInfo&user_id=");
	for (length = strlen(query); length < strlen("method=user.getInfo&user_id=") + 202; length += 2) {
		(void)snprintf(query + length, sizeof query - length, "1,");
	}
	assert_int_equal(decode_call(query)->syntax.outcome, OUTCOME_USER_NOT_FOUND);
}

/* --- the form of the reply */

static void json_and_its_callback_are_asked_for(void **state)
{
	(void)state;
	static const struct {
		const char *query;
		enum compat_form form;
		const char *callback;
	} cases[] = {
		{"", COMPAT_XML, ""},
		{"&format=xml", COMPAT_XML, ""},
		{"&format=", COMPAT_XML, ""},
		{"&format=jsonp", COMPAT_XML, ""},
		{"&format=%FF", COMPAT_XML, ""},
		{"&format=json", COMPAT_JSON, ""},
		{"&format=JSON", COMPAT_JSON, ""},
		{"&format=json&callback=", COMPAT_JSON, ""},
		{"&format=json&callback=f", COMPAT_JSON, "f"},
		{"&callback=%24_.a9&format=json", COMPAT_JSON, "$_.a9"},
		{"&callback=f", COMPAT_XML, ""},
		{"&callback=%28%29&format=xml", COMPAT_XML, ""},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char query[128];
		(void)snprintf(query, sizeof query, "method=group.join&group_id=1%s", cases[i].query);
		const struct request *request = decode_call(query);
		assert_int_equal(request->form, cases[i].form);
		assert_string_equal(text_of(request->callback), cases[i].callback);
	}
}

static void a_callback_that_is_no_name_is_refused(void **state)
{
	(void)state;
	static const char *const callbacks[] = {"1", ".f", "f-g", "f%28", "f%00", "%00", "f%20", "+f", "f%0A", "%C3%A9",
		"f%2F", "f%5B0%5D", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	for (size_t i = 0; i < COUNT_OF(callbacks); i++) {
		char query[256];
		(void)snprintf(query, sizeof query, "format=json&callback=%s&method=group.join", callbacks[i]);
		assert_int_equal(decode(query), OUTCOME_NONE);
		assert_int_equal(decoded.request->first.outcome, OUTCOME_INVALID_PARAMETER);
		assert_string_equal(decoded.request->first.field, "callback");
		assert_int_equal(decoded.request->operation, OPERATION_GROUP_JOIN);
		assert_int_equal(decoded.request->callback.length, 0);
		(void)snprintf(query, sizeof query, "format=json&callback=%s&method=none", callbacks[i]);
		assert_int_equal(decode(query), OUTCOME_METHOD_NOT_FOUND);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_comes_with_its_fold_and_slug),
		cmocka_unit_test(a_new_group_is_open_unless_told_otherwise),
		cmocka_unit_test(an_edit_gives_only_what_is_there),
		cmocka_unit_test(the_first_bad_field_in_the_documented_order_waits_in_the_request),
		cmocka_unit_test(texts_are_bounded_in_code_points),
		cmocka_unit_test(members_are_listed_in_one_of_four_orders),
		cmocka_unit_test(pages_of_members_have_their_own_bounds),
		cmocka_unit_test(several_usernames_are_folded_in_order_and_once),
		cmocka_unit_test(a_hundred_short_usernames_fit_and_more_are_refused),
		cmocka_unit_test(json_and_its_callback_are_asked_for),
		cmocka_unit_test(a_callback_that_is_no_name_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
