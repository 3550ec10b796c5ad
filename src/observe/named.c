#define _GNU_SOURCE /* memmem */
#include "observe/named.h"

#include <string.h>

#define HOST_MARK "://"

static const struct {
	const char *within; /* the segment before; NULL: any */
	const char *segment;
	enum reply_field_kind kind;
} segments[] = {
	{"me", "requests", FIELD_GROUP},
	{"me", "invitations", FIELD_GROUP},
	{NULL, "groups", FIELD_GROUP},
	{NULL, "group", FIELD_GROUP},
	{NULL, "users", FIELD_USER},
	{NULL, "members", FIELD_USER},
	{NULL, "bans", FIELD_USER},
	{NULL, "requests", FIELD_USER},
	{NULL, "invitations", FIELD_INVITATION},
	{NULL, "invite-tokens", FIELD_INVITE},
	{NULL, "tokens", FIELD_TOKEN_ID},
	{NULL, "invite", FIELD_SECRET},
};

static const struct {
	const char *name;
	enum reply_field_kind kind;
} parameters[] = {
	{"group_id", FIELD_GROUP},
	{"user_id", FIELD_USER},
	{"after", FIELD_OPAQUE},
	{"token", FIELD_SECRET},
	{"invite_token", FIELD_SECRET},
	{"frob", FIELD_SECRET},
};

static enum reply_field_kind kind_behind(const struct span before[2])
{
	for (size_t i = 0; i < sizeof segments / sizeof segments[0]; i++) {
		if (span_is(before[0], segments[i].segment) &&
			(segments[i].within == NULL || span_is(before[1], segments[i].within))) {
			return segments[i].kind;
		}
	}
	return FIELD_PLAIN;
}

bool named_path_next(struct named_path *path, struct span *segment, enum reply_field_kind *kind)
{
	if (path->rest.length == 0) {
		return false;
	}
	*kind = kind_behind(path->before);
	*segment = span_cut(&path->rest, '/');
	path->before[1] = path->before[0];
	path->before[0] = *segment;
	return true;
}

enum reply_field_kind named_parameter(struct span name)
{
	for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
		if (span_is(name, parameters[i].name)) {
			return parameters[i].kind;
		}
	}
	return FIELD_PLAIN;
}

struct span named_path_of(struct span link)
{
	bool is_path = link.length > 0 && *link.bytes == '/';
	const char *host = is_path ? NULL : memmem(link.bytes, link.length, HOST_MARK, strlen(HOST_MARK));
	if (host == NULL) {
		return link;
	}
	size_t start = (size_t)(host - link.bytes) + strlen(HOST_MARK);
	const char *path = memchr(link.bytes + start, '/', link.length - start);
	size_t head = path == NULL ? link.length : (size_t)(path - link.bytes);
	return (struct span){link.bytes + head, link.length - head};
}
