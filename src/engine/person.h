/* What adding and changing people has in common for the operations and the operator's commands. */
#ifndef ENGINE_PERSON_H
#define ENGINE_PERSON_H

#include "model/source.h"
#include "store/store.h"

/* The slug that a person gets for good, added to `texts`: `wanted` (made from the username), or one with a random
 * end where that is empty, a word of the paths or taken. */
struct text person_choose_slug(
	struct txn *txn, const char *wanted, const uint8_t seed[SEED_SIZE], struct texts *texts);

/* Whether the id is somebody's, erased people included: they are not found, and their ids never free. */
bool person_exists(struct txn *txn, uint64_t id);

/* A person's active token. */
bool person_find_token(
	struct txn *txn, uint64_t user_id, uint64_t token_id, struct texts *texts, struct token *found);

#endif
