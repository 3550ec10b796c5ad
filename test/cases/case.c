/* What all cases have in common. */
#include "cases/case.h"

#include <assert.h>
#include <string.h>

const uint8_t case_master_key[32] = {0,	 1,  2,	 3,  4,	 5,  6,	 7,  8,	 9,  10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

const struct engine_options case_engine = {.groups_per_user_max = 5};

const struct stage_moment case_moment = {.now = CASE_NOW, .seed = {42}};

struct stage *case_stage(struct store *store)
{
	const struct stage_options options = {
		.store = store, .master_key = case_master_key, .engine = case_engine, .public_url = CASE_PUBLIC_URL};
	struct stage *stage = stage_create(&options);
	assert(stage != NULL);
	return stage;
}

bool case_ask(struct store *store, const struct stage_moment *moment, const char *text, struct stage_result *result)
{
	const struct stage_run run = {.text = text, .length = strlen(text), .moment = moment, .keep = true};
	struct stage *stage = case_stage(store);
	enum stage_end end = stage_run(stage, &run, result);
	stage_destroy(stage);
	return end != STAGE_NO_REQUEST;
}
