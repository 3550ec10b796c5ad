/* The state that calls are tried on: rows in memory over one read transaction on a consistent copy. The
 * copy is never written. */
#ifndef MIGRATE_TRIAL_H
#define MIGRATE_TRIAL_H

#include <stdbool.h>
#include <stdio.h>

#include "http/dialect.h"
#include "model/source.h"
#include "observe/alias.h"
#include "store/store.h"

struct trial;

/* From a backup, an export or a folder DATA that no server has open. NULL: not possible, and `why` says
 * so in one line. `master_key` must outlive it. */
struct trial *trial_open(const char *path, const uint8_t *master_key, char *why, size_t capacity);
/* Over a store that somebody else owns and nobody changes; NULL: an empty state. NULL: out of memory. */
struct trial *trial_over(struct store *base, const uint8_t *master_key);
/* On a copy of a store that is all in memory: for small states and many calls. NULL: out of memory. */
struct trial *trial_on_copy(struct store *of, const uint8_t *master_key);
/* NULL does nothing. */
void trial_close(struct trial *trial);

struct store *trial_store(struct trial *trial);

/* Replaces every secret by its alias: api_keys, tokens, invite codes and addresses, so that a recording's
 * calls work on it as they are. False: the store failed. */
bool trial_alias(struct trial *trial);
/* The same for the token with the highest id, which was made in the trial: by the alias that it had when its call was
 * recorded; of length 0: by its own. */
bool trial_alias_newest_token(struct trial *trial, struct span recorded);
/* Puts a frob there (or the alias of one) that a page gave out behind the state, as if this person had just allowed the
 * application with this api_key (or alias of one) to act. One that is there stays. False: the store failed, or there is
 * no such application or person. `now` in unix seconds. */
bool trial_allow(struct trial *trial, struct span frob, struct span api_key, uint64_t user_id, int64_t now);
/* An api_key that goes with a token (or alias of one): that of the token's application, else of any
 * active one; "": there is none. Valid until the state closes. */
const char *trial_api_key(struct trial *trial, const char *token, size_t length);
/* The group of an invite token by its text; 0: unknown. */
uint64_t trial_group_of_invite(struct trial *trial, const char *text, size_t length);

/* Who asks, and what the group is to them: what prescribed differences depend on. */
struct trial_caller {
	bool is_known; /* by a token that is active */
	bool is_member; /* of the group */
	bool is_manager;
	bool is_operator;
	bool is_suspended;
	bool sees_group;
};

/* By the text of a token (or alias of one) and a group's id, at this time (unix seconds); unknown ones are
 * nothing of it. */
void trial_find_caller(struct trial *trial, struct span token, struct span group, int64_t now,
	struct trial_caller *caller);

enum trial_name {
	TRIAL_GROUP_SLUG,
	TRIAL_USER_SLUG,
	TRIAL_USERNAME,
	TRIAL_USER_OF_TOKEN,
	TRIAL_NAME_COUNT,
};

/* The id of whom or what the word names; 0: nobody and nothing. */
uint64_t trial_find_named(struct trial *trial, enum trial_name kind, struct span word);
/* Whether the token is good, but another application's than the api_key: JSON has none of these. */
bool trial_is_of_another(struct trial *trial, struct span token, struct span api_key);

/* Secrets that were made during the run: from now on `alias` stands for `text`. */
void trial_learn(
	struct trial *trial, const char *alias, size_t alias_length, const char *text, size_t text_length);
/* What an alias stands for: learned, or an invite token of the trial, minted anew. NULL: nothing is known
 * of it. Valid until the next call. */
const char *trial_reveal(struct trial *trial, const char *alias, size_t length);

/* The canonical dump: an export with changes, whose cause (dialect, operation, application) is left out.
 * False: the store failed. */
bool trial_dump(struct store *store, const uint8_t *master_key, FILE *out);
/* Recounts everything. Calls `report` per error; returns how many. */
uint64_t trial_check(struct trial *trial, void (*report)(void *context, const char *line), void *context);

#endif
