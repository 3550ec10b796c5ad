/* joinery: the operator's program. It runs a command itself when it gets DATA's lock, and hands it to the server
 * when the server has it. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "admin/command.h"
#include "admin/data.h"
#include "admin/socket.h"
#include "descriptors.h"
#include "files.h"
#include "migrate/commands.h"
#include "options.h"

#define WHY_SIZE 512
#define URL_SIZE 512
#define PATH_SIZE 4096
#define THREADS 1
#define LOCK_WAIT_MS 5000
#define TRY_AGAIN_MS 100

extern char **environ;

static int run_here(const struct command_place *place, int argc, char **argv, const struct files *files)
{
	FILE *in = fdopen(files->in, "r");
	FILE *out = fdopen(files->out, "w");
	FILE *err = fdopen(files->err, "w");
	if (in == NULL || out == NULL || err == NULL) {
		(void)fputs("joinery: a standard stream is closed\n", stderr);
		return COMMAND_REFUSED;
	}
	return (int)command_run(place, argc, argv, in, out, err);
}

/* How clients reach the server that would run with these options, as far as they say. */
static const char *public_url(const struct options *options, char url[URL_SIZE])
{
	if (options->public_url != NULL) {
		return options->public_url;
	}
	bool is_unix = strncmp(options->listen[0], "unix:", 5) == 0;
	(void)snprintf(url, URL_SIZE, "http://%s", is_unix ? "localhost" : options->listen[0]);
	return url;
}

static int run_on_data(const struct options *options, struct data *data, int argc, char **argv,
	const struct files *files)
{
	const struct source source = data_source(data);
	const struct engine_options engine = {.groups_per_user_max = options->groups_per_user_max};
	char url[URL_SIZE];
	const struct command_place place = {
		.store = data->store,
		.source = &source,
		.engine = &engine,
		.public_url = public_url(options, url),
	};
	int status = run_here(&place, argc, argv, files);
	data_close(data);
	return status;
}

/* Runs the command here or in the server. -1: DATA is locked and nobody answers. */
static int try_with_store(
	const struct options *options, int argc, char **argv, const struct files *files)
{
	const struct data_options data_options = {
		.path = options->data,
		.map_size = options->map_size,
		.threads = THREADS,
	};
	struct data data;
	char why[WHY_SIZE] = "";
	switch (data_open(&data_options, &data, why, sizeof why)) {
	case DATA_OPENED:
		return run_on_data(options, &data, argc, argv, files);
	case DATA_IN_USE:
		return admin_call(options->data, argc, argv, files->in, files->out, files->err);
	case DATA_BAD:
		break;
	}
	(void)fprintf(stderr, "joinery: %s\n", why);
	return COMMAND_REFUSED;
}

static int64_t clock_ms(void)
{
	struct timespec time;
	(void)clock_gettime(CLOCK_MONOTONIC, &time); /* cannot fail with this clock */
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Who holds the lock may be about to listen, or be another command about to end. */
static int run_with_store(
	const struct options *options, int argc, char **argv, const struct files *files)
{
	const struct timespec pause = {.tv_nsec = TRY_AGAIN_MS * 1000000};
	int64_t end_ms = clock_ms() + LOCK_WAIT_MS;
	do {
		int status = try_with_store(options, argc, argv, files);
		if (status >= 0) {
			return status;
		}
		(void)nanosleep(&pause, NULL); /* a shorter one does no harm */
	} while (clock_ms() < end_ms);
	(void)fprintf(stderr, "joinery: DATA is in use by process %ld\n", data_lock_holder(options->data));
	return COMMAND_REFUSED;
}

/* Whether the folder holds anything: a mistyped name must not look like an empty server. */
static bool has_data(const char *path)
{
	char name[PATH_SIZE];
	struct stat found;
	int length = snprintf(name, sizeof name, "%s/data.mdb", path);
	return length < 0 || (size_t)length >= sizeof name || stat(name, &found) == 0 || errno != ENOENT;
}

/* The commands of both tables. */
static bool help(FILE *out)
{
	if (!command_usage(out)) {
		return false;
	}
	migrate_help(out);
	return fflush(out) == 0;
}

static int run(const struct options *options, int argc, char **argv)
{
	struct command_needs needs;
	if (argc < 1) {
		(void)help(stderr); /* nothing more can be said than the status does */
		return COMMAND_USAGE;
	}
	if (argc == 1 && strcmp(argv[0], "help") == 0) {
		return help(stdout) ? COMMAND_DONE : COMMAND_REFUSED;
	}
	if (migrate_knows(argv[0])) {
		return migrate_run(options, argc, argv);
	}
	if (!command_understand(argc, argv, &needs, stderr)) {
		return COMMAND_USAGE;
	}
	if (needs.data && !has_data(options->data)) {
		(void)fprintf(stderr, "joinery: %s holds no data yet\n", options->data);
		return COMMAND_REFUSED;
	}
	struct files files;
	if (!files_open(&files, &needs)) {
		return COMMAND_REFUSED;
	}
	int status = needs.store ? run_with_store(options, argc, argv, &files)
				 : run_here(&(struct command_place){0}, argc, argv, &files);
	return files_close(&files, status == COMMAND_DONE) ? status : COMMAND_REFUSED;
}

int main(int argc, char **argv)
{
	descriptors_fill();
	(void)signal(SIGPIPE, SIG_IGN); /* a closed output is told by the write that meets it */
	struct options options;
	char why[WHY_SIZE] = "";
	char *version[] = {"version", NULL};
	int first = options_count(argc, (const char *const *)argv);
	int status = COMMAND_USAGE;
	switch (options_read(
		&options, first, (const char *const *)argv, (const char *const *)environ, why, sizeof why)) {
	case OPTIONS_RUN:
		status = run(&options, argc - first, argv + first);
		break;
	case OPTIONS_HELP:
		status = help(stdout) ? COMMAND_DONE : COMMAND_REFUSED;
		break;
	case OPTIONS_VERSION:
		status = run(&options, 1, version);
		break;
	case OPTIONS_BAD:
		(void)fprintf(stderr, "joinery: %s\n", why);
		break;
	}
	options_finish(&options);
	return status;
}
