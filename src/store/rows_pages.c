/* Counting pages, for the operator's check. */
#include "store/rows_pages.h"

#include <string.h>

#define BRANCH_NODE_SIZE 10 /* beside its entry */

uint64_t rows_pages_free(const struct rows_cursor *cursor)
{
	uint64_t pages = 0;
	struct bytes key = {0};
	struct bytes list = {0};
	while (cursor->move(cursor->context, MOVE_NEXT, &key, &list)) {
		size_t length; /* each list begins with it */
		memcpy(&length, list.data, sizeof length);
		pages += length;
	}
	return pages;
}

uint64_t rows_pages_of_sets(const struct rows_cursor *cursor, size_t entry_size, uint64_t page_size)
{
	uint64_t children = page_size / (entry_size + BRANCH_NODE_SIZE);
	uint64_t pages = 0;
	struct bytes key = {0};
	struct bytes page = {0};
	while (cursor->move(cursor->context, MOVE_NEXT_SET, &key, &page)) {
		bool own_leaf = cursor->move(cursor->context, MOVE_PAGE, &key, &page) && page.size > page_size / 2;
		uint64_t more = 0;
		while (cursor->move(cursor->context, MOVE_NEXT_PAGE, &key, &page)) {
			more++;
		}
		uint64_t leaves = own_leaf || more > 0 ? more + 1 : 0;
		pages += leaves + (leaves > 1 ? (leaves + children - 1) / children : 0);
	}
	return pages;
}
