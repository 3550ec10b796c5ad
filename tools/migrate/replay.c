/* joinery replay: its options, and what they start. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sodium.h>

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
	const char *against[REPLAY_SIDES_MAX];
	unsigned against_count;
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

/* --- options */

enum option_type {
	OPTION_SWITCH,
	OPTION_TEXT,
	OPTION_COUNT,
	OPTION_REAL,
	OPTION_URL,
};

static const struct option {
	const char *name;
	enum option_type type;
	size_t offset; /* in struct wanted */
	double max;
} options_known[] = {
	{"--against", OPTION_URL, 0, 0},
	{"--rate", OPTION_REAL, offsetof(struct wanted, rate), RATE_MAX},
	{"--percent", OPTION_REAL, offsetof(struct wanted, percent), PERCENT_MAX},
	{"--speed", OPTION_REAL, offsetof(struct wanted, speed), SPEED_MAX},
	{"--sample", OPTION_REAL, offsetof(struct wanted, sample), PERCENT_MAX},
	{"--from-line", OPTION_COUNT, offsetof(struct wanted, from_line), 1e15},
	{"--line", OPTION_COUNT, offsetof(struct wanted, line), 1e15},
	{"--concurrency", OPTION_COUNT, offsetof(struct wanted, concurrency), REPLAY_CONCURRENCY_MAX},
	{"--timeout", OPTION_COUNT, offsetof(struct wanted, timeout_ms), TIMEOUT_MAX_MS},
	{"--dry-run", OPTION_SWITCH, offsetof(struct wanted, dry_run), 0},
	{"--i-own-this-host", OPTION_SWITCH, offsetof(struct wanted, owned), 0},
	{"--secrets", OPTION_TEXT, offsetof(struct wanted, secrets), 0},
	{"--alias-key", OPTION_TEXT, offsetof(struct wanted, alias_key), 0},
	{"--map", OPTION_TEXT, offsetof(struct wanted, map), 0},
	{"--rules", OPTION_TEXT, offsetof(struct wanted, rules), 0},
	{"--json", OPTION_TEXT, offsetof(struct wanted, report.json_path), 0},
	{"--junit", OPTION_TEXT, offsetof(struct wanted, report.junit_path), 0},
	{"--html", OPTION_TEXT, offsetof(struct wanted, report.html_path), 0},
};

static bool read_real(const char *text, double max, double *value)
{
	char *end = NULL;
	size_t length = strspn(text, "0123456789.");
	double found = strtod(text, &end);
	bool percent = text[length] == '%' && max == PERCENT_MAX && text[length + 1] == '\0';
	if (length == 0 || (text[length] != '\0' && !percent) || end != text + length) {
		return false;
	}
	if (!isfinite(found) || found <= 0 || found > max) {
		return false;
	}
	*value = found;
	return true;
}

static bool read_count(const char *text, double max, uint64_t *value)
{
	size_t length = strlen(text);
	if (length == 0 || length > 15 || strspn(text, "0123456789") != length) {
		return false;
	}
	*value = strtoull(text, NULL, 10);
	return *value > 0 && (double)*value <= max;
}

static bool take_option(struct wanted *wanted, const struct option *option, const char *value)
{
	char *place = (char *)wanted + option->offset;
	switch (option->type) {
	case OPTION_SWITCH:
		*(bool *)(void *)place = true;
		return true;
	case OPTION_TEXT:
		*(const char **)(void *)place = value;
		return *value != '\0';
	case OPTION_COUNT:
		return read_count(value, option->max, (uint64_t *)(void *)place);
	case OPTION_REAL:
		return read_real(value, option->max, (double *)(void *)place);
	case OPTION_URL:
		if (wanted->against_count == REPLAY_SIDES_MAX) {
			return false;
		}
		wanted->against[wanted->against_count++] = value;
		return true;
	}
	return false;
}

static const struct option *find_option(const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof options_known / sizeof options_known[0]; i++) {
		if (strlen(options_known[i].name) == length &&
			strncmp(options_known[i].name, word, length) == 0) {
			return &options_known[i];
		}
	}
	return NULL;
}

/* How many words it took; 0: it is wrong, and that is said. */
static int take_word(struct wanted *wanted, int left, char **argv)
{
	if (strncmp(argv[0], "--", 2) != 0 && wanted->recording == NULL) {
		wanted->recording = argv[0];
		return 1;
	}
	size_t length = strcspn(argv[0], "=");
	const struct option *option = find_option(argv[0], length);
	bool joined = argv[0][length] == '=';
	bool needs = option != NULL && option->type != OPTION_SWITCH;
	if (option == NULL || (joined && !needs) || (needs && !joined && left < 2)) {
		(void)fprintf(stderr, "joinery: replay: %s is unknown, or lacks its value\n", argv[0]);
		return 0;
	}
	const char *value = joined ? argv[0] + length + 1 : needs ? argv[1] : "";
	if (!take_option(wanted, option, value)) {
		(void)fprintf(stderr, "joinery: replay: %s cannot be %s\n", option->name, value);
		return 0;
	}
	return needs && !joined ? 2 : 1;
}

static bool read_words(struct wanted *wanted, int argc, char **argv)
{
	for (int i = 1; i < argc;) {
		int words = take_word(wanted, argc - i, argv + i);
		if (words == 0) {
			return false;
		}
		i += words;
	}
	if (wanted->recording == NULL || wanted->against_count == 0) {
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

static int send_all(struct replay_run *run, const struct wanted *wanted)
{
	char why[WHY_SIZE];
	catch_interrupts();
	replay_run(run);
	if (run->failed) {
		report_trouble(run->report, MIGRATE_USAGE, "out of memory");
	}
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
	for (unsigned i = 0; i < wanted->against_count; i++) {
		repeat_add(line, "--against", wanted->against[i]);
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
	report.title = "Replay";
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
	run->report = report_open(&report, rules, why, sizeof why);
	if (run->report == NULL) {
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
	if (!read_words(&wanted, argc, argv) || !find_key(&wanted, options, &key, &key_known)) {
		return MIGRATE_USAGE;
	}
	for (unsigned i = 0; i < wanted.against_count; i++) {
		switch (other_side_find(wanted.against[i], wanted.owned, &sides[i], why, sizeof why)) {
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
		.side_count = wanted.against_count,
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
