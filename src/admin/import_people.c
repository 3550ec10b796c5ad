/* Lines of applications, people, their tokens, and groups. */
#include <stdio.h>
#include <string.h>

#include "admin/import_kinds.h"
#include "admin/people.h"
#include "model/limits.h"
#include "text/fold.h"

bool import_find_application(struct import_state *state, const struct import_line *line)
{
	uint64_t id;
	return store_find_application_id(state->txn, line->application.api_key_digest, &id) &&
	       store_find_application(state->txn, id, &state->stored_texts, &state->stored.application);
}

const char *import_put_application(struct import_state *state, struct import_line *line)
{
	struct application *application = &line->application;
	struct application other;
	if (application->id != 0 &&
		store_find_application(state->txn, application->id, &state->scratch, &other)) {
		return "another application has this id";
	}
	application->id = import_take_id(state, COUNTER_APPLICATION, application->id);
	application->created_at = import_time_or_now(state, line, "created_at", application->created_at);
	store_put_application(state->txn, application, &state->texts);
	return NULL;
}

bool import_find_user(struct import_state *state, const struct import_line *line)
{
	struct user *stored = &state->stored.user; /* erased people, too */
	return store_next_user(state->txn, line->user.id - 1, &state->stored_texts, stored) &&
	       stored->id == line->user.id;
}

typedef bool slug_finder(struct txn *txn, const char *slug, uint64_t *found);

struct slug_request {
	struct text name;
	const char *prefix; /* "user-" */
	uint64_t id;
	slug_finder *find;
};

/* The slug that a name gives; where it is taken or empty the id makes up for it. */
static const char *make_slug(
	struct import_state *state, const struct slug_request *request, struct text *slug)
{
	char base[SLUG_SIZE_MAX + 1];
	char made[SLUG_SIZE_MAX + 1];
	uint64_t other;
	if (!fold_slug(
		    texts_get(&state->texts, request->name), request->name.length, request->prefix, base)) {
		return IMPORT_OUT_OF_MEMORY;
	}
	if (base[0] == '\0') {
		(void)snprintf(made, sizeof made, "%s%llu", request->prefix, (unsigned long long)request->id);
	} else if (slug_is_reserved(base) || request->find(state->txn, base, &other)) {
		(void)snprintf(made, sizeof made, "%.*s-%llu", SLUG_BASE_SIZE_MAX, base,
			(unsigned long long)request->id);
	} else {
		memcpy(made, base, sizeof made);
	}
	if (request->find(state->txn, made, &other)) {
		return "its slug is taken";
	}
	*slug = texts_add(&state->texts, made, strlen(made));
	return NULL;
}

/* The slug of the line is free, or one is made. */
static const char *take_slug(
	struct import_state *state, const struct slug_request *request, struct text *slug)
{
	uint64_t other;
	if (slug->length == 0) {
		return make_slug(state, request, slug);
	}
	return request->find(state->txn, texts_get(&state->texts, *slug), &other) ? "its slug is taken"
										  : NULL;
}

const char *import_put_user(struct import_state *state, struct import_line *line)
{
	struct user *user = &line->user;
	uint64_t other;
	if (!user->erased && store_find_user_id_by_fold(state->txn, user->username_fold, &other)) {
		return "the username is taken";
	}
	if (user->email.length > 0 &&
		store_find_user_id_by_email(state->txn, texts_get(&state->texts, user->email), &other)) {
		return "the e-mail address is taken";
	}
	const struct slug_request slug = {user->username, "user-", user->id, store_find_user_id_by_slug};
	const char *refused = take_slug(state, &slug, &user->slug);
	if (refused != NULL) {
		return refused;
	}
	user->id = import_take_id(state, COUNTER_USER, user->id);
	user->created_at = import_time_or_now(state, line, "created_at", user->created_at);
	user->updated_at = import_time_or_now(state, line, "updated_at", user->updated_at);
	store_put_user(state->txn, user, &state->texts);
	if (user->email.length > 0) {
		const struct change cause = {.dialect = DIALECT_COMMAND, .operation = OPERATION_NONE};
		engine_adopt_invitations(state->txn, user, state->engine, &cause, &state->texts);
	}
	return NULL;
}

bool import_find_token(struct import_state *state, const struct import_line *line)
{
	uint64_t id;
	struct token_line *stored = &state->stored.token;
	struct application application;
	if (!store_find_token_id(state->txn, line->token.token.digest, &id) ||
		!store_find_token(state->txn, id, &state->stored_texts, &stored->token)) {
		return false;
	}
	stored->has_application = stored->token.application_id != 0;
	if (stored->has_application && store_find_application(state->txn, stored->token.application_id,
					       &state->scratch, &application)) {
		memcpy(stored->application_digest, application.api_key_digest, DIGEST_SIZE);
	}
	return true;
}

const char *import_put_token(struct import_state *state, struct import_line *line)
{
	struct token *token = &line->token.token;
	struct token other;
	if (token->id != 0 && store_find_token(state->txn, token->id, &state->scratch, &other)) {
		return "another token has this id";
	}
	if (!import_user_exists(state, token->user_id)) {
		return IMPORT_NO_USER;
	}
	if (line->token.has_application && !store_find_application_id(state->txn,
						   line->token.application_digest, &token->application_id)) {
		return "there is no such application";
	}
	token->id = import_take_id(state, COUNTER_TOKEN, token->id);
	token->created_at = import_time_or_now(state, line, "created_at", token->created_at);
	store_put_token(state->txn, token, &state->texts);
	return NULL;
}

bool import_find_group(struct import_state *state, const struct import_line *line)
{
	struct group *stored = &state->stored.group;
	if (!store_find_group(state->txn, line->group.id, &state->stored_texts, stored)) {
		return false;
	}
	stored->description = store_group_description(state->txn, stored->id, &state->stored_texts);
	return true;
}

const char *import_put_group(struct import_state *state, struct import_line *line)
{
	struct group *group = &line->group;
	if (!import_user_exists(state, group->owner_id)) {
		return IMPORT_NO_USER;
	}
	if (!store_user_has_room(state->txn, group->owner_id, state->engine->groups_per_user_max)) {
		return "the owner is a member of too many groups";
	}
	const struct slug_request slug = {group->name, "group-", group->id, store_find_group_id_by_slug};
	const char *refused = take_slug(state, &slug, &group->slug);
	if (refused != NULL) {
		return refused;
	}
	group->id = import_take_id(state, COUNTER_GROUP, group->id);
	group->updated_at = import_time_or_now(state, line, "updated_at", group->updated_at);
	store_put_group(state->txn, group, &state->texts, true);
	const struct membership owner = {
		.group_id = group->id,
		.user_id = group->owner_id,
		.state = STATE_MEMBER,
		.role = ROLE_OWNER,
		.since = group->created_at,
	};
	store_put_membership(state->txn, &owner, NULL, &state->texts);
	return NULL;
}
