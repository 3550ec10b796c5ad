/* Which calls keep their order on their way to the other system, whatever connections and people they come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "observe/shadow_job.h"

/* What one call names, and what its reply shows; 0 and NULL: nothing. */
struct named {
	uint64_t connection;
	uint8_t token;
	uint8_t frob;
	uint64_t group;
	uint64_t user;
	const char *invite;
	uint64_t shown_group;
	const char *shown_slug;
	const char *shown_macaroon;
	uint64_t listed_group;
};

static const char *no_header(const void *context, const char *name, bool *repeated)
{
	(void)context, (void)name, (void)repeated;
	return NULL;
}

static struct credential credential_of(uint8_t byte)
{
	return (struct credential){.given = byte != 0, .digest = {byte}};
}

static struct reference reference_of(uint64_t id)
{
	return (struct reference){.kind = id != 0 ? REFERENCE_ID : REFERENCE_NONE, .id = id};
}

static void show(const struct named *named, struct reply *reply)
{
	reply_init(reply);
	if (named->shown_group != 0) {
		reply->items |= REPLY_GROUP;
		reply->group.group.id = named->shown_group;
		reply->group.group.slug = texts_add(&reply->texts, named->shown_slug, strlen(named->shown_slug));
	}
	if (named->shown_macaroon != NULL) {
		reply->items |= REPLY_MACAROON;
		reply->macaroon = texts_add(&reply->texts, named->shown_macaroon, strlen(named->shown_macaroon));
	}
}

static struct shadow_job *job_of(const struct named *named)
{
	_Alignas(struct request) char memory[4096];
	struct request *request = request_init(memory, sizeof memory, DIALECT_V3);
	struct http_response response = {.status = 200};
	struct reply reply;
	request->token = credential_of(named->token);
	request->frob = credential_of(named->frob);
	request->group = reference_of(named->group);
	request->user = reference_of(named->user);
	if (named->invite != NULL) {
		request->invite_kind = INVITE_TOKEN;
		assert_true(request_add(request, named->invite, strlen(named->invite), &request->invite));
	}
	show(named, &reply);
	struct group_view listed = {.group.id = named->listed_group};
	struct page page = {.count = 1, .groups = &listed};
	if (named->listed_group != 0) {
		request->operation = OPERATION_USER_GROUPS;
		reply.items |= REPLY_PAGE;
	}
	struct shadow_job *job = shadow_job_create(&(struct http_seen){
		.method = HTTP_GET,
		.target = {"/", 1},
		.body = {"", 0},
		.header = no_header,
		.request = request,
		.reply = &reply,
		.page = &page,
		.response = &response,
		.route = "/",
		.connection = named->connection,
	});
	reply_finish(&reply);
	assert_non_null(job);
	return job;
}

/* Whether the second waits for the first. */
static bool waits(const struct named *first, const struct named *second)
{
	struct shadow_key_bits taken = {{0}};
	struct shadow_job *jobs[2] = {job_of(first), job_of(second)};
	assert_true(shadow_job_take_keys(jobs[0], &taken));
	bool is_free = shadow_job_take_keys(jobs[1], &taken);
	shadow_job_destroy(jobs[0]);
	shadow_job_destroy(jobs[1]);
	return !is_free;
}

static void what_shares_nothing_overtakes(void **state)
{
	(void)state;
	assert_false(waits(&(struct named){.connection = 1, .token = 1, .group = 1, .user = 1, .invite = "one"},
		&(struct named){.connection = 2, .token = 2, .group = 2, .user = 2, .invite = "two"}));
}

static void what_shares_something_waits(void **state)
{
	(void)state;
	static const struct named pairs[][2] = {
		{{.connection = 1}, {.connection = 1}},
		{{.connection = 1, .token = 7}, {.connection = 2, .token = 7}},
		{{.connection = 1, .frob = 7}, {.connection = 2, .frob = 7}},
		{{.connection = 1, .group = 7}, {.connection = 2, .group = 7}},
		{{.connection = 1, .user = 7}, {.connection = 2, .user = 7}},
		{{.connection = 1, .invite = "a"}, {.connection = 2, .invite = "a"}},
		{{.connection = 1, .shown_group = 7, .shown_slug = "a"}, {.connection = 2, .group = 7}},
		{{.connection = 1, .shown_macaroon = "a"}, {.connection = 2, .invite = "a"}},
		{{.connection = 1, .group = 7}, {.connection = 2, .listed_group = 7}},
	};
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		assert_true(waits(&pairs[i][0], &pairs[i][1]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_shares_nothing_overtakes),
		cmocka_unit_test(what_shares_something_waits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
