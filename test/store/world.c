/* Puts people and groups into a store, and asks the check whether it is whole. */
#include "world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int setup(void **state, struct world *world)
{
	assert_non_null(world->store);
	world->txn = txn_create(world->store);
	assert_non_null(world->txn);
	texts_init(&world->texts, NULL, 0);
	page_init(&world->page);
	*state = world;
	return 0;
}

int world_setup_directory(void **state)
{
	struct world *world = calloc(1, sizeof *world);
	(void)snprintf(world->directory, sizeof world->directory, "/tmp/joinery-store-XXXXXX");
	assert_non_null(mkdtemp(world->directory));
	const struct store_options options = {
		.directory = world->directory, .threads = 2, .map_size = 1u << 30};
	char why[256] = "";
	world->store = store_open_directory(&options, why, sizeof why);
	assert_string_equal(why, "");
	return setup(state, world);
}

int world_setup_memory(void **state)
{
	struct world *world = calloc(1, sizeof *world);
	world->store = store_open_memory(NULL);
	return setup(state, world);
}

int world_teardown(void **state)
{
	static const char *const names[] = {"data.mdb", "lock.mdb"};
	struct world *world = *state;
	if (world->open) {
		world_abandon(world);
	}
	txn_destroy(world->txn);
	store_close(world->store);
	texts_finish(&world->texts);
	page_finish(&world->page);
	for (unsigned i = 0; world->directory[0] != '\0' && i < 2; i++) {
		char path[128];
		(void)snprintf(path, sizeof path, "%s/%s", world->directory, names[i]);
		(void)unlink(path);
	}
	if (world->directory[0] != '\0') {
		(void)rmdir(world->directory);
	}
	free(world);
	return 0;
}

void world_begin(struct world *world, enum txn_kind kind, int64_t now)
{
	store_begin(world->txn, kind, now);
	world->open = true;
}

void world_write(struct world *world)
{
	world_begin(world, TXN_WRITE, WORLD_NOW);
}

void world_read(struct world *world)
{
	world_begin(world, TXN_READ, WORLD_NOW);
}

void world_end(struct world *world)
{
	world->open = false;
	assert_int_equal(store_end(world->txn), STORE_DONE);
}

void world_abandon(struct world *world)
{
	world->open = false;
	store_abandon(world->txn);
}

struct text world_text(struct world *world, const char *text)
{
	return texts_add(&world->texts, text, strlen(text));
}

void world_digest(uint8_t digest[DIGEST_SIZE], unsigned number)
{
	memset(digest, 0x5a, DIGEST_SIZE);
	digest[0] = (uint8_t)(number >> 8);
	digest[1] = (uint8_t)number;
}

/* An order that runs against the ids, so that the two cannot be confused. */
static void name_order(uint8_t order[FOLD_ORDER_SIZE], uint64_t id)
{
	memset(order, 0, FOLD_ORDER_SIZE);
	(void)snprintf((char *)order, FOLD_ORDER_SIZE, "%08u", (unsigned)(99999999 - id));
}

struct user world_user(struct world *world, uint64_t id)
{
	char name[32];
	char email[48];
	texts_clear(&world->texts);
	(void)snprintf(name, sizeof name, "u%u", (unsigned)id);
	(void)snprintf(email, sizeof email, "u%u@example.org", (unsigned)id);
	struct user user = {.id = id, .created_at = 1, .updated_at = 2, .active = true};
	user.username = world_text(world, name);
	user.slug = world_text(world, name);
	user.email = world_text(world, email);
	memcpy(user.username_fold, name, strlen(name));
	name_order(user.username_order, id);
	return user;
}

void world_put_user(struct world *world, uint64_t id)
{
	struct user user = world_user(world, id);
	store_put_user(world->txn, &user, &world->texts);
	store_raise_counter(world->txn, COUNTER_USER, id + 1);
}

struct group world_group(struct world *world, uint64_t id, uint64_t owner_id)
{
	char name[32];
	texts_clear(&world->texts);
	(void)snprintf(name, sizeof name, "g%u", (unsigned)id);
	struct group group = {
		.id = id,
		.owner_id = owner_id,
		.created_at = (int64_t)id,
		.updated_at = (int64_t)(1000 - id),
	};
	group.name = world_text(world, name);
	group.slug = world_text(world, name);
	group.description = world_text(world, "about");
	memcpy(group.name_fold, name, strlen(name));
	name_order(group.name_order, id);
	return group;
}

void world_put_group(struct world *world, uint64_t id, uint64_t owner_id)
{
	struct group group = world_group(world, id, owner_id);
	store_put_group(world->txn, &group, &world->texts, true);
	store_raise_counter(world->txn, COUNTER_GROUP, id + 1);
	world_put_member(world, id, owner_id, ROLE_OWNER, (int64_t)id);
}

void world_put_member(struct world *world, uint64_t group_id, uint64_t user_id, enum role role, int64_t since)
{
	const struct membership membership = {
		.group_id = group_id,
		.user_id = user_id,
		.state = STATE_MEMBER,
		.role = role,
		.since = since,
	};
	store_put_membership(world->txn, &membership, NULL, NULL);
}

void world_put_state(
	struct world *world, uint64_t group_id, uint64_t user_id, enum state state, int64_t since)
{
	const struct membership membership = {
		.group_id = group_id,
		.user_id = user_id,
		.state = state,
		.role = state == STATE_MEMBER ? ROLE_MEMBER : ROLE_NONE,
		.since = since,
		.until = state == STATE_BANNED ? TIME_FOREVER : 0,
	};
	store_put_membership(world->txn, &membership, NULL, NULL);
}

static void report(void *context, const char *line)
{
	struct world *world = context;
	print_error("check: %s\n", line);
	world->errors++;
}

void world_check(struct world *world, uint64_t to_be_swept)
{
	struct check_result result;
	world->errors = 0;
	world_read(world);
	store_check(world->txn, report, world, &result);
	world_end(world);
	assert_int_equal(world->errors, 0);
	assert_int_equal(result.errors, 0);
	assert_int_equal(result.to_be_swept > 0, to_be_swept > 0);
}
