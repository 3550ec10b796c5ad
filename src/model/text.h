/* Texts as (offset, length) in a block of bytes, so that a struct that names them is valid at any
 * address: it can be queued, recorded and stored as bytes. */
#ifndef MODEL_TEXT_H
#define MODEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* No text and the empty text are the same: length 0. */
struct text {
	uint32_t offset;
	uint32_t length; /* bytes */
};

/* A block that texts are added to. Starts in memory lent by the caller and moves to its own when it
 * outgrows that. One owner at a time; not for use from two threads at once. */
struct texts {
	char *bytes;
	uint32_t size;
	uint32_t capacity;
	bool owned;  /* bytes came from malloc */
	bool failed; /* out of memory once: texts added since then are empty */
};

/* Uses the lent memory, which must live as long as `texts`; NULL and 0 start with nothing. */
void texts_init(struct texts *texts, char *lent, uint32_t capacity);
void texts_finish(struct texts *texts);

/* Forgets all texts and keeps the memory. */
void texts_clear(struct texts *texts);

/* Copies the bytes in, with a NUL after them. Out of memory: the empty text, and `failed` is set. */
struct text texts_add(struct texts *texts, const char *bytes, size_t length);

/* The bytes of a text, NUL-terminated; "" for the empty text. Valid until the next texts_add, texts_clear or
 * texts_finish. */
const char *texts_get(const struct texts *texts, struct text text);

#endif
