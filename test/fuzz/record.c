/* Records from a damaged file: a reader refuses them or finds exactly what a writer writes. The first
 * byte picks the kind. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct texts texts;
static struct record record;

/* One function per kind: reads, and writes again what was read. */
#define AGAIN(kind, type) \
	static bool again_##kind(struct bytes bytes) \
	{ \
		struct type found = {0}; \
		if (!record_read_##kind(bytes, &texts, &found)) { \
			return false; \
		} \
		record_write_##kind(&record, &found, &texts); \
		return true; \
	}

AGAIN(user, user)
AGAIN(group, group)
AGAIN(application, application)
AGAIN(token, token)
AGAIN(note, note_row)
AGAIN(invite, invite)
AGAIN(invite_token, invite_token)
AGAIN(invitation, invitation)
AGAIN(change, change)

static bool again_member(struct bytes bytes)
{
	struct membership found = {0};
	if (!record_read_member(bytes, &found)) {
		return false;
	}
	record_write_member(record.bytes, &found);
	record.size = MEMBER_ENTRY_SIZE;
	record.too_long = false;
	return true;
}

static bool again_session(struct bytes bytes)
{
	struct session found = {0};
	if (!record_read_session(bytes, &found)) {
		return false;
	}
	record_write_session(&record, &found);
	return true;
}

static bool again_frob(struct bytes bytes)
{
	struct frob found = {0};
	if (!record_read_frob(bytes, &found)) {
		return false;
	}
	record_write_frob(&record, &found);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static bool (*const again[])(struct bytes) = {
		again_user,
		again_group,
		again_application,
		again_token,
		again_note,
		again_invite,
		again_invite_token,
		again_invitation,
		again_change,
		again_member,
		again_session,
		again_frob,
	};
	if (size == 0 || size - 1 > RECORD_SIZE_MAX) {
		return 0;
	}
	texts_clear(&texts);
	const struct bytes row = {.data = bytes + 1, .size = size - 1};
	if (!again[bytes[0] % (sizeof again / sizeof *again)](row)) {
		return 0;
	}
	if (record.too_long || record.size != row.size || memcmp(record.bytes, row.data, row.size) != 0) {
		abort();
	}
	return 0;
}
