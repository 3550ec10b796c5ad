/* A group's one invite code: shown, made, taken back. A code that was taken back never works again. */
#include "engine/operations.h"

#include <string.h>

#include "engine/secrets.h"
#include "engine/version.h"

/* Puts the invite, whose texts are the reply's, beside its group. */
static void reply_invite(struct rule *rule)
{
	rule_reply_group(rule);
	rule->reply->items |= REPLY_INVITE;
	rule->reply->version = version_of_invite(&rule->reply->invite);
}

static bool find_invite(struct rule *rule)
{
	return store_find_invite(
		rule->txn, rule->resolved.group.id, &rule->reply->texts, &rule->reply->invite);
}

enum outcome invite_code_show(struct rule *rule)
{
	if (!find_invite(rule)) {
		return OUTCOME_NO_INVITE;
	}
	reply_invite(rule);
	return OUTCOME_OK;
}

enum outcome invite_code_create(struct rule *rule)
{
	if (find_invite(rule)) {
		reply_invite(rule);
		return rule_lacks_memory(rule) ? OUTCOME_BUSY : OUTCOME_INVITE_EXISTS;
	}
	char code[CODE_SIZE + 1];
	secret_code(rule->circumstances->seed, code);
	struct texts *scratch = rule->circumstances->scratch;
	struct invite invite = {
		.group_id = rule->resolved.group.id,
		.created_at = store_now(rule->txn),
		.code = texts_add(scratch, code, CODE_SIZE),
	};
	rule->reply->invite = invite;
	rule->reply->invite.code = rule_show_text(rule, invite.code);
	reply_invite(rule);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	uint8_t digest[DIGEST_SIZE];
	secret_digest(code, CODE_SIZE, digest);
	invite.id = store_next_id(rule->txn, COUNTER_INVITE);
	rule->reply->invite.id = invite.id;
	rule->reply->version = version_of_invite(&invite);
	store_put_invite(rule->txn, &invite, scratch, digest);
	(void)rule_append_change(rule, &(struct change){.type = CHANGE_INVITE_CREATED});
	return OUTCOME_INVITE_CREATED;
}

enum outcome invite_code_delete(struct rule *rule)
{
	struct invite invite;
	bool found =
		store_find_invite(rule->txn, rule->resolved.group.id, rule->circumstances->scratch, &invite);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	if (found) {
		store_delete_invite(rule->txn, rule->resolved.group.id);
		(void)rule_append_change(rule, &(struct change){.type = CHANGE_INVITE_DELETED});
	}
	return OUTCOME_INVITE_DELETED;
}
