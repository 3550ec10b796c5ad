/* joinery twin --generate N: reads its words, and runs what is generated. It opens no DATA: the world is its own. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "migrate/commands.h"
#include "migrate/generate.h"
#include "migrate/repeat.h"
#include "migrate/rules.h"
#include "migrate/world.h"

#define WHY_SIZE 512
#define TITLE_SIZE 160

enum word {
	WORD_GENERATE,
	WORD_WRITES,
	WORD_SEED,
	WORD_THREADS,
	WORD_LINE,
	WORD_OUTCOMES,
	WORD_WORLD,
	WORD_RULES,
	WORD_HTML,
	WORD_JUNIT,
	WORD_JSON,
	WORD_COUNT,
};

static const struct {
	const char *name;
	uint64_t least; /* of numbers */
	uint64_t most; /* 0: it is no number */
} words[WORD_COUNT] = {
	[WORD_GENERATE] = {"--generate", 1, UINT32_MAX},
	[WORD_WRITES] = {"--writes", 1, UINT32_MAX},
	[WORD_SEED] = {"--seed", 0, UINT64_MAX},
	[WORD_THREADS] = {"--threads", 1, GENERATE_THREADS_MAX},
	[WORD_LINE] = {"--line", 1, UINT32_MAX},
	[WORD_OUTCOMES] = {"--outcomes", 0, 0},
	[WORD_WORLD] = {"--world", 0, 0},
	[WORD_RULES] = {"--rules", 0, 0},
	[WORD_HTML] = {"--html", 0, 0},
	[WORD_JUNIT] = {"--junit", 0, 0},
	[WORD_JSON] = {"--json", 0, 0},
};

struct generate_words {
	const char *texts[WORD_COUNT];
	uint64_t numbers[WORD_COUNT];
};

bool generate_is_asked(int argc, char **argv)
{
	size_t length = strlen(words[WORD_GENERATE].name);
	for (int i = 1; i < argc; i++) {
		bool same = strncmp(argv[i], words[WORD_GENERATE].name, length) == 0;
		if (same && (argv[i][length] == '\0' || argv[i][length] == '=')) {
			return true;
		}
	}
	return false;
}

/* The value stands behind '=' or in the next argument. How many arguments were taken; 0: they are no such word. */
static int take_word(int left, char **argv, enum word word, struct generate_words *given)
{
	size_t length = strlen(words[word].name);
	if (strncmp(argv[0], words[word].name, length) != 0 || given->texts[word] != NULL) {
		return 0;
	}
	if (argv[0][length] == '=') {
		given->texts[word] = argv[0] + length + 1;
		return 1;
	}
	given->texts[word] = argv[0][length] == '\0' && left > 1 ? argv[1] : NULL;
	return given->texts[word] != NULL ? 2 : 0;
}

static bool read_number(enum word word, struct generate_words *given)
{
	const char *text = given->texts[word];
	char *end;
	if (text == NULL || words[word].most == 0) {
		return true;
	}
	if (*text < '0' || *text > '9') {
		return false;
	}
	given->numbers[word] = strtoull(text, &end, 10);
	return *end == '\0' && given->numbers[word] >= words[word].least &&
	       given->numbers[word] <= words[word].most;
}

static bool read_words(int argc, char **argv, struct generate_words *given)
{
	for (int i = 1; i < argc;) {
		int taken = 0;
		for (enum word word = 0; word < WORD_COUNT && taken == 0; word++) {
			taken = take_word(argc - i, argv + i, word, given);
		}
		if (taken == 0) {
			return false;
		}
		i += taken;
	}
	bool good = true;
	for (enum word word = 0; word < WORD_COUNT; word++) {
		good = good && read_number(word, given);
	}
	return good;
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
static unsigned threads_of(const struct generate_words *given)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	if (given->texts[WORD_THREADS] != NULL) {
		return (unsigned)given->numbers[WORD_THREADS];
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

static int run(const struct generate_words *given, struct report *report)
{
	const struct generate_options options = {
		.calls = given->numbers[WORD_GENERATE],
		.writes = given->numbers[WORD_WRITES],
		.seed = given->numbers[WORD_SEED],
		.only = given->numbers[WORD_LINE],
		.threads = threads_of(given),
		.report = report,
		.world = given->texts[WORD_WORLD],
	};
	struct generate_counts *counts = calloc(1, sizeof *counts);
	enum generate_end end = counts != NULL ? generate_run(&options, counts) : GENERATE_FAILED;
	if (end == GENERATE_FAILED) {
		report_trouble(report, MIGRATE_USAGE, "out of memory");
	}
	if (end == GENERATE_FEW_WRITES) {
		report_trouble(report, MIGRATE_USAGE, "hardly any call changes the state: fewer than were asked for");
	}
	const char *path = given->texts[WORD_OUTCOMES];
	const char *path_of_world = given->texts[WORD_WORLD];
	if (counts != NULL && path != NULL && !write_outcomes(path, counts)) {
		report_trouble(report, MIGRATE_USAGE, "the file of outcomes cannot be written");
	}
	int status = (int)report_close(report);
	if (path_of_world != NULL && counts != NULL) {
		tell_world(path_of_world, counts->world);
	}
	free(counts);
	return status;
}

static const char *write_repeat(const struct generate_words *given, struct buffer *line)
{
	repeat_begin(line, NULL, "twin");
	repeat_add(line, words[WORD_GENERATE].name, given->texts[WORD_GENERATE]);
	repeat_add(line, words[WORD_SEED].name, given->texts[WORD_SEED]);
	repeat_add_file(line, words[WORD_RULES].name, given->texts[WORD_RULES]);
	return repeat_end(line, true);
}

int migrate_generate(int argc, char **argv)
{
	struct generate_words given = {0};
	char why[WHY_SIZE] = "";
	char title[TITLE_SIZE];
	struct rules *rules = NULL;
	struct buffer repeat = {0};
	if (!read_words(argc, argv, &given)) {
		(void)fputs("usage: joinery twin --generate N [--writes W] [--seed S] [--threads T] [--line N]\n"
			    "       [--outcomes FILE] [--world DIR] [--rules FILE] [--html FILE] [--junit FILE] "
			    "[--json FILE]\n",
			stderr);
		return MIGRATE_USAGE;
	}
	if (given.texts[WORD_RULES] != NULL) {
		rules = rules_load(given.texts[WORD_RULES], (int64_t)time(NULL), why, sizeof why);
	}
	int length = snprintf(title, sizeof title, "%" PRIu64 " generated calls, seed %" PRIu64,
		given.numbers[WORD_GENERATE], given.numbers[WORD_SEED]);
	if (given.texts[WORD_WRITES] != NULL) {
		(void)snprintf(title + length, sizeof title - (size_t)length,
			", on until %" PRIu64 " compared ones changed the state", given.numbers[WORD_WRITES]);
	}
	const struct report_options options = {.title = title,
		.json_path = given.texts[WORD_JSON],
		.junit_path = given.texts[WORD_JUNIT],
		.html_path = given.texts[WORD_HTML],
		.progress = true,
		.whole = true,
		.partial = given.texts[WORD_LINE] != NULL,
		.repeat = write_repeat(&given, &repeat)};
	bool ready = rules != NULL || given.texts[WORD_RULES] == NULL;
	struct report *report = ready ? report_open(&options, rules, why, sizeof why) : NULL;
	int status = MIGRATE_USAGE;
	if (report == NULL) {
		(void)fprintf(stderr, "joinery: %s\n", why);
	} else {
		status = run(&given, report);
	}
	if (rules != NULL) {
		rules_free(rules);
	}
	buffer_finish(&repeat);
	return status;
}
