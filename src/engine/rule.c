/* What operations have in common: refusals, texts on their way, replies, change records. */
#include "engine/rule.h"

#include <stdio.h>
#include <string.h>

#include "engine/secrets.h"
#include "model/limits.h"

enum outcome rule_refuse(struct rule *rule, enum outcome outcome, const char *field)
{
	(void)snprintf(rule->reply->field, sizeof rule->reply->field, "%s", field);
	return outcome;
}

bool rule_lacks_memory(const struct rule *rule)
{
	return rule->circumstances->scratch->failed || rule->reply->texts.failed;
}

bool rule_reads_as_manager(const struct rule *rule)
{
	return rule->caller_known && rule->resolved.token_scope == SCOPE_OPERATOR &&
	       !operation_changes(rule->request->operation);
}

bool rule_is_for_manager(const struct rule *rule)
{
	const struct membership *membership = &rule->resolved.membership;
	bool manages = membership->state == STATE_MEMBER && membership->role >= ROLE_ADMIN;
	return manages || rule_reads_as_manager(rule);
}

bool rule_cursor_fits(const struct rule *rule, uint64_t of)
{
	return (rule->request->given & GIVEN_AFTER) == 0 || rule->request->listing.after.of == of;
}

bool rule_hides_people(const struct rule *rule)
{
	const struct resolved *resolved = &rule->resolved;
	return resolved->group.is_private && resolved->membership.state != STATE_MEMBER &&
	       !rule_reads_as_manager(rule);
}

bool rule_find_user_id(struct rule *rule, uint64_t *user_id)
{
	const struct reference *user = &rule->request->user;
	switch (user->kind) {
	case REFERENCE_ID:
		*user_id = user->id;
		return true;
	case REFERENCE_CALLER:
		*user_id = rule->resolved.caller.id;
		return rule->caller_known;
	case REFERENCE_SLUG:
		return store_find_user_id_by_slug(
			rule->txn, request_text(rule->request, user->slug), user_id);
	case REFERENCE_NONE:
	case REFERENCE_MALFORMED:
		break;
	}
	return false;
}

struct text rule_keep_text(struct rule *rule, struct text given)
{
	return texts_add(rule->circumstances->scratch, request_text(rule->request, given), given.length);
}

struct text rule_show_text(struct rule *rule, struct text kept)
{
	return texts_add(&rule->reply->texts, texts_get(rule->circumstances->scratch, kept), kept.length);
}

uint32_t rule_take_text(struct rule *rule, enum given field, struct text given, struct text *text)
{
	const char *old = texts_get(rule->circumstances->scratch, *text);
	bool same = given.length == text->length &&
		    memcmp(request_text(rule->request, given), old, given.length) == 0;
	if ((rule->request->given & (uint32_t)field) == 0 || same) {
		return 0;
	}
	*text = rule_keep_text(rule, given);
	return (uint32_t)field;
}

void rule_load_description(struct rule *rule)
{
	struct group *group = &rule->resolved.group;
	group->description = store_group_description(rule->txn, group->id, rule->circumstances->scratch);
}

void rule_reply_group(struct rule *rule)
{
	struct group_view *view = &rule->reply->group;
	const struct group *group = &rule->resolved.group;
	view->group = *group;
	view->group.name = rule_show_text(rule, group->name);
	view->group.slug = rule_show_text(rule, group->slug);
	view->group.avatar_url = rule_show_text(rule, group->avatar_url);
	view->group.description = rule_show_text(rule, group->description);
	(void)store_find_user(rule->txn, group->owner_id, &rule->reply->texts, &view->owner);
	view->member_count = store_count_members(rule->txn, group->id);
	view->caller = rule->resolved.membership;
	view->caller_known = rule->caller_known;
	rule->reply->items |= REPLY_GROUP;
}

void rule_reply_caller(struct rule *rule, const struct membership *membership)
{
	struct member_view *view = &rule->reply->member;
	(void)store_find_user(rule->txn, rule->resolved.caller.id, &rule->reply->texts, &view->user);
	view->membership = *membership;
	rule->reply->items |= REPLY_MEMBER;
}

void rule_update_reply(struct rule *rule, const struct membership *membership)
{
	struct group_view *view = &rule->reply->group;
	view->member_count = store_count_members(rule->txn, view->group.id);
	view->caller = *membership;
}

/* Who manages the group sees its code, too. */
static void reply_invite_to_manager(struct rule *rule)
{
	struct reply *reply = rule->reply;
	if (rule_is_for_manager(rule) &&
		store_find_invite(rule->txn, rule->resolved.group.id, &reply->texts, &reply->invite)) {
		reply->items |= REPLY_INVITE;
	}
}

void rule_reply_list(struct rule *rule)
{
	rule->reply->items |= REPLY_PAGE;
	if (!rule->resolved.group_found) {
		return;
	}
	rule_reply_group(rule);
	if (rule->request->dialect == DIALECT_PAGE) {
		rule_reply_form(rule);
		reply_invite_to_manager(rule);
	}
}

enum outcome rule_list(struct rule *rule, uint64_t of, list_verb *list)
{
	const struct request *request = rule->request;
	if (!rule_cursor_fits(rule, of)) {
		return rule_refuse(rule, OUTCOME_INVALID_PARAMETER, "after");
	}
	list(rule->txn, of, &request->listing, (request->given & GIVEN_AFTER) != 0, rule->page);
	rule_reply_list(rule);
	return OUTCOME_OK;
}

void rule_reply_visitor(struct rule *rule)
{
	if (rule->caller_known) {
		(void)store_find_user(
			rule->txn, rule->resolved.caller.id, &rule->reply->texts, &rule->reply->user);
		rule->reply->items |= REPLY_USER;
	}
}

void rule_reply_secret(struct rule *rule, const char *secret)
{
	rule->reply->secret = texts_add(&rule->reply->texts, secret, strlen(secret));
	rule->reply->items |= REPLY_SECRET;
}

void rule_reply_form(struct rule *rule)
{
	rule_reply_visitor(rule);
	if (!rule->request->session.given) {
		char cookie[SESSION_SIZE + 1];
		secret_session(rule->circumstances->seed, cookie);
		rule_reply_secret(rule, cookie);
		secret_forget(cookie, sizeof cookie);
	}
}

void rule_note_session(struct rule *rule)
{
	struct session *session = &rule->resolved.session;
	int64_t now = store_now(rule->txn);
	if (rule->caller_known && rule->resolved.session_found &&
		now - session->seen_at >= SESSION_SEEN_EVERY_S) {
		session->seen_at = now;
		store_put_session(rule->txn, session);
	}
}

struct change rule_cause(const struct rule *rule)
{
	const struct resolved *resolved = &rule->resolved;
	struct change cause = {
		.dialect = rule->request->dialect,
		.operation = rule->request->operation,
		.application_id = resolved->application_found ? resolved->application_id
							      : resolved->token_application_id,
		.request_id = rule->request_id,
	};
	secret_request_key(rule->circumstances->seed, cause.request_key);
	return cause;
}

uint64_t rule_append_change(struct rule *rule, const struct change *what)
{
	struct change change = rule_cause(rule);
	change.at = store_now(rule->txn);
	change.type = what->type;
	change.group_id = rule->resolved.group.id;
	change.user_id = what->user_id;
	change.actor_id = rule->resolved.caller.id;
	change.before = what->before;
	change.after = what->after;
	change.fields = what->fields;
	change.reference = what->reference;
	return store_append_change(rule->txn, &change, rule->circumstances->scratch);
}
