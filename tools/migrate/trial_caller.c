/* Looks at the state itself, past the engine, so that no fault of the engine answers for itself. */
#include "engine/secrets.h"
#include "migrate/trial_inside.h"
#include "text/check.h"

/* A token that is active, and so is its application if it has one. */
static bool is_active(struct txn *txn, const struct token *token, struct texts *texts)
{
	struct application application = {.active = token->application_id == 0};
	(void)store_find_application(txn, token->application_id, texts, &application); /* else it is as it stands */
	return token->active && application.active;
}

static void find_group(
	struct txn *txn, uint64_t id, uint64_t user_id, struct texts *texts, struct trial_caller *caller)
{
	struct group group;
	if (!store_find_group(txn, id, texts, &group)) {
		return;
	}
	const struct membership membership = store_find_membership(txn, id, user_id);
	caller->owner_id = group.owner_id;
	caller->is_member = membership.state == STATE_MEMBER;
	caller->is_manager = caller->is_member && membership.role >= ROLE_ADMIN;
	caller->sees_group = !group.is_private || caller->is_operator || caller->is_member ||
			     membership.state == STATE_REQUESTED || membership.state == STATE_INVITED;
}

void trial_find_caller(struct trial *trial, struct span token, struct span group, int64_t now,
	struct trial_caller *caller)
{
	uint8_t digest[DIGEST_SIZE];
	uint64_t id;
	struct token found = {0};
	struct user user;
	struct texts texts;
	*caller = (struct trial_caller){0};
	struct txn *txn = txn_create(trial->store);
	if (txn == NULL) {
		return;
	}
	secret_digest(token.length > 0 ? token.bytes : "", token.length, digest);
	texts_init(&texts, NULL, 0);
	store_begin(txn, TXN_READ, now);
	if (store_find_token_id(txn, digest, &id) && store_find_token(txn, id, &texts, &found)) {
		caller->is_known = is_active(txn, &found, &texts);
		caller->is_operator = found.scope == SCOPE_OPERATOR;
		caller->is_suspended = store_find_user(txn, found.user_id, &texts, &user) && !user.active;
	}
	if (group.length > 0 && text_read_id(group.bytes, group.length, &id)) {
		find_group(txn, id, found.user_id, &texts, caller);
	}
	store_abandon(txn);
	texts_finish(&texts);
	txn_destroy(txn);
}
