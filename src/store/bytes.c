/* Comparing keys and entries. */
#include "store/bytes.h"

#include <assert.h>
#include <string.h>

int bytes_compare(struct bytes left, struct bytes right)
{
	size_t size = left.size < right.size ? left.size : right.size;
	int order = size == 0 ? 0 : memcmp(left.data, right.data, size);
	return order != 0 ? order : (left.size > right.size) - (left.size < right.size);
}

bool bytes_start_with(struct bytes bytes, struct bytes prefix)
{
	return prefix.size == 0 || (bytes.size >= prefix.size && memcmp(bytes.data, prefix.data, prefix.size) == 0);
}

struct bytes bytes_behind(uint8_t buffer[KEY_SIZE_MAX], struct bytes prefix)
{
	assert(prefix.size <= KEY_SIZE_MAX);
	size_t size = prefix.size;
	if (size > 0) {
		memcpy(buffer, prefix.data, size);
	}
	while (size > 0 && buffer[size - 1] == 0xff) {
		size--;
	}
	if (size > 0) {
		buffer[size - 1]++;
	}
	return (struct bytes){.data = buffer, .size = size};
}

uint64_t bytes_count_before(struct bytes page, struct bytes entry)
{
	uint64_t before = 0;
	uint64_t behind = page.size / entry.size;
	while (before < behind) {
		uint64_t middle = before + (behind - before) / 2;
		const uint8_t *data = (const uint8_t *)page.data + middle * entry.size;
		if (bytes_compare((struct bytes){.data = data, .size = entry.size}, entry) < 0) {
			before = middle + 1;
		} else {
			behind = middle;
		}
	}
	return before;
}
