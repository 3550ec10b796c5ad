/* DESIGN: sequences are dealt to the threads by their number, and each begins with the same world, so no
 * thread waits for another's state. What a thread has heard of a sequence it keeps until all sequences
 * before have been told; then it tells its own. So the report is the same for any number of threads. A
 * sequence that differs is shrunk when it is its turn, by the thread that played it; the others go on
 * meanwhile. */
#include "migrate/generate.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "migrate/flatten.h"
#include "migrate/play.h"
#include "migrate/shrink.h"
#include "migrate/step_texts.h"
#include "migrate/world.h"
#include "migrate/world_folder.h"

#define HEARD_MAX (GENERATE_SEQUENCE * 4) /* verdicts of a sequence: each call has at most three others */
#define WORDS_MAX 512 /* methods, and reasons why there is no twin */
#define WORD_SIZE 256
#define CALLS_PER_WRITE_MAX 64
#define WHY_SIZE 512

/* A verdict without differences, which is all that most of them are. */
struct heard {
	uint64_t number;
	const char *method; /* this and the next in `words`; the others are static */
	const char *no_twin;
	enum effect effect;
	const char *left;
	const char *right;
};

struct run {
	const struct generate_options *options;
	struct generate_counts *counts;
	uint64_t first; /* sequences, from 0 */
	uint64_t end;
	pthread_mutex_t lock; /* of all below */
	pthread_cond_t told;
	uint64_t next; /* that no thread has taken yet */
	uint64_t next_to_tell;
	uint64_t failures;
	bool over; /* all was done, there were enough failures, or memory is out */
	bool broken;
	char likenesses[GENERATE_FAILURES_MAX][LIKENESS_SIZE];
	uint32_t likeness_count;
};

struct worker {
	struct run *run;
	struct player *player;
	pthread_t thread;
	struct step steps[GENERATE_SEQUENCE];
	struct heard heard[HEARD_MAX];
	uint32_t heard_count;
	struct play_counts counts; /* of the sequence */
	char words[WORDS_MAX][WORD_SIZE];
	uint32_t word_count;
};

/* --- hearing and telling */

static const char *keep_word(struct worker *worker, const char *word)
{
	for (uint32_t i = 0; i < worker->word_count; i++) {
		if (strcmp(worker->words[i], word) == 0) {
			return worker->words[i];
		}
	}
	if (worker->word_count == WORDS_MAX) {
		return "other";
	}
	char *kept = worker->words[worker->word_count++];
	(void)strncpy(kept, word, WORD_SIZE - 1);
	return kept;
}

static void hear(void *context, const struct verdict *verdict)
{
	struct worker *worker = context;
	if (verdict->difference_count > 0 || worker->heard_count == HEARD_MAX) {
		return; /* what differs is told when it is shrunk */
	}
	worker->heard[worker->heard_count++] = (struct heard){
		.number = verdict->number,
		.method = keep_word(worker, verdict->method),
		.no_twin = verdict->no_twin != NULL ? keep_word(worker, verdict->no_twin) : NULL,
		.effect = verdict->effect,
		.left = verdict->left.name,
		.right = verdict->right.name,
	};
}

static void tell_equal(struct worker *worker)
{
	for (uint32_t i = 0; i < worker->heard_count; i++) {
		const struct heard *heard = &worker->heard[i];
		report_add(worker->run->options->report,
			&(struct verdict){
				.number = heard->number,
				.method = heard->method,
				.no_twin = heard->no_twin,
				.effect = heard->effect,
				.left = {.name = heard->left, .latency_us = -1},
				.right = {.name = heard->right, .latency_us = -1},
			});
	}
}

/* What differs is told with the number of the call where it showed. */
static void tell_different(void *context, const struct verdict *verdict)
{
	struct report *report = context;
	if (verdict->difference_count > 0) {
		report_add(report, verdict);
	}
}

/* --- shrinking */

struct search {
	struct player *player;
	const char *likeness;
};

static bool fails_alike(void *context, const struct step *steps, uint32_t count)
{
	struct search *search = context;
	struct play_failure failure;
	const struct play play = {.steps = steps, .count = count};
	return player_play(search->player, &play, &failure) == PLAY_DIFFERENT &&
	       strcmp(failure.likeness, search->likeness) == 0;
}

/* Whether this fault was told already; notes it where it was not. */
static bool is_known(struct run *run, const char *likeness)
{
	for (uint32_t i = 0; i < run->likeness_count; i++) {
		if (strcmp(run->likenesses[i], likeness) == 0) {
			return true;
		}
	}
	(void)snprintf(run->likenesses[run->likeness_count++], LIKENESS_SIZE, "%s", likeness);
	return false;
}

/* Plays it as if it ended now, so that a server's clock and the calls that are printed agree, and makes the folder.
 * False: now nothing differs, and nothing was told. */
static bool tell_in_world(struct run *run, const struct play *play)
{
	const struct generate_options *options = run->options;
	struct play_failure failure;
	char why[WHY_SIZE] = "it differs at another time of day only, so no world can show it";
	struct world_folder folder = {.path = options->world,
		.steps = play->steps,
		.count = play->count - 1,
		.seed = options->seed,
		.start = (int64_t)time(NULL)};
	for (uint32_t i = 0; i < play->count; i++) {
		folder.start -= step_jumps_s[play->steps[i].choices[CHOICE_JUMP]];
	}
	struct player *player = player_create(options->seed, folder.start);
	bool told = player != NULL && player_play(player, play, &failure) == PLAY_DIFFERENT;
	if (!told || !world_folder_make(&folder, why, sizeof why)) {
		report_trouble(options->report, MIGRATE_USAGE, why);
	} else if (run->counts != NULL) {
		run->counts->world = play->steps[folder.count].number;
	}
	player_destroy(player);
	return told;
}

static void tell_failure(struct worker *worker, const struct play_failure *failure)
{
	struct run *run = worker->run;
	struct play_failure again;
	uint32_t count = failure->at < GENERATE_SEQUENCE ? failure->at + 1 : GENERATE_SEQUENCE;
	bool known = is_known(run, failure->likeness);
	if (!known) {
		struct search search = {.player = worker->player, .likeness = failure->likeness};
		count = shrink_steps(worker->steps, count, fails_alike, &search);
	}
	const struct play play = {.steps = worker->steps,
		.count = count,
		.tell = tell_different,
		.context = run->options->report,
		.scripts = !known};
	if (run->options->world == NULL || run->failures > 0 || !tell_in_world(run, &play)) {
		(void)player_play(worker->player, &play, &again); /* it differs: it did before */
	}
	run->failures++;
}

/* --- the work */

static bool take(struct run *run, uint64_t *sequence)
{
	(void)pthread_mutex_lock(&run->lock);
	bool taken = !run->over && run->next < run->end;
	*sequence = run->next;
	run->next += taken ? 1 : 0;
	(void)pthread_mutex_unlock(&run->lock);
	return taken;
}

/* Where only calls are asked for, the end is known from the beginning. */
static bool is_enough(const struct run *run)
{
	const struct generate_options *options = run->options;
	return options->only == 0 && options->writes > 0 &&
	       (run->next_to_tell - run->first) * GENERATE_SEQUENCE >= options->calls &&
	       report_changed(options->report) >= options->writes;
}

static void add_counts(struct generate_counts *counts, const struct play_counts *more)
{
	for (enum step_kind kind = 0; kind < STEP_KIND_COUNT; kind++) {
		for (enum outcome outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
			counts->outcomes[kind][outcome] += more->outcomes[kind][outcome];
		}
	}
}

static void tell_progress(const struct run *run, uint64_t sequence)
{
	const struct generate_options *options = run->options;
	if (options->writes > 0) {
		report_progress(options->report, report_changed(options->report), options->writes);
	} else {
		report_progress(options->report, (sequence - run->first + 1) * GENERATE_SEQUENCE,
			(run->end - run->first) * GENERATE_SEQUENCE);
	}
}

static void tell(
	struct worker *worker, uint64_t sequence, enum play_end end, const struct play_failure *failure)
{
	struct run *run = worker->run;
	(void)pthread_mutex_lock(&run->lock);
	while (run->next_to_tell != sequence) {
		(void)pthread_cond_wait(&run->told, &run->lock);
	}
	bool over = run->over;
	(void)pthread_mutex_unlock(&run->lock);
	if (!over) { /* nobody else tells anything before next_to_tell moves on */
		tell_equal(worker);
		if (end == PLAY_DIFFERENT) {
			tell_failure(worker, failure);
		}
		add_counts(run->counts, &worker->counts);
		tell_progress(run, sequence);
	}
	(void)pthread_mutex_lock(&run->lock);
	run->broken |= end == PLAY_FAILED && !over;
	run->next_to_tell = sequence + 1;
	run->over |= run->broken || run->failures == GENERATE_FAILURES_MAX || is_enough(run);
	(void)pthread_cond_broadcast(&run->told);
	(void)pthread_mutex_unlock(&run->lock);
}

static void *work(void *context)
{
	struct worker *worker = context;
	struct run *run = worker->run;
	struct play_failure failure;
	for (uint64_t sequence; take(run, &sequence);) {
		worker->heard_count = 0;
		worker->counts = (struct play_counts){0};
		steps_invent(run->options->seed, sequence * GENERATE_SEQUENCE + 1, worker->steps,
			GENERATE_SEQUENCE);
		const struct play play = {.steps = worker->steps,
			.count = GENERATE_SEQUENCE,
			.tell = hear,
			.context = worker,
			.counts = &worker->counts};
		enum play_end end = player_play(worker->player, &play, &failure);
		tell(worker, sequence, end, &failure);
	}
	flat_end_thread();
	return NULL;
}

/* The first worker works on this thread. */
static void work_all(struct worker *workers, unsigned threads)
{
	unsigned started = 1;
	while (started < threads &&
		pthread_create(&workers[started].thread, NULL, work, &workers[started]) == 0) {
		started++;
	}
	(void)work(&workers[0]);
	while (started-- > 1) {
		(void)pthread_join(workers[started].thread, NULL);
	}
}

static enum generate_end run_workers(struct run *run, struct worker *workers, unsigned threads)
{
	bool made = true;
	for (unsigned i = 0; i < threads; i++) {
		workers[i].run = run;
		workers[i].player = player_create(run->options->seed, WORLD_START);
		made = made && workers[i].player != NULL;
	}
	if (made) {
		work_all(workers, threads);
	}
	for (unsigned i = 0; i < threads; i++) {
		player_destroy(workers[i].player);
	}
	if (!made || run->broken) {
		return GENERATE_FAILED;
	}
	bool few = run->next_to_tell == run->end && run->options->only == 0 &&
		   report_changed(run->options->report) < run->options->writes;
	return few ? GENERATE_FEW_WRITES : GENERATE_DONE;
}

static uint64_t sequences_at_most(const struct generate_options *options)
{
	uint64_t for_writes = options->writes * CALLS_PER_WRITE_MAX;
	uint64_t calls = for_writes > options->calls ? for_writes : options->calls;
	return (calls + GENERATE_SEQUENCE - 1) / GENERATE_SEQUENCE;
}

enum generate_end generate_run(const struct generate_options *options, struct generate_counts *counts)
{
	struct run run = {.options = options, .counts = counts};
	run.first = options->only > 0 ? (options->only - 1) / GENERATE_SEQUENCE : 0;
	run.end = options->only > 0 ? run.first + 1 : sequences_at_most(options);
	run.next = run.first;
	run.next_to_tell = run.first;
	struct worker *workers = calloc(options->threads, sizeof *workers);
	if (workers == NULL) {
		return GENERATE_FAILED;
	}
	(void)pthread_mutex_init(&run.lock, NULL);
	(void)pthread_cond_init(&run.told, NULL);
	enum generate_end end = run_workers(&run, workers, options->threads);
	(void)pthread_cond_destroy(&run.told);
	(void)pthread_mutex_destroy(&run.lock);
	free(workers);
	return end;
}
