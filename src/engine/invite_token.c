/* Invite tokens: minting, listing, revoking, and judging one that is presented. */
#include "engine/invite_token.h"

#include <assert.h>
#include <string.h>

#include "engine/operations.h"
#include "engine/secrets.h"
#include "model/limits.h"

/* --- judging */

const char *invite_token_read(const struct request *request, struct macaroon *macaroon)
{
	if (!macaroon_read(request_text(request, request->invite), request->invite.length, macaroon)) {
		return NULL;
	}
	/* The line feed of the packet stands behind the identifier: nobody needs it any more. */
	char *identifier = (char *)macaroon->bytes + macaroon->identifier.offset;
	identifier[macaroon->identifier.length] = '\0';
	return strlen(identifier) == macaroon->identifier.length ? identifier : NULL;
}

enum invite_verdict invite_token_judge(const struct rule *rule, const struct macaroon *macaroon)
{
	const struct invite_token *record = &rule->resolved.invite_token;
	const char *identifier = (const char *)macaroon->bytes + macaroon->identifier.offset;
	uint8_t root_key[32];
	secret_root_key(rule->circumstances->master_key, identifier, root_key);
	bool genuine = macaroon_verify(macaroon, root_key, sizeof root_key);
	secret_forget(root_key, sizeof root_key);
	if (!genuine || !rule->resolved.invite_token_found) {
		return INVITE_VERDICT_BAD;
	}
	const struct macaroon_context context = {
		.now = store_now(rule->txn),
		.user_id = rule->resolved.caller.id,
		.group_id = record->group_id,
	};
	if (record->expires_at <= context.now || !macaroon_caveats_hold(macaroon, &context)) {
		return INVITE_VERDICT_BAD;
	}
	return record->revoked || record->uses_left == 0 ? INVITE_VERDICT_SPENT : INVITE_VERDICT_VALID;
}

void invite_token_spend(struct rule *rule)
{
	struct invite_token *record = &rule->resolved.invite_token;
	record->uses_left--;
	store_put_invite_token(rule->txn, record, rule->circumstances->scratch);
}

/* --- minting */

void invite_token_reply_macaroon(struct rule *rule, const struct invite_token *record, const char *identifier)
{
	char macaroon[MACAROON_SIZE_MAX + 1];
	size_t length = secret_macaroon(rule->circumstances->master_key, record, identifier, macaroon);
	rule->reply->macaroon = texts_add(&rule->reply->texts, macaroon, length);
	rule->reply->items |= REPLY_MACAROON;
	secret_forget(macaroon, sizeof macaroon);
}

static void reply_record(struct rule *rule, const struct invite_token *record)
{
	struct reply *reply = rule->reply;
	reply->invite_token = *record;
	reply->invite_token.identifier = rule_show_text(rule, record->identifier);
	(void)store_find_user(rule->txn, record->by, &reply->texts, &reply->invite_token_by);
	reply->items |= REPLY_INVITE_TOKEN;
}

static struct invite_token make_record(struct rule *rule, uint64_t user_id)
{
	const struct request *request = rule->request;
	char identifier[IDENTIFIER_SIZE + 1];
	secret_identifier(rule->circumstances->seed, identifier);
	return (struct invite_token){
		.group_id = rule->resolved.group.id,
		.by = rule->resolved.caller.id,
		.created_at = store_now(rule->txn),
		.expires_at = store_now(rule->txn) + request->expires_in_s,
		.max_uses = (uint32_t)request->max_uses,
		.uses_left = (uint32_t)request->max_uses,
		.user_id = user_id,
		.identifier = texts_add(rule->circumstances->scratch, identifier, IDENTIFIER_SIZE),
	};
}

enum outcome invite_token_mint(struct rule *rule)
{
	const struct request *request = rule->request;
	assert(request->expires_in_s >= 1 && request->expires_in_s <= INVITE_EXPIRES_IN_S_MAX);
	assert(request->max_uses >= 1 && request->max_uses <= INVITE_USES_MAX);
	uint64_t user_id = 0;
	struct user user;
	bool personal = (request->given & GIVEN_USER_ID) != 0;
	if (personal && (!rule_find_user_id(rule, &user_id) ||
				!store_find_user(rule->txn, user_id, rule->circumstances->scratch, &user))) {
		return rule_refuse(rule, OUTCOME_USER_UNACCEPTABLE, "user_id");
	}
	struct invite_token record = make_record(rule, user_id);
	rule_reply_group(rule);
	reply_record(rule, &record);
	invite_token_reply_macaroon(rule, &record, texts_get(rule->circumstances->scratch, record.identifier));
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	record.id = store_next_id(rule->txn, COUNTER_INVITE_TOKEN);
	rule->reply->invite_token.id = rule->reply->version = record.id;
	store_put_invite_token(rule->txn, &record, rule->circumstances->scratch);
	(void)rule_append_change(rule, &(struct change){.type = CHANGE_TOKEN_MINTED, .reference = record.id});
	return OUTCOME_TOKEN_MINTED;
}

/* --- listing and revoking */

enum outcome invite_token_list(struct rule *rule)
{
	return rule_list(rule, rule->resolved.group.id, store_list_invite_tokens);
}

/* The group's own, not past its end: the one that the path names. */
static bool find_record(struct rule *rule, struct invite_token *record)
{
	return store_find_invite_token(
		       rule->txn, rule->request->item_id, rule->circumstances->scratch, record) &&
	       record->group_id == rule->resolved.group.id && record->expires_at > store_now(rule->txn);
}

/* One that is used up is still shown, as such. */
enum outcome invite_token_get(struct rule *rule)
{
	struct invite_token record;
	if (!find_record(rule, &record) || record.revoked) {
		return OUTCOME_INVITE_TOKEN_NOT_FOUND;
	}
	rule_reply_group(rule);
	reply_record(rule, &record);
	rule->reply->version = record.id;
	return OUTCOME_OK;
}

/* Joins that spend a token are no edits of it, so its id is its version. */
bool invite_token_version(struct rule *rule, uint64_t *version)
{
	struct invite_token record;
	if (!find_record(rule, &record)) {
		return false;
	}
	*version = record.id;
	return true;
}

enum outcome invite_token_revoke(struct rule *rule)
{
	struct texts *scratch = rule->circumstances->scratch;
	struct invite_token record;
	if (!find_record(rule, &record)) {
		return OUTCOME_INVITE_TOKEN_NOT_FOUND;
	}
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	if (!record.revoked) {
		record.revoked = true;
		store_put_invite_token(rule->txn, &record, scratch);
		(void)rule_append_change(
			rule, &(struct change){.type = CHANGE_TOKEN_REVOKED, .reference = record.id});
	}
	return OUTCOME_TOKEN_REVOKED;
}
