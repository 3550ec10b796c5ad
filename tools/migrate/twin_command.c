/* joinery twin RECORDING: reads its arguments, opens what they name, and runs call after call. */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "admin/data.h"
#include "migrate/arguments.h"
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

struct wanted {
	const char *recording;
	const char *state;
	const char *rules;
	uint64_t line; /* 0: all */
	uint64_t seed;
	struct report_options report;
};

static const struct argument_row arguments[] = {
	{NULL, ARGUMENT_TEXT, offsetof(struct wanted, recording), 0, 0},
	{"--state", ARGUMENT_TEXT, offsetof(struct wanted, state), 0, 0},
	{"--rules", ARGUMENT_TEXT, offsetof(struct wanted, rules), 0, 0},
	{"--html", ARGUMENT_TEXT, offsetof(struct wanted, report.html_path), 0, 0},
	{"--junit", ARGUMENT_TEXT, offsetof(struct wanted, report.junit_path), 0, 0},
	{"--json", ARGUMENT_TEXT, offsetof(struct wanted, report.json_path), 0, 0},
	{"--line", ARGUMENT_COUNT, offsetof(struct wanted, line), 1, UINT64_MAX},
	{"--seed", ARGUMENT_COUNT, offsetof(struct wanted, seed), 0, UINT64_MAX},
};

/* --- what it needs */

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
	struct wanted wanted;
	uint8_t key[MASTER_KEY_SIZE];
	struct data data; /* where the state is such a folder */
	bool holds_data;
	struct trial *trial;
	struct rules *rules;
	struct report *report;
	struct recording *recording;
	struct twin *twin;
	struct buffer repeat;
	uint64_t ran; /* calls that were run here and whose recorded outcome is known */
	uint64_t strayed; /* whose outcome here is another than was recorded */
	char first_stray[LINE_SIZE];
	bool line_found;
};

/* A folder that a server may have open; else its data are a copy that nobody changes. */
static bool is_data(const char *path)
{
	char key[PATH_SIZE];
	(void)snprintf(key, sizeof key, "%s/master.key", path);
	return access(key, F_OK) == 0;
}

static bool open_trial(const struct options *options, struct twin_work *work, char *why, size_t capacity)
{
	const char *path = work->wanted.state;
	if (path == NULL) {
		(void)snprintf(why, capacity, "twin: name with --state what the recording began with: a backup, an "
					      "export, or %s itself, if nothing has changed since",
			options->data);
		return false;
	}
	if (!read_master_key(options->data, work->key)) {
		(void)snprintf(why, capacity,
			"%s/master.key cannot be read: the aliases of a recording come from it",
			options->data);
		return false;
	}
	if (is_data(path)) {
		const struct data_options data = {
			.path = path, .map_size = options->map_size, .threads = 1};
		enum data_result result = data_open(&data, &work->data, why, capacity);
		if (result != DATA_OPENED) {
			if (result == DATA_IN_USE) {
				(void)snprintf(why, capacity,
					"a server has %s open: name a copy (joinery backup FILE) with "
					"--state",
					path);
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
	work->recording = recording_open(work->wanted.recording, why, capacity);
	if (work->recording != NULL) {
		alias_key_derive(work->key, &key);
		recording_set_key(work->recording, &key);
		explicit_bzero(&key, sizeof key);
	}
	return work->recording != NULL;
}

static const char *write_repeat(const struct options *options, const struct wanted *wanted, struct buffer *line)
{
	repeat_begin(line, options, "twin");
	repeat_add_file(line, NULL, wanted->recording);
	repeat_add_file(line, "--state", wanted->state);
	repeat_add_file(line, "--rules", wanted->rules);
	repeat_add_number(line, "--seed", wanted->seed);
	return repeat_end(line, strcmp(wanted->recording, "-") != 0);
}

static bool open_report(const struct options *options, struct twin_work *work, char *why, size_t capacity)
{
	struct wanted *wanted = &work->wanted;
	if (wanted->rules != NULL) {
		work->rules = rules_load(wanted->rules, (int64_t)time(NULL), why, capacity);
		if (work->rules == NULL) {
			return false;
		}
	}
	wanted->report.title = wanted->recording;
	wanted->report.progress = true;
	wanted->report.partial = wanted->line != 0;
	wanted->report.whole = wanted->line != 0;
	wanted->report.repeat = write_repeat(options, wanted, &work->repeat);
	work->report = report_open(&wanted->report, work->rules, why, capacity);
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
		.seed = work->wanted.seed,
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

static struct span parameter(const struct recorded *recorded, const char *name)
{
	json_t *value = recorded->form != NULL ? json_object_get(recorded->form, name) : NULL;
	value = value != NULL ? value : json_object_get(recorded->query, name);
	return (struct span){json_string_value(value), json_string_length(value)};
}

/* Frobs come from pages, which no recording holds: who allowed it stands in the reply to the exchange. */
static void allow_exchange(struct twin_work *work, const struct recorded *recorded)
{
	static const char person[] = "user_id";
	const char *at = recorded->reply != NULL ? strstr(recorded->reply, person) : NULL;
	struct span frob = parameter(recorded, "frob");
	struct span api_key = parameter(recorded, "api_key");
	bool exchanged = strcmp(recorded->operation, operation_name(OPERATION_TOKEN_FROM_FROB)) == 0 &&
			 recorded->outcome != NULL &&
			 strcmp(recorded->outcome, outcome_row(OUTCOME_OK)->name) == 0;
	if (!exchanged || at == NULL || frob.length == 0 || api_key.length == 0) {
		return;
	}
	at += strlen(person);
	at += strcspn(at, "0123456789");
	(void)trial_allow(work->trial, frob, api_key, strtoull(at, NULL, 10),
		recorded->at_us / US_PER_S); /* else it is refused, and told as a call that went otherwise */
}

static bool run_recorded(struct twin_work *work, const struct recorded *recorded, struct call_request *text)
{
	struct call call;
	const char *unwritable = call_write_recorded(recorded, text);
	const char *no_twin = call_read(recorded, &call);
	if (unwritable != NULL) {
		char lacks[WHY_SIZE];
		char name[RECORDED_NAME_SIZE];
		(void)snprintf(lacks, sizeof lacks, "the recording does not hold %s",
			recorded->missing != NULL ? recorded->missing : "");
		report_add(work->report,
			&(struct verdict){
				.number = recorded->line,
				.method = recorded_name(recorded, name),
				.no_twin = recorded->missing != NULL ? lacks : unwritable,
				.left = {.name = dialect_name(recorded->dialect), .latency_us = -1},
				.right = {.name = "", .latency_us = -1},
			});
		return true;
	}
	allow_exchange(work, recorded);
	bool run = twin_run(
		work->twin, &(struct twin_call){
				    .number = recorded->line,
				    .now = recorded->at_us / US_PER_S,
				    .dialect = recorded->dialect,
				    .text = text->text,
				    .length = text->length,
				    .call = no_twin == NULL ? &call : NULL,
				    .no_twin = no_twin,
				    .quiet = work->wanted.line != 0 && work->wanted.line != recorded->line,
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
	if (work->wanted.line == 0 && twin_counts(work->twin).pairs == 0) {
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
		if (result == RECORDING_END || (work->wanted.line != 0 && recorded.line > work->wanted.line)) {
			break;
		}
		if (result == RECORDING_BAD) {
			report_trouble(work->report, MIGRATE_USAGE, why);
			continue;
		}
		work->line_found = work->line_found || work->wanted.line == recorded.line;
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
	if (work->wanted.line != 0 && !work->line_found) {
		(void)snprintf(why, sizeof why, "line %" PRIu64 " holds no call", work->wanted.line);
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
	if (!arguments_read(arguments, sizeof arguments / sizeof *arguments, &work.wanted, argc, argv) ||
		work.wanted.recording == NULL) {
		(void)fputs("usage: joinery [--data DIR] twin RECORDING --state BACKUP|EXPORT|DIR [--rules FILE]\n"
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
