/* The cases' own clock, seed and master key, on the product's stage. */
#include "cases/exchange.h"

#include <assert.h>
#include <string.h>

#include "migrate/stage.h"

const uint8_t case_master_key[32] = {0,	 1,  2,	 3,  4,	 5,  6,	 7,  8,	 9,  10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

static const uint8_t SEED[SEED_SIZE] = {42};

const struct exchange_moment case_moment = {.now = CASE_NOW, .seed = SEED, .groups_per_user_max = 5};

bool case_run(struct store *store, const char *text, size_t length, struct exchange_result *result)
{
	return case_run_at(store, &case_moment, text, length, result);
}

bool case_run_at(struct store *store, const struct exchange_moment *moment, const char *text, size_t length,
	struct exchange_result *result)
{
	const struct stage_options options = {
		.store = store,
		.master_key = case_master_key,
		.engine = {.groups_per_user_max = moment->groups_per_user_max},
		.public_url = CASE_PUBLIC_URL,
	};
	struct stage_moment at = {.now = moment->now};
	memcpy(at.seed, moment->seed, sizeof at.seed);
	struct stage *stage = stage_create(&options);
	struct stage_result staged;
	stage_result_init(&staged);
	assert(stage != NULL);
	enum stage_end end = stage_run(stage,
		&(struct stage_run){.text = text, .length = length, .moment = &at, .keep = true}, &staged);
	assert(end != STAGE_FAILED);
	*result = (struct exchange_result){
		.dialect = staged.dialect,
		.operation = staged.operation,
		.outcome = staged.outcome,
		.wrote = staged.wrote,
		.route = staged.route,
		.method = staged.method,
		.methods_allowed = staged.methods_allowed,
		.response = staged.response, /* its memory is now the caller's */
	};
	stage_destroy(stage);
	return end == STAGE_DONE;
}
