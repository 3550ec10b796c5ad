/* The commands of migration testing, which joinery's main hands over before it opens any store. */
#ifndef MIGRATE_COMMANDS_H
#define MIGRATE_COMMANDS_H

#include <stdbool.h>
#include <stdio.h>

#include "options.h"

/* Whether the first word is one of them. */
bool migrate_knows(const char *name);
/* Runs it; `argv[0]` is its name. Returns the program's exit status, of enum migrate_exit. */
int migrate_run(const struct options *options, int argc, char **argv);
/* One line for each, for the program's help. */
void migrate_help(FILE *out);

/* recording show FILE: what is in it. */
int migrate_recording(const struct options *options, int argc, char **argv);
/* twin RECORDING: compares each call with its twins in the other dialects. */
int migrate_twin(const struct options *options, int argc, char **argv);
/* twin --generate N: the same for generated calls; whether the words ask for it. */
bool generate_is_asked(int argc, char **argv);
int migrate_generate(int argc, char **argv);
/* replay RECORDING --against URL: sends it to running servers and compares. */
int migrate_replay(const struct options *options, int argc, char **argv);

#endif
