/* demo: people, groups and invites to try things with. Everything secret derives from the master key, so a second
 * run finds what the first one made and prints the same. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "admin/call.h"
#include "admin/people.h"
#include "admin/token.h"
#include "model/limits.h"
#include "text/fold.h"

#define DEMO_LABEL "demo"
#define PEOPLE_COUNT 4
#define GROUP_COUNT 3
#define INVITES_TRIED_MAX 1000
#define JSON_TYPE "-H 'Content-Type: application/json' "

static const char *const PEOPLE[PEOPLE_COUNT][2] = {
	{"ada", "Ada"},
	{"bob", "Bob"},
	{"cleo", "Cleo"},
	{"dan", "Dan"},
};

static const struct {
	const char *name;
	const char *slug;
	const char *what;
	bool member_moderation;
	bool is_private;
} GROUPS[GROUP_COUNT] = {
	{"Demo open", "demo-open", "open", false, false},
	{"Demo moderated", "demo-moderated", "moderated", true, false},
	{"Demo private", "demo-private", "private", false, true},
};

struct demo {
	struct call *call;
	char api_key[API_KEY_SIZE + 1];
	uint64_t people[PEOPLE_COUNT];
	char tokens[PEOPLE_COUNT][USER_TOKEN_SIZE + 1];
	uint64_t groups[GROUP_COUNT];
	char code[CODE_SIZE_MAX + 1];
	char macaroon[MACAROON_SIZE_MAX + 1];
};

/* A seed of its own for every purpose. */
static void derive(const struct demo *demo, const char *purpose, uint64_t number, uint8_t seed[SEED_SIZE])
{
	char message[96];
	int length = snprintf(
		message, sizeof message, "joinery demo 1 %s %llu", purpose, (unsigned long long)number);
	crypto_auth_hmacsha256_state state;
	crypto_auth_hmacsha256_init(&state, demo->call->place->source->master_key, MASTER_KEY_SIZE);
	crypto_auth_hmacsha256_update(&state, (const uint8_t *)message, (unsigned long long)length);
	crypto_auth_hmacsha256_final(&state, seed);
}

static struct text add_text(struct demo *demo, const char *text)
{
	return texts_add(&demo->call->texts, text, strlen(text));
}

static void make_application(struct demo *demo)
{
	struct txn *txn = demo->call->txn;
	uint8_t seed[SEED_SIZE];
	derive(demo, "application", 0, seed);
	secret_api_key(seed, demo->api_key);
	struct application application = {.active = true, .created_at = store_now(txn)};
	secret_digest(demo->api_key, API_KEY_SIZE, application.api_key_digest);
	if (store_find_application_id(txn, application.api_key_digest, &application.id)) {
		return;
	}
	application.id = store_next_id(txn, COUNTER_APPLICATION);
	application.name = add_text(demo, "Demo client");
	store_put_application(txn, &application, &demo->call->texts);
}

static bool make_person(struct demo *demo, unsigned i)
{
	struct call *call = demo->call;
	struct user user = {.username = add_text(demo, PEOPLE[i][0]), .name = add_text(demo, PEOPLE[i][1])};
	if (!people_fold(&user, &call->texts)) {
		return false;
	}
	if (store_find_user_id_by_fold(call->txn, user.username_fold, &demo->people[i])) {
		return true;
	}
	uint8_t seed[SEED_SIZE];
	derive(demo, "person", i, seed);
	bool added = people_add(call, &user, seed);
	demo->people[i] = user.id;
	return added;
}

/* The person's active token with the demo's label, or a new one. */
static void make_token(struct demo *demo, unsigned i)
{
	struct call *call = demo->call;
	struct token token = {0};
	while (store_next_token_of_user(call->txn, demo->people[i], token.id, &call->texts, &token)) {
		if (token.active && strcmp(texts_get(&call->texts, token.label), DEMO_LABEL) == 0) {
			secret_user_token(call->place->source->master_key, token.id, demo->tokens[i]);
			return;
		}
	}
	token = (struct token){
		.user_id = demo->people[i], .scope = SCOPE_WRITE, .label = add_text(demo, DEMO_LABEL)};
	token_put(call, &token, demo->tokens[i]);
}

static bool make_group(struct demo *demo, unsigned i)
{
	struct call *call = demo->call;
	if (store_find_group_id_by_slug(call->txn, GROUPS[i].slug, &demo->groups[i])) {
		return true;
	}
	struct group group = {
		.owner_id = demo->people[0],
		.created_at = store_now(call->txn),
		.updated_at = store_now(call->txn),
		.member_moderation = GROUPS[i].member_moderation,
		.is_private = GROUPS[i].is_private,
		.name = add_text(demo, GROUPS[i].name),
		.slug = add_text(demo, GROUPS[i].slug),
	};
	if (!fold_digest(GROUPS[i].name, strlen(GROUPS[i].name), group.name_fold) ||
		!fold_order(GROUPS[i].name, strlen(GROUPS[i].name), group.name_order)) {
		return false;
	}
	group.id = demo->groups[i] = store_next_id(call->txn, COUNTER_GROUP);
	uint8_t seed[SEED_SIZE];
	derive(demo, "group", i, seed);
	const struct membership owner = {
		.group_id = group.id,
		.user_id = group.owner_id,
		.state = STATE_MEMBER,
		.role = ROLE_OWNER,
		.since = group.created_at,
	};
	struct change change = {
		.type = CHANGE_GROUP_CREATED,
		.group_id = group.id,
		.user_id = group.owner_id,
		.after = {.state = STATE_MEMBER, .role = ROLE_OWNER},
	};
	group.version = people_append_change(call, &change, seed);
	store_put_group(call->txn, &group, &call->texts, true);
	store_put_membership(call->txn, &owner, NULL, &call->texts);
	return true;
}

static void make_code(struct demo *demo, uint64_t group_id)
{
	struct call *call = demo->call;
	struct invite invite = {.group_id = group_id, .created_at = store_now(call->txn)};
	if (store_find_invite(call->txn, group_id, &call->texts, &invite)) {
		(void)snprintf(demo->code, sizeof demo->code, "%s", texts_get(&call->texts, invite.code));
		return;
	}
	uint8_t seed[SEED_SIZE];
	uint8_t digest[DIGEST_SIZE];
	derive(demo, "code", store_counter(call->txn, COUNTER_INVITE), seed);
	secret_code(seed, demo->code);
	secret_digest(demo->code, CODE_SIZE, digest);
	invite.id = store_next_id(call->txn, COUNTER_INVITE);
	invite.code = add_text(demo, demo->code);
	store_put_invite(call->txn, &invite, &call->texts, digest);
	struct change change = {.type = CHANGE_INVITE_CREATED, .group_id = group_id};
	(void)people_append_change(call, &change, seed);
}

static void write_macaroon(struct demo *demo, const struct invite_token *token)
{
	const char *identifier = texts_get(&demo->call->texts, token->identifier);
	(void)secret_macaroon(
		demo->call->place->source->master_key, token, identifier, demo->macaroon); /* it ends in a NUL */
}

static void put_invite_token(struct demo *demo, struct invite_token *token, const uint8_t seed[SEED_SIZE])
{
	struct call *call = demo->call;
	token->id = store_next_id(call->txn, COUNTER_INVITE_TOKEN);
	token->by = demo->people[0];
	token->created_at = store_now(call->txn);
	token->expires_at = token->created_at + INVITE_EXPIRES_IN_S_DEFAULT;
	token->max_uses = token->uses_left = INVITE_USES_DEFAULT;
	store_put_invite_token(call->txn, token, &call->texts);
	struct change change = {
		.type = CHANGE_TOKEN_MINTED, .group_id = token->group_id, .reference = token->id};
	(void)people_append_change(call, &change, seed);
}

/* The first of the demo's invite tokens that can still be used, or the next one. */
static bool make_invite_token(struct demo *demo, uint64_t group_id)
{
	struct call *call = demo->call;
	for (uint64_t i = 0; i < INVITES_TRIED_MAX; i++) {
		uint8_t seed[SEED_SIZE];
		char identifier[IDENTIFIER_SIZE + 1];
		derive(demo, "invite token", i, seed);
		secret_identifier(seed, identifier);
		uint64_t id;
		struct invite_token token = {.group_id = group_id, .identifier = add_text(demo, identifier)};
		if (!store_find_invite_token_id(call->txn, identifier, &id)) {
			put_invite_token(demo, &token, seed);
			write_macaroon(demo, &token);
			return true;
		}
		if (store_find_invite_token(call->txn, id, &call->texts, &token) &&
			token.group_id == group_id && token.uses_left > 0 && !token.revoked &&
			token.expires_at > store_now(call->txn)) {
			write_macaroon(demo, &token);
			return true;
		}
	}
	return false;
}

static bool make_all(struct demo *demo)
{
	make_application(demo);
	for (unsigned i = 0; i < PEOPLE_COUNT; i++) {
		if (!make_person(demo, i)) {
			return false;
		}
		make_token(demo, i);
	}
	for (unsigned i = 0; i < GROUP_COUNT; i++) {
		if (!make_group(demo, i)) {
			return false;
		}
	}
	make_code(demo, demo->groups[GROUP_COUNT - 1]);
	return make_invite_token(demo, demo->groups[GROUP_COUNT - 1]) && !demo->call->texts.failed;
}

static void print(const struct demo *demo)
{
	struct stream *out = demo->call->out;
	const char *url = demo->call->place->public_url;
	stream_print(out, "# application: api_key %s\n", demo->api_key);
	for (unsigned i = 0; i < PEOPLE_COUNT; i++) {
		stream_print(out, "# person %llu, %s: token %s\n", (unsigned long long)demo->people[i],
			PEOPLE[i][0], demo->tokens[i]);
	}
	for (unsigned i = 0; i < GROUP_COUNT; i++) {
		stream_print(out, "# group %llu, %s: %s\n", (unsigned long long)demo->groups[i],
			GROUPS[i].slug, GROUPS[i].what);
	}
	unsigned long long open = demo->groups[0];
	unsigned long long private = demo->groups[2];
	stream_print(out, "# the code of group %llu: %s\n\n", private, demo->code);
	stream_print(out,
		"# legacy: bob joins the open group\n"
		"curl -i %s/services/rest/ -d method=group.join -d api_key=%s -d token=%s -d "
		"group_id=%llu\n\n",
		url, demo->api_key, demo->tokens[1], open);
	stream_print(out,
		"# v3: cleo joins the private group with its code\n"
		"curl -i %s/v3/groups/%llu/members -H 'Authorization: Bearer %s' " JSON_TYPE
		"-d '{\"invite_token\":\"%s\"}'\n\n",
		url, private, demo->tokens[2], demo->code);
	stream_print(out,
		"# Onezone: dan joins the private group with an invite token, which works once\n"
		"curl -i %s/user/groups/join -H 'X-Auth-Token: %s' " JSON_TYPE "-d '{\"token\":\"%s\"}'\n",
		url, demo->tokens[3], demo->macaroon);
}

enum command_result demo_make(struct call *call)
{
	struct demo demo = {.call = call};
	call_begin(call, TXN_WRITE);
	if (!make_all(&demo) && store_failure(call->txn) == STORE_DONE) {
		return call_abandon(call, "the demo could not be made");
	}
	enum command_result result = call_end(call);
	if (result == COMMAND_DONE) {
		print(&demo);
	}
	sodium_memzero(&demo, sizeof demo);
	return result;
}
