/* joinery twin RECORDING: reads its words, opens what they name, and runs call after call. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admin/data.h"
#include "migrate/commands.h"
#include "migrate/recording.h"
#include "migrate/repeat.h"
#include "migrate/report.h"
#include "migrate/rules.h"
#include "migrate/twin.h"
#include "model/outcome.h"

#define WHY_SIZE 512
#define PATH_SIZE 4096
#define LINE_SIZE 8192
#define US_PER_S 1000000
#define NS_PER_US 1000
#define PROGRESS_EVERY 256

enum word {
	WORD_STATE,
	WORD_RULES,
	WORD_HTML,
	WORD_JUNIT,
	WORD_JSON,
	WORD_LINE,
	WORD_SEED,
	WORD_COUNT,
};

static const char *const WORDS[WORD_COUNT] = {
	[WORD_STATE] = "--state",
	[WORD_RULES] = "--rules",
	[WORD_HTML] = "--html",
	[WORD_JUNIT] = "--junit",
	[WORD_JSON] = "--json",
	[WORD_LINE] = "--line",
	[WORD_SEED] = "--seed",
};

struct words {
	const char *recording;
	const char *given[WORD_COUNT];
	uint64_t line; /* 0: all */
	uint64_t seed;
};

/* --- the words */

static bool read_number(enum word word, const struct words *words, uint64_t *number)
{
	const char *text = words->given[word];
	char *end;
	if (text == NULL) {
		return true;
	}
	*number = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0') {
		(void)fprintf(stderr, "joinery: twin: %s cannot be %s\n", WORDS[word], text);
		return false;
	}
	return true;
}

/* The word's number, with its value behind '=' or in the next argument; WORD_COUNT: none of them. */
static enum word find_word(const char *argument, const char *next, const char **value, int *taken)
{
	for (int i = 0; i < WORD_COUNT; i++) {
		size_t length = strlen(WORDS[i]);
		if (strncmp(argument, WORDS[i], length) != 0) {
			continue;
		}
		if (argument[length] == '=') {
			*value = argument + length + 1;
			*taken = 1;
			return (enum word)i;
		}
		if (argument[length] == '\0' && next != NULL) {
			*value = next;
			*taken = 2;
			return (enum word)i;
		}
	}
	return WORD_COUNT;
}

static bool read_words(int argc, char **argv, struct words *words)
{
	for (int i = 1; i < argc;) {
		const char *value = NULL;
		int taken = 1;
		if (strncmp(argv[i], "--", 2) != 0) {
			if (words->recording != NULL) {
				return false;
			}
			words->recording = argv[i++];
			continue;
		}
		enum word word = find_word(argv[i], i + 1 < argc ? argv[i + 1] : NULL, &value, &taken);
		if (word == WORD_COUNT || words->given[word] != NULL) {
			(void)fprintf(stderr, "joinery: twin: %s is unknown, repeated, or lacks its value\n", argv[i]);
			return false;
		}
		words->given[word] = value;
		i += taken;
	}
	return words->recording != NULL && read_number(WORD_LINE, words, &words->line) &&
	       read_number(WORD_SEED, words, &words->seed);
}

/* --- what they name */

static bool read_master_key(const char *folder, uint8_t key[MASTER_KEY_SIZE])
{
	char path[PATH_SIZE];
	(void)snprintf(path, sizeof path, "%s/master.key", folder);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0) {
		return false;
	}
	bool read_whole = read(file, key, MASTER_KEY_SIZE) == MASTER_KEY_SIZE;
	(void)close(file); /* it was only read */
	return read_whole;
}

struct twin_work {
	struct words words;
	uint8_t key[MASTER_KEY_SIZE];
	struct data data; /* DATA itself, where no copy is named */
	bool holds_data;
	struct trial *trial;
	struct rules *rules;
	struct report *report;
	struct report_options report_options;
	struct recording *recording;
	struct twin *twin;
	struct buffer repeat;
	uint64_t ran; /* calls that were run here and whose recorded outcome is known */
	uint64_t strayed; /* whose outcome here is another than was recorded */
	char first_stray[LINE_SIZE];
	bool line_found;
};

static bool open_trial(const struct options *options, struct twin_work *work, char *why, size_t capacity)
{
	const char *path = work->words.given[WORD_STATE];
	if (!read_master_key(options->data, work->key)) {
		(void)snprintf(why, capacity,
			"%s/master.key cannot be read: the aliases of a recording come from it",
			options->data);
		return false;
	}
	if (path == NULL) {
		const struct data_options data = {
			.path = options->data, .map_size = options->map_size, .threads = 1};
		enum data_result result = data_open(&data, &work->data, why, capacity);
		if (result != DATA_OPENED) {
			if (result == DATA_IN_USE) {
				(void)snprintf(why, capacity,
					"a server has %s open: name a copy (joinery backup FILE) with "
					"--state",
					options->data);
			}
			return false;
		}
		work->holds_data = true;
		work->trial = trial_over(work->data.store, work->key);
	} else {
		work->trial = trial_open(path, work->key, why, capacity);
	}
	if (work->trial != NULL && !trial_alias(work->trial)) {
		(void)snprintf(why, capacity, "the state cannot be prepared");
		return false;
	}
	return work->trial != NULL;
}

static bool open_recording(struct twin_work *work, char *why, size_t capacity)
{
	struct alias_key key;
	work->recording = recording_open(work->words.recording, why, capacity);
	if (work->recording != NULL) {
		alias_key_derive(work->key, &key);
		recording_set_key(work->recording, &key);
		explicit_bzero(&key, sizeof key);
	}
	return work->recording != NULL;
}

static const char *write_repeat(const struct options *options, const struct words *words, struct buffer *line)
{
	repeat_begin(line, options, "twin");
	repeat_add_file(line, NULL, words->recording);
	repeat_add_file(line, WORDS[WORD_STATE], words->given[WORD_STATE]);
	repeat_add_file(line, WORDS[WORD_RULES], words->given[WORD_RULES]);
	repeat_add(line, WORDS[WORD_SEED], words->given[WORD_SEED]);
	return repeat_end(line, strcmp(words->recording, "-") != 0);
}

static bool open_report(const struct options *options, struct twin_work *work, char *why, size_t capacity)
{
	const struct words *words = &work->words;
	if (words->given[WORD_RULES] != NULL) {
		work->rules = rules_load(words->given[WORD_RULES], (int64_t)time(NULL), why, capacity);
		if (work->rules == NULL) {
			return false;
		}
	}
	work->report_options = (struct report_options){
		.title = words->recording,
		.json_path = words->given[WORD_JSON],
		.junit_path = words->given[WORD_JUNIT],
		.html_path = words->given[WORD_HTML],
		.progress = true,
		.partial = words->line != 0,
		.whole = words->line != 0,
		.repeat = write_repeat(options, words, &work->repeat),
	};
	work->report = report_open(&work->report_options, work->rules, why, capacity);
	return work->report != NULL;
}

static void tell_report(void *context, const struct verdict *verdict)
{
	report_add(context, verdict);
}

static int64_t clock_us(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time); /* cannot fail with this clock */
	return (int64_t)time.tv_sec * US_PER_S + time.tv_nsec / NS_PER_US;
}

static bool open_twin(const struct options *options, struct twin_work *work, char *why, size_t capacity)
{
	work->twin = twin_create(&(struct twin_options){
		.trial = work->trial,
		.tell = tell_report,
		.context = work->report,
		.master_key = work->key,
		.groups_per_user_max = options->groups_per_user_max,
		.public_url = options->public_url != NULL ? options->public_url : "http://localhost",
		.clock_us = clock_us,
		.seed = work->words.seed,
	});
	if (work->twin == NULL) {
		(void)snprintf(why, capacity, "out of memory");
	}
	return work->twin != NULL;
}

static void close_work(struct twin_work *work)
{
	twin_destroy(work->twin);
	if (work->recording != NULL) {
		recording_close(work->recording);
	}
	if (work->rules != NULL) {
		rules_free(work->rules);
	}
	trial_close(work->trial);
	if (work->holds_data) {
		data_close(&work->data);
	}
	buffer_finish(&work->repeat);
	explicit_bzero(work->key, sizeof work->key);
}

/* --- the run */

/* What is recorded is not what two dialects are compared by, but tells whether this is the state it was recorded
 * with: where nobody's token is known every API refuses alike, and that would prove nothing. */
static void count_stray(struct twin_work *work, const struct recorded *recorded)
{
	const char *outcome = outcome_row(twin_outcome(work->twin))->name;
	if (recorded->outcome == NULL) {
		return;
	}
	work->ran++;
	if (strcmp(outcome, recorded->outcome) == 0) {
		return;
	}
	if (work->strayed++ == 0) {
		(void)snprintf(work->first_stray, sizeof work->first_stray, "line %" PRIu64 ": %s, and now %s",
			recorded->line, recorded->outcome, outcome);
	}
}

/* A few are no wonder: calls that were answered at the same time may have been executed in another order. */
static void tell_strays(struct twin_work *work)
{
	char line[2 * LINE_SIZE];
	if (work->strayed == 0) {
		return;
	}
	bool other_state = work->strayed > work->ran / 2;
	(void)snprintf(line, sizeof line, "%" PRIu64 " of %" PRIu64 " calls went otherwise than recorded, first %s%s",
		work->strayed, work->ran, work->first_stray,
		other_state ? "; the state, or master.key, is not what the recording began with" : "");
	if (other_state) {
		report_trouble(work->report, MIGRATE_USAGE, line);
	} else {
		(void)fprintf(stderr, "joinery: %s\n", line);
	}
}

static bool run_recorded(struct twin_work *work, const struct recorded *recorded, struct call_request *text)
{
	struct call call;
	const char *unwritable = call_write_recorded(recorded, text);
	const char *no_twin = call_read(recorded, &call);
	if (unwritable != NULL) {
		char lacks[WHY_SIZE];
		(void)snprintf(lacks, sizeof lacks, "the recording does not hold %s",
			recorded->missing != NULL ? recorded->missing : "");
		report_add(work->report,
			&(struct verdict){
				.number = recorded->line,
				.method = recorded->operation,
				.no_twin = recorded->missing != NULL ? lacks : unwritable,
				.left = {.name = dialect_name(recorded->dialect), .latency_us = -1},
				.right = {.name = "", .latency_us = -1},
			});
		return true;
	}
	bool run = twin_run(
		work->twin, &(struct twin_call){
				    .number = recorded->line,
				    .now = recorded->at_us / US_PER_S,
				    .dialect = recorded->dialect,
				    .text = text->text,
				    .length = text->length,
				    .call = no_twin == NULL ? &call : NULL,
				    .no_twin = no_twin,
				    .quiet = work->words.line != 0 && work->words.line != recorded->line,
				    .recorded_reply = recorded->reply,
			    });
	if (run) {
		count_stray(work, recorded);
	}
	return run;
}

/* What compared nothing has proved nothing, and must not end as if it had. */
static void tell_nothing(struct twin_work *work)
{
	if (work->words.line == 0 && twin_counts(work->twin).pairs == 0) {
		report_trouble(work->report, MIGRATE_USAGE, "no call was compared: this proves nothing");
	}
}

static void run_recording(struct twin_work *work)
{
	struct recorded recorded;
	struct call_request text = {0};
	char why[WHY_SIZE];
	uint64_t done = 0;
	for (;;) {
		enum recording_result result = recording_next(work->recording, &recorded, why, sizeof why);
		if (result == RECORDING_END || (work->words.line != 0 && recorded.line > work->words.line)) {
			break;
		}
		if (result == RECORDING_BAD) {
			report_trouble(work->report, MIGRATE_USAGE, why);
			continue;
		}
		work->line_found = work->line_found || work->words.line == recorded.line;
		if (!run_recorded(work, &recorded, &text)) {
			(void)snprintf(why, sizeof why, "line %" PRIu64 " could not be run", recorded.line);
			report_trouble(work->report, MIGRATE_USAGE, why);
			break;
		}
		if (++done % PROGRESS_EVERY == 0) {
			uint64_t read = 0;
			uint64_t total = 0;
			recording_progress(work->recording, &read, &total);
			report_progress(work->report, read, total);
		}
	}
	call_request_finish(&text);
	if (work->words.line != 0 && !work->line_found) {
		(void)snprintf(why, sizeof why, "line %" PRIu64 " holds no call", work->words.line);
		report_trouble(work->report, MIGRATE_USAGE, why);
	}
	tell_strays(work);
	tell_nothing(work);
}

static void tell_error(void *context, const char *line)
{
	const struct difference difference = {
		.kind = DIFFERENCE_CHECK, .path = "state", .left = line, .right = NULL};
	report_add(context, &(struct verdict){
				    .method = "fsck",
				    .left = {.name = "state", .latency_us = -1},
				    .right = {.name = "its records", .latency_us = -1},
				    .differences = &difference,
				    .difference_count = 1,
			    });
}

int migrate_twin(const struct options *options, int argc, char **argv)
{
	struct twin_work work = {0};
	char why[WHY_SIZE] = "";
	if (generate_is_asked(argc, argv)) {
		return migrate_generate(argc, argv);
	}
	if (!read_words(argc, argv, &work.words)) {
		(void)fputs("usage: joinery [--data DIR] twin RECORDING [--state BACKUP|EXPORT|DIR] [--rules FILE]\n"
			    "       [--html FILE] [--junit FILE] [--json FILE] [--line N] [--seed N]\n"
			    "       joinery twin --generate N [--seed S] [--threads T] [--line N] [--html FILE] ...\n",
			stderr);
		return MIGRATE_USAGE;
	}
	if (!open_trial(options, &work, why, sizeof why) || !open_recording(&work, why, sizeof why) ||
		!open_report(options, &work, why, sizeof why) || !open_twin(options, &work, why, sizeof why)) {
		(void)fprintf(stderr, "joinery: %s\n", why);
		if (work.report != NULL) {
			(void)report_close(work.report); /* there is nothing to tell */
		}
		close_work(&work);
		return MIGRATE_USAGE;
	}
	run_recording(&work);
	(void)trial_check(work.trial, tell_error, work.report); /* each error is in the report */
	enum migrate_exit status = report_close(work.report);
	close_work(&work);
	return (int)status;
}
