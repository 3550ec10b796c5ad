/* What the lists share: which part of a list is asked for. Private to store/. */
#ifndef STORE_LIST_H
#define STORE_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "store/txn.h"

struct window {
	uint64_t skip; /* items before the page; 0 with a cursor */
	uint32_t take; /* items of the page */
};

struct window list_window(const struct listing *listing, bool after_given);
/* One past (or, backwards, one before) the bytes as a number. False: there is none. */
bool list_step(uint8_t *bytes, size_t size, bool backwards);
/* Notes where the page ends, so that the next one can go on there. */
void list_end(struct page *page, const struct listing *listing, bool after_given, uint64_t order, uint64_t id,
	const uint8_t *name);
/* True: a complete list was asked for and there are too many items; the page says so. */
bool list_is_too_long(const struct listing *listing, struct page *page);
/* True when the page ran out of memory: the transaction has then failed. */
bool list_failed(struct txn *txn, struct page *page);

#endif
