/* Names as they are compared, ordered and written into URLs: NFKC casefold by libutf8proc, free of any
 * locale. */
#ifndef TEXT_FOLD_H
#define TEXT_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/group.h"

/* The first 16 bytes of SHA-256 of the fold (NFKC casefold, runs of white space as one blank). The text
 * is valid UTF-8. False: out of memory. */
bool fold_digest(const char *text, size_t length, uint8_t digest[FOLD_DIGEST_SIZE]);

/* The first 24 bytes of the fold, zero padded. */
bool fold_order(const char *text, size_t length, uint8_t order[FOLD_ORDER_SIZE]);

/* The slug that a name gives: NFKD, marks dropped, casefold, everything but [a-z0-9] becomes one '-',
 * ends trimmed, cut at 60 bytes (not ending in '-'); digits only: `prefix` ("group-") before it. "" when
 * nothing is left. `slug` has SLUG_SIZE_MAX + 1 bytes. */
bool fold_slug(const char *text, size_t length, const char *prefix, char *slug);

/* ASCII letters to lower case, in place: how e-mail addresses are stored and compared. */
void fold_email(char *email);

/* SHA-256 of bytes. */
void text_sha256(const void *bytes, size_t size, uint8_t digest[DIGEST_SIZE]);

/* The first so many hexadecimal digits of it, an even number, and a NUL. */
void text_sha256_hex(const void *bytes, size_t size, size_t digits, char *text);

/* Upper-cased first letters of the first and last word: v3's `initials`; of a name without letters its
 * first character. Writes at most `capacity` with a NUL. */
void text_initials(const char *name, size_t length, char *initials, size_t capacity);

#endif
