/* What a trial is made of. Private to the files of trial. */
#ifndef MIGRATE_TRIAL_INSIDE_H
#define MIGRATE_TRIAL_INSIDE_H

#include "admin/command.h"
#include "migrate/trial.h"

#define TRIAL_FOLDER_SIZE 512

struct learned {
	char *alias;
	char *text;
};

/* An application, and the alias of its key. */
struct trial_key {
	uint64_t application_id;
	bool active;
	char alias[ALIAS_SIZE];
};

struct trial {
	struct store *base; /* NULL: nothing lies below */
	struct store *store;
	char folder[TRIAL_FOLDER_SIZE]; /* of our own, to be taken away again; "": none */
	const uint8_t *master_key;
	struct alias_key alias_key;
	struct learned *learned;
	size_t learned_count;
	struct trial_key *keys;
	size_t key_count;
	char *revealed; /* the invite token that was minted last */
};

/* Runs a command of the operator's on the store, at no time and without randomness: the same on every run. */
enum command_result trial_run_command(struct store *store, const uint8_t *master_key, int argc, char **argv, FILE *in,
	FILE *out, FILE *err);

#endif
