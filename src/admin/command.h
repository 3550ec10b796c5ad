/* The operator's commands as functions: the same code runs in the joinery program (no server) and in the
 * server's admin thread (handed over a socket). */
#ifndef ADMIN_COMMAND_H
#define ADMIN_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/engine.h"
#include "model/source.h"
#include "store/store.h"

enum command_result {
	COMMAND_DONE = 0,
	COMMAND_REFUSED = 1,
	COMMAND_USAGE = 2,
};

#define COMMAND_LINE_SIZE 512

/* Where a command works. */
struct command_place {
	struct store *store;
	const struct source *source;
	const struct engine_options *engine;
	const char *public_url; /* for what demo prints */
	bool in_server; /* smaller slices: others wait */
	/* In a server: stores the calls of applications that it has only counted so far. NULL: there are none. */
	enum store_end (*store_usage)(void *context, struct txn *txn);
	void *context;
	/* In a server that shadows: does "on", "off" or "status", and describes it in one line. False: another word.
	 * NULL: it does not shadow. */
	bool (*shadow)(void *context, const char *word, char line[COMMAND_LINE_SIZE]);
	void *shadow_context;
};

/* Runs one command: argv[0] is its name ("import"), argc >= 1. Files are already opened: import reads
 * `in`, export writes `out`. Secrets go to `out` only. */
enum command_result command_run(
	const struct command_place *place, int argc, char **argv, FILE *in, FILE *out, FILE *err);

/* What a command wants prepared. */
struct command_needs {
	bool store; /* all do but outcomes, version and help */
	bool data; /* what is there already: it does not begin a new folder */
	const char *input; /* the file that import reads; NULL: standard input */
	const char *output; /* the file that export or backup writes; NULL: standard output */
	bool output_is_new; /* it must not be there yet */
};

/* Understands the words as command_run does, and does nothing yet. False: they are wrong, and err says so. */
bool command_understand(int argc, char **argv, struct command_needs *needs, FILE *err);
/* Prints the commands. False: not possible. */
bool command_usage(FILE *out);

#endif
