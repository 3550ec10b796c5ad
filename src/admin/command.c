/* The table of commands, and the way from an argument vector to the function that a row names. */
#include "admin/command.h"

#include <stdlib.h>
#include <string.h>

#include "admin/call.h"

enum need {
	NEEDS_NOTHING,
	NEEDS_STORE,
	NEEDS_ROOM, /* it makes the store grow: what room is left on a full disk is for leaving and deleting */
};

struct command {
	const char *name;
	const char *verb; /* second word; NULL: none */
	const char *synopsis;
	const char *help;
	unsigned arguments;
	const char *options[CALL_OPTIONS_MAX]; /* a "=" at the end: it takes a value */
	enum need need;
	enum command_result (*run)(struct call *call);
};

#define TIMEOUT "--timeout="

static const struct command COMMANDS[] = {
	{"demo", NULL, "", "make people, groups and invites to try things with", 0, {NULL}, NEEDS_ROOM,
		demo_make},
	{"app", "add", "NAME [--callback URL]", "register an application; prints its api_key once", 1,
		{"--callback="}, NEEDS_ROOM, application_add},
	{"app", "list", "", "all applications", 0, {TIMEOUT}, NEEDS_STORE, application_list},
	{"app", "disable", "ID", "stop its api_key and all its tokens", 1, {NULL}, NEEDS_STORE,
		application_disable},
	{"app", "usage", "", "who still calls the legacy API: a line per application, day and operation", 0,
		{TIMEOUT}, NEEDS_STORE, application_usage},
	{"user", "add", "USERNAME [--name N] [--email E]", "add a person", 1, {"--name=", "--email="},
		NEEDS_ROOM, people_user_add},
	{"user", "list", "", "all people", 0, {TIMEOUT}, NEEDS_STORE, people_user_list},
	{"user", "suspend", "USER", "stop a person from acting; memberships stay", 1, {NULL}, NEEDS_STORE,
		people_user_suspend},
	{"user", "activate", "USER", "let a suspended person act again", 1, {NULL}, NEEDS_STORE,
		people_user_activate},
	{"user", "erase", "USER", "leave all groups and forget the person for good; id and slug stay taken", 1, {NULL},
		NEEDS_STORE, erase_run},
	{"token", "add", "USER [--scope read|write|operator] [--application ID] [--label L]",
		"a token for a person; prints it once", 1, {"--scope=", "--application=", "--label="},
		NEEDS_ROOM, token_add},
	{"token", "list", "USER", "a person's tokens, without the secrets", 1, {TIMEOUT}, NEEDS_STORE,
		token_list},
	{"token", "revoke", "ID", "stop a token", 1, {NULL}, NEEDS_STORE, token_revoke},
	{"group", "list", "", "all groups", 0, {TIMEOUT}, NEEDS_STORE, group_list},
	{"group", "show", "GROUP", "one group, by id or slug", 1, {NULL}, NEEDS_STORE, group_show},
	{"group", "transfer", "GROUP USER", "make a person the owner", 2, {NULL}, NEEDS_STORE, group_transfer},
	{"ban", "lift", "GROUP USER", "end a ban", 2, {NULL}, NEEDS_STORE, group_lift_ban},
	{"invite", "mint", "GROUP [--expires 7d] [--uses N] [--user USER]", "an invite token; prints it once", 1,
		{"--expires=", "--uses=", "--user="}, NEEDS_ROOM, invite_mint},
	{"invite", "inspect", "TOKEN", "what an invite token says (- for standard input)", 1, {NULL}, NEEDS_NOTHING,
		invite_inspect},
	{"invite", "attenuate", "TOKEN [--expires 2h] [--user ID] [--group ID]",
		"the same invite token, good for less (- for standard input)", 1,
		{"--expires=", "--user=", "--group="}, NEEDS_NOTHING, invite_attenuate},
	{"invite", "revoke", "ID", "stop an invite token", 1, {NULL}, NEEDS_STORE, invite_revoke},
	{"feed", "trim", "--before SEQ | --older-than DAYS", "drop the oldest changes", 0,
		{"--before=", "--older-than="}, NEEDS_STORE, feed_trim},
	{"backup", NULL, "FILE", "copy the store to a new file while it is used", 1, {NULL}, NEEDS_STORE,
		backup_run},
	{"import", NULL, "FILE", "add the lines of a file (- for standard input)", 1, {NULL}, NEEDS_STORE,
		import_run},
	{"export", NULL, "FILE [--changes]", "write everything to a file (- for standard output)", 1,
		{"--changes", TIMEOUT}, NEEDS_STORE, export_run},
	{"fsck", NULL, "", "recount and check every index", 0, {TIMEOUT}, NEEDS_STORE, fsck_run},
	{"shadow", NULL, "on|off|status", "what the server's --shadow does, and what it has counted", 1, {NULL},
		NEEDS_STORE, shadow_run},
	{"outcomes", NULL, "", "the table of outcomes in all dialects", 0, {NULL}, NEEDS_NOTHING,
		outcomes_print},
	{"version", NULL, "", "which joinery this is", 0, {NULL}, NEEDS_NOTHING, version_print},
	{"help", NULL, "", "this list", 0, {NULL}, NEEDS_NOTHING, help_print},
};

#define COMMAND_COUNT (sizeof COMMANDS / sizeof *COMMANDS)

static const struct command *find_command(int argc, char **argv)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		const struct command *command = &COMMANDS[i];
		if (strcmp(argv[0], command->name) != 0) {
			continue;
		}
		if (command->verb == NULL || (argc > 1 && strcmp(argv[1], command->verb) == 0)) {
			return command;
		}
	}
	return NULL;
}

static void print_row(struct stream *out, const struct command *command)
{
	stream_print(out, "  %s%s%s%s%s\n        %s\n", command->name, command->verb != NULL ? " " : "",
		command->verb != NULL ? command->verb : "", *command->synopsis != '\0' ? " " : "",
		command->synopsis, command->help);
}

static void print_usage(struct stream *out)
{
	stream_print(out,
		"joinery [--data DIR] [OPTION]... COMMAND\n\n"
		"The options before the command, the variables and the file of --config are joineryd's.\n\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		print_row(out, &COMMANDS[i]);
	}
}

bool command_usage(FILE *out)
{
	struct stream *stream = malloc(sizeof *stream);
	if (stream == NULL) {
		return false;
	}
	stream_init(stream, out, -1);
	print_usage(stream);
	stream_flush(stream);
	bool printed = !stream->failed;
	free(stream);
	return printed;
}

enum command_result help_print(struct call *call)
{
	print_usage(call->out);
	return COMMAND_DONE;
}

/* The option's value goes where the row names it. Returns how many words it took; 0: not one of them. */
static int take_option(const struct command *command, struct call *call, int left, char **argv)
{
	for (unsigned i = 0; i < CALL_OPTIONS_MAX && command->options[i] != NULL; i++) {
		const char *option = command->options[i];
		size_t length = strlen(option);
		bool has_value = option[length - 1] == '=';
		if (strncmp(argv[0], option, length) == 0 && (has_value || argv[0][length] == '\0')) {
			call->options[i] = argv[0] + length;
			return 1;
		}
		if (has_value && left > 1 && strlen(argv[0]) == length - 1 &&
			strncmp(argv[0], option, length - 1) == 0) {
			call->options[i] = argv[1];
			return 2;
		}
	}
	return 0;
}

/* False: too few, too many, or unknown words. */
static bool take_words(const struct command *command, struct call *call, int argc, char **argv)
{
	unsigned taken = 0;
	bool options_end = false;
	for (int i = command->verb != NULL ? 2 : 1; i < argc;) {
		if (!options_end && strcmp(argv[i], "--") == 0) {
			options_end = true;
			i++;
		} else if (!options_end && strncmp(argv[i], "--", 2) == 0) {
			int words = take_option(command, call, argc - i, argv + i);
			if (words == 0) {
				return false;
			}
			i += words;
		} else if (taken < command->arguments) {
			call->arguments[taken++] = argv[i++];
		} else {
			return false;
		}
	}
	return taken == command->arguments;
}

static enum command_result run_prepared(const struct command *command, struct call *call)
{
	if (command->need == NEEDS_NOTHING) {
		return command->run(call);
	}
	if (command->need == NEEDS_ROOM && !call_has_room(call)) {
		return COMMAND_REFUSED;
	}
	call->txn = txn_create(call->place->store);
	if (call->txn == NULL) {
		return call_refuse(call, "out of memory");
	}
	enum command_result result = command->run(call);
	txn_destroy(call->txn);
	return result;
}

/* Finds the command and fills in its words. NULL: they are wrong, and that is said. */
static const struct command *understand(struct call *call, int argc, char **argv)
{
	const struct command *command = find_command(argc, argv);
	if (command == NULL) {
		(void)call_refuse(call, "no such command; joinery help lists them");
		return NULL;
	}
	if (!take_words(command, call, argc, argv)) {
		stream_print(call->err, "usage: joinery\n");
		print_row(call->err, command);
		return NULL;
	}
	return command;
}

static struct command_needs needs_of(const struct command *command, const char *file)
{
	bool is_named = file != NULL && strcmp(file, "-") != 0;
	return (struct command_needs){
		.store = command->need != NEEDS_NOTHING,
		.data = command->need == NEEDS_STORE && command->run != import_run,
		.input = is_named && command->run == import_run ? file : NULL,
		.output = is_named && (command->run == export_run || command->run == backup_run) ? file : NULL,
		.output_is_new = command->run == backup_run,
	};
}

bool command_understand(int argc, char **argv, struct command_needs *needs, FILE *err)
{
	struct stream *stream = malloc(sizeof *stream);
	if (stream == NULL) {
		return false;
	}
	stream_init(stream, err, -1);
	struct call call = {.err = stream};
	const struct command *command = understand(&call, argc, argv);
	if (command != NULL) {
		*needs = needs_of(command, call.arguments[0]);
	}
	stream_flush(stream);
	free(stream);
	return command != NULL;
}

static enum command_result run_found(struct call *call, int argc, char **argv)
{
	const struct command *command = understand(call, argc, argv);
	if (command == NULL) {
		return COMMAND_USAGE;
	}
	enum command_result result = run_prepared(command, call);
	stream_flush(call->out);
	if (result == COMMAND_DONE && call->out->failed) {
		return call_refuse(call, "the output could not be written");
	}
	return result;
}

enum command_result command_run_until(
	const struct command_place *place, int argc, char **argv, FILE *in, FILE *out, FILE *err, int stop)
{
	struct stream *streams = malloc(3 * sizeof *streams);
	if (streams == NULL) {
		return COMMAND_REFUSED;
	}
	stream_init(&streams[0], in, stop);
	stream_init(&streams[1], out, stop);
	stream_init(&streams[2], err, stop);
	struct call call = {.place = place, .in = &streams[0], .out = &streams[1], .err = &streams[2]};
	texts_init(&call.texts, NULL, 0);
	enum command_result result = run_found(&call, argc, argv);
	stream_flush(call.err);
	texts_finish(&call.texts);
	free(streams);
	return result;
}

enum command_result command_run(
	const struct command_place *place, int argc, char **argv, FILE *in, FILE *out, FILE *err)
{
	return command_run_until(place, argc, argv, in, out, err, -1);
}
