/* The life of a report: its files are made first, so that a wrong path is told before an hour of comparing, and
 * written last. */
#include "migrate/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "migrate/report_forms.h"
#include "migrate/report_words.h"
#include "migrate/rules.h"
#include "observe/buffer.h"

#define BAR_WIDTH 30
#define BAR_PAUSE_MS 100
#define CLEAR_LINE "\r\033[K"
#define LINES_MAX 64

static const char FULL[] = "##############################";

enum form {
	FORM_JSON,
	FORM_JUNIT,
	FORM_HTML,
	FORM_COUNT,
};

struct report {
	struct report_options options;
	struct rules *rules;
	struct tally tally;
	struct buffer repeat; /* of the call that is being added */
	FILE *files[FORM_COUNT]; /* NULL: not asked for */
	int64_t began_ms;
	int64_t shown_ms; /* when the bar was last drawn; 0: never */
	enum migrate_exit trouble;
	char *lines[LINES_MAX];
	uint32_t line_count;
	uint32_t stale_rules;
	uint64_t lines_left_out;
};

static void (*const WRITERS[FORM_COUNT])(const struct finished *finished, FILE *out) = {
	[FORM_JSON] = report_write_json,
	[FORM_JUNIT] = report_write_junit,
	[FORM_HTML] = report_write_html,
};

static const char *path_of(const struct report_options *options, enum form form)
{
	const char *const paths[FORM_COUNT] = {options->json_path, options->junit_path, options->html_path};
	return paths[form];
}

static int64_t clock_ms(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time); /* cannot fail with this clock */
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* For its owner only: replies hold names and addresses. */
static FILE *open_file(const char *path, char *why, size_t capacity)
{
	if (strcmp(path, "-") == 0) {
		return stdout;
	}
	int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	FILE *file = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
	if (file == NULL) {
		(void)snprintf(why, capacity, "cannot write %s: %s", path, strerror(errno));
	}
	return file;
}

static bool close_file(FILE *file)
{
	bool written = ferror(file) == 0 && fflush(file) == 0;
	return (file == stdout || fclose(file) == 0) && written;
}

static void report_free(struct report *report)
{
	for (uint32_t i = 0; i < report->line_count; i++) {
		free(report->lines[i]);
	}
	report_tally_finish(&report->tally);
	buffer_finish(&report->repeat);
	free(report);
}

struct report *report_open(const struct report_options *options, struct rules *rules, char *why, size_t capacity)
{
	struct report *report = calloc(1, sizeof *report);
	uint32_t kept_max = options->kept_max != 0 ? options->kept_max : REPORT_KEPT_MAX;
	if (report == NULL || !report_tally_init(&report->tally, kept_max)) {
		(void)snprintf(why, capacity, "out of memory");
		free(report);
		return NULL;
	}
	report->options = *options;
	report->rules = rules;
	report->began_ms = clock_ms();
	for (enum form form = 0; form < FORM_COUNT; form++) {
		const char *path = path_of(options, form);
		report->files[form] = path != NULL ? open_file(path, why, capacity) : NULL;
		if (path != NULL && report->files[form] == NULL) {
			for (enum form opened = 0; opened < form; opened++) {
				(void)(report->files[opened] != NULL && close_file(report->files[opened]));
			}
			report_free(report);
			return NULL;
		}
	}
	return report;
}

/* What has no number is no call, and cannot be repeated alone. */
static const char *repeat_of(struct report *report, const struct verdict *verdict)
{
	if (report->options.repeat == NULL || verdict->number == 0) {
		return verdict->repeat;
	}
	buffer_clear(&report->repeat);
	buffer_puts(&report->repeat, report->options.repeat);
	buffer_number(&report->repeat, (int64_t)verdict->number);
	buffer_write(&report->repeat, "", 1);
	report->tally.out_of_memory |= report->repeat.failed;
	return report->repeat.failed ? NULL : report->repeat.bytes;
}

void report_add(struct report *report, const struct verdict *verdict)
{
	struct verdict added = *verdict;
	if (verdict->difference_count > 0) {
		added.repeat = repeat_of(report, verdict);
	}
	report_tally_add(&report->tally, report->rules, &added);
}

uint64_t report_changed(const struct report *report)
{
	return report->tally.effects[EFFECT_CHANGED];
}

static void add_line(void *context, const char *line)
{
	struct report *report = context;
	char *copy = report->line_count < LINES_MAX ? strdup(line) : NULL;
	if (copy == NULL) {
		report->lines_left_out++;
		return;
	}
	report->lines[report->line_count++] = copy;
}

void report_trouble(struct report *report, enum migrate_exit end, const char *line)
{
	static const unsigned WEIGHTS[] = {
		[MIGRATE_EQUAL] = 0,
		[MIGRATE_STALE_RULE] = 1,
		[MIGRATE_UNREACHABLE] = 2,
		[MIGRATE_USAGE] = 3,
		[MIGRATE_DIFFERENT] = 4,
	};
	if (WEIGHTS[end] > WEIGHTS[report->trouble]) {
		report->trouble = end;
	}
	add_line(report, line);
}

/* A bar that is drawn at most ten times a second, and a count where the end is not known. */
void report_progress(struct report *report, uint64_t done, uint64_t total)
{
	int64_t now_ms = clock_ms();
	if (!report->options.progress || now_ms - report->shown_ms < BAR_PAUSE_MS || isatty(STDERR_FILENO) == 0) {
		return;
	}
	char numbers[3][WORDS_NUMBER_SIZE];
	double seconds = (double)(now_ms - report->began_ms + 1) / 1000;
	report->shown_ms = now_ms;
	(void)fputs(CLEAR_LINE, stderr);
	if (total > 0) {
		double part = done < total ? (double)done / (double)total : 1;
		(void)fprintf(stderr, "[%-*.*s] %3d%%  ", BAR_WIDTH, (int)(part * BAR_WIDTH), FULL, (int)(part * 100));
	}
	(void)fprintf(stderr, "%s compared, %s differ, %s/s", words_number(report->tally.compared, numbers[0]),
		words_number(report->tally.by_standing[DIFFERS], numbers[1]),
		words_number((uint64_t)((double)report->tally.compared / seconds), numbers[2]));
	(void)fflush(stderr);
}

/* What differs is worse than all that is said of the run, and that is worse than rules that are not in order. */
static enum migrate_exit end_of(const struct report *report)
{
	if (report->tally.by_standing[DIFFERS] > 0 || report->trouble == MIGRATE_DIFFERENT) {
		return MIGRATE_DIFFERENT;
	}
	if (report->trouble != MIGRATE_EQUAL) {
		return report->trouble;
	}
	return report->stale_rules > 0 ? MIGRATE_STALE_RULE : MIGRATE_EQUAL;
}

static bool write_forms(struct report *report, const struct finished *finished)
{
	bool written = true;
	for (enum form form = 0; form < FORM_COUNT; form++) {
		FILE *file = report->files[form];
		if (file == NULL) {
			continue;
		}
		WRITERS[form](finished, file);
		if (!close_file(file)) {
			(void)fprintf(stderr, "joinery: cannot write %s\n", path_of(&report->options, form));
			written = false;
		}
	}
	FILE *out = report->files[FORM_JSON] == stdout ? stderr : stdout;
	report_write_text(finished, out);
	if (fflush(out) != 0 || ferror(out) != 0) {
		(void)fputs("joinery: the report cannot be printed\n", stderr);
		written = false;
	}
	return written;
}

enum migrate_exit report_close(struct report *report)
{
	if (report->tally.out_of_memory) {
		report_trouble(report, MIGRATE_USAGE, "out of memory: something is missing in this report");
	}
	uint32_t before = report->line_count;
	report->stale_rules = rules_stale(report->rules, report->options.partial, add_line, report);
	tally_sort(&report->tally);
	const struct finished finished = {
		.title = report->options.title != NULL ? report->options.title : "",
		.tally = &report->tally,
		.end = end_of(report),
		.lines = report->lines,
		.line_count = report->line_count,
		.stale_count = report->line_count - before,
		.lines_left_out = report->lines_left_out,
		.whole = report->options.whole,
	};
	if (report->shown_ms != 0) {
		(void)fputs(CLEAR_LINE, stderr);
	}
	enum migrate_exit end = finished.end;
	if (!write_forms(report, &finished) && end != MIGRATE_DIFFERENT) {
		end = MIGRATE_USAGE;
	}
	report_free(report);
	return end;
}
