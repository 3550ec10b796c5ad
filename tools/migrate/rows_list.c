/* Rows as offsets into one block, so that collecting them costs no allocation once the block has grown. */
#include "migrate/rows_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/call_text.h"
#include "migrate/memory.h"

#define FIRST_CAPACITY 64

void rows_list_clear(struct rows_list *list)
{
	list->count = 0;
	call_text_clear(&list->bytes);
}

void rows_list_finish(struct rows_list *list)
{
	free(list->rows);
	call_request_finish(&list->bytes);
	*list = (struct rows_list){0};
}

static void reserve(struct rows_list *list)
{
	if (list->count < list->capacity) {
		return;
	}
	size_t capacity = list->capacity == 0 ? FIRST_CAPACITY : 2 * list->capacity;
	list->rows = memory_grow(list->rows, capacity * sizeof *list->rows);
	list->capacity = capacity;
}

static size_t add_bytes(struct rows_list *list, struct bytes bytes)
{
	size_t offset = list->bytes.length;
	call_text_add(&list->bytes, bytes.size > 0 ? bytes.data : "", bytes.size);
	return offset;
}

void rows_list_add(void *context, enum table table, struct bytes key, struct bytes before, struct bytes after)
{
	struct rows_list *list = context;
	reserve(list);
	list->rows[list->count++] = (struct rows_list_row){
		.table = table,
		.key = add_bytes(list, key),
		.key_size = key.size,
		.before = add_bytes(list, before),
		.before_size = before.size,
		.after = add_bytes(list, after),
		.after_size = after.size,
		.was = before.data != NULL,
		.is = after.data != NULL,
	};
	const struct rows_list_row *row = &list->rows[list->count - 1];
	written_mask_cause(table, (uint8_t *)list->bytes.text + row->after, row->after_size);
}

static struct bytes part(const struct rows_list *list, size_t offset, size_t size)
{
	return (struct bytes){.data = list->bytes.text + offset, .size = size};
}

struct bytes rows_list_key(const struct rows_list *list, const struct rows_list_row *row)
{
	return part(list, row->key, row->key_size);
}

struct bytes rows_list_before(const struct rows_list *list, const struct rows_list_row *row)
{
	return row->was ? part(list, row->before, row->before_size) : (struct bytes){0};
}

struct bytes rows_list_after(const struct rows_list *list, const struct rows_list_row *row)
{
	return row->is ? part(list, row->after, row->after_size) : (struct bytes){0};
}

static int compare_bytes(struct bytes a, struct bytes b)
{
	size_t size = a.size < b.size ? a.size : b.size;
	int order = size == 0 ? 0 : memcmp(a.data, b.data, size);
	return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

/* By table and key; in sets by the entry, which is the value of either moment. */
static int compare_rows(const struct rows_list *left, const struct rows_list_row *a,
	const struct rows_list *right, const struct rows_list_row *b)
{
	if (a->table != b->table) {
		return a->table < b->table ? -1 : 1;
	}
	int order = compare_bytes(rows_list_key(left, a), rows_list_key(right, b));
	if (order != 0 || table_row(a->table)->kind == TABLE_KIND_P) {
		return order;
	}
	struct bytes entry_a = a->is ? rows_list_after(left, a) : rows_list_before(left, a);
	struct bytes entry_b = b->is ? rows_list_after(right, b) : rows_list_before(right, b);
	return compare_bytes(entry_a, entry_b);
}

/* Few rows, and mostly in the order in which they were written: by insertion. */
void rows_list_sort(struct rows_list *list)
{
	for (size_t i = 1; i < list->count; i++) {
		struct rows_list_row row = list->rows[i];
		size_t at = i;
		while (at > 0 && compare_rows(list, &list->rows[at - 1], list, &row) > 0) {
			list->rows[at] = list->rows[at - 1];
			at--;
		}
		list->rows[at] = row;
	}
}

static bool is_same(const struct rows_list *left, const struct rows_list_row *a,
	const struct rows_list *right, const struct rows_list_row *b)
{
	return a->is == b->is && compare_bytes(rows_list_after(left, a), rows_list_after(right, b)) == 0;
}

void rows_list_compare(
	const struct rows_list *left, const struct rows_list *right, rows_list_differs *visit, void *context)
{
	size_t i = 0;
	size_t k = 0;
	while (i < left->count || k < right->count) {
		const struct rows_list_row *a = i < left->count ? &left->rows[i] : NULL;
		const struct rows_list_row *b = k < right->count ? &right->rows[k] : NULL;
		int order = a == NULL ? 1 : b == NULL ? -1 : compare_rows(left, a, right, b);
		i += order <= 0;
		k += order >= 0;
		if (order != 0 || !is_same(left, a, right, b)) {
			visit(context, left, order <= 0 ? a : NULL, right, order >= 0 ? b : NULL);
		}
	}
}

static void note(void *context, const struct rows_list *left, const struct rows_list_row *left_row,
	const struct rows_list *right, const struct rows_list_row *right_row)
{
	(void)left;
	(void)left_row;
	(void)right;
	(void)right_row;
	*(bool *)context = false; /* that there is one is all */
}

bool rows_list_equal(const struct rows_list *left, const struct rows_list *right)
{
	bool equal = true;
	rows_list_compare(left, right, note, &equal);
	return equal;
}

static void say_value(const struct rows_list *list, const struct rows_list_row *row, char text[WRITTEN_TEXT_SIZE])
{
	if (row == NULL) {
		(void)snprintf(text, WRITTEN_TEXT_SIZE, "not written");
	} else {
		written_value(row->table, rows_list_after(list, row), text);
	}
}

void rows_list_say(const struct rows_list *left, const struct rows_list_row *left_row, const struct rows_list *right,
	const struct rows_list_row *right_row, struct rows_list_words *words)
{
	const struct rows_list *list = left_row != NULL ? left : right;
	const struct rows_list_row *row = left_row != NULL ? left_row : right_row;
	const struct bytes after = rows_list_after(list, row);
	written_name(row->table, rows_list_key(list, row),
		after.data != NULL ? after : rows_list_before(list, row), words->name);
	say_value(left, left_row, words->left);
	say_value(right, right_row, words->right);
}
