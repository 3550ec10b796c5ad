/* Rows for comparing and for people. */
#include "store/written.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "store/key.h"
#include "store/record.h"
#include "store/txn.h"

#define BYTES_SHOWN 24
#define RECORD_SHOWN 64
#define DIGEST_SHOWN 4
#define FNV_BASIS UINT32_C(2166136261)
#define FNV_PRIME UINT32_C(16777619)

/* Of a change record: dialect and operation behind version, time and type; the application behind three
 * ids. */
#define RECORD_TIME_SIZE 8
#define CAUSE_OFFSET (1 + RECORD_TIME_SIZE + 1)
#define CAUSE_SIZE 2
#define APPLICATION_OFFSET (CAUSE_OFFSET + CAUSE_SIZE + 3 * ID_SIZE)

bool written_visit(struct txn *txn, rows_changed *visit, void *context)
{
	return txn_visit_written(txn, visit, context);
}

struct all {
	rows_changed *visit;
	void *context;
};

static void tell_written(void *context, enum table table, struct bytes key, struct bytes value, bool removed)
{
	const struct all *all = context;
	const struct bytes none = {0};
	all->visit(all->context, table, key, removed ? value : none, removed ? none : value);
}

bool written_visit_all(struct store *store, rows_changed *visit, void *context)
{
	struct all all = {.visit = visit, .context = context};
	return store_visit_rows(store, tell_written, &all);
}

void written_mask_cause(enum table table, uint8_t *bytes, size_t size)
{
	if (table != TABLE_CHANGE || size < APPLICATION_OFFSET + ID_SIZE) {
		return;
	}
	memset(bytes + CAUSE_OFFSET, 0, CAUSE_SIZE);
	memset(bytes + APPLICATION_OFFSET, 0, ID_SIZE);
}

/* --- in words */

static void show_bytes(struct bytes bytes, size_t shown, char value[WRITTEN_TEXT_SIZE])
{
	size_t length = 0;
	value[0] = '\0';
	for (size_t i = 0; i < bytes.size && i < shown; i++) {
		length += (size_t)snprintf(
			value + length, WRITTEN_TEXT_SIZE - length, "%02x", ((const uint8_t *)bytes.data)[i]);
	}
	if (bytes.size > shown) {
		(void)snprintf(value + length, WRITTEN_TEXT_SIZE - length, "... (%zu bytes)", bytes.size);
	}
}

/* What may hold a code, an address or a digest is told apart by a hash, and not shown. */
static void show_hash(struct bytes bytes, char value[WRITTEN_TEXT_SIZE])
{
	uint32_t hash = FNV_BASIS;
	for (size_t i = 0; i < bytes.size; i++) {
		hash = (hash ^ ((const uint8_t *)bytes.data)[i]) * FNV_PRIME;
	}
	(void)snprintf(value, WRITTEN_TEXT_SIZE, "%zu bytes #%08" PRIx32, bytes.size, hash);
}

static bool may_hold_secret(enum table table)
{
	static const enum table tables[] = {
		TABLE_APPLICATION, TABLE_TOKEN, TABLE_SECRET, TABLE_INVITE, TABLE_INVITATION, TABLE_USER,
		TABLE_USER_EMAIL, TABLE_IDEMPOTENCY, TABLE_META};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		if (tables[i] == table) {
			return true;
		}
	}
	return false;
}

static void show_member(struct bytes entry, char value[WRITTEN_TEXT_SIZE])
{
	struct membership membership;
	if (!record_read_member(entry, &membership)) {
		(void)snprintf(value, WRITTEN_TEXT_SIZE, "damaged");
		return;
	}
	int length = snprintf(value, WRITTEN_TEXT_SIZE, "%s", state_name(membership.state));
	if (membership.role > ROLE_MEMBER) {
		length += snprintf(value + length, WRITTEN_TEXT_SIZE - (size_t)length, " (%s)",
			role_name(membership.role));
	}
	length += snprintf(
		value + length, WRITTEN_TEXT_SIZE - (size_t)length, " since %" PRId64, membership.since);
	if (membership.state == STATE_BANNED && membership.until != TIME_FOREVER) {
		(void)snprintf(value + length, WRITTEN_TEXT_SIZE - (size_t)length, " until %" PRId64,
			membership.until);
	}
}

static void show_group(struct bytes record, char value[WRITTEN_TEXT_SIZE])
{
	struct group group;
	if (!record_read_group(record, NULL, &group)) {
		(void)snprintf(value, WRITTEN_TEXT_SIZE, "damaged");
		return;
	}
	(void)snprintf(value, WRITTEN_TEXT_SIZE,
		"owner %" PRIu64 " version %" PRIu64
		" moderated %d events %d private %d type %s updated %" PRId64,
		group.owner_id, group.version, group.member_moderation, group.event_moderation,
		group.is_private, group_type_name(group.type), group.updated_at);
}

static void show_change(struct bytes record, char value[WRITTEN_TEXT_SIZE])
{
	struct change change;
	if (!record_read_change(record, NULL, &change)) {
		(void)snprintf(value, WRITTEN_TEXT_SIZE, "damaged");
		return;
	}
	(void)snprintf(value, WRITTEN_TEXT_SIZE,
		"%s group %" PRIu64 " user %" PRIu64 " actor %" PRIu64 " %s/%s -> %s/%s at %" PRId64,
		change_name(change.type), change.group_id, change.user_id, change.actor_id,
		state_name(change.before.state), role_name(change.before.role),
		state_name(change.after.state), role_name(change.after.role), change.at);
}

static void show_invite_token(struct bytes record, char value[WRITTEN_TEXT_SIZE])
{
	struct invite_token token;
	if (!record_read_invite_token(record, NULL, &token)) {
		(void)snprintf(value, WRITTEN_TEXT_SIZE, "damaged");
		return;
	}
	(void)snprintf(value, WRITTEN_TEXT_SIZE, "group %" PRIu64 " uses left %u of %u%s", token.group_id,
		token.uses_left, token.max_uses, token.revoked ? " revoked" : "");
}

void written_name(enum table table, struct bytes key, struct bytes entry, char name[WRITTEN_TEXT_SIZE])
{
	const uint8_t *bytes = key.data;
	if (table == TABLE_MEMBER && entry.size == MEMBER_ENTRY_SIZE) {
		(void)snprintf(name, WRITTEN_TEXT_SIZE, "member %" PRIu64 " in group %" PRIu64,
			key_read_u64(bytes), key_read_u64(entry.data));
	} else if (key.size == ID_SIZE && table != TABLE_META) {
		(void)snprintf(
			name, WRITTEN_TEXT_SIZE, "%s %" PRIu64, table_row(table)->name, key_read_u64(bytes));
	} else if (key.size == ID_SIZE + 1 && table == TABLE_ROSTER) {
		(void)snprintf(name, WRITTEN_TEXT_SIZE, "roster of group %" PRIu64 " list %u",
			key_read_u64(bytes), bytes[ID_SIZE]);
	} else if (key.size == 2 * ID_SIZE) {
		(void)snprintf(name, WRITTEN_TEXT_SIZE, "%s %" PRIu64 " %" PRIu64, table_row(table)->name,
			key_read_u64(bytes), key_read_u64(bytes + ID_SIZE));
	} else if (table == TABLE_META || table == TABLE_GROUP_SLUG || table == TABLE_USER_SLUG) {
		(void)snprintf(name, WRITTEN_TEXT_SIZE, "%s %.*s", table_row(table)->name, (int)key.size,
			(const char *)bytes);
	} else {
		char shown[WRITTEN_TEXT_SIZE];
		show_bytes(key, table == TABLE_SECRET ? 1 + DIGEST_SHOWN : BYTES_SHOWN, shown);
		(void)snprintf(name, WRITTEN_TEXT_SIZE, "%s %.*s", table_row(table)->name,
			WRITTEN_TEXT_SIZE / 2, shown);
	}
}

void written_value(enum table table, struct bytes bytes, char value[WRITTEN_TEXT_SIZE])
{
	if (bytes.data == NULL) {
		(void)snprintf(value, WRITTEN_TEXT_SIZE, "none");
	} else if (table == TABLE_MEMBER) {
		show_member(bytes, value);
	} else if (table == TABLE_GROUP) {
		show_group(bytes, value);
	} else if (table == TABLE_CHANGE) {
		show_change(bytes, value);
	} else if (table == TABLE_INVITE_TOKEN) {
		show_invite_token(bytes, value);
	} else if (bytes.size == ID_SIZE && table != TABLE_GROUP_TEXT) {
		(void)snprintf(value, WRITTEN_TEXT_SIZE, "%" PRIu64, key_read_u64(bytes.data));
	} else if (may_hold_secret(table)) {
		show_hash(bytes, value);
	} else {
		show_bytes(bytes, RECORD_SHOWN, value);
	}
}
