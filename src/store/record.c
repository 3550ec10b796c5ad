/* Turns records into bytes and back. The order of the calls in a pair of functions is the layout. */
#include "store/record.h"

#include <string.h>

#include "store/key.h"
#include "store/packing.h"

#define VERSION 1
#define USER_VERSION 2 /* knows the last change, and who was erased */
#define INVITATION_VERSION 2 /* knows when it ended */
#define OPERATION_BYTE_NONE 0

static struct packer start_version(struct record *record, uint8_t version)
{
	struct packer packer = pack_into(record->bytes, sizeof record->bytes);
	pack_u8(&packer, version);
	return packer;
}

static struct packer start(struct record *record)
{
	return start_version(record, VERSION);
}

static void finish(struct record *record, const struct packer *packer)
{
	record->size = packer->size;
	record->too_long = packer->too_long;
}

/* A record of any version up to the newest one. */
static struct unpacker open_versions(struct bytes bytes, struct texts *texts, uint8_t newest, uint8_t *version)
{
	struct unpacker unpacker = unpack_from(bytes, texts);
	*version = unpack_u8(&unpacker, newest + 1u);
	unpacker.damaged |= *version < VERSION;
	return unpacker;
}

static struct unpacker open_record(struct bytes bytes, struct texts *texts)
{
	uint8_t version;
	return open_versions(bytes, texts, VERSION, &version);
}

void record_write_user(struct record *record, const struct user *user, const struct texts *texts)
{
	struct packer packer = start_version(record, USER_VERSION);
	pack_u64(&packer, user->version);
	pack_u8(&packer, user->erased);
	pack_time(&packer, user->created_at);
	pack_time(&packer, user->updated_at);
	pack_u8(&packer, user->active);
	pack_bytes(&packer, user->username_fold, sizeof user->username_fold);
	pack_bytes(&packer, user->username_order, sizeof user->username_order);
	pack_text(&packer, texts, user->username);
	pack_text(&packer, texts, user->name);
	pack_text(&packer, texts, user->slug);
	pack_text(&packer, texts, user->email);
	pack_text(&packer, texts, user->url);
	pack_text(&packer, texts, user->zip);
	pack_text(&packer, texts, user->avatar_url);
	finish(record, &packer);
}

bool record_read_user(struct bytes bytes, struct texts *texts, struct user *found)
{
	uint8_t version;
	struct unpacker unpacker = open_versions(bytes, texts, USER_VERSION, &version);
	found->version = version < USER_VERSION ? 0 : unpack_u64(&unpacker);
	found->erased = version < USER_VERSION ? false : unpack_bool(&unpacker);
	found->created_at = unpack_time(&unpacker);
	found->updated_at = unpack_time(&unpacker);
	found->active = unpack_bool(&unpacker);
	unpack_bytes(&unpacker, found->username_fold, sizeof found->username_fold);
	unpack_bytes(&unpacker, found->username_order, sizeof found->username_order);
	found->username = unpack_text(&unpacker);
	found->name = unpack_text(&unpacker);
	found->slug = unpack_text(&unpacker);
	found->email = unpack_text(&unpacker);
	found->url = unpack_text(&unpacker);
	found->zip = unpack_text(&unpacker);
	found->avatar_url = unpack_text(&unpacker);
	return unpack_is_whole(&unpacker);
}

void record_write_group(struct record *record, const struct group *group, const struct texts *texts)
{
	struct packer packer = start(record);
	pack_u64(&packer, group->owner_id);
	pack_time(&packer, group->created_at);
	pack_time(&packer, group->updated_at);
	pack_u64(&packer, group->version);
	pack_u64(&packer, group->commercial_account_id);
	pack_u64(&packer, group->topic_count);
	pack_u8(&packer, group->member_moderation);
	pack_u8(&packer, group->event_moderation);
	pack_u8(&packer, group->is_private);
	pack_u8(&packer, (uint8_t)group->type);
	pack_bytes(&packer, group->name_fold, sizeof group->name_fold);
	pack_bytes(&packer, group->name_order, sizeof group->name_order);
	pack_text(&packer, texts, group->name);
	pack_text(&packer, texts, group->slug);
	pack_text(&packer, texts, group->avatar_url);
	finish(record, &packer);
}

bool record_read_group(struct bytes bytes, struct texts *texts, struct group *found)
{
	struct unpacker unpacker = open_record(bytes, texts);
	found->owner_id = unpack_u64(&unpacker);
	found->created_at = unpack_time(&unpacker);
	found->updated_at = unpack_time(&unpacker);
	found->version = unpack_u64(&unpacker);
	found->commercial_account_id = unpack_u64(&unpacker);
	found->topic_count = unpack_u64(&unpacker);
	found->member_moderation = unpack_bool(&unpacker);
	found->event_moderation = unpack_bool(&unpacker);
	found->is_private = unpack_bool(&unpacker);
	found->type = unpack_u8(&unpacker, GROUP_TYPE_COUNT);
	unpack_bytes(&unpacker, found->name_fold, sizeof found->name_fold);
	unpack_bytes(&unpacker, found->name_order, sizeof found->name_order);
	found->name = unpack_text(&unpacker);
	found->slug = unpack_text(&unpacker);
	found->avatar_url = unpack_text(&unpacker);
	found->description = (struct text){0};
	return unpack_is_whole(&unpacker);
}

void record_write_application(
	struct record *record, const struct application *application, const struct texts *texts)
{
	struct packer packer = start(record);
	pack_u64(&packer, application->id);
	pack_u8(&packer, application->active);
	pack_time(&packer, application->created_at);
	pack_text(&packer, texts, application->name);
	pack_text(&packer, texts, application->callback_url);
	finish(record, &packer);
}

bool record_read_application(struct bytes bytes, struct texts *texts, struct application *found)
{
	struct unpacker unpacker = open_record(bytes, texts);
	found->id = unpack_u64(&unpacker);
	found->active = unpack_bool(&unpacker);
	found->created_at = unpack_time(&unpacker);
	found->name = unpack_text(&unpacker);
	found->callback_url = unpack_text(&unpacker);
	return unpack_is_whole(&unpacker);
}

void record_write_token(struct record *record, const struct token *token, const struct texts *texts)
{
	struct packer packer = start(record);
	pack_u64(&packer, token->id);
	pack_u64(&packer, token->user_id);
	pack_u64(&packer, token->application_id);
	pack_u8(&packer, (uint8_t)token->scope);
	pack_u8(&packer, token->active);
	pack_time(&packer, token->created_at);
	pack_text(&packer, texts, token->label);
	finish(record, &packer);
}

bool record_read_token(struct bytes bytes, struct texts *texts, struct token *found)
{
	struct unpacker unpacker = open_record(bytes, texts);
	found->id = unpack_u64(&unpacker);
	found->user_id = unpack_u64(&unpacker);
	found->application_id = unpack_u64(&unpacker);
	found->scope = unpack_u8(&unpacker, SCOPE_COUNT);
	found->active = unpack_bool(&unpacker);
	found->created_at = unpack_time(&unpacker);
	found->label = unpack_text(&unpacker);
	return unpack_is_whole(&unpacker);
}

void record_write_session(struct record *record, const struct session *session)
{
	struct packer packer = start(record);
	pack_u64(&packer, session->user_id);
	pack_u64(&packer, session->token_id);
	pack_time(&packer, session->seen_at);
	finish(record, &packer);
}

bool record_read_session(struct bytes bytes, struct session *found)
{
	struct unpacker unpacker = open_record(bytes, NULL);
	found->user_id = unpack_u64(&unpacker);
	found->token_id = unpack_u64(&unpacker);
	found->seen_at = unpack_time(&unpacker);
	return unpack_is_whole(&unpacker);
}

void record_write_frob(struct record *record, const struct frob *frob)
{
	struct packer packer = start(record);
	pack_u64(&packer, frob->application_id);
	pack_u64(&packer, frob->user_id);
	pack_time(&packer, frob->expires_at);
	finish(record, &packer);
}

bool record_read_frob(struct bytes bytes, struct frob *found)
{
	struct unpacker unpacker = open_record(bytes, NULL);
	found->application_id = unpack_u64(&unpacker);
	found->user_id = unpack_u64(&unpacker);
	found->expires_at = unpack_time(&unpacker);
	return unpack_is_whole(&unpacker);
}

void record_write_note(struct record *record, const struct note_row *row, const struct texts *texts)
{
	struct packer packer = start(record);
	pack_u64(&packer, row->note.by);
	pack_u8(&packer, row->note.denied);
	pack_time(&packer, row->note.at);
	pack_u64(&packer, row->invitation_id);
	pack_text(&packer, texts, row->note.words);
	finish(record, &packer);
}

bool record_read_note(struct bytes bytes, struct texts *texts, struct note_row *found)
{
	struct unpacker unpacker = open_record(bytes, texts);
	found->note.by = unpack_u64(&unpacker);
	found->note.denied = unpack_bool(&unpacker);
	found->note.at = unpack_time(&unpacker);
	found->invitation_id = unpack_u64(&unpacker);
	found->note.words = unpack_text(&unpacker);
	return unpack_is_whole(&unpacker);
}

void record_write_invite(struct record *record, const struct invite *invite, const struct texts *texts)
{
	struct packer packer = start(record);
	pack_u64(&packer, invite->id);
	pack_time(&packer, invite->created_at);
	pack_text(&packer, texts, invite->code);
	finish(record, &packer);
}

bool record_read_invite(struct bytes bytes, struct texts *texts, struct invite *found)
{
	struct unpacker unpacker = open_record(bytes, texts);
	found->id = unpack_u64(&unpacker);
	found->created_at = unpack_time(&unpacker);
	found->code = unpack_text(&unpacker);
	return unpack_is_whole(&unpacker);
}

void record_write_invite_token(
	struct record *record, const struct invite_token *token, const struct texts *texts)
{
	struct packer packer = start(record);
	pack_u64(&packer, token->group_id);
	pack_u64(&packer, token->by);
	pack_time(&packer, token->created_at);
	pack_time(&packer, token->expires_at);
	pack_u64(&packer, token->max_uses);
	pack_u64(&packer, token->uses_left);
	pack_u64(&packer, token->user_id);
	pack_u8(&packer, token->revoked);
	pack_text(&packer, texts, token->identifier);
	finish(record, &packer);
}

bool record_read_invite_token(struct bytes bytes, struct texts *texts, struct invite_token *found)
{
	struct unpacker unpacker = open_record(bytes, texts);
	found->group_id = unpack_u64(&unpacker);
	found->by = unpack_u64(&unpacker);
	found->created_at = unpack_time(&unpacker);
	found->expires_at = unpack_time(&unpacker);
	found->max_uses = unpack_u32(&unpacker);
	found->uses_left = unpack_u32(&unpacker);
	found->user_id = unpack_u64(&unpacker);
	found->revoked = unpack_bool(&unpacker);
	found->identifier = unpack_text(&unpacker);
	return unpack_is_whole(&unpacker) && found->uses_left <= found->max_uses;
}

void record_write_invitation(
	struct record *record, const struct invitation *invitation, const struct texts *texts)
{
	struct packer packer = start_version(record, INVITATION_VERSION);
	pack_u64(&packer, invitation->group_id);
	pack_u64(&packer, invitation->user_id);
	pack_u64(&packer, invitation->by);
	pack_time(&packer, invitation->created_at);
	pack_time(&packer, invitation->ended_at);
	pack_u8(&packer, (uint8_t)invitation->state);
	pack_text(&packer, texts, invitation->email);
	finish(record, &packer);
}

bool record_read_invitation(struct bytes bytes, struct texts *texts, struct invitation *found)
{
	uint8_t version;
	struct unpacker unpacker = open_versions(bytes, texts, INVITATION_VERSION, &version);
	found->group_id = unpack_u64(&unpacker);
	found->user_id = unpack_u64(&unpacker);
	found->by = unpack_u64(&unpacker);
	found->created_at = unpack_time(&unpacker);
	found->ended_at = version < INVITATION_VERSION ? 0 : unpack_time(&unpacker);
	found->state = unpack_u8(&unpacker, INVITATION_STATE_COUNT);
	found->email = unpack_text(&unpacker);
	return unpack_is_whole(&unpacker);
}

static void put_standing(struct packer *packer, struct standing standing)
{
	pack_u8(packer, (uint8_t)standing.state);
	pack_u8(packer, (uint8_t)standing.role);
}

static struct standing take_standing(struct unpacker *unpacker)
{
	struct standing standing = {0};
	standing.state = unpack_u8(unpacker, STATE_COUNT);
	standing.role = unpack_u8(unpacker, ROLE_COUNT);
	return standing;
}

/* The operation is stored one higher, so that "none" stays 0 when operations are added. */
void record_write_change(struct record *record, const struct change *change, const struct texts *texts)
{
	struct packer packer = start(record);
	pack_time(&packer, change->at);
	pack_u8(&packer, (uint8_t)change->type);
	pack_u8(&packer, (uint8_t)change->dialect);
	pack_u8(&packer,
		change->operation == OPERATION_NONE ? OPERATION_BYTE_NONE : (uint8_t)(change->operation + 1));
	pack_u64(&packer, change->group_id);
	pack_u64(&packer, change->user_id);
	pack_u64(&packer, change->actor_id);
	pack_u64(&packer, change->application_id);
	pack_bytes(&packer, change->request_key, sizeof change->request_key);
	put_standing(&packer, change->before);
	put_standing(&packer, change->after);
	pack_u64(&packer, change->fields);
	pack_u64(&packer, change->reference);
	pack_text(&packer, texts, change->request_id);
	finish(record, &packer);
}

bool record_read_change(struct bytes bytes, struct texts *texts, struct change *found)
{
	struct unpacker unpacker = open_record(bytes, texts);
	found->at = unpack_time(&unpacker);
	found->type = unpack_u8(&unpacker, CHANGE_COUNT);
	found->dialect = unpack_u8(&unpacker, DIALECT_COUNT);
	uint8_t operation = unpack_u8(&unpacker, OPERATION_COUNT + 1);
	found->operation = operation == OPERATION_BYTE_NONE ? OPERATION_NONE : operation - 1;
	found->group_id = unpack_u64(&unpacker);
	found->user_id = unpack_u64(&unpacker);
	found->actor_id = unpack_u64(&unpacker);
	found->application_id = unpack_u64(&unpacker);
	unpack_bytes(&unpacker, found->request_key, sizeof found->request_key);
	found->before = take_standing(&unpacker);
	found->after = take_standing(&unpacker);
	found->fields = unpack_u32(&unpacker);
	found->reference = unpack_u64(&unpacker);
	found->request_id = unpack_text(&unpacker);
	return unpack_is_whole(&unpacker);
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
