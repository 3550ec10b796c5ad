/* Windows and cursors of lists. */
#include "store/list.h"

#include <string.h>

#include "model/limits.h"

struct window list_window(const struct listing *listing, bool after_given)
{
	uint32_t take = listing->per_page;
	if (take == 0 || take > COMPLETE_LIST_MAX) {
		take = COMPLETE_LIST_MAX;
	}
	uint64_t before = after_given || listing->page == 0 ? 0 : listing->page - 1;
	return (struct window){.skip = before > UINT64_MAX / take ? UINT64_MAX : before * take, .take = take};
}

bool list_step(uint8_t *bytes, size_t size, bool backwards)
{
	const uint8_t wraps = backwards ? 0x00 : 0xff;
	for (size_t i = size; i-- > 0;) {
		bool carries = bytes[i] == wraps;
		bytes[i] = (uint8_t)(backwards ? bytes[i] - 1 : bytes[i] + 1);
		if (!carries) {
			return true;
		}
	}
	return false;
}

void list_end(struct page *page, const struct listing *listing, bool after_given, uint64_t order, uint64_t id,
	const uint8_t *name)
{
	uint64_t ordinal = (after_given ? listing->after.ordinal : listing->page) + 1;
	page->last = (struct cursor){
		.ordinal = ordinal > UINT32_MAX ? UINT32_MAX : (uint32_t)ordinal,
		.order = order,
		.id = id,
	};
	if (name != NULL) {
		memcpy(page->last.name, name, FOLD_ORDER_SIZE);
	}
}

bool list_is_too_long(const struct listing *listing, struct page *page)
{
	page->too_long = listing->per_page == 0 && page->total > COMPLETE_LIST_MAX;
	return page->too_long;
}

bool list_failed(struct txn *txn, struct page *page)
{
	page->failed |= page->texts.failed;
	if (page->failed) {
		txn_fail(txn, STORE_FAILED);
	}
	return page->failed;
}
