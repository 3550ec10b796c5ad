/* Of a caveat nothing is shown but numbers: somebody may have put anything into it. */
#include "observe/invite_alias.h"

#include <string.h>

#include "engine/macaroon.h"
#include "engine/secrets.h"
#include "text/fold.h"

#define ROOT_KEY_SIZE 32
#define DIGITS_MAX 19

const struct invite_alias_words invite_alias_words[INVITE_ALIAS_WORDS] = {
	{"time < ", "time<"},
	{"user = ", "user="},
	{"group = ", "group="},
};

static bool is_number(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] < '0' || bytes[i] > '9') {
			return false;
		}
	}
	return length > 0 && length <= DIGITS_MAX && (bytes[0] != '0' || length == 1);
}

static void write_caveat(struct span caveat, struct buffer *written)
{
	buffer_puts(written, ";");
	for (size_t i = 0; i < INVITE_ALIAS_WORDS; i++) {
		size_t size = strlen(invite_alias_words[i].caveat);
		bool starts = caveat.length > size &&
			      memcmp(caveat.bytes, invite_alias_words[i].caveat, size) == 0;
		if (starts && is_number(caveat.bytes + size, caveat.length - size)) {
			buffer_puts(written, invite_alias_words[i].alias);
			buffer_write(written, caveat.bytes + size, caveat.length - size);
			return;
		}
	}
	buffer_puts(written, INVITE_ALIAS_UNKNOWN);
}

static bool is_genuine(const struct alias_key *key, const struct macaroon *macaroon, struct span identifier)
{
	char text[MACAROON_SIZE_MAX];
	uint8_t root_key[ROOT_KEY_SIZE];
	memcpy(text, identifier.bytes, identifier.length); /* shorter: it was a part of one */
	text[identifier.length] = '\0';
	if (strlen(text) != identifier.length) {
		return false;
	}
	secret_root_key(key->master_key, text, root_key);
	bool genuine = macaroon_verify(macaroon, root_key, sizeof root_key);
	secret_forget(root_key, sizeof root_key);
	return genuine;
}

bool invite_alias_write(const struct alias_key *key, struct span value, struct buffer *written)
{
	struct macaroon macaroon;
	uint8_t digest[DIGEST_SIZE];
	char alias[ALIAS_SIZE];
	if (!macaroon_read(value.bytes, value.length, &macaroon)) {
		return false;
	}
	const char *bytes = (const char *)macaroon.bytes;
	struct span identifier = {bytes + macaroon.identifier.offset, macaroon.identifier.length};
	text_sha256(identifier.bytes, identifier.length, digest);
	alias_write(key, ALIAS_INVITE, digest, alias);
	buffer_puts(written, alias);
	for (uint32_t i = 0; i < macaroon.caveat_count; i++) {
		struct span caveat = {bytes + macaroon.caveats[i].offset, macaroon.caveats[i].length};
		write_caveat(caveat, written);
	}
	buffer_puts(written, is_genuine(key, &macaroon, identifier) ? "" : ";" INVITE_ALIAS_FORGED);
	return true;
}
