/* A growing block of NUL-terminated texts. */
#include "model/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void texts_init(struct texts *texts, char *lent, uint32_t capacity)
{
	*texts = (struct texts){.bytes = lent, .capacity = capacity};
}

void texts_finish(struct texts *texts)
{
	if (texts->owned) {
		free(texts->bytes);
	}
	*texts = (struct texts){0};
}

void texts_clear(struct texts *texts)
{
	texts->size = 0;
	texts->failed = false;
}

static bool texts_reserve(struct texts *texts, size_t more)
{
	if (more <= texts->capacity - texts->size) {
		return true;
	}
	size_t capacity = 2 * ((size_t)texts->size + more);
	if (capacity > UINT32_MAX) {
		return false;
	}
	char *bytes = realloc(texts->owned ? texts->bytes : NULL, capacity);
	if (bytes == NULL) {
		return false;
	}
	if (!texts->owned && texts->size > 0) {
		memcpy(bytes, texts->bytes, texts->size);
	}
	texts->bytes = bytes;
	texts->capacity = (uint32_t)capacity;
	texts->owned = true;
	return true;
}

struct text texts_add(struct texts *texts, const char *bytes, size_t length)
{
	if (length == 0) {
		return (struct text){0};
	}
	if (!texts_reserve(texts, length + 1)) {
		texts->failed = true;
		return (struct text){0};
	}
	struct text added = {.offset = texts->size, .length = (uint32_t)length};
	memcpy(texts->bytes + texts->size, bytes, length);
	texts->bytes[texts->size + length] = '\0';
	texts->size += (uint32_t)length + 1;
	return added;
}

const char *texts_get(const struct texts *texts, struct text text)
{
	if (text.length == 0) {
		return "";
	}
	assert((size_t)text.offset + text.length < texts->size);
	return texts->bytes + text.offset;
}
