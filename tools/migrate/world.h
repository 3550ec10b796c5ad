/* The people, applications and groups with which every generated sequence begins. */
#ifndef MIGRATE_WORLD_H
#define MIGRATE_WORLD_H

#include <stdint.h>

#include "model/source.h"
#include "store/store.h"

#define WORLD_START ((int64_t)1736937000) /* 2025-01-15T10:30:00Z: when it begins, where nobody says otherwise */
#define WORLD_PUBLIC_URL "http://localhost:8080"
#define WORLD_GROUPS_PER_USER_MAX 4 /* few, so that the limit is met */
#define WORLD_PEOPLE 20
#define WORLD_FIRST_SUSPENDED 18 /* this one and the next */
#define WORLD_OPERATOR 20
#define WORLD_GROUPS 6
#define WORLD_TOKENS ((uint64_t)WORLD_PEOPLE * 5) /* of people */
#define WORLD_FROBS 16
#define WORLD_TOKENS_PER_GROUP 2 /* invite tokens, in the order of the groups */

/* The master key of all generated runs: bytes 0 to 31. Nothing that it protects exists elsewhere. */
extern const uint8_t world_master_key[MASTER_KEY_SIZE];

#define WORLD_WORD_SIZE 32
/* Secrets of the world, which are none: "personal-07", "key-1". */
void world_write_token(char word[WORLD_WORD_SIZE], unsigned choice, uint64_t person);
void world_write_api_key(char word[WORLD_WORD_SIZE], unsigned choice);
/* "frob-3"; those below WORLD_FROBS are good for ten days, every other one for the second application only.
 * */
void world_write_frob(char word[WORLD_WORD_SIZE], unsigned number);

/* Imports the world into an empty store, as it is at `start`, unix seconds. False: not possible (out of
 * memory). */
bool world_make(struct store *store, int64_t start);

#endif
