/* Adding a person under an id that others know, and changing one: only what is given changes. */
#include "engine/operations.h"

#include <assert.h>
#include <string.h>

#include "engine/person.h"
#include "model/limits.h"

/* Answers the bits of what is different now. */
static uint32_t take_fields(struct rule *rule, struct user *user)
{
	const struct request *request = rule->request;
	uint32_t changed = rule_take_text(rule, GIVEN_USERNAME, request->username, &user->username);
	if ((changed & GIVEN_USERNAME) != 0) {
		memcpy(user->username_fold, request->name_fold, sizeof user->username_fold);
		memcpy(user->username_order, request->name_order, sizeof user->username_order);
	}
	changed |= rule_take_text(rule, GIVEN_NAME, request->name, &user->name);
	changed |= rule_take_text(rule, GIVEN_EMAIL, request->email, &user->email);
	changed |= rule_take_text(rule, GIVEN_AVATAR_URL, request->avatar_url, &user->avatar_url);
	changed |= rule_take_text(rule, GIVEN_URL, request->url, &user->url);
	changed |= rule_take_text(rule, GIVEN_ZIP, request->zip, &user->zip);
	if ((request->given & GIVEN_ACTIVE) != 0 && request->active != user->active) {
		user->active = request->active;
		changed |= GIVEN_ACTIVE;
	}
	return changed;
}

/* What must be one person's alone. */
static enum outcome check_names(struct rule *rule, const struct user *user)
{
	uint64_t holder;
	if (store_find_user_id_by_fold(rule->txn, user->username_fold, &holder) && holder != user->id) {
		return rule_refuse(rule, OUTCOME_DUPLICATE_NAME, "username");
	}
	const char *email = texts_get(rule->circumstances->scratch, user->email);
	if (user->email.length > 0 && store_find_user_id_by_email(rule->txn, email, &holder) &&
		holder != user->id) {
		return rule_refuse(rule, OUTCOME_DUPLICATE_NAME, "email");
	}
	return OUTCOME_NONE;
}

static void reply_user(struct rule *rule, const struct user *user)
{
	struct user *shown = &rule->reply->user;
	*shown = *user;
	shown->username = rule_show_text(rule, user->username);
	shown->name = rule_show_text(rule, user->name);
	shown->slug = rule_show_text(rule, user->slug);
	shown->email = rule_show_text(rule, user->email);
	shown->url = rule_show_text(rule, user->url);
	shown->zip = rule_show_text(rule, user->zip);
	shown->avatar_url = rule_show_text(rule, user->avatar_url);
	rule->reply->version = user->version;
	rule->reply->items |= REPLY_USER | REPLY_USER_WHOLE;
}

/* Each kind of what happened is a change of its own. */
static void append_changes(struct rule *rule, struct user *user, bool is_new, uint32_t changed)
{
	struct change change = {.user_id = user->id};
	if (is_new) {
		change.type = CHANGE_USER_ADDED;
		user->version = rule_append_change(rule, &change);
	} else if ((changed & ~(uint32_t)GIVEN_ACTIVE) != 0) {
		change.type = CHANGE_USER_CHANGED;
		change.fields = changed & ~(uint32_t)GIVEN_ACTIVE;
		user->version = rule_append_change(rule, &change);
	}
	if ((changed & GIVEN_ACTIVE) != 0) {
		change.type = user->active ? CHANGE_USER_ACTIVATED : CHANGE_USER_SUSPENDED;
		change.fields = 0;
		user->version = rule_append_change(rule, &change);
	}
}

static void write(struct rule *rule, struct user *user, bool is_new, uint32_t changed)
{
	append_changes(rule, user, is_new, changed);
	if (is_new) {
		store_raise_counter(rule->txn, COUNTER_USER, user->id + 1);
	}
	store_put_user(rule->txn, user, rule->circumstances->scratch);
	if ((changed & GIVEN_EMAIL) != 0 && user->email.length > 0) {
		const struct change cause = rule_cause(rule);
		engine_adopt_invitations(rule->txn, user, rule->circumstances->options, &cause,
			rule->circumstances->scratch);
	}
	rule->reply->version = rule->reply->user.version = user->version;
}

static enum outcome add(struct rule *rule, uint64_t id)
{
	const struct request *request = rule->request;
	struct user user = {.id = id, .active = true};
	if (request->user.kind != REFERENCE_ID || person_exists(rule->txn, id)) {
		return OUTCOME_USER_NOT_FOUND;
	}
	if ((request->given & GIVEN_USERNAME) == 0) {
		return rule_refuse(rule, OUTCOME_PARAMETER_MISSING, "username");
	}
	assert(id <= ID_MAX);
	uint32_t changed = take_fields(rule, &user);
	enum outcome refused = check_names(rule, &user);
	if (refused != OUTCOME_NONE) {
		return refused;
	}
	user.created_at = user.updated_at = store_now(rule->txn);
	user.slug = person_choose_slug(rule->txn, request_text(request, request->slug),
		rule->circumstances->seed, rule->circumstances->scratch);
	reply_user(rule, &user);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	write(rule, &user, true, changed);
	return OUTCOME_USER_ADDED;
}

static enum outcome change(struct rule *rule, struct user *user)
{
	uint32_t changed = take_fields(rule, user);
	/* Who suspends oneself by mistake could not take it back. */
	if ((changed & GIVEN_ACTIVE) != 0 && user->id == rule->resolved.caller.id) {
		return rule_refuse(rule, OUTCOME_UNACCEPTABLE_VALUE, "active");
	}
	enum outcome refused = check_names(rule, user);
	if (refused != OUTCOME_NONE) {
		return refused;
	}
	if (changed != 0) {
		user->updated_at = store_now(rule->txn);
	}
	reply_user(rule, user);
	if (rule_lacks_memory(rule)) {
		return OUTCOME_BUSY;
	}
	if (changed != 0) {
		write(rule, user, false, changed);
	}
	return OUTCOME_USER_CHANGED;
}

enum outcome user_put_execute(struct rule *rule)
{
	uint64_t id = 0;
	struct user user;
	if (!rule_find_user_id(rule, &id)) {
		return OUTCOME_USER_NOT_FOUND;
	}
	if (!store_find_user(rule->txn, id, rule->circumstances->scratch, &user)) {
		return add(rule, id);
	}
	return change(rule, &user);
}

bool user_version(struct rule *rule, uint64_t *version)
{
	uint64_t id = 0;
	struct user user;
	if (!rule_find_user_id(rule, &id) || !store_find_user(rule->txn, id, NULL, &user)) {
		return false;
	}
	*version = user.version;
	return true;
}
