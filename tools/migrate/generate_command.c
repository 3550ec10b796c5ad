/* joinery twin --generate N: reads its arguments, and runs what is generated. It opens no DATA: the world is its
 * own. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "migrate/arguments.h"
#include "migrate/commands.h"
#include "migrate/generate.h"
#include "migrate/repeat.h"
#include "migrate/rules.h"
#include "migrate/world.h"

#define WHY_SIZE 512
#define TITLE_SIZE 160

#define GENERATE "--generate"

struct wanted {
	uint64_t calls;
	uint64_t writes;
	uint64_t seed;
	uint64_t threads; /* 0: one per processor */
	uint64_t line; /* 0: all */
	const char *outcomes;
	const char *world;
	const char *rules;
	struct report_options report;
};

static const struct argument_row arguments[] = {
	{GENERATE, ARGUMENT_COUNT, offsetof(struct wanted, calls), 1, UINT32_MAX},
	{"--writes", ARGUMENT_COUNT, offsetof(struct wanted, writes), 1, UINT32_MAX},
	{"--seed", ARGUMENT_COUNT, offsetof(struct wanted, seed), 0, UINT64_MAX},
	{"--threads", ARGUMENT_COUNT, offsetof(struct wanted, threads), 1, GENERATE_THREADS_MAX},
	{"--line", ARGUMENT_COUNT, offsetof(struct wanted, line), 1, UINT32_MAX},
	{"--outcomes", ARGUMENT_TEXT, offsetof(struct wanted, outcomes), 0, 0},
	{"--world", ARGUMENT_TEXT, offsetof(struct wanted, world), 0, 0},
	{"--rules", ARGUMENT_TEXT, offsetof(struct wanted, rules), 0, 0},
	{"--html", ARGUMENT_TEXT, offsetof(struct wanted, report.html_path), 0, 0},
	{"--junit", ARGUMENT_TEXT, offsetof(struct wanted, report.junit_path), 0, 0},
	{"--json", ARGUMENT_TEXT, offsetof(struct wanted, report.json_path), 0, 0},
};

bool generate_is_asked(int argc, char **argv)
{
	size_t length = strlen(GENERATE);
	for (int i = 1; i < argc; i++) {
		bool same = strncmp(argv[i], GENERATE, length) == 0;
		if (same && (argv[i][length] == '\0' || argv[i][length] == '=')) {
			return true;
		}
	}
	return false;
}

/* One line per kind of step and outcome that was reached: what the generated calls have proved. */
static bool write_outcomes(const char *path, const struct generate_counts *counts)
{
	FILE *out = fopen(path, "w");
	if (out == NULL) {
		return false;
	}
	for (enum step_kind kind = 0; kind < STEP_KIND_COUNT; kind++) {
		for (enum outcome outcome = 0; outcome < OUTCOME_COUNT; outcome++) {
			if (counts->outcomes[kind][outcome] > 0) {
				(void)fprintf(out, "%s\t%s\t%" PRIu64 "\n", step_kind_name(kind),
					outcome_row(outcome)->name, counts->outcomes[kind][outcome]);
			}
		}
	}
	return fclose(out) == 0;
}

/* As many as asked for, else one per processor. */
static unsigned threads_of(const struct wanted *wanted)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	if (wanted->threads > 0) {
		return (unsigned)wanted->threads;
	}
	return processors < 1 ? 1 : processors < GENERATE_THREADS_MAX ? (unsigned)processors : GENERATE_THREADS_MAX;
}

/* Behind the report, whose calls it is about. */
static void tell_world(const char *path, uint64_t call)
{
	struct buffer line = {0};
	repeat_add_file(&line, "--data", path);
	buffer_write(&line, "", 1);
	if (call == 0) {
		(void)fprintf(stderr, "joinery: no world was written to %s\n", path);
	} else if (!line.failed) {
		(void)fprintf(stderr,
			"joinery: the world in front of call %" PRIu64 " is served, a copy for each API, by\n"
			"    joineryd %s --max-groups-per-user %d\n",
			call, line.bytes, WORLD_GROUPS_PER_USER_MAX);
	}
	buffer_finish(&line);
}

static int run(const struct wanted *wanted, struct report *report)
{
	const struct generate_options options = {
		.calls = wanted->calls,
		.writes = wanted->writes,
		.seed = wanted->seed,
		.only = wanted->line,
		.threads = threads_of(wanted),
		.report = report,
		.world = wanted->world,
	};
	struct generate_counts *counts = calloc(1, sizeof *counts);
	enum generate_end end = counts != NULL ? generate_run(&options, counts) : GENERATE_FAILED;
	if (end == GENERATE_FAILED) {
		report_trouble(report, MIGRATE_USAGE, "out of memory");
	}
	if (end == GENERATE_FEW_WRITES) {
		report_trouble(report, MIGRATE_USAGE, "hardly any call changes the state: fewer than were asked for");
	}
	const char *path = wanted->outcomes;
	if (counts != NULL && path != NULL && !write_outcomes(path, counts)) {
		report_trouble(report, MIGRATE_USAGE, "the file of outcomes cannot be written");
	}
	int status = (int)report_close(report);
	if (wanted->world != NULL && counts != NULL) {
		tell_world(wanted->world, counts->world);
	}
	free(counts);
	return status;
}

static const char *write_repeat(const struct wanted *wanted, struct buffer *line)
{
	repeat_begin(line, NULL, "twin");
	repeat_add_number(line, GENERATE, wanted->calls);
	repeat_add_number(line, "--seed", wanted->seed);
	repeat_add_file(line, "--rules", wanted->rules);
	return repeat_end(line, true);
}

static void write_title(const struct wanted *wanted, char title[TITLE_SIZE])
{
	int length = snprintf(title, TITLE_SIZE, "%" PRIu64 " generated calls, seed %" PRIu64, wanted->calls,
		wanted->seed);
	if (wanted->writes > 0) {
		(void)snprintf(title + length, TITLE_SIZE - (size_t)length,
			", on until %" PRIu64 " compared ones changed the state", wanted->writes);
	}
}

int migrate_generate(int argc, char **argv)
{
	struct wanted wanted = {.report = {.progress = true, .whole = true}};
	char why[WHY_SIZE] = "";
	char title[TITLE_SIZE];
	struct rules *rules = NULL;
	struct buffer repeat = {0};
	if (!arguments_read(arguments, sizeof arguments / sizeof *arguments, &wanted, argc, argv)) {
		(void)fputs("usage: joinery twin --generate N [--writes W] [--seed S] [--threads T] [--line N]\n"
			    "       [--outcomes FILE] [--world DIR] [--rules FILE] [--html FILE] [--junit FILE] "
			    "[--json FILE]\n",
			stderr);
		return MIGRATE_USAGE;
	}
	if (wanted.rules != NULL) {
		rules = rules_load(wanted.rules, (int64_t)time(NULL), why, sizeof why);
	}
	write_title(&wanted, title);
	wanted.report.title = title;
	wanted.report.partial = wanted.line > 0;
	wanted.report.repeat = write_repeat(&wanted, &repeat);
	bool ready = rules != NULL || wanted.rules == NULL;
	struct report *report = ready ? report_open(&wanted.report, rules, why, sizeof why) : NULL;
	int status = MIGRATE_USAGE;
	if (report == NULL) {
		(void)fprintf(stderr, "joinery: %s\n", why);
	} else {
		status = run(&wanted, report);
	}
	rules_free(rules);
	buffer_finish(&repeat);
	return status;
}
