/* The operator's people. A person is named by id or by username. */
#include "admin/people.h"

#include <string.h>

#include "admin/lines.h"
#include "engine/person.h"
#include "engine/secrets.h"
#include "text/fold.h"

bool people_fold(struct user *user, const struct texts *texts)
{
	const char *username = texts_get(texts, user->username);
	return fold_digest(username, user->username.length, user->username_fold) &&
	       fold_order(username, user->username.length, user->username_order);
}

/* The slug that the username gives, if it can be had. */
static bool make_slug(struct call *call, struct user *user, const uint8_t seed[SEED_SIZE])
{
	char slug[SLUG_SIZE_MAX + 1];
	if (!fold_slug(texts_get(&call->texts, user->username), user->username.length, "user-", slug)) {
		return false;
	}
	user->slug = person_choose_slug(call->txn, slug, seed, &call->texts);
	return !call->texts.failed;
}

struct change people_cause(const uint8_t seed[SEED_SIZE])
{
	struct change cause = {.dialect = DIALECT_COMMAND, .operation = OPERATION_NONE};
	secret_request_key(seed, cause.request_key);
	return cause;
}

uint64_t people_append_change(struct call *call, struct change *change, const uint8_t seed[SEED_SIZE])
{
	change->at = store_now(call->txn);
	change->dialect = DIALECT_COMMAND;
	change->operation = OPERATION_NONE;
	secret_request_key(seed, change->request_key);
	return store_append_change(call->txn, change, &call->texts);
}

bool people_add(struct call *call, struct user *user, const uint8_t seed[SEED_SIZE])
{
	user->active = true;
	user->created_at = user->updated_at = store_now(call->txn);
	if (!people_fold(user, &call->texts) || !make_slug(call, user, seed)) {
		return false;
	}
	user->id = store_next_id(call->txn, COUNTER_USER);
	user->version = people_append_change(
		call, &(struct change){.type = CHANGE_USER_ADDED, .user_id = user->id}, seed);
	store_put_user(call->txn, user, &call->texts);
	return true;
}

enum command_result people_user_add(struct call *call)
{
	const char *name = call->options[0] != NULL ? call->options[0] : "";
	const char *email = call->options[1] != NULL ? call->options[1] : "";
	struct user user = {0};
	if (!call_take_text(call, TEXT_USERNAME, "USERNAME", call->arguments[0], &user.username) ||
		!call_take_text(call, TEXT_PERSON_NAME, "--name", name, &user.name) ||
		!call_take_text(call, TEXT_EMAIL, "--email", email, &user.email)) {
		return COMMAND_REFUSED;
	}
	if (user.email.length > 0) {
		fold_email(call->texts.bytes + user.email.offset);
	}
	if (!people_fold(&user, &call->texts)) {
		return call_refuse(call, "out of memory");
	}
	uint8_t seed[SEED_SIZE];
	uint64_t other;
	call_new_seed(call, seed);
	call_begin(call, TXN_WRITE);
	if (store_find_user_id_by_fold(call->txn, user.username_fold, &other)) {
		return call_abandon(call, "the username is taken");
	}
	if (user.email.length > 0 &&
		store_find_user_id_by_email(call->txn, texts_get(&call->texts, user.email), &other)) {
		return call_abandon(call, "the e-mail address is taken");
	}
	if (!people_add(call, &user, seed)) {
		return call_abandon(call, "out of memory");
	}
	if (user.email.length > 0) {
		const struct change cause = people_cause(seed);
		engine_adopt_invitations(call->txn, &user, call->place->engine, &cause, &call->texts);
	}
	enum command_result result = call_end(call);
	if (result == COMMAND_DONE) {
		stream_print_object(call->out, lines_user(&user, &call->texts));
	}
	return result;
}

enum command_result people_user_list(struct call *call)
{
	if (!call_begin_listing(call, call->options[0])) {
		return COMMAND_USAGE;
	}
	struct user user = {0};
	while (!call->out->failed && store_next_user(call->txn, user.id, &call->texts, &user)) {
		stream_print_object(call->out, lines_user(&user, &call->texts));
		texts_clear(&call->texts);
	}
	return call_end_listing(call);
}

bool people_find(struct call *call, const char *named, struct user *user)
{
	uint64_t id;
	if (!text_read_id(named, strlen(named), &id)) {
		uint8_t fold[FOLD_DIGEST_SIZE];
		if (!text_is_utf8(named, strlen(named)) || !fold_digest(named, strlen(named), fold) ||
			!store_find_user_id_by_fold(call->txn, fold, &id)) {
			return false;
		}
	}
	return store_find_user(call->txn, id, &call->texts, user);
}

static enum command_result set_active(struct call *call, bool active, enum change_type type)
{
	struct user user;
	uint8_t seed[SEED_SIZE];
	call_new_seed(call, seed);
	call_begin(call, TXN_WRITE);
	if (!people_find(call, call->arguments[0], &user)) {
		return call_abandon(call, "there is no such person");
	}
	if (user.active != active) {
		user.active = active;
		user.updated_at = store_now(call->txn);
		user.version = people_append_change(
			call, &(struct change){.type = type, .user_id = user.id}, seed);
		store_put_user(call->txn, &user, &call->texts);
	}
	enum command_result result = call_end(call);
	if (result == COMMAND_DONE) {
		stream_print_object(call->out, lines_user(&user, &call->texts));
	}
	return result;
}

enum command_result people_user_suspend(struct call *call)
{
	return set_active(call, false, CHANGE_USER_SUSPENDED);
}

enum command_result people_user_activate(struct call *call)
{
	return set_active(call, true, CHANGE_USER_ACTIVATED);
}
