/* Steps are the same for the same seed, whatever the machine; cast in a state, they ask for what is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "migrate/casting.h"
#include "migrate/stage.h"
#include "migrate/world.h"
#include "model/outcome.h"

#define STEPS 8000

struct play {
	struct store *store;
	struct stage *stage;
	struct cast *cast;
	struct stage_result result;
	struct stage_moment moment;
};

static void begin(struct play *play)
{
	*play = (struct play){.store = store_open_memory(NULL), .moment = {.now = WORLD_START}};
	assert_non_null(play->store);
	assert_true(world_make(play->store, WORLD_START));
	const struct stage_options options = {.store = play->store,
		.master_key = world_master_key,
		.engine = {.groups_per_user_max = 5},
		.public_url = "http://localhost"};
	play->stage = stage_create(&options);
	play->cast = cast_create();
	assert_non_null(play->stage);
	assert_non_null(play->cast);
}

static void end(struct play *play)
{
	stage_result_finish(&play->result);
	cast_destroy(play->cast);
	stage_destroy(play->stage);
	store_close(play->store);
}

static void cast(struct play *play, const struct step *step)
{
	struct txn *txn = txn_create(play->store);
	assert_non_null(txn);
	store_begin(txn, TXN_READ, play->moment.now);
	cast_step(play->cast, txn, world_master_key, step);
	assert_int_equal(store_end(txn), STORE_DONE);
	txn_destroy(txn);
}

static void steps_derive_from_their_seed(void **state)
{
	(void)state;
	static struct step first[STEPS];
	static struct step second[STEPS];
	steps_invent(7, 1, first, STEPS);
	steps_invent(7, 1, second, STEPS);
	assert_memory_equal(first, second, sizeof first);
	steps_invent(8, 1, second, STEPS);
	assert_memory_not_equal(first, second, sizeof first);
	uint64_t stream = 0;
	assert_true(step_random(&stream) ==
		    UINT64_C(0xe220a8397b1dcdaf)); /* splitmix64's published first number */
}

static void every_kind_and_every_choice_is_invented(void **state)
{
	(void)state;
	static struct step steps[STEPS * 5];
	bool kinds[STEP_KIND_COUNT] = {false};
	bool invites[INVITE_CHOICE_COUNT] = {false};
	bool tokens[TOKEN_CHOICE_COUNT] = {false};
	bool api_keys[API_KEY_CHOICE_COUNT] = {false};
	steps_invent(1, 1, steps, STEPS * 5);
	for (size_t i = 0; i < STEPS * 5; i++) {
		kinds[steps[i].kind] = true;
		invites[steps[i].choices[CHOICE_INVITE]] = true;
		tokens[steps[i].choices[CHOICE_TOKEN]] = true;
		api_keys[steps[i].choices[CHOICE_API_KEY]] = true;
	}
	for (size_t i = 0; i < STEP_KIND_COUNT; i++) {
		assert_true(kinds[i]);
	}
	for (size_t i = 0; i < INVITE_CHOICE_COUNT; i++) {
		assert_true(invites[i]);
	}
	for (size_t i = 0; i < TOKEN_CHOICE_COUNT; i++) {
		assert_true(tokens[i]);
	}
	for (size_t i = 0; i < API_KEY_CHOICE_COUNT; i++) {
		assert_true(api_keys[i]);
	}
}

static void roles_are_filled_by_who_has_them(void **state)
{
	(void)state;
	struct play play;
	begin(&play);
	struct step step = {.seed = 100, .kind = STEP_BAN, .dialect = DIALECT_V3};
	step.choices[CHOICE_GROUP] = GROUP_FIRST;
	step.choices[CHOICE_TARGET] = PERSON_BANNED;
	cast(&play, &step);
	assert_int_equal(play.cast->group_id, 100 % WORLD_GROUPS + 1);
	assert_int_equal(play.cast->actor_id, play.cast->group_id); /* its owner */
	struct txn *txn = txn_create(play.store);
	store_begin(txn, TXN_READ, play.moment.now);
	assert_int_equal(
		store_find_membership(txn, play.cast->group_id, play.cast->target_id).state, STATE_BANNED);
	(void)store_end(txn);
	txn_destroy(txn);
	assert_non_null(strstr(play.cast->request, "PUT /v3/groups/5/bans/"));
	end(&play);
}

static void played_steps_reach_many_ends(void **state)
{
	(void)state;
	static struct step steps[STEPS];
	struct play play;
	bool seen[OUTCOME_COUNT] = {false};
	struct call_request written = {0};
	begin(&play);
	steps_invent(4, 1, steps, STEPS);
	for (size_t i = 0; i < STEPS; i++) {
		cast(&play, &steps[i]);
		struct stage_run run = {.text = play.cast->request,
			.length = play.cast->request_length,
			.moment = &play.moment,
			.keep = true};
		if (play.cast->request == NULL) {
			if (call_write(&play.cast->call, play.cast->dialect, &written) != NULL) {
				continue;
			}
			run.text = written.text;
			run.length = written.length;
		}
		memcpy(play.moment.seed, &steps[i].seed, sizeof steps[i].seed);
		assert_int_equal(stage_run(play.stage, &run, &play.result), STAGE_DONE);
		seen[play.result.outcome] = true;
	}
	/* Which ones are reached by which kind of step is told by the generated calls' own test. */
	static const enum outcome wanted[] = {OUTCOME_INVITE_CREATED, OUTCOME_APPROVED, OUTCOME_INVITED,
		OUTCOME_JOINED, OUTCOME_QUEUED, OUTCOME_LEFT, OUTCOME_DUPLICATE_NAME, OUTCOME_GROUP_EDITED,
		OUTCOME_BAN_CREATED, OUTCOME_ROLE_CHANGED, OUTCOME_USER_CHANGED, OUTCOME_UNACCEPTABLE_VALUE,
		OUTCOME_API_KEY_INVALID, OUTCOME_TOKEN_INVALID};
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		if (!seen[wanted[i]]) {
			fail_msg("%s is never reached", outcome_row(wanted[i])->name);
		}
	}
	call_request_finish(&written);
	end(&play);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steps_derive_from_their_seed),
		cmocka_unit_test(every_kind_and_every_choice_is_invented),
		cmocka_unit_test(roles_are_filled_by_who_has_them),
		cmocka_unit_test(played_steps_reach_many_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
