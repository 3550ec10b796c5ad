/* joineryd: reads its options, opens the folder DATA, starts the runner, the HTTP server and the admin
 * socket, waits for a signal, and stops them in an order that loses nothing. The only file that knows all
 * dialects. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "admin/data.h"
#include "admin/socket.h"
#include "api/api.h"
#include "compat.h"
#include "descriptors.h"
#include "http/plain.h"
#include "http/server.h"
#include "log.h"
#include "model/limits.h"
#include "observe/record.h"
#include "observe/shadow.h"
#include "options.h"
#include "pages/pages.h"
#include "supervisor.h"
#include "writer/runner.h"

#define WHY_SIZE 512
#define ADDRESSES_SIZE 4096
#define TRANSACTIONS_BESIDE_THREADS 5 /* the writer's two, the admin thread's two, and one to spare */

extern char **environ;

enum exit_status {
	EXIT_STOPPED = 0,
	EXIT_UNUSABLE = 1,
	EXIT_BAD_OPTION = 2,
};

/* The last one owns every path that no other does. */
static const struct dialect_driver *const drivers[] = {
	&compat_driver, &onezone_driver, &pages_driver, &plain_driver, &v3_driver, NULL};

/* What runs; NULL: not started. */
struct server {
	const struct options *options;
	bool opened;
	struct data data;
	struct source source;
	int sockets[LISTENERS_MAX]; /* that were handed over */
	size_t socket_count;
	struct runner_options runner_options;
	struct runner *runner;
	struct record *record;
	struct shadow *shadow;
	struct http_observer observers[HTTP_OBSERVERS_MAX];
	size_t observer_count;
	struct http_server *http;
	char public_url[PUBLIC_URL_SIZE_MAX + 1]; /* a copy: commands may still run when HTTP is gone */
	struct command_place place;
	struct admin_server *admin;
};

static bool take_sockets(struct server *server)
{
	char why[WHY_SIZE] = "";
	bool taken = supervisor_take_sockets(server->sockets, LISTENERS_MAX, &server->socket_count, why, sizeof why);
	if (!taken) {
		log_write(LOG_ERROR, "%s", why);
	}
	return taken;
}

static bool open_data(struct server *server)
{
	const char *path = server->options->data;
	const struct data_options options = {
		.path = path,
		.map_size = server->options->map_size,
		.threads = server->options->threads + TRANSACTIONS_BESIDE_THREADS,
	};
	char why[WHY_SIZE] = "";
	switch (data_open(&options, &server->data, why, sizeof why)) {
	case DATA_OPENED:
		server->opened = true;
		server->source = data_source(&server->data);
		return true;
	case DATA_IN_USE:
		log_write(LOG_ERROR, "%s is in use by process %ld", path, data_lock_holder(path));
		return false;
	case DATA_BAD:
		break;
	}
	log_write(LOG_ERROR, "%s: %s", path, why);
	return false;
}

static bool start_runner(struct server *server)
{
	server->runner_options = (struct runner_options){
		.engine =
			{
				.groups_per_user_max = server->options->groups_per_user_max,
				.require_token = server->options->require_token,
			},
		.batch_requests_max = server->options->batch_max,
	};
	server->runner =
		runner_create(server->data.store, &server->source, &server->runner_options, NULL, NULL);
	if (server->runner == NULL) {
		log_write(LOG_ERROR, "the writer cannot start");
	}
	return server->runner != NULL;
}

static bool start_record(struct server *server)
{
	const struct options *options = server->options;
	const struct record_options record = {
		.path = options->record,
		.size_max = options->record_size_max,
		.keep = options->record_keep,
		.threads = options->threads,
		.master_key = server->source.master_key,
	};
	if (options->record == NULL) {
		return true;
	}
	char why[WHY_SIZE] = "";
	server->record = record_start(&record, why, sizeof why);
	if (server->record == NULL) {
		log_write(LOG_ERROR, "%s", why);
		return false;
	}
	server->observers[server->observer_count++] = record_observer(server->record);
	return true;
}

static bool start_shadow(struct server *server)
{
	const struct options *options = server->options;
	struct shadow_options shadow = {
		.percent = options->shadow_percent,
		.deadline_ms = options->shadow_deadline_ms,
		.queue_max = options->shadow_queue,
		.report = options->shadow_report,
		.answers = options->shadow_answers,
		.master_key = server->source.master_key,
	};
	if (options->shadow == NULL) {
		return true;
	}
	char why[WHY_SIZE] = "";
	enum other_side_result found =
		other_side_find(options->shadow, options->own_host, &shadow.side, why, sizeof why);
	server->shadow = found == OTHER_SIDE_GOOD ? shadow_start(&shadow, why, sizeof why) : NULL;
	if (server->shadow == NULL) {
		log_write(LOG_ERROR, "%s", why);
		return false;
	}
	server->observers[server->observer_count++] = shadow_observer(server->shadow);
	return true;
}

static bool start_http(struct server *server)
{
	const struct options *options = server->options;
	const struct http_options http = {
		.listen = options->listen,
		.listen_count = server->socket_count > 0 && !options->listen_named ? 0 : options->listen_count,
		.sockets = server->sockets,
		.socket_count = server->socket_count,
		.threads = options->threads,
		.waiting_max = options->waiting_max,
		.connections_max = options->connections_max,
		.public_url = options->public_url,
		.retirement = options->retirement,
		.trust_user_header = options->trust_user_header,
		.trusted_proxies = &options->trusted_proxies,
		.cors = options->cors,
		.rate_limits = {options->rate_limits[RATE_ADDRESS], options->rate_limits[RATE_TOKEN],
			options->rate_limits[RATE_APPLICATION]},
		.access_log = options->access_log,
		.admin_listen = options->admin_listen,
		.version = JOINERY_VERSION,
		.drivers = drivers,
		.observers = server->observers,
		.observer_count = server->observer_count,
	};
	char why[WHY_SIZE] = "";
	server->http = http_server_create(server->runner, &http, why, sizeof why);
	if (server->http == NULL) {
		log_write(LOG_ERROR, "%s", why);
		return false;
	}
	(void)snprintf(server->public_url, sizeof server->public_url, "%s",
		http_server_public_url(server->http)); /* no longer, by its option */
	return true;
}

static enum store_end store_usage(void *runner, struct txn *txn)
{
	return runner_store_usage(runner, txn);
}

static bool start_admin(struct server *server)
{
	server->place = (struct command_place){
		.store = server->data.store,
		.source = &server->source,
		.engine = &server->runner_options.engine,
		.public_url = server->public_url,
		.in_server = true,
		.store_usage = store_usage,
		.context = server->runner,
		.shadow = server->shadow == NULL ? NULL : shadow_command,
		.shadow_context = server->shadow,
	};
	server->admin = admin_server_create(server->data.directory, &server->place);
	if (server->admin == NULL) {
		log_write(LOG_ERROR, "%s: the admin socket cannot be made", server->options->data);
	}
	return server->admin != NULL;
}

/* Stops what was started: first what takes requests, then what answers them, then what they stand in. */
static void stop(struct server *server)
{
	shadow_release(server->shadow);
	if (server->http != NULL) {
		http_server_stop(server->http);
		http_server_destroy(server->http);
	}
	record_stop(server->record); /* nobody is answered any more */
	if (server->admin != NULL) {
		admin_server_destroy(server->admin); /* a command may ask the runner or the shadow for something */
	}
	shadow_stop(server->shadow);
	if (server->runner != NULL) {
		runner_stop(server->runner);
		runner_destroy(server->runner);
	}
	if (server->opened) {
		data_close(&server->data);
	}
}

/* Threads inherit this, so that main alone meets signals. Faults of the program itself stay deadly. */
static void block_signals(void)
{
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTRAP, SIGSYS};
	sigset_t blocked;
	(void)sigfillset(&blocked); /* these four fail only on numbers that are no signal's */
	for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
		(void)sigdelset(&blocked, faults[i]);
	}
	(void)pthread_sigmask(SIG_SETMASK, &blocked, NULL);
	(void)signal(SIGPIPE, SIG_IGN);
	(void)signal(SIGHUP, SIG_IGN);
}

static void wait_for_stop(void)
{
	sigset_t wanted;
	(void)sigemptyset(&wanted); /* as above */
	(void)sigaddset(&wanted, SIGTERM);
	(void)sigaddset(&wanted, SIGINT);
	siginfo_t received;
	while (sigwaitinfo(&wanted, &received) < 0 && errno == EINTR) {
	}
}

/* Each connection is a descriptor; the soft limit is often 1,024. */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
		return;
	}
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
		log_write(LOG_WARNING, "the limit of open files cannot be raised: %s", strerror(errno));
	}
}

static void say_ready(const struct server *server)
{
	char addresses[ADDRESSES_SIZE];
	http_server_addresses(server->http, addresses, sizeof addresses);
	(void)printf("joineryd ready %s\n", addresses);
	(void)fflush(stdout); /* nobody may be listening, and the server serves all the same */
}

static enum exit_status serve(const struct options *options)
{
	log_set_level(options->log_level);
	raise_descriptor_limit();
	struct server server = {.options = options};
	bool started = take_sockets(&server) && open_data(&server) && start_runner(&server) &&
		       start_record(&server) && start_shadow(&server) && start_http(&server) && start_admin(&server);
	if (started) {
		say_ready(&server);
		supervisor_tell("READY=1");
		wait_for_stop();
		supervisor_tell("STOPPING=1");
		log_write(LOG_INFO, "stopping");
	}
	stop(&server);
	return started ? EXIT_STOPPED : EXIT_UNUSABLE;
}

/* What was asked for is no use if it did not get out. */
static enum exit_status printed(void)
{
	return fflush(stdout) == 0 ? EXIT_STOPPED : EXIT_UNUSABLE;
}

int main(int argc, char **argv)
{
	descriptors_fill();
	block_signals();
	struct options options;
	char why[WHY_SIZE] = "";
	enum exit_status status = EXIT_STOPPED;
	switch (options_read(
		&options, argc, (const char *const *)argv, (const char *const *)environ, why, sizeof why)) {
	case OPTIONS_RUN:
		status = serve(&options);
		break;
	case OPTIONS_HELP:
		options_help(stdout);
		status = printed();
		break;
	case OPTIONS_VERSION:
		(void)printf("joineryd %s\n", JOINERY_VERSION);
		status = printed();
		break;
	case OPTIONS_BAD:
		(void)fprintf(stderr, "joineryd: %s\n", why);
		status = EXIT_BAD_OPTION;
		break;
	}
	options_finish(&options);
	return (int)status;
}
