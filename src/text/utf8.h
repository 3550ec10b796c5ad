/* Code points of a text, one after the other. */
#ifndef TEXT_UTF8_H
#define TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UTF8_INVALID UINT32_MAX

/* The code point at `at` (at < length), and how many bytes it has; UTF8_INVALID: strict UTF-8 it is not
 * (overlong, surrogate, above U+10FFFF, cut off), and `*size` is untouched. */
uint32_t utf8_next(const char *bytes, size_t length, size_t at, size_t *size);

/* Unicode's property White_Space, line separators included. */
bool utf8_is_white(uint32_t code_point);

#endif
