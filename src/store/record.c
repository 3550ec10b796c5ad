/* Turns records into bytes and back. The order of the calls in a pair of functions is the layout. */
#include "store/record.h"

#include <assert.h>
#include <string.h>

#include "store/key.h"

#define VERSION 1
#define USER_VERSION 2 /* knows the last change, and who was erased */
#define OPERATION_BYTE_NONE 0

struct reader {
	const uint8_t *at;
	size_t left;
	struct texts *texts;
	bool damaged;
};

static void put_bytes(struct record *record, const void *bytes, size_t size)
{
	if (size > RECORD_SIZE_MAX - record->size) {
		record->too_long = true;
		return;
	}
	memcpy(record->bytes + record->size, bytes, size);
	record->size += size;
}

static void put_u8(struct record *record, uint8_t value)
{
	put_bytes(record, &value, 1);
}

static void put_u64(struct record *record, uint64_t value)
{
	uint8_t bytes[8];
	key_write_u64(bytes, value);
	put_bytes(record, bytes, sizeof bytes);
}

static void put_time(struct record *record, int64_t time)
{
	assert(time >= 0);
	put_u64(record, (uint64_t)time);
}

static void put_text(struct record *record, const struct texts *texts, struct text text)
{
	if (text.length > UINT16_MAX) {
		record->too_long = true;
		return;
	}
	put_u8(record, (uint8_t)(text.length >> 8));
	put_u8(record, (uint8_t)text.length);
	if (text.length > 0) {
		put_bytes(record, texts_get(texts, text), text.length);
	}
}

static void start_version(struct record *record, uint8_t version)
{
	record->size = 0;
	record->too_long = false;
	put_u8(record, version);
}

static void start(struct record *record)
{
	start_version(record, VERSION);
}

static const uint8_t *take(struct reader *reader, size_t size)
{
	if (reader->damaged || size > reader->left) {
		reader->damaged = true;
		return NULL;
	}
	const uint8_t *taken = reader->at;
	reader->at += size;
	reader->left -= size;
	return taken;
}

static void take_bytes(struct reader *reader, void *bytes, size_t size)
{
	const uint8_t *taken = take(reader, size);
	if (taken != NULL) {
		memcpy(bytes, taken, size);
	}
}

/* A byte below `limit`. */
static uint8_t take_u8(struct reader *reader, unsigned limit)
{
	const uint8_t *taken = take(reader, 1);
	if (taken == NULL || *taken >= limit) {
		reader->damaged = true;
		return 0;
	}
	return *taken;
}

static bool take_bool(struct reader *reader)
{
	return take_u8(reader, 2) == 1;
}

static uint64_t take_u64(struct reader *reader)
{
	const uint8_t *taken = take(reader, 8);
	return taken == NULL ? 0 : key_read_u64(taken);
}

static uint32_t take_u32(struct reader *reader)
{
	uint64_t value = take_u64(reader);
	reader->damaged |= value > UINT32_MAX;
	return (uint32_t)value;
}

static int64_t take_time(struct reader *reader)
{
	uint64_t value = take_u64(reader);
	reader->damaged |= value > INT64_MAX;
	return (int64_t)(value & INT64_MAX);
}

static struct text take_text(struct reader *reader)
{
	const uint8_t *size = take(reader, 2);
	if (size == NULL) {
		return (struct text){0};
	}
	size_t length = (size_t)size[0] << 8 | size[1];
	const uint8_t *bytes = take(reader, length);
	if (bytes == NULL || reader->texts == NULL || length == 0) {
		return (struct text){0};
	}
	return texts_add(reader->texts, (const char *)bytes, length);
}

static struct reader open_versions(struct bytes bytes, struct texts *texts, uint8_t newest, uint8_t *version)
{
	struct reader reader = {.at = bytes.data, .left = bytes.size, .texts = texts};
	*version = take_u8(&reader, newest + 1u);
	reader.damaged |= *version < VERSION;
	return reader;
}

static struct reader open_record(struct bytes bytes, struct texts *texts)
{
	return open_versions(bytes, texts, VERSION, &(uint8_t){0});
}

static bool close_record(const struct reader *reader)
{
	return !reader->damaged && reader->left == 0;
}

void record_write_user(struct record *record, const struct user *user, const struct texts *texts)
{
	start_version(record, USER_VERSION);
	put_u64(record, user->version);
	put_u8(record, user->erased);
	put_time(record, user->created_at);
	put_time(record, user->updated_at);
	put_u8(record, user->active);
	put_bytes(record, user->username_fold, sizeof user->username_fold);
	put_bytes(record, user->username_order, sizeof user->username_order);
	put_text(record, texts, user->username);
	put_text(record, texts, user->name);
	put_text(record, texts, user->slug);
	put_text(record, texts, user->email);
	put_text(record, texts, user->url);
	put_text(record, texts, user->zip);
	put_text(record, texts, user->avatar_url);
}

bool record_read_user(struct bytes bytes, struct texts *texts, struct user *found)
{
	uint8_t version;
	struct reader reader = open_versions(bytes, texts, USER_VERSION, &version);
	found->version = version < USER_VERSION ? 0 : take_u64(&reader);
	found->erased = version < USER_VERSION ? false : take_bool(&reader);
	found->created_at = take_time(&reader);
	found->updated_at = take_time(&reader);
	found->active = take_bool(&reader);
	take_bytes(&reader, found->username_fold, sizeof found->username_fold);
	take_bytes(&reader, found->username_order, sizeof found->username_order);
	found->username = take_text(&reader);
	found->name = take_text(&reader);
	found->slug = take_text(&reader);
	found->email = take_text(&reader);
	found->url = take_text(&reader);
	found->zip = take_text(&reader);
	found->avatar_url = take_text(&reader);
	return close_record(&reader);
}

void record_write_group(struct record *record, const struct group *group, const struct texts *texts)
{
	start(record);
	put_u64(record, group->owner_id);
	put_time(record, group->created_at);
	put_time(record, group->updated_at);
	put_u64(record, group->version);
	put_u64(record, group->commercial_account_id);
	put_u64(record, group->topic_count);
	put_u8(record, group->member_moderation);
	put_u8(record, group->event_moderation);
	put_u8(record, group->is_private);
	put_u8(record, (uint8_t)group->type);
	put_bytes(record, group->name_fold, sizeof group->name_fold);
	put_bytes(record, group->name_order, sizeof group->name_order);
	put_text(record, texts, group->name);
	put_text(record, texts, group->slug);
	put_text(record, texts, group->avatar_url);
}

bool record_read_group(struct bytes bytes, struct texts *texts, struct group *found)
{
	struct reader reader = open_record(bytes, texts);
	found->owner_id = take_u64(&reader);
	found->created_at = take_time(&reader);
	found->updated_at = take_time(&reader);
	found->version = take_u64(&reader);
	found->commercial_account_id = take_u64(&reader);
	found->topic_count = take_u64(&reader);
	found->member_moderation = take_bool(&reader);
	found->event_moderation = take_bool(&reader);
	found->is_private = take_bool(&reader);
	found->type = take_u8(&reader, GROUP_TYPE_COUNT);
	take_bytes(&reader, found->name_fold, sizeof found->name_fold);
	take_bytes(&reader, found->name_order, sizeof found->name_order);
	found->name = take_text(&reader);
	found->slug = take_text(&reader);
	found->avatar_url = take_text(&reader);
	found->description = (struct text){0};
	return close_record(&reader);
}

void record_write_application(
	struct record *record, const struct application *application, const struct texts *texts)
{
	start(record);
	put_u64(record, application->id);
	put_u8(record, application->active);
	put_time(record, application->created_at);
	put_text(record, texts, application->name);
	put_text(record, texts, application->callback_url);
}

bool record_read_application(struct bytes bytes, struct texts *texts, struct application *found)
{
	struct reader reader = open_record(bytes, texts);
	found->id = take_u64(&reader);
	found->active = take_bool(&reader);
	found->created_at = take_time(&reader);
	found->name = take_text(&reader);
	found->callback_url = take_text(&reader);
	return close_record(&reader);
}

void record_write_token(struct record *record, const struct token *token, const struct texts *texts)
{
	start(record);
	put_u64(record, token->id);
	put_u64(record, token->user_id);
	put_u64(record, token->application_id);
	put_u8(record, (uint8_t)token->scope);
	put_u8(record, token->active);
	put_time(record, token->created_at);
	put_text(record, texts, token->label);
}

bool record_read_token(struct bytes bytes, struct texts *texts, struct token *found)
{
	struct reader reader = open_record(bytes, texts);
	found->id = take_u64(&reader);
	found->user_id = take_u64(&reader);
	found->application_id = take_u64(&reader);
	found->scope = take_u8(&reader, SCOPE_COUNT);
	found->active = take_bool(&reader);
	found->created_at = take_time(&reader);
	found->label = take_text(&reader);
	return close_record(&reader);
}

void record_write_session(struct record *record, const struct session *session)
{
	start(record);
	put_u64(record, session->user_id);
	put_u64(record, session->token_id);
	put_time(record, session->seen_at);
}

bool record_read_session(struct bytes bytes, struct session *found)
{
	struct reader reader = open_record(bytes, NULL);
	found->user_id = take_u64(&reader);
	found->token_id = take_u64(&reader);
	found->seen_at = take_time(&reader);
	return close_record(&reader);
}

void record_write_frob(struct record *record, const struct frob *frob)
{
	start(record);
	put_u64(record, frob->application_id);
	put_u64(record, frob->user_id);
	put_time(record, frob->expires_at);
}

bool record_read_frob(struct bytes bytes, struct frob *found)
{
	struct reader reader = open_record(bytes, NULL);
	found->application_id = take_u64(&reader);
	found->user_id = take_u64(&reader);
	found->expires_at = take_time(&reader);
	return close_record(&reader);
}

void record_write_note(struct record *record, const struct note_row *row, const struct texts *texts)
{
	start(record);
	put_u64(record, row->note.by);
	put_u8(record, row->note.denied);
	put_time(record, row->note.at);
	put_u64(record, row->invitation_id);
	put_text(record, texts, row->note.words);
}

bool record_read_note(struct bytes bytes, struct texts *texts, struct note_row *found)
{
	struct reader reader = open_record(bytes, texts);
	found->note.by = take_u64(&reader);
	found->note.denied = take_bool(&reader);
	found->note.at = take_time(&reader);
	found->invitation_id = take_u64(&reader);
	found->note.words = take_text(&reader);
	return close_record(&reader);
}

void record_write_invite(struct record *record, const struct invite *invite, const struct texts *texts)
{
	start(record);
	put_u64(record, invite->id);
	put_time(record, invite->created_at);
	put_text(record, texts, invite->code);
}

bool record_read_invite(struct bytes bytes, struct texts *texts, struct invite *found)
{
	struct reader reader = open_record(bytes, texts);
	found->id = take_u64(&reader);
	found->created_at = take_time(&reader);
	found->code = take_text(&reader);
	return close_record(&reader);
}

void record_write_invite_token(
	struct record *record, const struct invite_token *token, const struct texts *texts)
{
	start(record);
	put_u64(record, token->group_id);
	put_u64(record, token->by);
	put_time(record, token->created_at);
	put_time(record, token->expires_at);
	put_u64(record, token->max_uses);
	put_u64(record, token->uses_left);
	put_u64(record, token->user_id);
	put_u8(record, token->revoked);
	put_text(record, texts, token->identifier);
}

bool record_read_invite_token(struct bytes bytes, struct texts *texts, struct invite_token *found)
{
	struct reader reader = open_record(bytes, texts);
	found->group_id = take_u64(&reader);
	found->by = take_u64(&reader);
	found->created_at = take_time(&reader);
	found->expires_at = take_time(&reader);
	found->max_uses = take_u32(&reader);
	found->uses_left = take_u32(&reader);
	found->user_id = take_u64(&reader);
	found->revoked = take_bool(&reader);
	found->identifier = take_text(&reader);
	return close_record(&reader) && found->uses_left <= found->max_uses;
}

void record_write_invitation(
	struct record *record, const struct invitation *invitation, const struct texts *texts)
{
	start(record);
	put_u64(record, invitation->group_id);
	put_u64(record, invitation->user_id);
	put_u64(record, invitation->by);
	put_time(record, invitation->created_at);
	put_u8(record, (uint8_t)invitation->state);
	put_text(record, texts, invitation->email);
}

bool record_read_invitation(struct bytes bytes, struct texts *texts, struct invitation *found)
{
	struct reader reader = open_record(bytes, texts);
	found->group_id = take_u64(&reader);
	found->user_id = take_u64(&reader);
	found->by = take_u64(&reader);
	found->created_at = take_time(&reader);
	found->state = take_u8(&reader, INVITATION_STATE_COUNT);
	found->email = take_text(&reader);
	return close_record(&reader);
}

static void put_standing(struct record *record, struct standing standing)
{
	put_u8(record, (uint8_t)standing.state);
	put_u8(record, (uint8_t)standing.role);
}

static struct standing take_standing(struct reader *reader)
{
	struct standing standing = {0};
	standing.state = take_u8(reader, STATE_COUNT);
	standing.role = take_u8(reader, ROLE_COUNT);
	return standing;
}

/* The operation is stored one higher, so that "none" stays 0 when operations are added. */
void record_write_change(struct record *record, const struct change *change, const struct texts *texts)
{
	start(record);
	put_time(record, change->at);
	put_u8(record, (uint8_t)change->type);
	put_u8(record, (uint8_t)change->dialect);
	put_u8(record,
		change->operation == OPERATION_NONE ? OPERATION_BYTE_NONE : (uint8_t)(change->operation + 1));
	put_u64(record, change->group_id);
	put_u64(record, change->user_id);
	put_u64(record, change->actor_id);
	put_u64(record, change->application_id);
	put_bytes(record, change->request_key, sizeof change->request_key);
	put_standing(record, change->before);
	put_standing(record, change->after);
	put_u64(record, change->fields);
	put_u64(record, change->reference);
	put_text(record, texts, change->request_id);
}

bool record_read_change(struct bytes bytes, struct texts *texts, struct change *found)
{
	struct reader reader = open_record(bytes, texts);
	found->at = take_time(&reader);
	found->type = take_u8(&reader, CHANGE_COUNT);
	found->dialect = take_u8(&reader, DIALECT_COUNT);
	uint8_t operation = take_u8(&reader, OPERATION_COUNT + 1);
	found->operation = operation == OPERATION_BYTE_NONE ? OPERATION_NONE : operation - 1;
	found->group_id = take_u64(&reader);
	found->user_id = take_u64(&reader);
	found->actor_id = take_u64(&reader);
	found->application_id = take_u64(&reader);
	take_bytes(&reader, found->request_key, sizeof found->request_key);
	found->before = take_standing(&reader);
	found->after = take_standing(&reader);
	found->fields = take_u32(&reader);
	found->reference = take_u64(&reader);
	found->request_id = take_text(&reader);
	return close_record(&reader);
}

void record_write_member(uint8_t entry[MEMBER_ENTRY_SIZE], const struct membership *membership)
{
	memset(entry, 0, MEMBER_ENTRY_SIZE);
	key_write_u64(entry, membership->group_id);
	entry[8] = (uint8_t)membership->state;
	entry[9] = (uint8_t)membership->role;
	key_write_time(entry + 10, membership->since);
	key_write_time(entry + 16, membership->state == STATE_BANNED ? membership->until : 0);
	entry[22] = membership->has_note;
}

bool record_read_member(struct bytes entry, struct membership *found)
{
	const uint8_t *bytes = entry.data;
	if (entry.size != MEMBER_ENTRY_SIZE || bytes[8] == STATE_NONE || bytes[8] >= STATE_COUNT ||
		bytes[9] >= ROLE_COUNT || bytes[22] > 1 || bytes[23] != 0) {
		return false;
	}
	found->group_id = key_read_u64(bytes);
	found->state = bytes[8];
	found->role = bytes[9];
	found->since = key_read_time(bytes + 10);
	found->until = key_read_time(bytes + 16);
	found->has_note = bytes[22] == 1;
	return (found->state == STATE_MEMBER) == (found->role != ROLE_NONE) &&
	       (found->state == STATE_BANNED || found->until == 0);
}
