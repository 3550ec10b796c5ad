/* The operator's invite tokens. What a token says can be read, and made narrower, without the store: so can anybody
 * who holds it. A token that is given as "-" is read from standard input, where no other process sees it. */
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "admin/group.h"
#include "admin/lines.h"
#include "admin/people.h"
#include "engine/macaroon.h"
#include "engine/secrets.h"
#include "model/limits.h"

#define CAVEAT_SIZE 40 /* the longest of those that are made here, its number and a NUL */
#define CAVEATS_MADE_MAX 3

/* --- minting and revoking */

/* Prints the record, and the token where it is shown. */
static void print(struct call *call, const struct invite_token *token, const char *macaroon)
{
	json_t *line = lines_invite_token(token, &call->texts);
	if (macaroon != NULL && line != NULL && json_object_set_new(line, "token", json_string(macaroon)) < 0) {
		json_decref(line);
		line = NULL;
	}
	stream_print_object(call->out, line);
}

static bool take_options(struct call *call, int64_t *lasts_s, uint64_t *uses)
{
	*lasts_s = INVITE_EXPIRES_IN_S_DEFAULT;
	*uses = INVITE_USES_DEFAULT;
	if (call->options[0] != NULL &&
		!call_take_duration(call, "--expires", call->options[0], INVITE_EXPIRES_IN_S_MAX, lasts_s)) {
		return false;
	}
	if (call->options[1] != NULL && (!text_read_id(call->options[1], strlen(call->options[1]), uses) ||
						*uses > INVITE_USES_MAX)) {
		(void)call_refuse(call, "--uses takes 1 to %d", INVITE_USES_MAX);
		return false;
	}
	return true;
}

/* Finds whom the words name. */
static const char *find_nouns(struct call *call, struct group *group, struct user *user)
{
	if (!group_find(call, call->arguments[0], group)) {
		return "there is no such group";
	}
	if (call->options[2] != NULL && !people_find(call, call->options[2], user)) {
		return "there is no such person";
	}
	return NULL;
}

static void put_token(struct call *call, struct invite_token *token, const uint8_t seed[SEED_SIZE])
{
	char identifier[IDENTIFIER_SIZE + 1];
	secret_identifier(seed, identifier);
	token->identifier = texts_add(&call->texts, identifier, IDENTIFIER_SIZE);
	token->id = store_next_id(call->txn, COUNTER_INVITE_TOKEN);
	store_put_invite_token(call->txn, token, &call->texts);
	struct change change = {.type = CHANGE_TOKEN_MINTED, .group_id = token->group_id, .reference = token->id};
	(void)people_append_change(call, &change, seed);
}

enum command_result invite_mint(struct call *call)
{
	int64_t lasts_s;
	uint64_t uses;
	if (!take_options(call, &lasts_s, &uses)) {
		return COMMAND_REFUSED;
	}
	struct group group;
	struct user user = {0};
	uint8_t seed[SEED_SIZE];
	call_new_seed(call, seed);
	call_begin(call, TXN_WRITE);
	const char *refused = find_nouns(call, &group, &user);
	if (refused != NULL) {
		return call_abandon(call, "%s", refused);
	}
	struct invite_token token = {
		.group_id = group.id,
		.user_id = user.id,
		.created_at = store_now(call->txn),
		.expires_at = store_now(call->txn) + lasts_s,
		.max_uses = (uint32_t)uses,
		.uses_left = (uint32_t)uses,
	};
	put_token(call, &token, seed);
	if (call->texts.failed) {
		return call_abandon(call, "out of memory");
	}
	enum command_result result = call_end(call);
	if (result == COMMAND_DONE) {
		char macaroon[MACAROON_SIZE_MAX + 1];
		(void)secret_macaroon(call->place->source->master_key, &token,
			texts_get(&call->texts, token.identifier), macaroon); /* it ends in a NUL */
		print(call, &token, macaroon);
		sodium_memzero(macaroon, sizeof macaroon);
	}
	return result;
}

enum command_result invite_revoke(struct call *call)
{
	uint64_t id;
	if (!call_take_id(call, "ID", call->arguments[0], &id)) {
		return COMMAND_REFUSED;
	}
	struct invite_token token;
	uint8_t seed[SEED_SIZE];
	call_new_seed(call, seed);
	call_begin(call, TXN_WRITE);
	if (!store_find_invite_token(call->txn, id, &call->texts, &token) ||
		token.expires_at <= store_now(call->txn)) {
		return call_abandon(call, "there is no such invite token");
	}
	if (!token.revoked) {
		token.revoked = true;
		store_put_invite_token(call->txn, &token, &call->texts);
		struct change change = {
			.type = CHANGE_TOKEN_REVOKED, .group_id = token.group_id, .reference = token.id};
		(void)people_append_change(call, &change, seed);
	}
	enum command_result result = call_end(call);
	if (result == COMMAND_DONE) {
		print(call, &token, NULL);
	}
	return result;
}

/* --- reading and narrowing, without the store */

/* The token of the arguments or of standard input. False: it is none, and that is said. */
static bool read_token(struct call *call, struct macaroon *macaroon)
{
	const char *text = call->arguments[0];
	size_t length = strlen(text);
	if (strcmp(text, "-") == 0 && stream_next_line(call->in, &text, &length) != STREAM_LINE) {
		(void)call_refuse(call, "standard input holds no invite token");
		return false;
	}
	if (!macaroon_read(text, length, macaroon)) {
		(void)call_refuse(call, "this is no invite token");
		return false;
	}
	return true;
}

static json_t *part_text(const struct macaroon *macaroon, const struct macaroon_part *part)
{
	return json_stringn((const char *)macaroon->bytes + part->offset, part->length); /* NULL: not UTF-8 */
}

enum command_result invite_inspect(struct call *call)
{
	struct macaroon macaroon;
	if (!read_token(call, &macaroon)) {
		return COMMAND_REFUSED;
	}
	json_t *caveats = json_array();
	for (uint32_t i = 0; i < macaroon.caveat_count; i++) {
		if (json_array_append_new(caveats, part_text(&macaroon, &macaroon.caveats[i])) < 0) {
			json_decref(caveats);
			return call_refuse(call, "this is no invite token of joinery");
		}
	}
	json_t *line = json_pack("{s:s, s:o, s:o, s:o}", "kind", "macaroon", "location",
		part_text(&macaroon, &macaroon.location), "identifier", part_text(&macaroon, &macaroon.identifier),
		"caveats", caveats);
	if (line == NULL) {
		return call_refuse(call, "this is no invite token of joinery");
	}
	stream_print_object(call->out, line);
	return COMMAND_DONE;
}

static void add_caveat(char caveats[CAVEATS_MADE_MAX][CAVEAT_SIZE], size_t *count, const char *words, uint64_t number)
{
	(void)snprintf(caveats[(*count)++], CAVEAT_SIZE, "%s%" PRIu64, words, number);
}

/* What the options ask for. False: one of them is wrong, and that is said. */
static bool make_caveats(struct call *call, char caveats[CAVEATS_MADE_MAX][CAVEAT_SIZE], size_t *count)
{
	int64_t lasts_s;
	uint64_t id;
	if (call->options[0] != NULL) {
		if (!call_take_duration(call, "--expires", call->options[0], INVITE_EXPIRES_IN_S_MAX, &lasts_s)) {
			return false;
		}
		add_caveat(caveats, count, "time < ", (uint64_t)(time(NULL) + lasts_s));
	}
	if (call->options[1] != NULL) {
		if (!call_take_id(call, "--user", call->options[1], &id)) {
			return false;
		}
		add_caveat(caveats, count, "user = ", id);
	}
	if (call->options[2] != NULL) {
		if (!call_take_id(call, "--group", call->options[2], &id)) {
			return false;
		}
		add_caveat(caveats, count, "group = ", id);
	}
	return true;
}

enum command_result invite_attenuate(struct call *call)
{
	char caveats[CAVEATS_MADE_MAX][CAVEAT_SIZE];
	const char *const texts[CAVEATS_MADE_MAX] = {caveats[0], caveats[1], caveats[2]};
	size_t count = 0;
	struct macaroon macaroon;
	if (!make_caveats(call, caveats, &count) || !read_token(call, &macaroon)) {
		return COMMAND_REFUSED;
	}
	if (count == 0) {
		return call_refuse(call, "--expires, --user or --group is needed");
	}
	char narrower[MACAROON_SIZE_MAX + 1];
	if (macaroon_narrow(&macaroon, texts, count, narrower, sizeof narrower) == 0) {
		return call_refuse(call, "the token has no room for more");
	}
	stream_print(call->out, "%s\n", narrower);
	sodium_memzero(narrower, sizeof narrower);
	return COMMAND_DONE;
}
