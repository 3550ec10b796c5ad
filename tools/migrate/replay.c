/* joinery replay: its arguments, and what they start. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

#include "migrate/arguments.h"
#include "migrate/commands.h"
#include "migrate/repeat.h"
#include "migrate/replay_run.h"
#include "migrate/rules.h"

#define WHY_SIZE 512
#define PATH_SIZE 4096
#define TIMEOUT_DEFAULT_MS 35000 /* a call that waits for changes waits up to 30 s */
#define TIMEOUT_MAX_MS 600000
#define PERCENT_MAX 100
#define RATE_MAX 1000000
#define SPEED_MAX 1000000

struct wanted {
	const char *recording;
	struct argument_list against; /* no more than REPLAY_SIDES_MAX */
	double rate;
	double percent;
	double speed;
	double sample;
	uint64_t from_line;
	uint64_t line; /* 0: all */
	uint64_t concurrency;
	uint64_t timeout_ms;
	bool dry_run;
	bool owned;
	const char *secrets;
	const char *alias_key;
	const char *map;
	const char *rules;
	struct report_options report;
};

#define LINE_NUMBER_MAX UINT64_C(1000000000000000)

static const struct argument_row arguments[] = {
	{NULL, ARGUMENT_TEXT, offsetof(struct wanted, recording), 0, 0},
	{"--against", ARGUMENT_LIST, offsetof(struct wanted, against), 0, 0},
	{"--rate", ARGUMENT_REAL, offsetof(struct wanted, rate), 0, RATE_MAX},
	{"--percent", ARGUMENT_REAL, offsetof(struct wanted, percent), 0, PERCENT_MAX},
	{"--speed", ARGUMENT_REAL, offsetof(struct wanted, speed), 0, SPEED_MAX},
	{"--sample", ARGUMENT_REAL, offsetof(struct wanted, sample), 0, PERCENT_MAX},
	{"--from-line", ARGUMENT_COUNT, offsetof(struct wanted, from_line), 1, LINE_NUMBER_MAX},
	{"--line", ARGUMENT_COUNT, offsetof(struct wanted, line), 1, LINE_NUMBER_MAX},
	{"--concurrency", ARGUMENT_COUNT, offsetof(struct wanted, concurrency), 1, REPLAY_CONCURRENCY_MAX},
	{"--timeout", ARGUMENT_COUNT, offsetof(struct wanted, timeout_ms), 1, TIMEOUT_MAX_MS},
	{"--dry-run", ARGUMENT_SWITCH, offsetof(struct wanted, dry_run), 0, 0},
	{"--i-own-this-host", ARGUMENT_SWITCH, offsetof(struct wanted, owned), 0, 0},
	{"--secrets", ARGUMENT_TEXT, offsetof(struct wanted, secrets), 0, 0},
	{"--alias-key", ARGUMENT_TEXT, offsetof(struct wanted, alias_key), 0, 0},
	{"--map", ARGUMENT_TEXT, offsetof(struct wanted, map), 0, 0},
	{"--rules", ARGUMENT_TEXT, offsetof(struct wanted, rules), 0, 0},
	{"--json", ARGUMENT_TEXT, offsetof(struct wanted, report.json_path), 0, 0},
	{"--junit", ARGUMENT_TEXT, offsetof(struct wanted, report.junit_path), 0, 0},
	{"--html", ARGUMENT_TEXT, offsetof(struct wanted, report.html_path), 0, 0},
};

static bool read_arguments(struct wanted *wanted, int argc, char **argv)
{
	if (!arguments_read(arguments, sizeof arguments / sizeof *arguments, wanted, argc, argv)) {
		return false;
	}
	if (wanted->recording == NULL || wanted->against.count == 0) {
		(void)fputs("joinery: expected: replay RECORDING --against URL [--against URL] [OPTION]...\n",
			stderr);
		return false;
	}
	return true;
}

/* --- what is needed */

static int refuse(const char *why, int status)
{
	(void)fprintf(stderr, "joinery: %s\n", why);
	return status;
}

/* The key of the recording's aliases, or a random one where none can be read: `known` says which. */
static bool find_key(
	const struct wanted *wanted, const struct options *options, struct alias_key *key, bool *known)
{
	uint8_t master[MASTER_KEY_SIZE];
	char path[PATH_SIZE];
	(void)snprintf(path, sizeof path, "%s/master.key", options->data);
	const char *name = wanted->alias_key != NULL ? wanted->alias_key : path;
	int file = open(name, O_RDONLY | O_CLOEXEC);
	*known = file >= 0 && read(file, master, sizeof master) == (ssize_t)sizeof master;
	if (*known) {
		alias_key_derive(master, key);
	} else {
		randombytes_buf(key, sizeof *key);
	}
	if (file >= 0) {
		(void)close(file); /* only read from */
	}
	sodium_memzero(master, sizeof master);
	if (!*known && wanted->alias_key != NULL) {
		(void)fprintf(
			stderr, "joinery: %s: it cannot be read, or is no master key\n", wanted->alias_key);
		return false;
	}
	return true;
}

static bool load_words(const struct wanted *wanted, const struct alias_key *key, struct replay_map *map)
{
	char why[WHY_SIZE];
	if (wanted->map != NULL && access(wanted->map, F_OK) == 0 &&
		!replay_map_load(map, wanted->map, key, why, sizeof why)) {
		(void)refuse(why, MIGRATE_USAGE);
		return false;
	}
	if (wanted->secrets != NULL && !replay_map_load(map, wanted->secrets, key, why, sizeof why)) {
		(void)refuse(why, MIGRATE_USAGE);
		return false;
	}
	return true;
}

static volatile sig_atomic_t interrupted;

static void interrupt(int signal)
{
	(void)signal;
	interrupted = 1;
}

/* The second one ends the program at once. */
static void catch_interrupts(void)
{
	struct sigaction action = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
	(void)sigemptyset(&action.sa_mask); /* these fail only on numbers that are no signal's */
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

/* A few are clients' own: a token that never was, an invite that somebody typed. */
static void tell_unnamed(const struct replay_run *run)
{
	char line[2 * WHY_SIZE];
	bool most = run->unnamed > run->sent / 2;
	(void)snprintf(line, sizeof line,
		"%" PRIu64 " of %" PRIu64 " calls had an alias in the place of a secret that neither --secrets nor "
		"--map names, first %s%s",
		run->unnamed, run->sent, run->first_unnamed,
		most ? "; so they prove nothing: a file is missing, or --data or --alias-key names another key" : "");
	if (most) {
		report_trouble(run->report, MIGRATE_USAGE, line);
	} else if (run->unnamed > 0) {
		(void)fprintf(stderr, "joinery: %s\n", line);
	}
}

/* What compared nothing has proved nothing, and must not end as if it had. */
static void tell_nothing(const struct replay_run *run)
{
	if (run->sent == 0 && run->next_line == 0 && !run->failed) {
		report_trouble(run->report, MIGRATE_USAGE, "no call was compared: this proves nothing");
	}
}

static int send_all(struct replay_run *run, const struct wanted *wanted)
{
	char why[WHY_SIZE];
	catch_interrupts();
	replay_run(run);
	if (run->failed) {
		report_trouble(run->report, MIGRATE_USAGE, "out of memory");
	}
	tell_unnamed(run);
	tell_nothing(run);
	if (wanted->map != NULL && !replay_map_save(run->map, wanted->map, why, sizeof why)) {
		report_trouble(run->report, MIGRATE_USAGE, why);
	}
	int status = (int)report_close(run->report);
	if (run->next_line != 0) {
		(void)fprintf(stderr,
			"joinery: stopped before line %" PRIu64 "; go on with --from-line %" PRIu64 "%s\n",
			run->next_line, run->next_line,
			wanted->map == NULL ? " (without --map what was learned about ids is lost)" : "");
	}
	return status;
}

/* The command that sends one line again, up to its number. */
static const char *write_repeat(
	const struct wanted *wanted, const struct options *options, struct buffer *line)
{
	repeat_begin(line, options, "replay");
	repeat_add_file(line, NULL, wanted->recording);
	for (unsigned i = 0; i < wanted->against.count; i++) {
		repeat_add(line, "--against", wanted->against.texts[i]);
	}
	repeat_add_file(line, "--secrets", wanted->secrets);
	repeat_add_file(line, "--alias-key", wanted->alias_key);
	repeat_add_file(line, "--map", wanted->map);
	repeat_add_file(line, "--rules", wanted->rules);
	repeat_add(line, NULL, wanted->owned ? "--i-own-this-host" : NULL);
	return repeat_end(line, strcmp(wanted->recording, "-") != 0);
}

static int start(struct replay_run *run, const struct wanted *wanted, const struct options *options)
{
	char why[WHY_SIZE];
	struct report_options report = wanted->report;
	report.title = wanted->recording;
	report.progress = true;
	report.whole = wanted->line != 0;
	report.partial =
		wanted->percent < PERCENT_MAX || wanted->sample < PERCENT_MAX || wanted->from_line > 1 ||
		wanted->line != 0;
	struct rules *rules = NULL;
	if (wanted->rules != NULL &&
		(rules = rules_load(wanted->rules, time(NULL), why, sizeof why)) == NULL) {
		return refuse(why, MIGRATE_USAGE);
	}
	struct buffer repeat = {0};
	report.repeat = write_repeat(wanted, options, &repeat);
	int status = MIGRATE_USAGE;
	/* What is learned must find its place: nobody can ask for it twice. */
	if ((wanted->map != NULL && !replay_map_save(run->map, wanted->map, why, sizeof why)) ||
		(run->report = report_open(&report, rules, why, sizeof why)) == NULL) {
		(void)refuse(why, MIGRATE_USAGE);
	} else {
		status = send_all(run, wanted);
	}
	rules_free(rules);
	buffer_finish(&repeat);
	return status;
}

static int dry(struct replay_run *run)
{
	bool good = replay_run_dry(run);
	return good && fflush(stdout) == 0 ? MIGRATE_EQUAL : MIGRATE_USAGE;
}

static int open_and_start(struct replay_run *run, const struct wanted *wanted, const struct options *options,
	const struct alias_key *key, bool key_known)
{
	char why[WHY_SIZE];
	struct replay_map map;
	int status = MIGRATE_USAGE;
	bool made = replay_map_init(&map);
	run->recording = recording_open(wanted->recording, why, sizeof why);
	run->map = &map;
	run->key = key;
	if (run->recording == NULL || !made) {
		(void)refuse(made ? why : "out of memory", status);
	} else if (load_words(wanted, key_known ? key : NULL, &map)) {
		recording_set_key(run->recording, key);
		status = wanted->dry_run ? dry(run) : start(run, wanted, options);
	}
	recording_close(run->recording);
	replay_map_finish(&map);
	return status;
}

static uint32_t parts(double percent)
{
	return (uint32_t)(percent / PERCENT_MAX * REPLAY_ALL + 0.5);
}

int migrate_replay(const struct options *options, int argc, char **argv)
{
	struct wanted wanted = {.percent = PERCENT_MAX,
		.sample = PERCENT_MAX,
		.concurrency = 1,
		.from_line = 1,
		.timeout_ms = TIMEOUT_DEFAULT_MS};
	struct other_side sides[REPLAY_SIDES_MAX];
	struct alias_key key;
	bool key_known;
	char why[WHY_SIZE];
	if (!read_arguments(&wanted, argc, argv) || !find_key(&wanted, options, &key, &key_known)) {
		return MIGRATE_USAGE;
	}
	for (unsigned i = 0; i < wanted.against.count; i++) {
		switch (other_side_find(wanted.against.texts[i], wanted.owned, &sides[i], why, sizeof why)) {
		case OTHER_SIDE_GOOD:
			break;
		case OTHER_SIDE_BAD:
			return refuse(why, MIGRATE_USAGE);
		case OTHER_SIDE_UNKNOWN:
			return refuse(why, MIGRATE_UNREACHABLE);
		}
	}
	struct replay_run run = {
		.path = wanted.recording,
		.sides = sides,
		.side_count = wanted.against.count,
		.concurrency = (unsigned)wanted.concurrency,
		.timeout_ms = (uint32_t)wanted.timeout_ms,
		.from_line = wanted.line != 0 ? wanted.line : wanted.from_line,
		.last_line = wanted.line,
		.pace = {.percent = parts(wanted.percent),
			.sample = parts(wanted.sample),
			.rate = wanted.rate,
			.speed = wanted.speed},
		.interrupted = &interrupted,
	};
	int status = open_and_start(&run, &wanted, options, &key, key_known);
	sodium_memzero(&key, sizeof key);
	return status;
}
