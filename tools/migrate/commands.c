/* One table of the commands of migration testing. */
#include "migrate/commands.h"

#include <string.h>

static const struct {
	const char *name;
	const char *usage;
	const char *help;
	int (*run)(const struct options *options, int argc, char **argv);
} commands[] = {
	{"recording", "recording show FILE", "what a recording, a log of nginx or a HAR file holds", migrate_recording},
	{"twin",
		"twin RECORDING --state BACKUP|EXPORT|DIR [--rules FILE] [--html FILE] [--junit FILE] [--json FILE] "
		"[--line N] [--seed S]",
		"ask each recorded call in the other APIs, too, on forks of one state, and compare", migrate_twin},
	{"twin", "twin --generate N [--seed S] [--threads T] [--outcomes FILE] [--world DIR] ...",
		"the same with random calls, which need no recording and no DATA", migrate_twin},
	{"replay", "replay RECORDING --against URL [--against URL] [OPTION]...",
		"send a recording to one or two running servers, and compare what they answer", migrate_replay},
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

bool migrate_knows(const char *name)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(commands[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

int migrate_run(const struct options *options, int argc, char **argv)
{
	size_t i = 0;
	while (strcmp(commands[i].name, argv[0]) != 0) {
		i++;
	}
	return commands[i].run(options, argc, argv);
}

void migrate_help(FILE *out)
{
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		(void)fprintf(out, "  %s\n        %s\n", commands[i].usage, commands[i].help);
	}
}
