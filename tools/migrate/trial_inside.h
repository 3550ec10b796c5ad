/* What a state is made of. Private to the files of state. */
#ifndef MIGRATE_TRIAL_INSIDE_H
#define MIGRATE_TRIAL_INSIDE_H

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

#endif
