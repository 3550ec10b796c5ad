/* Groups: the record, the description beside it, and the names by which a group is found. */
#include <assert.h>
#include <string.h>

#include "store/chore.h"
#include "store/invite.h"
#include "store/record.h"
#include "store/txn.h"

/* The name, slug and avatar_url of most groups; more is allocated. */
#define TEXTS_SIZE 4096

bool store_find_group(struct txn *txn, uint64_t id, struct texts *texts, struct group *found)
{
	struct bytes value;
	if (!txn_get_id(txn, TABLE_GROUP, id, &value)) {
		return false;
	}
	struct group read = {.id = id};
	if (!txn_record_is_good(txn, record_read_group(value, texts, &read), texts)) {
		return false;
	}
	*found = read;
	return true;
}

struct text store_group_description(struct txn *txn, uint64_t id, struct texts *texts)
{
	struct bytes value;
	if (!txn_get_id(txn, TABLE_GROUP_TEXT, id, &value)) {
		return (struct text){0};
	}
	struct text text = texts_add(texts, value.data, value.size);
	(void)txn_texts_failed(txn, texts); /* the text is then empty, and store_end says so */
	return text;
}

bool store_find_group_id_by_slug(struct txn *txn, const char *slug, uint64_t *found)
{
	return txn_get_number(txn, TABLE_GROUP_SLUG, key_text(slug), found);
}

static struct bytes fold_bytes(const uint8_t fold[FOLD_DIGEST_SIZE])
{
	return (struct bytes){.data = fold, .size = FOLD_DIGEST_SIZE};
}

bool store_name_is_taken(struct txn *txn, const uint8_t fold[FOLD_DIGEST_SIZE], uint64_t but_not)
{
	uint8_t from[ID_SIZE];
	struct bytes entry;
	if (!txn_seek_entry(txn, TABLE_GROUP_NAME, fold_bytes(fold), key_id(from, 0), &entry)) {
		return false;
	}
	if (key_read_u64(entry.data) != but_not) {
		return true;
	}
	return txn_seek_entry(txn, TABLE_GROUP_NAME, fold_bytes(fold), key_id(from, but_not + 1), &entry);
}

static bool is_by_name(const struct group *group)
{
	return group->id != 0 && !group->is_private;
}

/* The index by name holds the groups that are not private. */
static void follow_name(struct txn *txn, const struct group *old, const struct group *new)
{
	uint8_t entry[ID_SIZE];
	bool same = memcmp(old->name_fold, new->name_fold, FOLD_DIGEST_SIZE) == 0;
	if (is_by_name(old) && !(is_by_name(new) && same)) {
		(void)txn_remove(txn, TABLE_GROUP_NAME, fold_bytes(old->name_fold), key_id(entry, old->id));
	}
	if (is_by_name(new) && !(is_by_name(old) && same)) {
		txn_put(txn, TABLE_GROUP_NAME, fold_bytes(new->name_fold), key_id(entry, new->id));
	}
}

static void put_description(struct txn *txn, const struct group *group, const struct texts *texts)
{
	uint8_t buffer[ID_SIZE];
	if (group->description.length == 0) {
		(void)txn_remove(
			txn, TABLE_GROUP_TEXT, key_id(buffer, group->id), NO_BYTES); /* if there was one */
		return;
	}
	txn_put(txn, TABLE_GROUP_TEXT, key_id(buffer, group->id),
		(struct bytes){
			.data = texts_get(texts, group->description), .size = group->description.length});
}

void store_put_group(
	struct txn *txn, const struct group *group, const struct texts *texts, bool with_description)
{
	if (!txn_may_write(txn)) {
		return;
	}
	struct record record;
	record_write_group(&record, group, texts);
	struct bytes slug = key_text(texts_get(texts, group->slug));
	if (record.too_long || slug.size == 0) {
		txn_fail(txn, STORE_FAILED);
		return;
	}
	struct group old = {0};
	if (!store_find_group(txn, group->id, NULL, &old)) {
		txn_put_number(txn, TABLE_GROUP_SLUG, slug, group->id);
	}
	follow_name(txn, &old, group);
	uint8_t buffer[ID_SIZE];
	txn_put(txn, TABLE_GROUP, key_id(buffer, group->id),
		(struct bytes){.data = record.bytes, .size = record.size});
	if (with_description) {
		put_description(txn, group, texts);
	}
}

void store_delete_group(struct txn *txn, uint64_t id)
{
	if (!txn_may_write(txn)) {
		return;
	}
	char lent[TEXTS_SIZE];
	struct texts texts;
	texts_init(&texts, lent, sizeof lent);
	struct group group;
	if (store_find_group(txn, id, &texts, &group)) {
		const struct group none = {0};
		uint8_t buffer[ID_SIZE];
		follow_name(txn, &group, &none);
		(void)txn_remove(txn, TABLE_GROUP_SLUG, key_text(texts_get(&texts, group.slug)), NO_BYTES);
		(void)txn_remove(txn, TABLE_GROUP_TEXT, key_id(buffer, id), NO_BYTES); /* if there was one */
		(void)txn_remove(txn, TABLE_GROUP, key_id(buffer, id), NO_BYTES);
		invite_remove(txn, id);
		chore_start(txn, id);
	}
	texts_finish(&texts);
}
