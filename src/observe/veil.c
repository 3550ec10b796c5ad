/* The tables of names. What no dialect knows decides nothing, so a value of it is never worth the risk of showing a
 * password that somebody put there. */
#define _GNU_SOURCE /* memmem */
#include "observe/veil.h"

#include <stdio.h>
#include <string.h>

#include "engine/secrets.h"
#include "model/limits.h"
#include "observe/invite_alias.h"
#include "text/check.h"
#include "text/fold.h"

#define LINK_MARK "/invite/"

struct row {
	const char *name;
	enum veil_kind kind;
};

static const struct row parameters[] = {
	{"api_key", VEIL_API_KEY},
	{"token", VEIL_TOKEN},
	{"frob", VEIL_FROB},
	{"method", VEIL_PLAIN},
	{"format", VEIL_PLAIN},
	{"callback", VEIL_PLAIN},
	{"group_id", VEIL_NAMED},
	{"user_id", VEIL_NAMED},
	{"username", VEIL_NAMED},
	{"name", VEIL_PLAIN},
	{"description", VEIL_PLAIN},
	{"event_moderation", VEIL_PLAIN},
	{"member_moderation", VEIL_PLAIN},
	{"is_private", VEIL_PLAIN},
	{"membersPerPage", VEIL_PLAIN},
	{"groupsPerPage", VEIL_PLAIN},
	{"page", VEIL_PLAIN},
	{"per", VEIL_PLAIN},
	{"order", VEIL_PLAIN},
	{"dir", VEIL_PLAIN},
	{"sort", VEIL_PLAIN},
	{"after", VEIL_PLAIN},
	{"limit", VEIL_PLAIN},
	{"wait", VEIL_PLAIN},
	{"state", VEIL_PLAIN},
	{"type", VEIL_PLAIN},
	{NULL, VEIL_UNKNOWN},
};

static const struct row members[] = {
	{"token", VEIL_INVITE},
	{"invite_token", VEIL_INVITE},
	{"email", VEIL_EMAIL},
	{"active", VEIL_PLAIN},
	{"avatar_url", VEIL_PLAIN},
	{"description", VEIL_PLAIN},
	{"event_moderation", VEIL_PLAIN},
	{"expires_in", VEIL_PLAIN},
	{"is_private", VEIL_PLAIN},
	{"kind", VEIL_PLAIN},
	{"label", VEIL_PLAIN},
	{"max_uses", VEIL_PLAIN},
	{"member_moderation", VEIL_PLAIN},
	{"message", VEIL_PLAIN},
	{"name", VEIL_PLAIN},
	{"reason", VEIL_PLAIN},
	{"role", VEIL_PLAIN},
	{"scope", VEIL_PLAIN},
	{"type", VEIL_PLAIN},
	{"unique_name", VEIL_PLAIN},
	{"until", VEIL_PLAIN},
	{"url", VEIL_PLAIN},
	{"user_id", VEIL_NAMED},
	{"username", VEIL_NAMED},
	{"zip", VEIL_PLAIN},
	{NULL, VEIL_UNKNOWN},
};

static const struct row replies[] = {
	{"token", VEIL_GRANTED},
	{"frob", VEIL_FROB},
	{"api_key", VEIL_API_KEY},
	{"email", VEIL_EMAIL},
	{"invitee_email", VEIL_EMAIL},
	{"url", VEIL_LINK},
	{NULL, VEIL_PLAIN},
};

static const enum alias_kind aliases[] = {
	[VEIL_API_KEY] = ALIAS_API_KEY,
	[VEIL_TOKEN] = ALIAS_TOKEN,
	[VEIL_FROB] = ALIAS_FROB,
	[VEIL_CODE] = ALIAS_CODE,
	[VEIL_EMAIL] = ALIAS_EMAIL,
	[VEIL_KEY] = ALIAS_KEY,
};

static enum veil_kind find(const struct row *rows, struct span name)
{
	char first = name.length == 0 ? '\0' : name.bytes[0]; /* most rows need no more than a look at this */
	while (rows->name != NULL && (rows->name[0] != first || !span_is(name, rows->name))) {
		rows++;
	}
	return rows->kind;
}

enum veil_kind veil_of_parameter(struct span name)
{
	return find(parameters, name);
}

enum veil_kind veil_of_member(struct span name)
{
	return find(members, name);
}

/* Onezone names its errors by a "code", so only v3's is an invite's. */
enum veil_kind veil_of_reply(enum dialect dialect, struct span name)
{
	return dialect == DIALECT_V3 && span_is(name, "code") ? VEIL_CODE : find(replies, name);
}

bool veil_shows(enum veil_kind kind)
{
	return kind == VEIL_PLAIN || kind == VEIL_NAMED;
}

bool veil_is_minted(struct span value)
{
	size_t at = 0;
	while (at < value.length && span_hex_digit(value.bytes[at]) >= 0) {
		at++;
	}
	return at == value.length && value.length == USER_TOKEN_SIZE;
}

static void write_alias(
	const struct alias_key *key, enum alias_kind kind, struct span secret, struct buffer *written)
{
	uint8_t digest[DIGEST_SIZE];
	char alias[ALIAS_SIZE];
	text_sha256(secret.bytes, secret.length, digest);
	alias_write(key, kind, digest, alias);
	buffer_puts(written, alias);
}

static void write_invite(const struct alias_key *key, struct span value, struct buffer *written)
{
	if (!invite_alias_write(key, value, written)) {
		bool code = text_is_code(value.bytes, value.length);
		write_alias(key, code ? ALIAS_CODE : ALIAS_UNUSABLE, value, written);
	}
}

/* Addresses are stored and compared in lower case, so they are hashed so. */
static void write_email(const struct alias_key *key, struct span value, struct buffer *written)
{
	char email[EMAIL_SIZE_MAX + 1];
	if (value.length > EMAIL_SIZE_MAX || memchr(value.bytes, '\0', value.length) != NULL) {
		write_alias(key, ALIAS_UNUSABLE, value, written);
		return;
	}
	memcpy(email, value.bytes, value.length);
	email[value.length] = '\0';
	bool has_at = strchr(email, '@') != NULL;
	fold_email(email);
	write_alias(key, has_at ? ALIAS_EMAIL : ALIAS_UNUSABLE, (struct span){email, value.length}, written);
}

/* Somebody may take an address for a name, or put a token in its place. */
static void write_named(const struct alias_key *key, struct span value, struct buffer *written)
{
	if (memchr(value.bytes, '@', value.length) != NULL) {
		write_email(key, value, written);
	} else if (veil_is_minted(value)) {
		write_alias(key, ALIAS_UNUSABLE, value, written);
	} else {
		buffer_write(written, value.bytes, value.length);
	}
}

static void write_link(const struct alias_key *key, struct span value, struct buffer *written)
{
	const char *mark = memmem(value.bytes, value.length, LINK_MARK, strlen(LINK_MARK));
	if (mark == NULL) {
		buffer_write(written, value.bytes, value.length);
		return;
	}
	size_t head = (size_t)(mark - value.bytes) + strlen(LINK_MARK);
	struct span code = {value.bytes + head, value.length - head};
	buffer_write(written, value.bytes, head);
	write_alias(key, ALIAS_CODE, code, written);
}

static void write_size(size_t size, struct buffer *written)
{
	char text[40];
	(void)snprintf(text, sizeof text, "(%zu bytes)", size); /* it fits */
	buffer_puts(written, text);
}

void veil_write(const struct alias_key *key, enum veil_kind kind, struct span value, struct buffer *written)
{
	if (value.length == 0) {
		return;
	}
	switch (kind) {
	case VEIL_UNKNOWN:
		write_size(value.length, written);
		break;
	case VEIL_PLAIN:
		buffer_write(written, value.bytes, value.length);
		break;
	case VEIL_NAMED:
		write_named(key, value, written);
		break;
	case VEIL_INVITE:
		write_invite(key, value, written);
		break;
	case VEIL_GRANTED:
		if (!invite_alias_write(key, value, written)) {
			write_alias(key, ALIAS_TOKEN, value, written);
		}
		break;
	case VEIL_LINK:
		write_link(key, value, written);
		break;
	case VEIL_EMAIL:
		write_email(key, value, written);
		break;
	case VEIL_API_KEY:
	case VEIL_TOKEN:
	case VEIL_FROB:
	case VEIL_CODE:
	case VEIL_KEY:
		write_alias(key, aliases[kind], value, written);
		break;
	}
}

struct span veil_name(struct span name)
{
	return veil_of_parameter(name) == VEIL_UNKNOWN ? (struct span){"?", 1} : name;
}
