/* The feed, and each group's own share of it. Both grow at their right edge only.
 *
 * Of what is trimmed a group's feed keeps the last number, as a mark: who comes with an older one has missed
 * something, and who comes with this or a later one has not, however much of other groups is gone. Since which
 * number marks are kept stands in the feed of group 0, which is nobody's: a feed may have come without them. */
#include "model/limits.h"
#include "store/record.h"
#include "store/txn.h"

#define MARKED_SINCE 0 /* the group whose feed says since which number there are marks */

uint64_t store_append_change(struct txn *txn, const struct change *change, const struct texts *texts)
{
	if (!txn_may_write(txn)) {
		return 0;
	}
	struct record record;
	record_write_change(&record, change, texts);
	uint64_t seq = store_counter(txn, COUNTER_CHANGE);
	if (record.too_long || seq > ID_MAX) {
		txn_fail(txn, STORE_FAILED);
		return 0;
	}
	uint8_t seq_bytes[ID_SIZE];
	uint8_t group_bytes[ID_SIZE];
	struct bytes seq_key = key_id(seq_bytes, seq);
	txn_append(txn, TABLE_CHANGE, seq_key, (struct bytes){.data = record.bytes, .size = record.size});
	if (change->group_id != 0) {
		txn_append(txn, TABLE_GROUP_CHANGE, key_id(group_bytes, change->group_id), seq_key);
	}
	return store_failure(txn) == STORE_DONE ? seq : 0;
}

uint64_t store_first_change(struct txn *txn)
{
	uint8_t buffer[ID_SIZE];
	struct bytes key;
	struct bytes value;
	if (!txn_seek(txn, TABLE_CHANGE, key_id(buffer, 0), &key, &value)) {
		return store_counter(txn, COUNTER_CHANGE);
	}
	if (key.size != ID_SIZE) {
		txn_fail(txn, STORE_FAILED);
		return 0;
	}
	return key_read_u64(key.data);
}

struct reading {
	struct txn *txn;
	struct page *page;
	uint32_t limit;
};

/* Adds a change to the page. False: the page is full, or the transaction has failed. */
static bool add_change(struct reading *reading, uint64_t seq, struct bytes record)
{
	struct page *page = reading->page;
	if (page->count == reading->limit) {
		page->has_more = true;
		return false;
	}
	struct change *change = page_add_change(page);
	if (change == NULL) {
		txn_fail(reading->txn, STORE_FAILED);
		return false;
	}
	bool read = record_read_change(record, &page->texts, change);
	change->seq = seq;
	page->last_seq = seq;
	return txn_record_is_good(reading->txn, read, &page->texts);
}

static bool visit_change(void *context, struct bytes key, struct bytes value)
{
	struct reading *reading = context;
	if (key.size != ID_SIZE) {
		txn_fail(reading->txn, STORE_FAILED);
		return false;
	}
	return add_change(reading, key_read_u64(key.data), value);
}

static bool visit_change_of_group(void *context, struct bytes key, struct bytes value)
{
	(void)key;
	struct reading *reading = context;
	uint64_t seq = key_read_u64(value.data);
	struct bytes record;
	if (!txn_get_id(reading->txn, TABLE_CHANGE, seq, &record)) {
		txn_fail(reading->txn, STORE_FAILED);
		return false;
	}
	return add_change(reading, seq, record);
}

static void read_changes(struct reading *reading, uint64_t group_id, uint64_t after)
{
	uint8_t prefix[ID_SIZE];
	uint8_t from[ID_SIZE];
	const struct walk walk = {
		.table = group_id == 0 ? TABLE_CHANGE : TABLE_GROUP_CHANGE,
		.prefix = group_id == 0 ? NO_BYTES : key_id(prefix, group_id),
		.from = key_id(from, after + 1),
		.max = (uint64_t)reading->limit + 1,
	};
	(void)txn_walk(reading->txn, &walk, group_id == 0 ? visit_change : visit_change_of_group, reading);
}

/* The first number at or above `from` in a group's feed, marks included. */
static bool next_of_group(struct txn *txn, uint64_t group_id, uint64_t from, uint64_t *seq)
{
	uint8_t group_bytes[ID_SIZE];
	uint8_t from_bytes[ID_SIZE];
	struct bytes entry;
	if (!txn_seek_entry(txn, TABLE_GROUP_CHANGE, key_id(group_bytes, group_id), key_id(from_bytes, from),
		    &entry)) {
		return false;
	}
	*seq = key_read_u64(entry.data);
	return true;
}

/* Whether something was trimmed that this feed would show behind `after`. */
static bool some_is_gone(struct txn *txn, uint64_t group_id, uint64_t after, uint64_t kept)
{
	uint64_t marked;
	uint64_t next;
	if (kept == 0 || after >= kept - 1) {
		return false;
	}
	if (group_id == 0 || !next_of_group(txn, MARKED_SINCE, 0, &marked) || after + 1 < marked) {
		return true;
	}
	return next_of_group(txn, group_id, after + 1, &next) && next < kept;
}

bool store_list_changes(
	struct txn *txn, uint64_t group_id, const struct feed *feed, struct page *page, uint64_t *first)
{
	page_clear(page);
	page->last_seq = feed->after;
	uint64_t kept = store_first_change(txn);
	if (some_is_gone(txn, group_id, feed->after, kept)) {
		*first = kept;
		return false;
	}
	struct reading reading = {.txn = txn, .page = page, .limit = feed->limit};
	if (feed->after < ID_MAX) {
		read_changes(&reading, group_id, feed->after);
	}
	return true;
}

static void remove_of_group(struct txn *txn, uint64_t group_id, uint64_t seq)
{
	uint8_t seq_bytes[ID_SIZE];
	uint8_t group_bytes[ID_SIZE];
	(void)txn_remove(txn, TABLE_GROUP_CHANGE, key_id(group_bytes, group_id), key_id(seq_bytes, seq));
}

/* In the group's feed it takes the place of the mark before it; of a deleted group nobody reads any. */
static void trim_change(struct txn *txn, const struct change *change)
{
	uint8_t seq_bytes[ID_SIZE];
	uint64_t mark;
	if (change->group_id != 0) {
		if (next_of_group(txn, change->group_id, 0, &mark) && mark < change->seq) {
			remove_of_group(txn, change->group_id, mark);
		}
		if (change->type == CHANGE_GROUP_DELETED) {
			remove_of_group(txn, change->group_id, change->seq);
		}
	}
	(void)txn_remove(txn, TABLE_CHANGE, key_id(seq_bytes, change->seq), NO_BYTES); /* the caller has read it */
}

/* `first`: the change that is trimmed next. */
static void note_marks(struct txn *txn, uint64_t first)
{
	uint8_t group_bytes[ID_SIZE];
	uint8_t seq_bytes[ID_SIZE];
	uint64_t marked;
	if (!next_of_group(txn, MARKED_SINCE, 0, &marked)) {
		txn_put(txn, TABLE_GROUP_CHANGE, key_id(group_bytes, MARKED_SINCE),
			key_id(seq_bytes, first));
	}
}

bool store_trim_changes(struct txn *txn, uint64_t before)
{
	if (!txn_may_write(txn)) {
		return false;
	}
	struct change change;
	uint64_t next = store_counter(txn, COUNTER_CHANGE);
	for (uint32_t dropped = 0; store_next_change(txn, 0, NULL, &change) && change.seq < before; dropped++) {
		if (dropped == SLICE_ROWS_MAX) {
			return true;
		}
		if (dropped == 0) {
			note_marks(txn, change.seq);
		}
		trim_change(txn, &change);
	}
	store_raise_counter(txn, COUNTER_CHANGE, next); /* where none is left that says which is next */
	return false;
}
