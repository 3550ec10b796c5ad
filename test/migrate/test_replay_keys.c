/* Which calls of a replay keep their order when many are under way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "migrate/replay_keys.h"

#define CALLS 2

struct said {
	const char *method;
	const char *path;
	const char *token;
	const char *body;
	const char *reply;
};

static void find(const struct said *said, struct replay_links *links, struct replay_keys *keys)
{
	const struct recorded recorded = {
		.method = said->method,
		.path = said->path,
		.query = json_object(),
		.body = json_loads(said->body, 0, NULL),
		.headers = json_pack("{s:s}", "authorization", said->token),
		.reply = said->reply,
	};
	replay_keys_find(&recorded, links, keys);
	json_decref(recorded.query);
	json_decref(recorded.body);
	json_decref(recorded.headers);
}

static const struct said made = {"POST", "/v3/groups", "Bearer token:1", "{}",
	"{\"id\":7,\"slug\":\"chess\",\"type\":\"Group\"}"};

/* Whether they meet once the group was made. */
static bool meet(const struct said said[CALLS])
{
	struct replay_links links = {0};
	struct replay_keys keys[CALLS + 1];
	find(&made, &links, &keys[CALLS]);
	for (size_t i = 0; i < CALLS; i++) {
		find(&said[i], &links, &keys[i]);
	}
	bool found = replay_keys_meet(&keys[0], &keys[1]);
	assert_int_equal(found, replay_keys_meet(&keys[1], &keys[0]));
	replay_links_finish(&links);
	return found;
}

static void calls_of_one_caller_meet(void **state)
{
	(void)state;
	assert_true(meet((struct said[]){{"GET", "/v3/groups/1", "Bearer token:2", "{}", NULL},
		{"GET", "/v3/groups/2", "Bearer token:2", "{}", NULL}}));
	assert_false(meet((struct said[]){{"GET", "/v3/groups/1", "Bearer token:2", "{}", NULL},
		{"GET", "/v3/groups/2", "Bearer token:3", "{}", NULL}}));
}

static void calls_that_name_one_group_meet(void **state)
{
	(void)state;
	assert_true(meet((struct said[]){{"POST", "/v3/groups/1/members", "Bearer token:2", "{}", NULL},
		{"GET", "/groups/1/users", "Bearer token:3", "{}", NULL}}));
	assert_true(meet((struct said[]){{"POST", "/v3/groups/1/members", "Bearer token:2", "{}", NULL},
		{"GET", "/v3/me/groups", "Bearer token:3", "{}", "[{\"id\":1,\"type\":\"Group\"}]"}}));
}

static void a_group_is_the_same_by_id_and_by_slug(void **state)
{
	(void)state;
	assert_true(meet((struct said[]){{"GET", "/v3/groups/7", "Bearer token:2", "{}", NULL},
		{"GET", "/v3/groups/chess", "Bearer token:3", "{}", NULL}}));
	assert_false(meet((struct said[]){{"GET", "/v3/groups/7", "Bearer token:2", "{}", NULL},
		{"GET", "/v3/groups/draughts", "Bearer token:3", "{}", NULL}}));
}

static void an_invite_belongs_to_its_group(void **state)
{
	(void)state;
	assert_true(meet((struct said[]){
		{"POST", "/v3/groups/7/invite-tokens", "Bearer token:2", "{}", "{\"token\":\"invite:1\"}"},
		{"POST", "/user/groups/join", "Bearer token:3", "{\"token\":\"invite:1\"}", NULL}}));
	assert_true(meet((struct said[]){{"DELETE", "/v3/groups/chess", "Bearer token:2",
						 "{\"token\":\"invite:1\"}", NULL},
		{"POST", "/user/groups/join", "Bearer token:3", "{\"token\":\"invite:1\"}", NULL}}));
}

static void what_names_too_much_waits_for_all(void **state)
{
	(void)state;
	char body[2048] = "{\"group_id\":\"1";
	size_t length = strlen(body);
	for (unsigned i = 2; i < 100; i++) {
		length += (size_t)snprintf(body + length, sizeof body - length, ",%u", i);
	}
	(void)snprintf(body + length, sizeof body - length, "\"}");
	assert_true(meet((struct said[]){{"POST", "/x", "Bearer token:2", body, NULL},
		{"GET", "/v3/groups/5000", "Bearer token:3", "{}", NULL}}));
	assert_true(meet((struct said[]){{"POST", "/x", "Bearer token:2", "{}",
						 "[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]"}, /* may name anything */
		{"GET", "/v3/groups/5000", "Bearer token:3", "{}", NULL}}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_of_one_caller_meet),
		cmocka_unit_test(calls_that_name_one_group_meet),
		cmocka_unit_test(a_group_is_the_same_by_id_and_by_slug),
		cmocka_unit_test(an_invite_belongs_to_its_group),
		cmocka_unit_test(what_names_too_much_waits_for_all),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
