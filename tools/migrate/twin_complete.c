/* One API names a group by its invite's text, another by a slug, a third by its id: who asks the same call
 * of all must know that these are one. */
#include "migrate/twin_complete.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "migrate/call_text.h"
#include "migrate/trial_invite.h"
#include "text/check.h"

#define NOBODY "0" /* no id is this */

static struct span given(const struct call *call, enum call_argument argument)
{
	return (struct span){call->arguments[argument].bytes, call->arguments[argument].length};
}

static void give_id(struct call *call, enum call_argument argument, uint64_t id, char text[TWIN_ID_SIZE])
{
	int length = snprintf(text, TWIN_ID_SIZE, "%" PRIu64, id);
	call_give(call, argument, CALL_TEXT, text, (size_t)length);
}

/* --- invites */

static size_t alias_length(const char *text)
{
	static const char code[] = "code-";
	size_t length = strlen(code);
	return strncmp(text, code, length) == 0 ? length + strspn(text + length, "0123456789abcdef")
						: invite_alias_length(text);
}

void twin_reveal(struct trial *trial, const char *text, size_t length, struct call_request *revealed)
{
	const char *at = text;
	const char *end = text + length;
	call_text_clear(revealed);
	while (at < end) {
		size_t plain = strcspn(at, "ic");
		call_text_add(revealed, at, plain);
		at += plain;
		size_t size = at < end ? alias_length(at) : 0;
		const char *secret = size > 0 ? trial_reveal(trial, at, size) : NULL;
		if (secret != NULL) {
			call_text_puts(revealed, secret);
			at += size;
		} else if (at < end) {
			call_text_add(revealed, at++, 1);
		}
	}
}

static void reveal_invite(struct trial *trial, struct call *call)
{
	struct span invite = given(call, CALL_INVITE);
	const char *text = invite.length > 0 ? trial_reveal(trial, invite.bytes, invite.length) : NULL;
	if (text != NULL) {
		call_give(call, CALL_INVITE, CALL_TEXT, text, strlen(text));
	}
}

/* Onezone's token names the group; a join of v3 whose invite token is of the very group in its path is one
 * that Onezone can say, too. */
static void name_group(struct trial *trial, struct call *call, struct twin_ids *ids)
{
	struct span invite = given(call, CALL_INVITE);
	char group[TWIN_ID_SIZE];
	bool by_token = call->verb == CALL_JOIN_BY_TOKEN && !call_has(call, CALL_GROUP);
	if (call->arguments[CALL_INVITE].form != CALL_TEXT || !(by_token || call->verb == CALL_JOIN)) {
		return;
	}
	uint64_t id = trial_group_of_invite(trial, invite.bytes, invite.length);
	(void)snprintf(group, sizeof group, "%" PRIu64, id);
	if (id != 0 && by_token) {
		give_id(call, CALL_GROUP, id, ids->group);
	} else if (id != 0 && call_is(call, CALL_GROUP, group)) {
		call->verb = CALL_JOIN_BY_TOKEN;
	}
}

/* --- names */

/* What stands where an id could; 0: it is an id, or names nothing. */
static uint64_t id_of_word(struct trial *trial, const struct call *call, enum call_argument argument)
{
	uint64_t id;
	struct span word = given(call, argument);
	if (word.length == 0 || text_read_id(word.bytes, word.length, &id)) {
		return 0;
	}
	if (argument == CALL_USER && span_is(word, "me")) {
		return trial_find_named(trial, TRIAL_USER_OF_TOKEN, given(call, CALL_TOKEN));
	}
	if (argument == CALL_USER && call->verb != CALL_USER_INFO) {
		return 0; /* a member has an id, or is oneself */
	}
	return trial_find_named(trial, argument == CALL_GROUP ? TRIAL_GROUP_SLUG : TRIAL_USER_SLUG, word);
}

/* In v3 words name somebody or something, in the others they do not. */
static const char *replace_words(
	struct trial *trial, enum dialect own, struct call *call, struct twin_ids *ids)
{
	uint64_t group = id_of_word(trial, call, CALL_GROUP);
	uint64_t user = id_of_word(trial, call, CALL_USER);
	if (own != DIALECT_V3) {
		return group + user != 0 ? "there the word that should be an id is a name" : NULL;
	}
	if (group != 0) {
		give_id(call, CALL_GROUP, group, ids->group);
	}
	if (user != 0) {
		give_id(call, CALL_USER, user, ids->user);
	}
	return NULL;
}

const char *twin_complete(struct trial *trial, enum dialect own, struct call *call, struct twin_ids *ids)
{
	reveal_invite(trial, call);
	const char *not_v3 = replace_words(trial, own, call, ids);
	name_group(trial, call, ids);
	if (!call_has(call, CALL_API_KEY)) {
		struct span token = given(call, CALL_TOKEN);
		const char *key = trial_api_key(trial, token.bytes, token.length);
		call_give(call, CALL_API_KEY, CALL_TEXT, key, strlen(key));
	}
	if (call_has(call, CALL_USERNAME)) {
		uint64_t id = trial_find_named(trial, TRIAL_USERNAME, given(call, CALL_USERNAME));
		call_give(call, CALL_USER, CALL_TEXT, NOBODY, strlen(NOBODY));
		if (id != 0) {
			give_id(call, CALL_USER, id, ids->user);
		}
	}
	return not_v3;
}
