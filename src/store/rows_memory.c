/* Rows in memory, over the rows of another backend or over nothing.
 *
 * DESIGN. One treap of written rows per table; where nothing was written the base shows through. A node
 * weighs 1 for a row that the base has not, -1 for the removal of one that it has, 0 for another value
 * of one that it has: a sum of weights is therefore what was added to the base's count. A write takes a
 * node out and puts another in; both are remembered until the end, so undoing needs no memory. A
 * read-write lock keeps transactions that write apart from all others: begin waits, so a thread must not
 * hold a transaction that reads while it begins one that writes. The base is read through one
 * transaction, under a lock of its own that visitors may take again. Absent on purpose: durability, and
 * old states for readers. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "store/bytes.h"
#include "store/rows_memory.h"

static struct cut cut_at(enum table table, struct bytes key, struct bytes entry, enum side side)
{
	return treap_cut(rows_memory_is_set(table), key, entry, side);
}

/* --- transactions */

static struct rows_txn *memory_txn_create(struct rows *rows)
{
	struct memory_txn *txn = calloc(1, sizeof *txn);
	if (txn == NULL) {
		return NULL;
	}
	txn->rows.rows = rows;
	return &txn->rows;
}

static void memory_txn_destroy(struct rows_txn *txn)
{
	free(txn);
}

static void memory_begin(struct rows_txn *rows, bool writes)
{
	struct memory_txn *txn = rows_memory_txn_of(rows);
	struct memory *memory = rows_memory_of(rows);
	txn->writes = writes;
	txn->failure = STORE_DONE;
	(void)(writes ? pthread_rwlock_wrlock(&memory->lock) : pthread_rwlock_rdlock(&memory->lock));
}

/* Takes back one write, or forgets how to. */
static void settle(struct memory *memory, struct undo *undo, bool keep)
{
	if (keep) {
		free(undo->before);
		return;
	}
	if (undo->after != NULL) {
		struct cut cut = treap_cut_at(rows_memory_is_set(undo->table), undo->after, SIDE_BEFORE);
		free(treap_take(&memory->roots[undo->table], &cut));
	}
	if (undo->before != NULL) {
		treap_put(&memory->roots[undo->table], undo->before, rows_memory_is_set(undo->table));
	}
}

static enum store_end memory_end(struct rows_txn *rows, bool keep)
{
	struct memory_txn *txn = rows_memory_txn_of(rows);
	struct memory *memory = rows_memory_of(rows);
	while (txn->undo != NULL) {
		struct undo *undo = txn->undo;
		txn->undo = undo->earlier;
		settle(memory, undo, keep && txn->failure == STORE_DONE);
		free(undo);
	}
	(void)pthread_rwlock_unlock(&memory->lock);
	return txn->failure;
}

/* --- reading */

static bool is_over(struct rows_txn *txn)
{
	return rows_memory_txn_of(txn)->failure != STORE_DONE;
}

static bool memory_get(struct rows_txn *txn, enum table table, struct bytes key, struct bytes *value)
{
	struct memory *memory = rows_memory_of(txn);
	if (is_over(txn)) {
		return false;
	}
	struct cut cut = cut_at(table, key, (struct bytes){0}, SIDE_BEFORE);
	const struct node *node = treap_behind(memory->roots[table], &cut);
	if (node == NULL || bytes_compare(node->key, key) != 0) {
		return base_get(&memory->base, table, key, value);
	}
	if (node->removed) {
		return false;
	}
	*value = node->value;
	return true;
}

/* Two ways through the same range, what was written and the base, merged into one. */
struct merge {
	struct memory *memory;
	const struct walk *walk;
	struct walk below;
	struct base_row base;
	const struct node *node;
	bool base_taken; /* of the two, what the last turn took: passed only when there is a next turn */
	bool node_taken;
};

static bool is_in_range(const struct walk *walk, const struct node *node)
{
	return rows_memory_is_set(walk->table) ? bytes_compare(node->key, walk->prefix) == 0
				   : bytes_start_with(node->key, walk->prefix);
}

static const struct node *first_node(const struct memory *memory, const struct walk *walk)
{
	bool set = rows_memory_is_set(walk->table);
	bool outside = !set && !bytes_start_with(walk->from, walk->prefix) &&
		(bytes_compare(walk->from, walk->prefix) > 0) == walk->backwards;
	bool open = walk->from.size == 0 || outside; /* a start outside the prefix may limit nothing */
	struct cut cut = treap_cut(set, set || open ? walk->prefix : walk->from, walk->from,
		!walk->backwards ? SIDE_BEFORE : open ? SIDE_BEHIND_ALL : SIDE_BEHIND);
	const struct node *root = memory->roots[walk->table];
	const struct node *node = walk->backwards ? treap_before(root, &cut) : treap_behind(root, &cut);
	return node != NULL && is_in_range(walk, node) ? node : NULL;
}

static void pass_node(struct merge *merge)
{
	const struct node *node = merge->walk->backwards ? merge->node->previous : merge->node->next;
	merge->node = node != NULL && is_in_range(merge->walk, node) ? node : NULL;
}

/* Negative: the written row comes first; 0: it stands for the base's; positive: the base's comes first. */
static int order_of(const struct merge *merge)
{
	if (merge->node == NULL || !merge->base.found) {
		return merge->node == NULL ? 1 : -1;
	}
	int order = bytes_compare(merge->node->key, merge->base.key);
	if (order == 0 && rows_memory_is_set(merge->walk->table)) {
		order = bytes_compare(merge->node->value, merge->base.value);
	}
	return merge->walk->backwards ? -order : order;
}

static void pass_taken(struct merge *merge)
{
	if (merge->base_taken) {
		merge->base = base_step(&merge->memory->base, &merge->below);
	}
	if (merge->node_taken) {
		pass_node(merge);
	}
}

/* The next row of both; false: the end. */
static bool merge_next(struct merge *merge, struct bytes *key, struct bytes *value)
{
	bool found = false;
	for (pass_taken(merge); !found && (merge->node != NULL || merge->base.found);) {
		int order = order_of(merge);
		merge->base_taken = order >= 0;
		merge->node_taken = order <= 0;
		found = !merge->node_taken || !merge->node->removed;
		if (found) {
			*key = merge->node_taken ? merge->node->key : merge->base.key;
			*value = merge->node_taken ? merge->node->value : merge->base.value;
		} else {
			pass_taken(merge);
		}
	}
	return found;
}

static uint64_t memory_walk(struct rows_txn *txn, const struct walk *walk, rows_visit *visit, void *context)
{
	if (is_over(txn)) {
		return 0;
	}
	struct merge merge = {.memory = rows_memory_of(txn), .walk = walk, .below = *walk};
	merge.below.skip = 0;
	merge.below.max = 1;
	merge.base = base_step(&merge.memory->base, &merge.below);
	merge.node = first_node(merge.memory, walk);
	struct bytes key;
	struct bytes value;
	uint64_t visited = 0;
	for (uint64_t met = 0; visited < walk->max && merge_next(&merge, &key, &value); met++) {
		if (met < walk->skip) {
			continue;
		}
		visited++;
		if (!visit(context, key, value)) {
			break;
		}
	}
	return visited;
}

static bool keep_row(void *context, struct bytes key, struct bytes value)
{
	*(struct base_row *)context = (struct base_row){.found = true, .key = key, .value = value};
	return false;
}

/* The first row of a walk. */
static bool find(struct rows_txn *txn, const struct walk *walk, struct bytes *key, struct bytes *value)
{
	struct base_row row = {0};
	(void)memory_walk(txn, walk, keep_row, &row);
	if (row.found) {
		*key = row.key;
		*value = row.value;
	}
	return row.found;
}

static bool memory_seek(struct rows_txn *txn, enum table table, struct bytes key, struct bytes entry,
	struct bytes *found_key, struct bytes *found_value)
{
	struct walk walk = {.table = table, .from = key, .max = 1};
	if (rows_memory_is_set(table)) {
		walk.prefix = key;
		walk.from = entry;
	}
	return find(txn, &walk, found_key, found_value);
}

static bool memory_last(struct rows_txn *txn, enum table table, struct bytes *key, struct bytes *value)
{
	return find(txn, &(struct walk){.table = table, .backwards = true, .max = 1}, key, value);
}

static uint64_t memory_count(struct rows_txn *txn, enum table table, struct bytes key)
{
	if (is_over(txn)) {
		return 0;
	}
	struct memory *memory = rows_memory_of(txn);
	const struct node *root = memory->roots[table];
	struct cut start = cut_at(table, key, (struct bytes){0}, SIDE_BEFORE);
	struct cut end = cut_at(table, key, (struct bytes){0}, SIDE_BEHIND_ALL);
	int64_t added = treap_weight_before(root, &end) - treap_weight_before(root, &start);
	return (uint64_t)((int64_t)base_count(&memory->base, table, key) + added);
}

static bool memory_seek_set(struct rows_txn *txn, enum table table, struct bytes key, struct bytes *found_key)
{
	struct memory *memory = rows_memory_of(txn);
	uint8_t buffer[KEY_SIZE_MAX + 1];
	while (!is_over(txn) && key.size <= KEY_SIZE_MAX) {
		struct cut cut = cut_at(table, key, (struct bytes){0}, SIDE_BEFORE);
		const struct node *node = treap_behind(memory->roots[table], &cut);
		struct bytes below;
		bool found = base_seek_set(&memory->base, table, key, &below);
		if (node == NULL && !found) {
			return false;
		}
		bool written = node != NULL && (!found || bytes_compare(node->key, below) <= 0);
		*found_key = written ? node->key : below;
		if (memory_count(txn, table, *found_key) > 0) {
			return true;
		}
		/* All of that set's entries were removed: go on at the least key behind it. */
		memcpy(buffer, found_key->data, found_key->size);
		buffer[found_key->size] = 0;
		key = (struct bytes){.data = buffer, .size = found_key->size + 1};
	}
	return false;
}

/* --- writing */

static uint64_t draw(struct memory *memory)
{
	memory->random ^= memory->random << 13;
	memory->random ^= memory->random >> 7;
	memory->random ^= memory->random << 17;
	return memory->random;
}

/* Puts `after` (NULL: nothing) where the cut is, and remembers what was there. */
static void replace(struct rows_txn *rows, enum table table, const struct cut *cut, struct node *after)
{
	struct memory_txn *txn = rows_memory_txn_of(rows);
	struct memory *memory = rows_memory_of(rows);
	struct undo *undo = malloc(sizeof *undo);
	if (undo == NULL) {
		free(after);
		txn->failure = STORE_FAILED;
		return;
	}
	struct node *before = treap_take(&memory->roots[table], cut);
	if (after != NULL) {
		treap_put(&memory->roots[table], after, cut->set);
	}
	*undo = (struct undo){.earlier = txn->undo, .table = table, .before = before, .after = after};
	txn->undo = undo;
}

static void write_row(struct rows_txn *rows, enum table table, struct bytes key, struct bytes value, bool removed)
{
	struct memory *memory = rows_memory_of(rows);
	struct bytes entry = rows_memory_is_set(table) ? value : (struct bytes){0};
	bool below = base_has(&memory->base, table, key, entry);
	struct cut cut = cut_at(table, key, entry, SIDE_BEFORE);
	if (removed && !below) {
		replace(rows, table, &cut, NULL);
		return;
	}
	struct node *node = treap_node(key, value, draw(memory));
	if (node == NULL) {
		rows_memory_txn_of(rows)->failure = STORE_FAILED;
		return;
	}
	node->removed = removed;
	node->weight = removed ? -1 : below ? 0 : 1;
	cut = treap_cut_at(cut.set, node, SIDE_BEFORE); /* the caller's bytes may be those of the row that goes */
	replace(rows, table, &cut, node);
}

static bool is_there(struct rows_txn *txn, enum table table, struct bytes key, struct bytes entry)
{
	struct bytes found_key;
	struct bytes found;
	if (!rows_memory_is_set(table)) {
		return memory_get(txn, table, key, &found);
	}
	return memory_seek(txn, table, key, entry, &found_key, &found) && bytes_compare(found, entry) == 0;
}

static void memory_put(struct rows_txn *txn, enum table table, struct bytes key, struct bytes value)
{
	bool wrong_size = rows_memory_is_set(table) && value.size != table_row(table)->entry_size;
	if (key.size == 0 || key.size > KEY_SIZE_MAX || wrong_size) {
		rows_memory_txn_of(txn)->failure = STORE_FAILED;
		return;
	}
	if (!is_over(txn) && !(rows_memory_is_set(table) && is_there(txn, table, key, value))) {
		write_row(txn, table, key, value, false);
	}
}

static bool memory_remove(struct rows_txn *txn, enum table table, struct bytes key, struct bytes entry)
{
	if (is_over(txn) || !is_there(txn, table, key, entry)) {
		return false;
	}
	write_row(txn, table, key, entry, true);
	return !is_over(txn);
}

/* --- the whole */

static bool memory_has_room(struct rows *rows)
{
	(void)rows; /* what does not fit is out of memory, and fails by itself */
	return true;
}

static void memory_stat(struct rows_txn *txn, struct rows_stat *stat)
{
	(void)txn; /* no pages here */
	*stat = (struct rows_stat){0};
}

static void memory_destroy(struct rows *rows)
{
	struct memory *memory = (struct memory *)rows;
	for (int table = 0; table < TABLE_COUNT; table++) {
		treap_destroy(memory->roots[table]);
	}
	base_finish(&memory->base);
	(void)pthread_rwlock_destroy(&memory->lock);
	free(memory);
}

static const struct rows_driver DRIVER = {
	.destroy = memory_destroy,
	.txn_create = memory_txn_create,
	.txn_destroy = memory_txn_destroy,
	.begin = memory_begin,
	.end = memory_end,
	.get = memory_get,
	.seek = memory_seek,
	.last = memory_last,
	.seek_set = memory_seek_set,
	.put = memory_put,
	.append = memory_put,
	.remove = memory_remove,
	.walk = memory_walk,
	.count = memory_count,
	.has_room = memory_has_room,
	.stat = memory_stat,
	.visit_written = rows_memory_visit_changed,
	.visit_all = rows_memory_visit_written,
};

struct rows *rows_memory_create(struct rows *base)
{
	struct memory *memory = calloc(1, sizeof *memory);
	if (memory == NULL) {
		return NULL;
	}
	memory->rows.driver = &DRIVER;
	memory->random = 88172645463325252u;
	(void)pthread_rwlock_init(&memory->lock, NULL); /* cannot fail without attributes */
	if (!base_init(&memory->base, base)) {
		memory_destroy(&memory->rows);
		return NULL;
	}
	return &memory->rows;
}

struct rows *rows_memory_copy(const struct rows *rows)
{
	const struct memory *from = (const struct memory *)rows;
	struct rows *copied = rows->driver == &DRIVER && from->base.txn == NULL ? rows_memory_create(NULL) : NULL;
	struct memory *to = (struct memory *)copied;
	for (int table = 0; copied != NULL && table < TABLE_COUNT; table++) {
		if (!treap_copy(from->roots[table], &to->roots[table])) {
			memory_destroy(copied);
			return NULL;
		}
	}
	return copied;
}
