/* The order of bytes, as both backends of rows keep it. Private to store/. */
#ifndef STORE_BYTES_H
#define STORE_BYTES_H

#include "store/rows.h"

/* Negative, 0 or positive; of two where one starts with the other, the shorter comes first. */
int bytes_compare(struct bytes left, struct bytes right);
bool bytes_start_with(struct bytes bytes, struct bytes prefix);
/* The first key behind all that start with the prefix, in the caller's buffer; empty: none is behind. */
struct bytes bytes_behind(uint8_t buffer[KEY_SIZE_MAX], struct bytes prefix);
/* How many of the sorted entries, all of one size and one after the other in `page`, lie before `entry`. */
uint64_t bytes_count_before(struct bytes page, struct bytes entry);

#endif
