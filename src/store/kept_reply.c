/* What repeated requests are answered: the reply as plain items, so that the repetition is rendered by the
 * encoders of its day. Secrets are left out; who answers derives them again. */
#include "store/kept_reply.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "model/limits.h"
#include "store/expiry.h"
#include "store/packing.h"
#include "store/record.h"

#define VERSION 1
#define ITEMS_LIMIT (2 * (uint32_t)REPLY_ITEM_LAST)
#define OUTCOME_NAME_SIZE_MAX 64

struct key kept_reply_key(uint64_t token_id, const uint8_t key[IDEMPOTENCY_DIGEST_SIZE])
{
	struct key row;
	key_start(&row);
	key_add_u64(&row, token_id);
	key_add_bytes(&row, key, IDEMPOTENCY_DIGEST_SIZE);
	return row;
}

bool kept_reply_read_key(struct bytes key, struct kept *found)
{
	const uint8_t *bytes = key.data;
	if (key.size != KEPT_KEY_SIZE) {
		return false;
	}
	found->token_id = key_read_u64(bytes);
	memcpy(found->key, bytes + ID_SIZE, sizeof found->key);
	return true;
}

/* --- items: each is its key, 0 for none, and its record */

static void pack_record(struct packer *packer, uint64_t key, const struct record *record)
{
	pack_u64(packer, key);
	if (key == 0) {
		return;
	}
	packer->too_long |= record->too_long;
	pack_u16(packer, (uint16_t)record->size);
	pack_bytes(packer, record->bytes, record->size);
}

/* False: there is none. */
static bool unpack_record(struct unpacker *unpacker, uint64_t *key, struct bytes *record)
{
	*key = unpack_u64(unpacker);
	if (*key == 0) {
		return false;
	}
	size_t size = unpack_u16(unpacker);
	*record = (struct bytes){.data = unpack(unpacker, size), .size = size};
	return record->data != NULL;
}

/* Two functions per kind of record; `member` is what the record's own reader does not know. */
#define ITEM(kind, member) \
	static void pack_##kind(struct packer *packer, const struct kind *item, const struct texts *texts) \
	{ \
		struct record record = {0}; \
		if (item->member != 0) { \
			record_write_##kind(&record, item, texts); \
		} \
		pack_record(packer, item->member, &record); \
	} \
\
	static void unpack_##kind(struct unpacker *unpacker, struct kind *item) \
	{ \
		uint64_t key; \
		struct bytes record; \
		if (unpack_record(unpacker, &key, &record)) { \
			unpacker->damaged |= !record_read_##kind(record, unpacker->texts, item) || \
					     (item->member != 0 && item->member != key); \
			item->member = key; \
		} \
	}

ITEM(user, id)
ITEM(group, id)
ITEM(application, id)
ITEM(token, id)
ITEM(invite, group_id)
ITEM(invite_token, id)
ITEM(invitation, id)

static void pack_membership(struct packer *packer, const struct membership *membership)
{
	pack_u64(packer, membership->group_id);
	pack_u64(packer, membership->user_id);
	pack_u8(packer, (uint8_t)membership->state);
	pack_u8(packer, (uint8_t)membership->role);
	pack_time(packer, membership->since);
	pack_time(packer, membership->until);
	pack_u8(packer, membership->has_note);
}

static void unpack_membership(struct unpacker *unpacker, struct membership *membership)
{
	membership->group_id = unpack_u64(unpacker);
	membership->user_id = unpack_u64(unpacker);
	membership->state = unpack_u8(unpacker, STATE_COUNT);
	membership->role = unpack_u8(unpacker, ROLE_COUNT);
	membership->since = unpack_time(unpacker);
	membership->until = unpack_time(unpacker);
	membership->has_note = unpack_bool(unpacker);
}

static void pack_note(struct packer *packer, const struct note *note, const struct texts *texts)
{
	pack_u64(packer, note->by);
	pack_u8(packer, note->denied);
	pack_time(packer, note->at);
	pack_text(packer, texts, note->words);
}

static void unpack_note(struct unpacker *unpacker, struct note *note)
{
	note->by = unpack_u64(unpacker);
	note->denied = unpack_bool(unpacker);
	note->at = unpack_time(unpacker);
	note->words = unpack_text(unpacker);
}

static void pack_group_view(struct packer *packer, const struct group_view *view, const struct texts *texts)
{
	pack_group(packer, &view->group, texts);
	pack_text(packer, texts, view->group.description);
	pack_user(packer, &view->owner, texts);
	pack_u64(packer, view->member_count);
	pack_membership(packer, &view->caller);
	pack_u8(packer, view->caller_known);
}

static void unpack_group_view(struct unpacker *unpacker, struct group_view *view)
{
	unpack_group(unpacker, &view->group);
	view->group.description = unpack_text(unpacker);
	unpack_user(unpacker, &view->owner);
	view->member_count = unpack_u64(unpacker);
	unpack_membership(unpacker, &view->caller);
	view->caller_known = unpack_bool(unpacker);
}

static void pack_standing_view(
	struct packer *packer, const struct standing_view *view, const struct texts *texts)
{
	pack_user(packer, &view->user, texts);
	pack_membership(packer, &view->membership);
	pack_note(packer, &view->note, texts);
	pack_user(packer, &view->by, texts);
	pack_group(packer, &view->group, texts);
}

static void unpack_standing_view(struct unpacker *unpacker, struct standing_view *view)
{
	unpack_user(unpacker, &view->user);
	unpack_membership(unpacker, &view->membership);
	unpack_note(unpacker, &view->note);
	unpack_user(unpacker, &view->by);
	unpack_group(unpacker, &view->group);
}

static void pack_invitation_view(
	struct packer *packer, const struct invitation_view *view, const struct texts *texts)
{
	pack_invitation(packer, &view->invitation, texts);
	pack_group(packer, &view->group, texts);
	pack_user(packer, &view->invitee, texts);
	pack_user(packer, &view->by, texts);
}

static void unpack_invitation_view(struct unpacker *unpacker, struct invitation_view *view)
{
	unpack_invitation(unpacker, &view->invitation);
	unpack_group(unpacker, &view->group);
	unpack_user(unpacker, &view->invitee);
	unpack_user(unpacker, &view->by);
}

/* --- the whole */

static void pack_name(struct packer *packer, const char *name)
{
	pack_u16(packer, (uint16_t)strlen(name));
	pack_bytes(packer, name, strlen(name));
}

/* A name shorter than the room for it. */
static void unpack_name(struct unpacker *unpacker, char *name, size_t room)
{
	size_t length = unpack_u16(unpacker);
	if (length >= room) {
		unpacker->damaged = true;
		return;
	}
	unpack_bytes(unpacker, name, length);
	name[unpacker->damaged ? 0 : length] = '\0';
	unpacker->damaged |= strlen(name) != length;
}

/* The outcome is stored by its name: its number may change between two versions of the program. */
static enum outcome unpack_outcome(struct unpacker *unpacker)
{
	char name[OUTCOME_NAME_SIZE_MAX] = "";
	unpack_name(unpacker, name, sizeof name);
	unsigned outcome = 0;
	while (outcome < OUTCOME_COUNT && strcmp(outcome_row(outcome)->name, name) != 0) {
		outcome++;
	}
	unpacker->damaged |= outcome == OUTCOME_COUNT;
	return outcome;
}

size_t kept_reply_write(uint8_t *bytes, size_t capacity, const struct kept *kept, const struct reply *reply)
{
	const struct texts *texts = &reply->texts;
	struct packer packer = pack_into(bytes, capacity);
	pack_u8(&packer, VERSION);
	pack_time(&packer, kept->at);
	pack_bytes(&packer, kept->fingerprint, sizeof kept->fingerprint);
	pack_name(&packer, outcome_row(reply->outcome)->name);
	pack_name(&packer, reply->field);
	pack_u64(&packer, reply->items);
	pack_u64(&packer, reply->version);
	pack_group_view(&packer, &reply->group, texts);
	pack_user(&packer, &reply->member.user, texts);
	pack_membership(&packer, &reply->member.membership);
	pack_note(&packer, &reply->note, texts);
	pack_invite(&packer, &reply->invite, texts);
	pack_invite_token(&packer, &reply->invite_token, texts);
	pack_user(&packer, &reply->invite_token_by, texts);
	pack_standing_view(&packer, &reply->standing, texts);
	pack_invitation_view(&packer, &reply->invitation, texts);
	pack_token(&packer, &reply->user_token, texts);
	pack_user(&packer, &reply->user, texts);
	pack_application(&packer, &reply->application, texts);
	return packer.too_long ? 0 : packer.size;
}

static struct unpacker unpack_head(struct bytes bytes, struct texts *texts, struct kept *found)
{
	struct unpacker unpacker = unpack_from(bytes, texts);
	unpacker.damaged |= unpack_u8(&unpacker, VERSION + 1) != VERSION;
	found->at = unpack_time(&unpacker);
	unpack_bytes(&unpacker, found->fingerprint, sizeof found->fingerprint);
	return unpacker;
}

bool kept_reply_read_head(struct bytes bytes, struct kept *found)
{
	const struct unpacker unpacker = unpack_head(bytes, NULL, found);
	return !unpacker.damaged;
}

bool kept_reply_read(struct bytes bytes, struct kept *found, struct reply *reply)
{
	struct unpacker unpacker = unpack_head(bytes, &reply->texts, found);
	reply->outcome = unpack_outcome(&unpacker);
	unpack_name(&unpacker, reply->field, sizeof reply->field);
	reply->items = unpack_u32(&unpacker);
	unpacker.damaged |= reply->items >= ITEMS_LIMIT;
	reply->version = unpack_u64(&unpacker);
	unpack_group_view(&unpacker, &reply->group);
	unpack_user(&unpacker, &reply->member.user);
	unpack_membership(&unpacker, &reply->member.membership);
	unpack_note(&unpacker, &reply->note);
	unpack_invite(&unpacker, &reply->invite);
	unpack_invite_token(&unpacker, &reply->invite_token);
	unpack_user(&unpacker, &reply->invite_token_by);
	unpack_standing_view(&unpacker, &reply->standing);
	unpack_invitation_view(&unpacker, &reply->invitation);
	unpack_token(&unpacker, &reply->user_token);
	unpack_user(&unpacker, &reply->user);
	unpack_application(&unpacker, &reply->application);
	return unpack_is_whole(&unpacker);
}

static bool find_row(struct txn *txn, const struct kept *kept, struct kept *found, struct bytes *value)
{
	struct key key = kept_reply_key(kept->token_id, kept->key);
	*found = *kept;
	if (!txn_get(txn, TABLE_IDEMPOTENCY, key_bytes(&key), value)) {
		return false;
	}
	return txn_record_is_good(txn, kept_reply_read_head(*value, found), NULL);
}

bool store_find_kept_reply(struct txn *txn, struct kept *kept, bool *same, struct reply *reply)
{
	struct kept found;
	struct bytes value;
	if (!find_row(txn, kept, &found, &value) || found.at + IDEMPOTENCY_KEPT_S <= store_now(txn)) {
		return false;
	}
	bool is_same = memcmp(found.fingerprint, kept->fingerprint, sizeof found.fingerprint) == 0;
	if (is_same && !txn_record_is_good(txn, kept_reply_read(value, &found, reply), &reply->texts)) {
		return false;
	}
	kept->at = found.at;
	*same = is_same;
	return true;
}

/* What is written above may be more than a stack should hold. */
static void put_row(struct txn *txn, const struct kept *kept, const struct reply *reply)
{
	uint8_t *bytes = malloc(KEPT_REPLY_SIZE_MAX);
	size_t size = bytes == NULL ? 0 : kept_reply_write(bytes, KEPT_REPLY_SIZE_MAX, kept, reply);
	struct key key = kept_reply_key(kept->token_id, kept->key);
	if (size == 0) {
		txn_fail(txn, STORE_FAILED);
	} else {
		txn_put(txn, TABLE_IDEMPOTENCY, key_bytes(&key), (struct bytes){.data = bytes, .size = size});
	}
	free(bytes);
}

void store_keep_reply(struct txn *txn, const struct kept *kept, const struct reply *reply)
{
	assert(reply->outcome < OUTCOME_COUNT && (reply->items & REPLY_PAGE) == 0);
	if (!txn_may_write(txn)) {
		return;
	}
	struct kept old;
	struct bytes value;
	if (find_row(txn, kept, &old, &value)) {
		struct due due = expiry_of_kept_reply(&old);
		expiry_remove(txn, &due);
	}
	struct due due = expiry_of_kept_reply(kept);
	put_row(txn, kept, reply);
	expiry_add(txn, &due);
}
