/* Which rows in memory were written: in the open transaction, and since the beginning. */
#include "store/bytes.h"
#include "store/rows_memory.h"

struct memory *rows_memory_of(const struct rows_txn *txn)
{
	return (struct memory *)txn->rows;
}

struct memory_txn *rows_memory_txn_of(struct rows_txn *txn)
{
	return (struct memory_txn *)txn;
}

bool rows_memory_is_set(enum table table)
{
	return table_row(table)->kind == TABLE_KIND_S;
}

static bool is_same_row(const struct undo *a, const struct undo *b)
{
	const struct node *left = a->after != NULL ? a->after : a->before;
	const struct node *right = b->after != NULL ? b->after : b->before;
	return a->table == b->table && left != NULL && right != NULL &&
	       bytes_compare(left->key, right->key) == 0 &&
	       (!rows_memory_is_set(a->table) || bytes_compare(left->value, right->value) == 0);
}

/* The row as one side of a write left it: as a node says, or where there is none as the base has it. */
static struct bytes row_of(struct memory *memory, const struct undo *undo, const struct node *node)
{
	const struct node *named = undo->after != NULL ? undo->after : undo->before;
	struct bytes found = {0};
	if (node != NULL) {
		return node->removed ? found : node->value;
	}
	if (rows_memory_is_set(undo->table)) {
		return base_has(&memory->base, undo->table, named->key, named->value) ? named->value : found;
	}
	return base_get(&memory->base, undo->table, named->key, &found) ? found : (struct bytes){0};
}

static bool is_equal(struct bytes a, struct bytes b)
{
	return (a.data == NULL) == (b.data == NULL) && (a.data == NULL || bytes_compare(a, b) == 0);
}

/* The list has the latest write first: the first of a row knows what it is, the last what it was. */
void rows_memory_visit_changed(struct rows_txn *rows, rows_changed *visit, void *context)
{
	struct memory *memory = rows_memory_of(rows);
	const struct undo *latest = rows_memory_txn_of(rows)->undo;
	for (const struct undo *undo = latest; undo != NULL; undo = undo->earlier) {
		const struct undo *first = latest;
		while (first != undo && !is_same_row(first, undo)) {
			first = first->earlier;
		}
		if (first != undo || (undo->before == NULL && undo->after == NULL)) {
			continue; /* told with a later write, or nothing was there to be removed */
		}
		const struct undo *last = undo;
		for (const struct undo *other = undo->earlier; other != NULL; other = other->earlier) {
			last = is_same_row(other, undo) ? other : last;
		}
		struct bytes before = row_of(memory, last, last->before);
		struct bytes after = row_of(memory, undo, undo->after);
		const struct node *named = undo->after != NULL ? undo->after : undo->before;
		if (!is_equal(before, after)) {
			visit(context, undo->table, named->key, before, after);
		}
	}
}

/* --- what was written */

struct written {
	rows_written *visit;
	void *context;
	enum table table;
};

static void visit_node(void *context, const struct node *node)
{
	const struct written *written = context;
	bool set = rows_memory_is_set(written->table);
	struct bytes value = node->removed && !set ? (struct bytes){0} : node->value;
	written->visit(written->context, written->table, node->key, value, node->removed);
}

void rows_memory_visit_written(struct rows *rows, rows_written *visit, void *context)
{
	const struct memory *memory = (const struct memory *)rows;
	for (int table = 0; table < TABLE_COUNT; table++) {
		struct written written = {.visit = visit, .context = context, .table = (enum table)table};
		treap_visit(memory->roots[table], visit_node, &written);
	}
}
