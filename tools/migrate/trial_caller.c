/* Looks at the state itself, past the engine, so that no fault of the engine answers for itself. */
#include <stdio.h>
#include <stdlib.h>

#include "engine/secrets.h"
#include "migrate/trial_inside.h"

#define ID_TEXT_SIZE 24

static uint64_t read_id(struct span text)
{
	char digits[ID_TEXT_SIZE];
	(void)snprintf(digits, sizeof digits, "%.*s", (int)text.length, text.length > 0 ? text.bytes : "");
	return strtoull(digits, NULL, 10); /* what is no number is no group's */
}

void trial_find_caller(
	struct trial *trial, struct span token, struct span group, struct trial_caller *caller)
{
	uint8_t digest[DIGEST_SIZE];
	uint64_t id;
	struct token found;
	struct user user;
	struct texts texts;
	*caller = (struct trial_caller){0};
	struct txn *txn = txn_create(trial->store);
	if (txn == NULL) {
		return;
	}
	secret_digest(token.length > 0 ? token.bytes : "", token.length, digest);
	texts_init(&texts, NULL, 0);
	store_begin(txn, TXN_READ, 0);
	if (store_find_token_id(txn, digest, &id) && store_find_token(txn, id, &texts, &found)) {
		const struct membership membership =
			store_find_membership(txn, read_id(group), found.user_id);
		caller->is_member = membership.state == STATE_MEMBER;
		caller->is_operator = found.scope == SCOPE_OPERATOR;
		caller->is_suspended = store_find_user(txn, found.user_id, &texts, &user) && !user.active;
	}
	store_abandon(txn);
	texts_finish(&texts);
	txn_destroy(txn);
}
