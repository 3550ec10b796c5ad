/* A small world in a store of its own, and requests to run in it: what the engine's tests share. */
#ifndef TEST_ENGINE_WORLD_H
#define TEST_ENGINE_WORLD_H

#include "engine/engine.h"

/* The people, by id: ada owns every group that world_add_group makes. Each has tokens named
 * "<username>/read", "/write" and "/operator"; the application's api_key is "app". */
enum {
	ADA = 1,
	BOB,
	CLEO,
	DAN,
	EVE, /* suspended */
};

enum {
	OPEN_GROUP = 1,
	MODERATED_GROUP,
	PRIVATE_GROUP,
};

struct world {
	char directory[64];
	struct store *store;
	struct txn *txn;
	int64_t now;
	uint8_t master_key[MASTER_KEY_SIZE];
	uint8_t seed[SEED_SIZE];
	struct engine_options options;
	struct texts scratch;
	struct reply reply;
	struct page page;
	struct request *request;
	uint64_t changes; /* how many the last run appended */
	_Alignas(16) char memory[16384];
};

/* Three groups of ada's: open, moderated, private, with nobody else in them. */
int world_setup(void **state);
int world_teardown(void **state);

void world_put_member(struct world *world, uint64_t group_id, uint64_t user_id, enum state state,
	enum role role, int64_t since);
struct membership world_membership(struct world *world, uint64_t group_id, uint64_t user_id);
uint64_t world_count_members(struct world *world, uint64_t group_id);
bool world_has_group(struct world *world, uint64_t group_id);
uint64_t world_owner(struct world *world, uint64_t group_id);
void world_suspend(struct world *world, uint64_t user_id);
/* Leaves id and slug, as the command does at its end. */
void world_erase(struct world *world, uint64_t user_id);
/* The change so many before the last one; 0: the last. */
struct change world_change(struct world *world, uint64_t before_last);

/* Starts a request of this person (a token's name; NULL: none) about a group (0: none). */
struct request *world_ask(struct world *world, enum dialect dialect, enum operation operation,
	const char *token, uint64_t group_id);
void world_give_text(struct world *world, struct text *text, const char *given);
/* Presents a code, or a macaroon. */
void world_give_invite(struct world *world, enum invite_kind kind, const char *invite);

/* Runs the request: first as a try, which must want to write exactly when the run writes, then for good. A
 * run that is refused must not have written. */
enum outcome world_run(struct world *world);
/* The same for what leaves no record in the feed: sessions, frobs and tokens. */
enum outcome world_run_unrecorded(struct world *world);

#endif
