/* The rows that one side of a compared call has written. */
#ifndef MIGRATE_ROWS_LIST_H
#define MIGRATE_ROWS_LIST_H

#include "migrate/call.h"
#include "store/written.h"

/* Memory is used again from call to call; starts zeroed. */
struct rows_list {
	struct rows_list_row {
		enum table table;
		size_t key; /* offsets and sizes in `bytes` */
		size_t key_size;
		size_t before;
		size_t before_size;
		size_t after;
		size_t after_size;
		bool was;
		bool is;
	} * rows;
	size_t count;
	size_t capacity;
	struct call_request bytes;
};

void rows_list_clear(struct rows_list *list);
void rows_list_finish(struct rows_list *list);
/* A rows_changed; the context is the list. The cause of change records is masked. */
void rows_list_add(
	void *context, enum table table, struct bytes key, struct bytes before, struct bytes after);
/* Brings them in the order of tables and keys. */
void rows_list_sort(struct rows_list *list);
bool rows_list_equal(const struct rows_list *left, const struct rows_list *right);

/* Visits what is not the same in two sorted lists: NULL where a side has not written the row. */
typedef void rows_list_differs(void *context, const struct rows_list *left,
	const struct rows_list_row *left_row, const struct rows_list *right,
	const struct rows_list_row *right_row);
void rows_list_compare(
	const struct rows_list *left, const struct rows_list *right, rows_list_differs *visit, void *context);

struct bytes rows_list_key(const struct rows_list *list, const struct rows_list_row *row);
struct bytes rows_list_before(const struct rows_list *list, const struct rows_list_row *row);
struct bytes rows_list_after(const struct rows_list *list, const struct rows_list_row *row);


/* A difference in words, for people. */
struct rows_list_words {
	char name[WRITTEN_TEXT_SIZE];
	char left[WRITTEN_TEXT_SIZE]; /* the row behind the call */
	char right[WRITTEN_TEXT_SIZE];
};

void rows_list_say(const struct rows_list *left, const struct rows_list_row *left_row, const struct rows_list *right,
	const struct rows_list_row *right_row, struct rows_list_words *words);

#endif
