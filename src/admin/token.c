/* The operator's user tokens. Each derives from the master key and its id; the store holds its digest. */
#include "admin/token.h"

#include <sodium.h>

#include "admin/lines.h"
#include "admin/people.h"
#include "engine/secrets.h"

/* The line, with the secret where it is shown. */
static void print(struct call *call, const struct token *token, const char *secret)
{
	struct application application;
	const uint8_t *digest = NULL;
	if (token->application_id != 0 &&
		store_find_application(call->txn, token->application_id, &call->texts, &application)) {
		digest = application.api_key_digest;
	}
	json_t *line = lines_token(token, digest, &call->texts);
	if (secret != NULL && line != NULL && json_object_set_new(line, "token", json_string(secret)) < 0) {
		json_decref(line);
		line = NULL;
	}
	stream_print_object(call->out, line);
}

/* Prints what a write has stored: in a transaction that reads, for the application's digest. */
static enum command_result end_and_print(struct call *call, const struct token *token, const char *secret)
{
	enum command_result result = call_end(call);
	if (result != COMMAND_DONE) {
		return result;
	}
	call_begin(call, TXN_READ);
	print(call, token, secret);
	return call_end(call);
}

void token_put(struct call *call, struct token *token, char secret[USER_TOKEN_SIZE + 1])
{
	token->active = true;
	token->id = store_next_id(call->txn, COUNTER_TOKEN);
	token->created_at = store_now(call->txn);
	secret_user_token(call->place->source->master_key, token->id, secret);
	secret_digest(secret, USER_TOKEN_SIZE, token->digest);
	store_put_token(call->txn, token, &call->texts);
}

/* What the options say. */
static bool take_options(struct call *call, struct token *token)
{
	const char *scope = call->options[0] != NULL ? call->options[0] : "write";
	const char *label = call->options[2] != NULL ? call->options[2] : "";
	if (!scope_from_name(scope, &token->scope)) {
		(void)call_refuse(call, "--scope is read, write or operator");
		return false;
	}
	return call_take_text(call, TEXT_LABEL, "--label", label, &token->label) &&
	       (call->options[1] == NULL ||
		       call_take_id(call, "--application", call->options[1], &token->application_id));
}

enum command_result token_add(struct call *call)
{
	struct token token = {0};
	if (!take_options(call, &token)) {
		return COMMAND_REFUSED;
	}
	struct user user;
	struct application application;
	call_begin(call, TXN_WRITE);
	if (!people_find(call, call->arguments[0], &user)) {
		return call_abandon(call, "there is no such person");
	}
	if (token.application_id != 0 &&
		!store_find_application(call->txn, token.application_id, &call->texts, &application)) {
		return call_abandon(call, "there is no such application");
	}
	token.user_id = user.id;
	char secret[USER_TOKEN_SIZE + 1];
	token_put(call, &token, secret);
	enum command_result result = end_and_print(call, &token, secret);
	sodium_memzero(secret, sizeof secret);
	return result;
}

enum command_result token_list(struct call *call)
{
	if (!call_begin_listing(call, call->options[0])) {
		return COMMAND_USAGE;
	}
	struct user user;
	if (!people_find(call, call->arguments[0], &user)) {
		return call_abandon(call, "there is no such person");
	}
	struct token token = {0};
	while (!call->out->failed &&
		store_next_token_of_user(call->txn, user.id, token.id, &call->texts, &token)) {
		print(call, &token, NULL);
		texts_clear(&call->texts);
	}
	return call_end_listing(call);
}

enum command_result token_revoke(struct call *call)
{
	uint64_t id;
	if (!call_take_id(call, "ID", call->arguments[0], &id)) {
		return COMMAND_REFUSED;
	}
	struct token token;
	call_begin(call, TXN_WRITE);
	if (!store_find_token(call->txn, id, &call->texts, &token)) {
		return call_abandon(call, "there is no such token");
	}
	if (token.active) {
		token.active = false;
		store_put_token(call->txn, &token, &call->texts);
	}
	return end_and_print(call, &token, NULL);
}
