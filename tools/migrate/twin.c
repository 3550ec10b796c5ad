/* The order of the runs: the call itself, to see what differs by itself; its twins; and the call once
 * more, which is kept. All but the last are abandoned, so each begins with the same state and one
 * difference never causes the next. */
#include "migrate/twin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/call_text.h"
#include "migrate/compare.h"
#include "migrate/outcomes_when.h"
#include "migrate/reread.h"
#include "migrate/twin_complete.h"
#include "migrate/twin_show.h"
#include "migrate/walk.h"
#include "text/fold.h"

#define WHY_SIZE 256

static const enum dialect DIALECTS[] = {DIALECT_LEGACY, DIALECT_V3, DIALECT_ONEZONE};
#define DIALECTS_TRIED (sizeof DIALECTS / sizeof *DIALECTS)

struct twin {
	struct twin_options options;
	struct stage *stage;
	struct side noise;
	struct side own;
	struct side others[DIALECTS_TRIED];
	struct side again; /* what the call's own API says of it afterwards */
	struct differences noisy;
	struct differences found;
	struct call_request text; /* the call's own, with what its aliases stand for */
	struct call_request probe;
	struct walker walker;
	struct call_request shown[4];
	struct twin_counts counts;
	char why[WHY_SIZE]; /* the call has no twin */
	int64_t now;
};

struct twin *twin_create(const struct twin_options *options)
{
	struct twin *twin = calloc(1, sizeof *twin);
	if (twin == NULL) {
		return NULL;
	}
	twin->options = *options;
	twin->stage = stage_create(&(struct stage_options){
		.store = trial_store(options->trial),
		.master_key = options->master_key,
		.engine = {.groups_per_user_max = options->groups_per_user_max},
		.public_url = options->public_url,
	});
	if (twin->stage == NULL) {
		free(twin);
		return NULL;
	}
	return twin;
}

void twin_destroy(struct twin *twin)
{
	if (twin == NULL) {
		return;
	}
	side_finish(&twin->noise);
	side_finish(&twin->own);
	side_finish(&twin->again);
	for (size_t i = 0; i < DIALECTS_TRIED; i++) {
		side_finish(&twin->others[i]);
	}
	differences_finish(&twin->noisy);
	differences_finish(&twin->found);
	call_request_finish(&twin->text);
	call_request_finish(&twin->probe);
	walk_finish(&twin->walker);
	for (size_t i = 0; i < sizeof twin->shown / sizeof *twin->shown; i++) {
		call_request_finish(&twin->shown[i]);
	}
	stage_destroy(twin->stage);
	free(twin);
}

struct twin_counts twin_counts(const struct twin *twin)
{
	return twin->counts;
}

enum outcome twin_outcome(const struct twin *twin)
{
	return twin->own.result.outcome;
}

bool twin_wrote(const struct twin *twin)
{
	return twin->own.result.wrote;
}

/* --- runs */

struct stage_moment twin_moment(uint64_t seed, uint64_t number, int64_t now)
{
	struct stage_moment moment = {.now = now};
	uint64_t words[2] = {seed, number};
	text_sha256(words, sizeof words, moment.seed);
	return moment;
}

static int64_t clock_of(const struct twin *twin)
{
	return twin->options.clock_us != NULL ? twin->options.clock_us() : -1;
}

static bool run_side(struct twin *twin, const struct stage_moment *moment, struct side *side,
	const struct call_request *text, bool keep, bool at_once)
{
	bool probe = twin->probe.length > 0 && side->dialect == DIALECT_V3;
	const struct stage_run run = {
		.text = text->text,
		.length = text->length,
		.moment = moment,
		.keep = keep,
		.at_once = at_once,
		.changed = rows_list_add,
		.context = &side->rows,
		.probe = probe ? twin->probe.text : NULL,
		.probe_length = twin->probe.length,
	};
	rows_list_clear(&side->rows);
	side->flat_is_read = false;
	side->whole_is_read = false;
	int64_t began_us = clock_of(twin);
	bool done = stage_run(twin->stage, &run, &side->result) == STAGE_DONE;
	side->latency_us = began_us < 0 ? -1 : clock_of(twin) - began_us;
	rows_list_sort(&side->rows);
	return done;
}

/* What both replies should show, where v3's own shows something else. */
static void write_probe(struct twin *twin, const struct call *call)
{
	call_text_clear(&twin->probe);
	if (call == NULL || !compare_wants_probe(call->verb)) {
		return;
	}
	struct call probe = {.verb = CALL_INFO};
	probe.arguments[CALL_GROUP] = call->arguments[CALL_GROUP];
	probe.arguments[CALL_TOKEN] = call->arguments[CALL_TOKEN];
	if (call_write(&probe, DIALECT_V3, &twin->probe) != NULL) {
		call_text_clear(&twin->probe);
	}
}

static bool run_others(struct twin *twin, const struct stage_moment *moment, const struct twin_call *call,
	const struct call *said, const char *not_v3)
{
	for (size_t i = 0; i < DIALECTS_TRIED; i++) {
		struct side *side = &twin->others[i];
		side->dialect = DIALECTS[i];
		side->why_not = call->no_twin;
		if (side->dialect == call->dialect || said == NULL) {
			continue;
		}
		struct call first = *said;
		if (compare_list_of(said->verb) != NOUN_NONE) {
			walk_first(said, side->dialect, false, &first);
		}
		bool named = side->dialect == DIALECT_V3 && not_v3 != NULL;
		side->why_not = named ? not_v3 : call_write(&first, side->dialect, &side->request);
		if (side->why_not == NULL && !run_side(twin, moment, side, &side->request, false, true)) {
			return false;
		}
	}
	return true;
}

/* --- secrets that are made during the run */

static const char *find_secret(const char *reply, size_t *length)
{
	static const char *const starts[] = {
		"\"code\":\"", "\"token\":\"", "\"code\": \"", "\"token\": \"", "<token token=\""};
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
		const char *found = strstr(reply, starts[i]);
		if (found != NULL) {
			found += strlen(starts[i]);
			*length = strcspn(found, "\"");
			return found;
		}
	}
	return NULL;
}

/* What was made here stands for what was made then. */
static void learn(struct twin *twin, const struct twin_call *call)
{
	enum outcome outcome = twin->own.result.outcome;
	bool token = outcome == OUTCOME_USER_TOKEN_MINTED ||
		     twin->own.result.operation == OPERATION_TOKEN_FROM_FROB;
	bool invite = outcome == OUTCOME_TOKEN_MINTED || outcome == OUTCOME_INVITE_CREATED;
	size_t then_length = 0;
	size_t now_length;
	const char *then =
		call->recorded_reply != NULL ? find_secret(call->recorded_reply, &then_length) : NULL;
	const struct http_response *response = &twin->own.result.response;
	if (token && twin->own.result.wrote) { /* else its calls are refused on both sides */
		(void)trial_alias_newest_token(twin->options.trial, (struct span){then, then_length});
	}
	if (!invite || then == NULL || response->body_size == 0) {
		return;
	}
	call_text_clear(&twin->shown[0]);
	call_text_add(&twin->shown[0], response->body, response->body_size);
	const char *now = find_secret(twin->shown[0].text, &now_length);
	if (now != NULL) {
		trial_learn(twin->options.trial, then, then_length, now, now_length);
	}
}

/* --- the report */

static struct report_side show_side(
	struct twin *twin, const struct side *side, const char *text, size_t length, size_t at)
{
	struct report_side shown = {
		.name = dialect_name(side->dialect),
		.status = side->result.response.status,
		.outcome = outcome_row(side->result.outcome)->name,
		.latency_us = side->latency_us,
	};
	twin_show(&twin->shown[at], text, length);
	twin_show(&twin->shown[at + 1], side->result.response.body, side->result.response.body_size);
	shown.request = twin->shown[at].text;
	shown.reply = twin->shown[at + 1].text;
	return shown;
}

static enum effect effect_of(const struct side *own)
{
	bool changes = operation_changes(own->result.operation);
	return own->result.wrote ? EFFECT_CHANGED : changes ? EFFECT_KEPT : EFFECT_READ;
}

static void report_pair(struct twin *twin, const struct twin_call *call, const struct side *other,
	const struct differences *found)
{
	char method[TWIN_METHOD_SIZE];
	if (twin->options.tell == NULL) {
		return;
	}
	struct verdict verdict = {
		.number = call->number,
		.method = method,
		.effect = effect_of(&twin->own),
		.left = {.name = dialect_name(call->dialect), .latency_us = twin->own.latency_us},
		.right = {.name = dialect_name(other->dialect), .latency_us = other->latency_us},
		.differences = found->items,
		.difference_count = found->count,
	};
	twin_method(&twin->own, method);
	if (found->count > 0) {
		verdict.left = show_side(twin, &twin->own, call->text, call->length, 0);
		verdict.right = show_side(twin, other, other->request.text, other->request.length, 2);
		verdict.state_diff = found->state_diff.length > 0 ? found->state_diff.text : NULL;
	}
	twin->options.tell(twin->options.context, &verdict);
}

static void report_no_twin(struct twin *twin, const struct twin_call *call, const char *why)
{
	char method[TWIN_METHOD_SIZE];
	twin->counts.without_twin++;
	if (twin->options.tell == NULL) {
		return;
	}
	twin_method(&twin->own, method);
	twin->options.tell(twin->options.context, &(struct verdict){
						 .number = call->number,
						 .method = method,
						 .no_twin = why,
						 .left = {.name = dialect_name(call->dialect), .latency_us = -1},
						 .right = {.name = "", .latency_us = -1},
					 });
}

/* Why each of the other dialects was not asked; what holds for both is said once. */
static const char *why_none(struct twin *twin, const struct twin_call *call)
{
	const char *before = NULL;
	size_t length = 0;
	for (size_t i = 0; i < DIALECTS_TRIED; i++) {
		const struct side *other = &twin->others[i];
		if (other->dialect == call->dialect) {
			continue;
		}
		const char *name = dialect_name(other->dialect);
		bool same = before != NULL && strcmp(before, other->why_not) == 0;
		int added = same ? snprintf(twin->why, WHY_SIZE, "%s", before)
				 : snprintf(twin->why + length, WHY_SIZE - length, "%s%s: %s",
					   before != NULL ? "; " : "", name, other->why_not);
		length += (size_t)added < WHY_SIZE - length ? (size_t)added : 0;
		before = other->why_not;
	}
	return twin->why;
}

static bool has_difference(const struct differences *found)
{
	for (uint32_t i = 0; i < found->count; i++) {
		if (!found->items[i].noise) {
			return true;
		}
	}
	return false;
}

static struct span given(const struct call *call, enum call_argument argument)
{
	return (struct span){call->arguments[argument].bytes, call->arguments[argument].length};
}

/* What only one API asks for is refused by it alone. */
static const char *why_own_only(struct twin *twin, const struct call *said)
{
	enum outcome outcome = twin->own.result.outcome;
	bool by_key = outcome == OUTCOME_API_KEY_MISSING || outcome == OUTCOME_API_KEY_INVALID;
	bool by_token = outcome == OUTCOME_TOKEN_INVALID || outcome == OUTCOME_TOKEN_NOT_FOUND;
	bool legacy = twin->own.dialect == DIALECT_LEGACY;
	if (said == NULL) {
		return NULL;
	}
	if (legacy && by_key) {
		return "it was refused for its api_key, which JSON has none of";
	}
	if (legacy && by_token &&
		trial_is_of_another(
			twin->options.trial, given(said, CALL_TOKEN), given(said, CALL_API_KEY))) {
		return "the token is not its api_key's, of which JSON has none";
	}
	return compare_refuses_part(said, &twin->own)
		       ? "it was refused for a page, size, order or cursor that is none"
		       : NULL;
}

/* The call that is compared. */
struct asked {
	struct twin *twin;
	const struct call *call;
};

/* The state is the one behind the call: where outcomes differ it was refused, or only read. */
static bool is_so(void *context, enum outcomes_when when)
{
	const struct asked *asked = context;
	return outcomes_hold(when, asked->call, asked->twin->options.trial, asked->twin->now);
}

static void compare_all(struct twin *twin, const struct twin_call *call, const struct call *said)
{
	enum call_verb verb = said != NULL ? said->verb : CALL_OTHER;
	struct asked asked = {twin, said};
	const struct compare_caller caller = {is_so, &asked};
	const char *only = why_own_only(twin, said);
	bool compared = false;
	differences_clear(&twin->noisy);
	compare_same(verb, &twin->noise, &twin->own, &twin->noisy);
	twin->counts.noisy += twin->noisy.count > 0;
	for (size_t i = 0; i < DIALECTS_TRIED; i++) {
		struct side *other = &twin->others[i];
		if (other->dialect == call->dialect || only != NULL || other->why_not != NULL) {
			continue;
		}
		differences_clear(&twin->found);
		compare_sides(said, &caller, &twin->own, other, &twin->found);
		compare_mark_noise(&twin->noisy, &twin->found);
		twin->counts.pairs++;
		twin->counts.different += has_difference(&twin->found);
		report_pair(twin, call, other, &twin->found);
		compared = true;
	}
	if (twin->noisy.count > 0) {
		report_pair(twin, call, &twin->noise, &twin->noisy);
	}
	if (!compared) {
		const char *why = said == NULL ? call->no_twin : only;
		report_no_twin(twin, call, why != NULL ? why : why_none(twin, call));
	}
}

/* What is behind the pages that were shown; nothing was written meanwhile. */
static bool read_lists(struct twin *twin, const struct stage_moment *moment, const struct call *said)
{
	bool done = walk_side(&twin->walker, twin->stage, moment, said, true, &twin->own);
	for (size_t i = 0; i < DIALECTS_TRIED; i++) {
		struct side *other = &twin->others[i];
		done = done && (other->why_not != NULL ||
				       walk_side(&twin->walker, twin->stage, moment, said, false, other));
	}
	return done;
}

static bool compare_again(
	struct twin *twin, const struct stage_moment *moment, const struct twin_call *call)
{
	const struct stage_result *own = &twin->own.result;
	bool json = twin->own.dialect == DIALECT_V3 || twin->own.dialect == DIALECT_ONEZONE;
	differences_clear(&twin->found);
	if (call->call == NULL && json && operation_changes(own->operation)) {
		compare_alone(&twin->own, &twin->found);
	}
	if (twin->found.count > 0) {
		twin->counts.different++;
		report_pair(twin, call, &twin->noise, &twin->found);
		return true;
	}
	bool done = reread_call(
		twin->stage, moment, &twin->text, &twin->own, &twin->again, &twin->found);
	if (twin->found.count > 0) {
		twin->counts.different++;
		report_pair(twin, call, &twin->again, &twin->found);
	}
	return done;
}

static bool run_all(struct twin *twin, const struct twin_call *call, const struct stage_moment *moment)
{
	struct twin_ids ids;
	struct call said;
	const char *not_v3 = NULL;
	if (call->call != NULL) {
		said = *call->call;
		not_v3 = twin_complete(twin->options.trial, call->dialect, &said, &ids);
	}
	const struct call *completed = call->call != NULL ? &said : NULL;
	write_probe(twin, completed);
	twin->noise.dialect = call->dialect;
	if (!run_side(twin, moment, &twin->noise, &twin->text, false, false) ||
		!run_others(twin, moment, call, completed, not_v3) ||
		!run_side(twin, moment, &twin->own, &twin->text, true, true)) {
		return false;
	}
	twin->counts.calls++;
	bool done = completed == NULL || compare_list_of(completed->verb) == NOUN_NONE ||
		    read_lists(twin, moment, completed);
	compare_all(twin, call, completed);
	return done && compare_again(twin, moment, call);
}

bool twin_run(struct twin *twin, const struct twin_call *call)
{
	twin->now = call->now > twin->now ? call->now : twin->now;
	const struct stage_moment moment = twin_moment(twin->options.seed, call->number, twin->now);
	if (!stage_tend(twin->stage, twin->now)) {
		return false;
	}
	twin_reveal(twin->options.trial, call->text, call->length, &twin->text);
	twin->own.dialect = call->dialect;
	call_text_clear(&twin->probe);
	bool done = call->quiet ? run_side(twin, &moment, &twin->own, &twin->text, true, true)
				: run_all(twin, call, &moment);
	if (done && !twin->options.plain) {
		learn(twin, call);
	}
	return done;
}
