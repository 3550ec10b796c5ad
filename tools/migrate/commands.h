/* The commands of migration testing, which joinery's main hands over before it opens any store.
 *
 * Which files hold which idea, in the order of the data flow (a word stands for all files that begin with it):
 *
 *   recording, plain_text   what was asked, read from a recording, an nginx log or a HAR file
 *   call                 a call as no dialect says it, read from one dialect and written in another by a table
 *   stage, http_text     a request through dialect, engine and store in process, at a given moment
 *   trial                the state that is tried: a fork in memory, its secrets replaced by aliases
 *   twin                 one call in every dialect on forks of one state
 *   flatten, plain_text, rows_list   what a side answered and wrote, as items with fields and as rows
 *   compare, outcomes    what differs between two sides, and what the contracts prescribe to differ
 *   walk, reread         what one reply does not show: lists behind their first page, what the API itself says then
 *   step, casting        generated calls: small numbers, and what they mean in a given state
 *   world                the state that generated sequences begin with
 *   generate, play, shrink   sequences of steps, played on two states, and made shorter where they differ
 *   replay               a recording sent to running servers
 *   report, rules, repeat    what was found, what is accepted, and the command that shows it again
 *   arguments, memory, plain_text   of all */
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
