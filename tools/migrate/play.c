/* One play: a fork of the world that the calls' own dialects drive, and another that only JSON drives. What
 * the first was changed by, the second is changed by in v3, or in Onezone where v3 has no words; what was
 * refused changes neither. */
#include "migrate/play.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/call_text.h"
#include "migrate/casting.h"
#include "migrate/report_words.h"
#include "migrate/rows_list.h"
#include "migrate/step_texts.h"
#include "migrate/trial.h"
#include "migrate/twin.h"
#include "migrate/world.h"

#define DIALECTS 3
#define LAST "at the end of a sequence"

struct player {
	struct store *world;
	struct cast *cast;
	uint64_t seed;
	int64_t start;
	struct call_request text;
	struct call_request line;
	struct call_request scripts[DIALECTS]; /* by enum dialect */
};

/* A play under way. */
struct performance {
	struct player *player;
	const struct play *play;
	struct play_failure *failure;
	struct trial *own;
	struct trial *json;
	struct twin *twin;
	struct stage *json_stage;
	struct stage_result json_result;
	struct txn *txn; /* by which casting looks at `own` */
	uint32_t at;
	int64_t now;
	bool different;
};

struct player *player_create(uint64_t seed, int64_t start)
{
	struct player *player = calloc(1, sizeof *player);
	if (player == NULL) {
		return NULL;
	}
	player->seed = seed;
	player->start = start;
	player->world = store_open_memory(NULL);
	player->cast = cast_create();
	if (player->world == NULL || player->cast == NULL || !world_make(player->world, start)) {
		player_destroy(player);
		return NULL;
	}
	return player;
}

void player_destroy(struct player *player)
{
	if (player == NULL) {
		return;
	}
	if (player->world != NULL) {
		store_close(player->world);
	}
	cast_destroy(player->cast);
	call_request_finish(&player->text);
	call_request_finish(&player->line);
	for (size_t i = 0; i < DIALECTS; i++) {
		call_request_finish(&player->scripts[i]);
	}
	free(player);
}

/* --- failures */

static const struct difference *first_cause(const struct verdict *verdict)
{
	for (uint32_t i = 0; i < verdict->difference_count; i++) {
		if (!verdict->differences[i].noise) {
			return &verdict->differences[i];
		}
	}
	return verdict->differences;
}

static void note_failure(struct performance *performance, const struct verdict *verdict)
{
	const struct difference *cause = first_cause(verdict);
	char pattern[LIKENESS_SIZE / 2];
	words_pattern(cause->path, pattern, sizeof pattern);
	performance->different = true;
	performance->failure->at = performance->at;
	(void)snprintf(performance->failure->likeness, LIKENESS_SIZE, "%s|%s|%s|%s", verdict->method,
		difference_kind_name(cause->kind), pattern, verdict->right.name);
}

static const char *script_of(struct performance *performance, const char *dialect)
{
	for (size_t i = 0; i < DIALECTS; i++) {
		if (strcmp(dialect_name((enum dialect)i), dialect) == 0) {
			return performance->player->scripts[i].text;
		}
	}
	return performance->player->scripts[DIALECT_V3].text;
}

/* Only the first verdict with a difference counts: the play ends with its step. */
static void hear(void *context, const struct verdict *verdict)
{
	struct performance *performance = context;
	struct verdict told = *verdict;
	bool first = verdict->difference_count > 0 && !performance->different;
	if (first) {
		note_failure(performance, verdict);
	}
	if (first && performance->play->scripts) {
		told.left.request = script_of(performance, verdict->left.name);
		told.right.request = script_of(performance, verdict->right.name);
	}
	if (performance->play->tell != NULL && (first || verdict->difference_count == 0)) {
		performance->play->tell(performance->play->context, &told);
	}
}

/* What no reply shows: a state that is wrong in itself. */
static void hear_of_state(struct performance *performance, const char *method, uint64_t number,
	const struct difference *difference)
{
	hear(performance, &(struct verdict){
				  .number = number,
				  .method = method,
				  .left = {.name = "legacy", .latency_us = -1},
				  .right = {.name = "v3", .latency_us = -1},
				  .differences = difference,
				  .difference_count = 1,
			  });
}

/* What is found when all calls are made. */
static void hear_at_end(struct performance *performance, enum difference_kind kind, const char *path,
	const char *left, const char *right)
{
	const struct difference difference = {.kind = kind, .path = path, .left = left, .right = right};
	const struct step *last = &performance->play->steps[performance->play->count - 1];
	hear_of_state(performance, LAST, last->number, &difference);
}

/* A store gives up where its rows contradict each other. */
static void hear_of_failure(struct performance *performance, const struct step *step)
{
	static const struct difference difference = {.kind = DIFFERENCE_CHECK,
		.path = "store",
		.left = "it failed, or memory ran out",
		.right = "it works"};
	hear_of_state(performance, step_kind_name(step->kind), step->number, &difference);
}

/* --- steps */

static enum dialect dialect_for_json(const struct performance *performance, const struct call *call)
{
	struct player *player = performance->player;
	return call_write(call, DIALECT_V3, &player->text) == NULL ? DIALECT_V3 : DIALECT_ONEZONE;
}

/* Adds a line for each dialect: the call as that says it, or as it was asked where that has no words. */
static void add_to_scripts(struct performance *performance, const char *text, size_t length)
{
	struct player *player = performance->player;
	const struct cast *cast = player->cast;
	struct call_request said = {0};
	for (size_t i = 0; i < DIALECTS; i++) {
		bool own = cast->request != NULL || i == (size_t)cast->dialect ||
			   call_write(&cast->call, (enum dialect)i, &said) != NULL;
		if (own) {
			call_text_clear(&said);
			call_text_add(&said, text, length);
		}
		call_write_curl(&said, WORLD_PUBLIC_URL, &player->line);
		call_text_add(&player->scripts[i], player->line.text, player->line.length);
		call_text_puts(&player->scripts[i], "\n");
	}
	call_request_finish(&said);
}

/* The second state is changed by JSON alone. */
static bool follow_in_json(struct performance *performance, const struct step *step)
{
	struct player *player = performance->player;
	const struct cast *cast = player->cast;
	const struct stage_moment moment = twin_moment(player->seed, step->number, performance->now);
	struct stage_run run = {.text = cast->request,
		.length = cast->request_length,
		.moment = &moment,
		.keep = true,
		.at_once = true};
	if (cast->request == NULL) {
		enum dialect dialect = dialect_for_json(performance, &cast->call);
		if (call_write(&cast->call, dialect, &player->text) != NULL) {
			return true; /* the states will differ, which is told */
		}
		run.text = player->text.text;
		run.length = player->text.length;
	}
	return stage_run(performance->json_stage, &run, &performance->json_result) == STAGE_DONE;
}

static bool cast_now(struct performance *performance, const struct step *step)
{
	store_begin(performance->txn, TXN_READ, performance->now);
	cast_step(performance->player->cast, performance->txn, world_master_key, step);
	return store_end(performance->txn) == STORE_DONE;
}

static bool make_step(struct performance *performance, const struct step *step)
{
	struct player *player = performance->player;
	struct cast *cast = player->cast;
	performance->now += step_jumps_s[step->choices[CHOICE_JUMP]];
	if (!cast_now(performance, step)) {
		return false;
	}
	struct span asked;
	if (!cast_ask(cast, &player->text, &asked)) {
		return true; /* there is no such call */
	}
	struct twin_call call = {.number = step->number,
		.now = performance->now,
		.dialect = cast->dialect,
		.text = asked.bytes,
		.length = asked.length,
		.no_twin = "no other API has such a call"};
	if (cast->request == NULL) {
		call.no_twin = call_alone(&cast->call, cast->dialect);
		call.call = call.no_twin == NULL ? &cast->call : NULL;
	}
	if (performance->play->scripts) {
		add_to_scripts(performance, call.text, call.length);
	}
	if (!twin_run(performance->twin, &call)) {
		return false;
	}
	if (performance->play->counts != NULL) {
		performance->play->counts->outcomes[step->kind][twin_outcome(performance->twin)]++;
	}
	return stage_tend(performance->json_stage, performance->now) &&
	       (!twin_wrote(performance->twin) || follow_in_json(performance, step));
}

/* --- the end */

static char *dump(struct trial *trial)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	if (out == NULL) {
		return NULL;
	}
	bool done = trial_dump(trial_store(trial), world_master_key, out);
	if (fclose(out) != 0 || !done) {
		free(text);
		return NULL;
	}
	return text;
}

/* Tells the first line in which the dumps differ. */
static void compare_dumps(struct performance *performance, char *left, char *right)
{
	char *left_rest = left;
	char *right_rest = right;
	while (left_rest != NULL || right_rest != NULL) {
		const char *left_line = left_rest != NULL ? strsep(&left_rest, "\n") : NULL;
		const char *right_line = right_rest != NULL ? strsep(&right_rest, "\n") : NULL;
		bool same = left_line != NULL && right_line != NULL && strcmp(left_line, right_line) == 0;
		if (!same) {
			hear_at_end(performance, DIFFERENCE_STATE, "dump", left_line, right_line);
			return;
		}
	}
}

struct checked {
	struct performance *performance;
	bool json;
};

static void hear_error(void *context, const char *line)
{
	const struct checked *checked = context;
	hear_at_end(checked->performance, DIFFERENCE_CHECK, "fsck", checked->json ? NULL : line,
		checked->json ? line : NULL);
}

/* Tells the first row that is not the same: what no dump shows is no more equal than the rest. */
static void hear_row(void *context, const struct rows_list *left, const struct rows_list_row *left_row,
	const struct rows_list *right, const struct rows_list_row *right_row)
{
	struct performance *performance = context;
	struct rows_list_words words;
	if (!performance->different) {
		rows_list_say(left, left_row, right, right_row, &words);
		hear_at_end(performance, DIFFERENCE_STATE, words.name, words.left, words.right);
	}
}

static bool dumps_are_compared(struct performance *performance)
{
	char *left = dump(performance->own);
	char *right = dump(performance->json);
	bool dumped = left != NULL && right != NULL;
	if (dumped) {
		compare_dumps(performance, left, right);
	}
	free(left);
	free(right);
	return dumped;
}

/* Both lie over one world: where the same rows were written, dumps and counts are the same, too. */
static bool compare_states(struct performance *performance)
{
	struct checked own = {.performance = performance};
	struct checked json = {.performance = performance, .json = true};
	struct rows_list rows[2] = {{0}};
	performance->at = performance->play->count;
	(void)trial_check(performance->own, hear_error, &own);
	bool done = written_visit_all(trial_store(performance->own), rows_list_add, &rows[0]) &&
		    written_visit_all(trial_store(performance->json), rows_list_add, &rows[1]);
	if (done && !rows_list_equal(&rows[0], &rows[1])) {
		(void)trial_check(performance->json, hear_error, &json);
		done = dumps_are_compared(performance);
		rows_list_compare(&rows[0], &rows[1], hear_row, performance);
	}
	rows_list_finish(&rows[0]);
	rows_list_finish(&rows[1]);
	return done;
}

/* --- the whole */

static bool begin(struct performance *performance)
{
	struct player *player = performance->player;
	performance->own = trial_on_copy(player->world, world_master_key);
	performance->json = trial_on_copy(player->world, world_master_key);
	if (performance->own == NULL || performance->json == NULL) {
		return false;
	}
	performance->twin = twin_create(&(struct twin_options){.trial = performance->own,
		.tell = hear,
		.context = performance,
		.master_key = world_master_key,
		.groups_per_user_max = WORLD_GROUPS_PER_USER_MAX,
		.public_url = WORLD_PUBLIC_URL,
		.plain = true,
		.seed = player->seed});
	performance->json_stage =
		stage_create(&(struct stage_options){.store = trial_store(performance->json),
			.master_key = world_master_key,
			.engine = {.groups_per_user_max = WORLD_GROUPS_PER_USER_MAX},
			.public_url = WORLD_PUBLIC_URL});
	performance->txn = txn_create(trial_store(performance->own));
	for (size_t i = 0; i < DIALECTS; i++) {
		call_text_clear(&player->scripts[i]);
	}
	return performance->twin != NULL && performance->json_stage != NULL && performance->txn != NULL;
}

static void end(struct performance *performance)
{
	if (performance->txn != NULL) {
		txn_destroy(performance->txn);
	}
	stage_result_finish(&performance->json_result);
	stage_destroy(performance->json_stage);
	twin_destroy(performance->twin);
	trial_close(performance->json);
	trial_close(performance->own);
}

static bool perform(struct performance *performance)
{
	const struct play *play = performance->play;
	if (!begin(performance)) {
		return false;
	}
	for (performance->at = 0; performance->at < play->count; performance->at++) {
		if (!make_step(performance, &play->steps[performance->at])) {
			hear_of_failure(performance, &play->steps[performance->at]);
		}
		if (performance->different) {
			return true;
		}
	}
	return compare_states(performance);
}

enum play_end player_play(struct player *player, const struct play *play, struct play_failure *failure)
{
	struct performance performance = {
		.player = player, .play = play, .failure = failure, .now = player->start};
	bool done = perform(&performance);
	end(&performance);
	if (!done) {
		return PLAY_FAILED;
	}
	return performance.different ? PLAY_DIFFERENT : PLAY_EQUAL;
}
