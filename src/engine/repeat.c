/* Replies are kept without their secrets, which derive again from what the replies say: an invite token from its
 * record's fields, a person's token from its id. Of people they say what was true then, save of those who were
 * erased since. */
#include "engine/repeat.h"

#include <string.h>

#include "engine/invite_token.h"
#include "engine/secrets.h"

/* A key belongs to the token it came with; who has none repeats nothing. */
static bool is_asked(const struct rule *rule)
{
	return rule->request->idempotency.given && rule->resolved.token_found && rule->reply->token_id != 0 &&
	       operation_changes(rule->request->operation);
}

static struct kept name_kept(const struct rule *rule)
{
	const struct idempotency *asked = &rule->request->idempotency;
	struct kept kept = {.token_id = rule->resolved.token_id, .at = store_now(rule->txn)};
	memcpy(kept.key, asked->key, sizeof kept.key);
	memcpy(kept.fingerprint, asked->fingerprint, sizeof kept.fingerprint);
	return kept;
}

static void derive_secrets(struct rule *rule)
{
	struct reply *reply = rule->reply;
	if ((reply->items & REPLY_MACAROON) != 0) {
		const char *identifier = reply_text(reply, reply->invite_token.identifier);
		invite_token_reply_macaroon(rule, &reply->invite_token, identifier);
	}
	if ((reply->items & REPLY_USER_TOKEN) != 0 && (reply->items & REPLY_SECRET) != 0) {
		char secret[USER_TOKEN_SIZE + 1];
		secret_user_token(rule->circumstances->master_key, reply->user_token.id, secret);
		rule_reply_secret(rule, secret);
		secret_forget(secret, sizeof secret);
	}
}

/* Leaves what is left of somebody erased: id and slug. */
static void forget_erased(struct rule *rule, struct user *user)
{
	struct user there;
	if (user->id == 0 || store_find_user(rule->txn, user->id, NULL, &there)) {
		return;
	}
	*user = (struct user){
		.id = user->id,
		.erased = true,
		.slug = user->slug,
		.created_at = user->created_at,
		.updated_at = user->updated_at,
	};
}

static void forget_all_erased(struct rule *rule)
{
	struct reply *reply = rule->reply;
	struct user *const people[] = {&reply->group.owner, &reply->member.user, &reply->invite_token_by,
		&reply->standing.user, &reply->standing.by, &reply->invitation.invitee, &reply->invitation.by,
		&reply->user};
	for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
		forget_erased(rule, people[i]);
	}
	if (reply->member.user.erased) {
		reply->note.words = (struct text){0}; /* theirs, or about them */
	}
	if (reply->standing.user.erased) {
		reply->standing.note.words = (struct text){0};
	}
}

enum outcome repeat_find(struct rule *rule)
{
	if (!is_asked(rule)) {
		return OUTCOME_NONE;
	}
	struct reply *reply = rule->reply;
	const uint64_t token_id = reply->token_id;
	const uint64_t application_id = reply->application_id;
	struct kept kept = name_kept(rule);
	bool same = false;
	if (!store_find_kept_reply(rule->txn, &kept, &same, reply)) {
		return OUTCOME_NONE;
	}
	reply->token_id = token_id;
	reply->application_id = application_id;
	if (!same) {
		return OUTCOME_IDEMPOTENCY_MISMATCH;
	}
	derive_secrets(rule);
	forget_all_erased(rule);
	reply->replayed = true;
	return rule_lacks_memory(rule) ? OUTCOME_BUSY : reply->outcome;
}

void repeat_keep(struct rule *rule, uint64_t before)
{
	if (!is_asked(rule) || rule->reply->replayed || store_write_count(rule->txn) == before) {
		return;
	}
	const struct kept kept = name_kept(rule);
	store_keep_reply(rule->txn, &kept, rule->reply);
}
