/* What joineryd and the joinery program are told: by arguments, the environment and a file, in that order of
 * precedence. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "http/server.h"
#include "log.h"

struct options {
	const char *data;
	const char *listen[LISTENERS_MAX];
	size_t listen_count;
	bool listen_named; /* not by default alone */
	const char *admin_listen; /* NULL: none */
	const char *public_url; /* NULL: the first listener's */
	unsigned threads;
	uint64_t map_size; /* bytes; 0: as much as the system grants */
	uint32_t connections_max;
	uint32_t waiting_max;
	uint32_t groups_per_user_max;
	uint32_t batch_max; /* requests per commit; 0: as many as the writer takes */
	struct retirement retirement; /* of the legacy API */
	const char *trust_user_header; /* NULL: none */
	bool proxies_trusted; /* trusted_proxies is filled */
	struct peer_list trusted_proxies;
	const char *cors;
	uint32_t rate_limits[RATE_KIND_COUNT]; /* requests a minute; 0: none */
	const char *record; /* NULL: none */
	uint64_t record_size_max;
	uint32_t record_keep;
	const char *shadow; /* NULL: none */
	uint32_t shadow_percent;
	uint32_t shadow_deadline_ms;
	uint32_t shadow_queue;
	const char *shadow_report; /* NULL: none */
	bool shadow_answers; /* clients get the other system's answer */
	bool own_host; /* --i-own-this-host */
	bool require_token;
	bool access_log;
	enum log_level log_level;
	char *file; /* the text of the configuration file, which others of these point into */
};

enum options_result {
	OPTIONS_RUN,
	OPTIONS_HELP,
	OPTIONS_VERSION,
	OPTIONS_BAD, /* `why` says what, in one line */
};

/* Fills the options, which point into the arguments and the environment; finish them in any case.
 * `environment` is NULL-terminated "NAME=value"; what does not start with JOINERY_ is not looked at. */
enum options_result options_read(struct options *options, int argc, const char *const *argv,
	const char *const *environment, char *why, size_t capacity);
void options_finish(struct options *options);

/* How many arguments, the program's name included, stand before the first that is neither option nor value. */
int options_count(int argc, const char *const *argv);

/* Prints what can be said on the command line. */
void options_help(FILE *out);

#endif
