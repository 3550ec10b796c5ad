/* A store with people and groups in it, for tests: short ways to put and look. */
#ifndef TEST_STORE_WORLD_H
#define TEST_STORE_WORLD_H

#include "store/store.h"

#define WORLD_NOW 1000000

struct world {
	struct store *store;
	struct txn *txn;
	struct texts texts;
	struct page page;
	char directory[64]; /* "": in memory */
	unsigned errors; /* that the last check reported */
	bool open; /* a transaction: a test that failed in it is cleaned up all the same */
};

int world_setup_directory(void **state);
int world_setup_memory(void **state);
int world_teardown(void **state);

void world_begin(struct world *world, enum txn_kind kind, int64_t now);
/* At WORLD_NOW. */
void world_write(struct world *world);
void world_read(struct world *world);
/* Ends what was begun; must be DONE. */
void world_end(struct world *world);
void world_abandon(struct world *world);

/* A user named u<id>, with slug and the address u<id>@example.org, whose order is the id backwards. */
struct user world_user(struct world *world, uint64_t id);
void world_put_user(struct world *world, uint64_t id);
/* A group named g<id>, and its owner as a member since `id`. The name's order is the id backwards. */
struct group world_group(struct world *world, uint64_t id, uint64_t owner_id);
void world_put_group(struct world *world, uint64_t id, uint64_t owner_id);
void world_put_member(
	struct world *world, uint64_t group_id, uint64_t user_id, enum role role, int64_t since);
void world_put_state(
	struct world *world, uint64_t group_id, uint64_t user_id, enum state state, int64_t since);
struct text world_text(struct world *world, const char *text);
/* The check finds nothing wrong, and as much as this is left to sweep. */
void world_check(struct world *world, uint64_t to_be_swept);
void world_digest(uint8_t digest[DIGEST_SIZE], unsigned number);


#define WORLD_OVER(setup, test) cmocka_unit_test_setup_teardown(test, setup, world_teardown)
/* The test over each backend. */
#define WORLD_TEST(test) WORLD_OVER(world_setup_directory, test), WORLD_OVER(world_setup_memory, test)

#endif
