/* Records from a damaged file: a reader refuses them or finds exactly what a writer writes. The first
 * byte picks the kind. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "store/kept_reply.h"
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

/* Reads a kept reply and writes it again; 0: it is damaged. */
static size_t again_kept_reply(struct bytes bytes, uint8_t *again)
{
	static struct reply reply;
	static bool begun;
	struct kept kept = {0};
	if (!begun) {
		reply_init(&reply);
		begun = true;
	}
	reply_clear(&reply);
	if (!kept_reply_read(bytes, &kept, &reply)) {
		return 0;
	}
	size_t size = kept_reply_write(again, KEPT_REPLY_SIZE_MAX, &kept, &reply);
	if (size == 0) {
		abort(); /* what was read is longer than what is stored */
	}
	return size;
}

/* Items of older versions are written anew, so it is the second writing that must be the first. */
static void try_kept_reply(struct bytes row)
{
	static uint8_t first[KEPT_REPLY_SIZE_MAX];
	static uint8_t second[KEPT_REPLY_SIZE_MAX];
	size_t size = again_kept_reply(row, first);
	if (size > 0 && (again_kept_reply((struct bytes){.data = first, .size = size}, second) != size ||
				memcmp(first, second, size) != 0)) {
		abort();
	}
}

/* A record of an older version is written anew; one of today's stays as it is. */
static bool is_of_today(struct bytes row)
{
	return *(const uint8_t *)row.data == record.bytes[0];
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
	size_t kind = bytes[0] % (sizeof again / sizeof *again + 1);
	if (kind == sizeof again / sizeof *again) {
		try_kept_reply(row);
		return 0;
	}
	if (!again[kind](row) || !is_of_today(row)) {
		return 0;
	}
	if (record.too_long || record.size != row.size || memcmp(record.bytes, row.data, row.size) != 0) {
		abort();
	}
	return 0;
}
