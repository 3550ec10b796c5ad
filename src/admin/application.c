/* The operator's applications: the api_keys of legacy clients. */
#include "admin/call.h"
#include "admin/lines.h"
#include "engine/secrets.h"

static void print(struct call *call, const struct application *application)
{
	stream_print_object(call->out, lines_application(application, &call->texts));
}

static void print_with_key(struct call *call, const struct application *application, const char *api_key)
{
	json_t *line = lines_application(application, &call->texts);
	if (line != NULL && json_object_set_new(line, "api_key", json_string(api_key)) < 0) {
		json_decref(line);
		line = NULL;
	}
	stream_print_object(call->out, line);
}

enum command_result application_add(struct call *call)
{
	const char *callback = call->options[0] != NULL ? call->options[0] : "";
	struct application application = {.active = true};
	if (!call_take_text(call, TEXT_GROUP_NAME, "NAME", call->arguments[0], &application.name) ||
		!call_take_text(call, TEXT_CALLBACK, "--callback", callback, &application.callback_url)) {
		return COMMAND_REFUSED;
	}
	uint8_t seed[SEED_SIZE];
	char api_key[API_KEY_SIZE + 1];
	call->place->source->random(call->place->source->context, seed, sizeof seed);
	secret_api_key(seed, api_key);
	secret_digest(api_key, API_KEY_SIZE, application.api_key_digest);

	call_begin(call, TXN_WRITE);
	application.id = store_next_id(call->txn, COUNTER_APPLICATION);
	application.created_at = store_now(call->txn);
	store_put_application(call->txn, &application, &call->texts);
	enum command_result result = call_end(call);
	if (result == COMMAND_DONE) {
		print_with_key(call, &application, api_key);
	}
	return result;
}

enum command_result application_list(struct call *call)
{
	if (!call_begin_listing(call, call->options[0])) {
		return COMMAND_USAGE;
	}
	struct application application = {0};
	while (!call->out->failed &&
		store_next_application(call->txn, application.id, &call->texts, &application)) {
		print(call, &application);
		texts_clear(&call->texts);
	}
	return call_end_listing(call);
}

enum command_result application_disable(struct call *call)
{
	uint64_t id;
	if (!call_take_id(call, "ID", call->arguments[0], &id)) {
		return COMMAND_REFUSED;
	}
	struct application application;
	call_begin(call, TXN_WRITE);
	if (!store_find_application(call->txn, id, &call->texts, &application)) {
		return call_abandon(call, "there is no such application");
	}
	if (application.active) {
		application.active = false;
		store_put_application(call->txn, &application, &call->texts);
	}
	enum command_result result = call_end(call);
	if (result == COMMAND_DONE) {
		print(call, &application);
	}
	return result;
}

/* False: the list has ended. */
static bool print_next_usage(struct call *call, struct usage *usage)
{
	struct application application;
	texts_clear(&call->texts);
	if (call->out->failed || !store_next_usage(call->txn, usage, usage) ||
		!store_find_application(call->txn, usage->application_id, &call->texts, &application)) {
		return false;
	}
	stream_print_object(call->out, lines_usage(usage, &application, &call->texts));
	return true;
}

enum command_result application_usage(struct call *call)
{
	const struct command_place *place = call->place;
	enum store_end stored = place->store_usage == NULL ? STORE_DONE : place->store_usage(place->context, call->txn);
	enum command_result result = call_judge(call, stored);
	if (result != COMMAND_DONE) {
		return result;
	}
	if (!call_begin_listing(call, call->options[0])) {
		return COMMAND_USAGE;
	}
	struct usage usage = {0};
	while (print_next_usage(call, &usage)) {
	}
	return call_end_listing(call);
}
