/* A recording that made whole tokens of narrowed or forged ones would prove something about other calls than
 * those that were made. */
#include "migrate/trial_invite.h"

#include <stdio.h>
#include <string.h>

#include "engine/macaroon.h"
#include "engine/secrets.h"
#include "observe/invite_alias.h"

#define CAVEAT_SIZE 40
#define LOCATION "onezone"
#define ROOT_KEY_SIZE 32
#define SEPARATOR ';'
/* Where a token that is to be forged is changed: well inside of its signature. */
#define FORGED_AT 8

struct caveats {
	char texts[MACAROON_CAVEATS_MAX][CAVEAT_SIZE];
	const char *list[MACAROON_CAVEATS_MAX];
	size_t count;
	bool forged;
};

size_t invite_alias_length(const char *text)
{
	size_t start = strlen(INVITE_ALIAS_START);
	if (strncmp(text, INVITE_ALIAS_START, start) != 0) {
		return 0;
	}
	size_t length = start + strspn(text + start, "0123456789abcdef");
	bool more = length == INVITE_ALIAS_NAME_SIZE && text[length] == SEPARATOR;
	return more ? length + strspn(text + length, "abcdefghijklmnopqrstuvwxyz0123456789<=?;") : length;
}

bool invite_alias_same_token(struct span left, struct span right)
{
	return left.length >= INVITE_ALIAS_NAME_SIZE && right.length >= INVITE_ALIAS_NAME_SIZE &&
	       memcmp(left.bytes, INVITE_ALIAS_START, strlen(INVITE_ALIAS_START)) == 0 &&
	       memcmp(left.bytes, right.bytes, INVITE_ALIAS_NAME_SIZE) == 0;
}

/* What is unknown stays so: such a caveat refuses its token. */
static void read_caveat(struct span word, char text[CAVEAT_SIZE])
{
	for (size_t i = 0; i < INVITE_ALIAS_WORDS; i++) {
		size_t size = strlen(invite_alias_words[i].alias);
		if (word.length > size && memcmp(word.bytes, invite_alias_words[i].alias, size) == 0) {
			(void)snprintf(text, CAVEAT_SIZE, "%s%.*s", invite_alias_words[i].caveat,
				(int)(word.length - size), word.bytes + size);
			return;
		}
	}
	(void)snprintf(text, CAVEAT_SIZE, "%s", INVITE_ALIAS_UNKNOWN);
}

static void read_caveats(struct span rest, struct caveats *caveats)
{
	*caveats = (struct caveats){0};
	while (rest.length > 0 && caveats->count < MACAROON_CAVEATS_MAX) {
		struct span word = span_cut(&rest, SEPARATOR);
		if (span_is(word, INVITE_ALIAS_FORGED)) {
			caveats->forged = true;
		} else if (word.length > 0) {
			char *text = caveats->texts[caveats->count];
			read_caveat(word, text);
			caveats->list[caveats->count++] = text;
		}
	}
	caveats->forged = caveats->forged || span_is(rest, INVITE_ALIAS_FORGED);
}

static void forge(char *text)
{
	char *letter = text + strlen(text) - FORGED_AT;
	*letter = *letter == 'A' ? 'B' : 'A';
}

bool invite_alias_mint(const uint8_t *master_key, const char *identifier, struct span alias,
	char text[MACAROON_SIZE_MAX + 1])
{
	struct caveats caveats;
	uint8_t root_key[ROOT_KEY_SIZE];
	read_caveats((struct span){alias.bytes + INVITE_ALIAS_NAME_SIZE, alias.length - INVITE_ALIAS_NAME_SIZE},
		&caveats);
	secret_root_key(master_key, identifier, root_key);
	size_t length = macaroon_write(LOCATION, identifier, caveats.list, caveats.count, root_key,
		sizeof root_key, text, MACAROON_SIZE_MAX + 1);
	secret_forget(root_key, sizeof root_key);
	if (length > 0 && caveats.forged) {
		forge(text);
	}
	return length > 0;
}

bool invite_alias_narrow(
	struct span whole, struct span of_whole, struct span alias, char text[MACAROON_SIZE_MAX + 1])
{
	struct macaroon macaroon;
	struct caveats caveats;
	bool starts = alias.length >= of_whole.length &&
		      memcmp(alias.bytes, of_whole.bytes, of_whole.length) == 0;
	if (!macaroon_read(whole.bytes, whole.length, &macaroon)) {
		return false;
	}
	struct span more = {alias.bytes + of_whole.length, starts ? alias.length - of_whole.length : 0};
	read_caveats(more, &caveats);
	if (macaroon_narrow(&macaroon, caveats.list, caveats.count, text, MACAROON_SIZE_MAX + 1) == 0) {
		return false;
	}
	if (caveats.forged || !starts) { /* nobody takes a caveat away and still has a signature */
		forge(text);
	}
	return true;
}
