/* joinery: the operator's program. It runs a command itself when it gets DATA's lock, and hands it to the server
 * when the server has it. Files named by a command are opened here, so paths and rights are the caller's. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "admin/command.h"
#include "admin/data.h"
#include "admin/socket.h"
#include "model/limits.h"
#include "text/check.h"

#define WHY_SIZE 512
#define THREADS 1
#define LOCK_WAIT_MS 5000
#define TRY_AGAIN_MS 100

struct settings {
	const char *data;
	const char *public_url;
	uint64_t map_size;
	uint64_t groups_per_user_max;
};

/* The command's standard streams; a file takes the place of one of them. */
struct streams {
	int in;
	int out;
	int err;
};

/* A number, with K, M, G or T behind it where it is bytes. */
static bool read_size(const char *text, uint64_t *size)
{
	static const char UNITS[] = "KMGT";
	size_t length = strlen(text);
	const char *unit = length > 0 ? strchr(UNITS, text[length - 1]) : NULL;
	uint64_t number;
	if (!text_read_id(text, unit != NULL ? length - 1 : length, &number)) {
		return false;
	}
	unsigned shift = unit != NULL ? 10 * (unsigned)(unit - UNITS + 1) : 0;
	*size = number << shift;
	return *size >> shift == number;
}

static bool read_number(const char *text, uint64_t *number)
{
	return text_read_id(text, strlen(text), number) && *number <= UINT32_MAX;
}

static bool set_option(struct settings *settings, const char *name, size_t length, const char *value)
{
	if (length == strlen("--data") && strncmp(name, "--data", length) == 0) {
		settings->data = value;
		return true;
	}
	if (length == strlen("--public-url") && strncmp(name, "--public-url", length) == 0) {
		settings->public_url = value;
		return true;
	}
	if (length == strlen("--map-size") && strncmp(name, "--map-size", length) == 0) {
		return read_size(value, &settings->map_size);
	}
	if (length == strlen("--max-groups-per-user") &&
		strncmp(name, "--max-groups-per-user", length) == 0) {
		return read_number(value, &settings->groups_per_user_max);
	}
	return false;
}

/* Takes the options before the command. Returns where the command begins; 0: a bad option. */
static int take_options(int argc, char **argv, struct settings *settings)
{
	int i = 1;
	while (i < argc && strncmp(argv[i], "--", 2) == 0 && strcmp(argv[i], "--help") != 0) {
		const char *equals = strchr(argv[i], '=');
		const char *value = equals != NULL ? equals + 1 : argv[i + 1];
		size_t length = equals != NULL ? (size_t)(equals - argv[i]) : strlen(argv[i]);
		if (value == NULL || !set_option(settings, argv[i], length, value)) {
			(void)fprintf(stderr, "joinery: bad option %.*s\n", (int)length, argv[i]);
			return 0;
		}
		i += equals != NULL ? 1 : 2;
	}
	return i;
}

/* The FILE of import or export: the first word that is no option. */
static const char *file_argument(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) != 0) {
			return argv[i];
		}
	}
	return "-";
}

/* Opens the command's file in its stream's place. An export holds codes and addresses: for its owner only. */
static bool open_file(int argc, char **argv, struct streams *streams)
{
	bool imports = strcmp(argv[0], "import") == 0;
	if (!imports && strcmp(argv[0], "export") != 0) {
		return true;
	}
	const char *path = file_argument(argc, argv);
	if (strcmp(path, "-") == 0) {
		return true;
	}
	int file = imports ? open(path, O_RDONLY | O_CLOEXEC)
			   : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0 || (!imports && fchmod(file, 0600) < 0 && errno != EPERM && errno != EINVAL)) {
		(void)fprintf(stderr, "joinery: cannot open %s: %s\n", path, strerror(errno));
		return false;
	}
	*(imports ? &streams->in : &streams->out) = file;
	return true;
}

static int run_here(const struct command_place *place, int argc, char **argv, const struct streams *streams)
{
	FILE *in = fdopen(streams->in, "r");
	FILE *out = fdopen(streams->out, "w");
	FILE *err = fdopen(streams->err, "w");
	if (in == NULL || out == NULL || err == NULL) {
		(void)fputs("joinery: a standard stream is closed\n", stderr);
		return COMMAND_REFUSED;
	}
	return (int)command_run(place, argc, argv, in, out, err);
}

static int run_on_data(const struct settings *settings, struct data *data, int argc, char **argv,
	const struct streams *streams)
{
	const struct source source = data_source(data);
	const struct engine_options engine = {.groups_per_user_max = (uint32_t)settings->groups_per_user_max};
	const struct command_place place = {
		.store = data->store,
		.source = &source,
		.engine = &engine,
		.public_url = settings->public_url,
	};
	int status = run_here(&place, argc, argv, streams);
	data_close(data);
	return status;
}

/* Runs the command here or in the server. -1: DATA is locked and nobody answers. */
static int try_with_store(
	const struct settings *settings, int argc, char **argv, const struct streams *streams)
{
	const struct data_options options = {
		.path = settings->data,
		.map_size = settings->map_size,
		.threads = THREADS,
	};
	struct data data;
	char why[WHY_SIZE] = "";
	switch (data_open(&options, &data, why, sizeof why)) {
	case DATA_OPENED:
		return run_on_data(settings, &data, argc, argv, streams);
	case DATA_IN_USE:
		return admin_call(settings->data, argc, argv, streams->in, streams->out, streams->err);
	case DATA_BAD:
		break;
	}
	(void)fprintf(stderr, "joinery: %s\n", why);
	return COMMAND_REFUSED;
}

/* Who holds the lock may be about to listen, or be another command about to end. */
static int run_with_store(
	const struct settings *settings, int argc, char **argv, const struct streams *streams)
{
	const struct timespec pause = {.tv_nsec = TRY_AGAIN_MS * 1000000};
	for (int waited_ms = 0; waited_ms < LOCK_WAIT_MS; waited_ms += TRY_AGAIN_MS) {
		int status = try_with_store(settings, argc, argv, streams);
		if (status >= 0) {
			return status;
		}
		(void)nanosleep(&pause, NULL); /* a shorter one does no harm */
	}
	(void)fprintf(stderr, "joinery: DATA is in use by process %ld\n", data_lock_holder(settings->data));
	return COMMAND_REFUSED;
}

static const char *environment_or(const char *name, const char *otherwise)
{
	const char *value = getenv(name);
	return value != NULL && *value != '\0' ? value : otherwise;
}

int main(int argc, char **argv)
{
	struct settings settings = {
		.data = environment_or("JOINERY_DATA", "./joinery-data"),
		.public_url = environment_or("JOINERY_PUBLIC_URL", "http://127.0.0.1:8080"),
		.groups_per_user_max = GROUPS_PER_USER_MAX_DEFAULT,
	};
	int first = take_options(argc, argv, &settings);
	if (first == 0 || first >= argc || strcmp(argv[first], "--help") == 0) {
		command_usage(first != 0 && first < argc ? stdout : stderr);
		return first != 0 && first < argc ? COMMAND_DONE : COMMAND_USAGE;
	}
	(void)signal(SIGPIPE, SIG_IGN); /* a closed output is told by the write that meets it */
	struct streams streams = {.in = STDIN_FILENO, .out = STDOUT_FILENO, .err = STDERR_FILENO};
	int command_argc = argc - first;
	char **command_argv = argv + first;
	if (!command_needs_store(command_argv[0])) {
		return run_here(&(struct command_place){0}, command_argc, command_argv, &streams);
	}
	if (!open_file(command_argc, command_argv, &streams)) {
		return COMMAND_REFUSED;
	}
	return run_with_store(&settings, command_argc, command_argv, &streams);
}
