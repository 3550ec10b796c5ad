/* People's slugs, ids and tokens. */
#include "engine/person.h"

#include <stdio.h>
#include <string.h>

#include "engine/secrets.h"
#include "model/limits.h"

#define SLUG_OF_NOBODY "user"

struct text person_choose_slug(
	struct txn *txn, const char *wanted, const uint8_t seed[SEED_SIZE], struct texts *texts)
{
	uint64_t holder;
	if (*wanted != '\0' && !slug_is_reserved(wanted) && !store_find_user_id_by_slug(txn, wanted, &holder)) {
		return texts_add(texts, wanted, strlen(wanted));
	}
	char end[SLUG_RANDOM_SIZE + 1];
	char slug[SLUG_SIZE_MAX + 1];
	secret_slug_suffix(seed, end);
	(void)snprintf(slug, sizeof slug, "%.*s-%s", SLUG_BASE_SIZE_MAX, *wanted != '\0' ? wanted : SLUG_OF_NOBODY,
		end);
	return texts_add(texts, slug, strlen(slug));
}

bool person_exists(struct txn *txn, uint64_t id)
{
	struct user user;
	return id > 0 && store_next_user(txn, id - 1, NULL, &user) && user.id == id;
}

bool person_find_token(
	struct txn *txn, uint64_t user_id, uint64_t token_id, struct texts *texts, struct token *found)
{
	return store_find_token(txn, token_id, texts, found) && found->user_id == user_id && found->active;
}
