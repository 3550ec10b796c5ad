/* The world of the engine's tests. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/secrets.h"

static const char *const NAMES[] = {"", "ada", "bob", "cleo", "dan", "eve"};
#define PEOPLE (sizeof NAMES / sizeof *NAMES - 1)

static struct text add(struct world *world, const char *text)
{
	return texts_add(&world->scratch, text, strlen(text));
}

static void begin(struct world *world)
{
	texts_clear(&world->scratch);
	store_begin(world->txn, TXN_WRITE, world->now);
}

static void end(struct world *world)
{
	assert_int_equal(store_end(world->txn), STORE_DONE);
}

static void add_tokens(struct world *world, uint64_t user_id)
{
	for (unsigned scope = 0; scope < SCOPE_COUNT; scope++) {
		char text[64];
		int length =
			snprintf(text, sizeof text, "%s/%s", NAMES[user_id], scope_name((enum scope)scope));
		struct token token = {
			.id = user_id * 10 + scope,
			.user_id = user_id,
			.scope = (enum scope)scope,
			.active = true,
		};
		secret_digest(text, (size_t)length, token.digest);
		store_put_token(world->txn, &token, &world->scratch);
		store_raise_counter(world->txn, COUNTER_TOKEN, token.id + 1);
	}
}

static void add_user(struct world *world, uint64_t id)
{
	struct user user = {
		.id = id,
		.active = id != EVE,
		.username = add(world, NAMES[id]),
		.slug = add(world, NAMES[id]),
		.created_at = 1,
		.updated_at = 1,
	};
	memcpy(user.username_fold, NAMES[id], strlen(NAMES[id]));
	memcpy(user.username_order, NAMES[id], strlen(NAMES[id]));
	store_put_user(world->txn, &user, &world->scratch);
	store_raise_counter(world->txn, COUNTER_USER, id + 1);
	add_tokens(world, id);
}

static void add_group(struct world *world, uint64_t id, bool is_private, bool moderated)
{
	char name[16];
	(void)snprintf(name, sizeof name, "group-%u", (unsigned)id);
	struct group group = {
		.id = id,
		.owner_id = ADA,
		.created_at = 1,
		.updated_at = 1,
		.is_private = is_private,
		.member_moderation = moderated,
		.name = add(world, name),
		.slug = add(world, name),
		.description = add(world, "as it was"),
	};
	memcpy(group.name_fold, name, strlen(name));
	memcpy(group.name_order, name, strlen(name));
	store_put_group(world->txn, &group, &world->scratch, true);
	store_raise_counter(world->txn, COUNTER_GROUP, id + 1);
	const struct membership owner = {id, ADA, STATE_MEMBER, ROLE_OWNER, .since = 1};
	store_put_membership(world->txn, &owner, NULL, &world->scratch);
}

static void add_application(struct world *world)
{
	struct application application = {.id = 1, .active = true, .name = add(world, "app")};
	secret_digest("app", 3, application.api_key_digest);
	store_put_application(world->txn, &application, &world->scratch);
	store_raise_counter(world->txn, COUNTER_APPLICATION, application.id + 1);
}

static void open_store(struct world *world)
{
	(void)snprintf(world->directory, sizeof world->directory, "/tmp/joinery-engine-XXXXXX");
	assert_non_null(mkdtemp(world->directory));
	const struct store_options options = {
		.directory = world->directory, .threads = 2, .map_size = 1u << 30};
	char why[256] = "";
	world->store = store_open_directory(&options, why, sizeof why);
	assert_string_equal(why, "");
}

static void remove_store(struct world *world)
{
	static const char *const names[] = {"data.mdb", "lock.mdb"};
	store_close(world->store);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[128];
		(void)snprintf(path, sizeof path, "%s/%s", world->directory, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(world->directory);
}

int world_setup(void **state)
{
	struct world *world = calloc(1, sizeof *world);
	assert_non_null(world);
	open_store(world);
	world->txn = txn_create(world->store);
	world->now = 1000;
	world->options.groups_per_user_max = GROUPS_PER_USER_MAX_DEFAULT;
	memset(world->master_key, 'k', sizeof world->master_key);
	texts_init(&world->scratch, NULL, 0);
	reply_init(&world->reply);
	page_init(&world->page);
	begin(world);
	add_application(world);
	for (uint64_t id = 1; id <= PEOPLE; id++) {
		add_user(world, id);
	}
	add_group(world, OPEN_GROUP, false, false);
	add_group(world, MODERATED_GROUP, false, true);
	add_group(world, PRIVATE_GROUP, true, true);
	end(world);
	*state = world;
	return 0;
}

int world_teardown(void **state)
{
	struct world *world = *state;
	page_finish(&world->page);
	reply_finish(&world->reply);
	texts_finish(&world->scratch);
	txn_destroy(world->txn);
	remove_store(world);
	free(world);
	return 0;
}

void world_put_member(struct world *world, uint64_t group_id, uint64_t user_id, enum state state,
	enum role role, int64_t since)
{
	const struct membership membership = {
		.group_id = group_id,
		.user_id = user_id,
		.state = state,
		.role = role,
		.since = since,
		.until = state == STATE_BANNED ? TIME_FOREVER : 0,
		.has_note = state == STATE_BANNED || state == STATE_INVITED,
	};
	const struct note note = {.by = ADA, .at = since};
	begin(world);
	store_put_membership(world->txn, &membership, membership.has_note ? &note : NULL, &world->scratch);
	end(world);
}

struct membership world_membership(struct world *world, uint64_t group_id, uint64_t user_id)
{
	store_begin(world->txn, TXN_READ, world->now);
	struct membership membership = store_find_membership(world->txn, group_id, user_id);
	end(world);
	return membership;
}

uint64_t world_count_members(struct world *world, uint64_t group_id)
{
	store_begin(world->txn, TXN_READ, world->now);
	uint64_t count = store_count_members(world->txn, group_id);
	end(world);
	return count;
}

static bool find_group(struct world *world, uint64_t group_id, struct group *group)
{
	texts_clear(&world->scratch);
	store_begin(world->txn, TXN_READ, world->now);
	bool found = store_find_group(world->txn, group_id, &world->scratch, group);
	end(world);
	return found;
}

bool world_has_group(struct world *world, uint64_t group_id)
{
	struct group group;
	return find_group(world, group_id, &group);
}

uint64_t world_owner(struct world *world, uint64_t group_id)
{
	struct group group;
	return find_group(world, group_id, &group) ? group.owner_id : 0;
}

void world_suspend(struct world *world, uint64_t user_id)
{
	struct user user;
	begin(world);
	assert_true(store_find_user(world->txn, user_id, &world->scratch, &user));
	user.active = false;
	store_put_user(world->txn, &user, &world->scratch);
	end(world);
}

void world_erase(struct world *world, uint64_t user_id)
{
	struct user user;
	begin(world);
	assert_true(store_find_user(world->txn, user_id, &world->scratch, &user));
	user = (struct user){.id = user_id, .erased = true, .slug = user.slug};
	store_put_user(world->txn, &user, &world->scratch);
	end(world);
}

struct change world_change(struct world *world, uint64_t before_last)
{
	struct change change = {0};
	store_begin(world->txn, TXN_READ, world->now);
	uint64_t next = store_counter(world->txn, COUNTER_CHANGE);
	assert_true(next >= before_last + 2);
	assert_true(store_next_change(world->txn, next - before_last - 2, &world->scratch, &change));
	end(world);
	return change;
}

static void give_credential(struct credential *credential, const char *text)
{
	credential->given = text != NULL;
	if (text != NULL) {
		secret_digest(text, strlen(text), credential->digest);
	}
}

struct request *world_ask(struct world *world, enum dialect dialect, enum operation operation,
	const char *token, uint64_t group_id)
{
	struct request *request = request_init(world->memory, sizeof world->memory, dialect);
	world->request = request;
	request->operation = operation;
	request->listing = (struct listing){.page = 1, .per_page = 24};
	give_credential(&request->token, token);
	give_credential(&request->api_key, dialect == DIALECT_LEGACY ? "app" : NULL);
	if (group_id != 0) {
		request->group = (struct reference){.kind = REFERENCE_ID, .id = group_id};
	}
	world_give_text(world, &request->request_id, "request-1");
	return request;
}

void world_give_text(struct world *world, struct text *text, const char *given)
{
	assert_true(request_add(world->request, given, strlen(given), text));
}

void world_give_invite(struct world *world, enum invite_kind kind, const char *invite)
{
	struct request *request = world->request;
	request->invite_kind = kind;
	world_give_text(world, &request->invite, invite);
	secret_digest(invite, strlen(invite), request->invite_digest);
}

static uint64_t count_changes(struct world *world)
{
	store_begin(world->txn, TXN_READ, world->now);
	uint64_t next = store_counter(world->txn, COUNTER_CHANGE);
	end(world);
	return next;
}

static enum outcome run(struct world *world, bool *wrote)
{
	const struct circumstances circumstances = {
		.options = &world->options,
		.master_key = world->master_key,
		.seed = world->seed,
		.scratch = &world->scratch,
	};
	world->seed[0]++;
	uint64_t before = count_changes(world);
	reply_clear(&world->reply);
	store_begin(world->txn, TXN_TRY, world->now);
	engine_execute(&circumstances, world->txn, world->request, &world->reply, &world->page);
	*wrote = store_wants_to_write(world->txn);
	enum outcome tried = world->reply.outcome;
	end(world);
	if (!*wrote) {
		world->changes = 0;
		return tried;
	}
	reply_clear(&world->reply);
	store_begin(world->txn, TXN_WRITE, world->now);
	engine_execute(&circumstances, world->txn, world->request, &world->reply, NULL);
	end(world);
	world->changes = count_changes(world) - before;
	/* Who wrote was not refused. */
	assert_true(outcome_row(world->reply.outcome)->v3_status < 400);
	return world->reply.outcome;
}

enum outcome world_run(struct world *world)
{
	bool wrote;
	enum outcome outcome = run(world, &wrote);
	assert_true(wrote == (world->changes > 0));
	return outcome;
}

enum outcome world_run_unrecorded(struct world *world)
{
	bool wrote;
	enum outcome outcome = run(world, &wrote);
	assert_int_equal(world->changes, 0);
	return outcome;
}
