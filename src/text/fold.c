/* Folds and slugs by libutf8proc; digests by libsodium. */
#include "text/fold.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "model/limits.h"
#include "text/utf8.h"

/* NUL-terminated and malloc'ed; NULL: out of memory. */
static char *map(const char *text, size_t length, utf8proc_option_t options)
{
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t size =
		utf8proc_map((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)length, &mapped, options);
	return size < 0 ? NULL : (char *)mapped;
}

/* Runs of white space become one blank, in place; white space is ASCII's after NFKC but for a few
 * separators. */
static size_t squeeze(char *text)
{
	size_t kept = 0;
	bool blank = false;
	size_t length = strlen(text);
	size_t size = 0;
	for (size_t at = 0; at < length; at += size) {
		uint32_t point = utf8_next(text, length, at, &size);
		if (point == UTF8_INVALID) {
			size = 1;
		}
		bool space = point <= 0x20 || point == 0x85 || point == 0x1680 || point == 0x2028 || point == 0x2029;
		if (space && !blank) {
			text[kept++] = ' ';
		}
		if (!space) {
			memmove(text + kept, text + at, size);
			kept += size;
		}
		blank = space;
	}
	text[kept] = '\0';
	return kept;
}

/* NFKC casefold with single blanks; malloc'ed, NULL: out of memory. */
static char *fold(const char *text, size_t length, size_t *folded_length)
{
	char *folded = map(text, length,
		UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
	if (folded != NULL) {
		*folded_length = squeeze(folded);
	}
	return folded;
}

bool fold_digest(const char *text, size_t length, uint8_t digest[FOLD_DIGEST_SIZE])
{
	size_t folded_length = 0;
	char *folded = fold(text, length, &folded_length);
	if (folded == NULL) {
		return false;
	}
	uint8_t whole[DIGEST_SIZE];
	text_sha256(folded, folded_length, whole);
	memcpy(digest, whole, FOLD_DIGEST_SIZE);
	free(folded);
	return true;
}

bool fold_order(const char *text, size_t length, uint8_t order[FOLD_ORDER_SIZE])
{
	size_t folded_length = 0;
	char *folded = fold(text, length, &folded_length);
	if (folded == NULL) {
		return false;
	}
	memset(order, 0, FOLD_ORDER_SIZE);
	memcpy(order, folded, folded_length < FOLD_ORDER_SIZE ? folded_length : FOLD_ORDER_SIZE);
	free(folded);
	return true;
}

static bool is_slug_letter(char letter)
{
	return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
}

/* What is kept of a decomposed and folded name: letters and digits, one '-' between them. */
static size_t write_slug(const char *decomposed, char *slug)
{
	size_t size = 0;
	bool gap = false;
	for (const char *at = decomposed; *at != '\0' && size < SLUG_BASE_SIZE_MAX; at++) {
		if (!is_slug_letter(*at)) {
			gap = size > 0;
			continue;
		}
		if (gap && size + 1 < SLUG_BASE_SIZE_MAX) {
			slug[size++] = '-';
		} else if (gap) {
			break;
		}
		gap = false;
		slug[size++] = *at;
	}
	slug[size] = '\0';
	return size;
}

bool fold_slug(const char *text, size_t length, const char *prefix, char *slug)
{
	char *decomposed = map(text, length,
		UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
	if (decomposed == NULL) {
		return false;
	}
	size_t size = write_slug(decomposed, slug);
	free(decomposed);
	if (size > 0 && strspn(slug, "0123456789") == size) {
		size_t before = strlen(prefix);
		memmove(slug + before, slug, size + 1);
		memcpy(slug, prefix, before);
	}
	return true;
}

void fold_email(char *email)
{
	for (; *email != '\0'; email++) {
		if (*email >= 'A' && *email <= 'Z') {
			*email = (char)(*email - 'A' + 'a');
		}
	}
}

void text_sha256(const void *bytes, size_t size, uint8_t digest[DIGEST_SIZE])
{
	(void)crypto_hash_sha256(digest, bytes, size); /* never fails */
}

/* Copies the upper case of the code point at `at`; returns its size, 0: no room. */
static size_t add_initial(const char *name, size_t length, size_t at, char *initials, size_t capacity)
{
	size_t size = 0;
	uint32_t point = utf8_next(name, length, at, &size);
	utf8proc_uint8_t upper[4];
	if (point == UTF8_INVALID) {
		return 0;
	}
	utf8proc_ssize_t written = utf8proc_encode_char(utf8proc_toupper((utf8proc_int32_t)point), upper);
	if (written <= 0 || (size_t)written >= capacity) {
		return 0;
	}
	memcpy(initials, upper, (size_t)written);
	return (size_t)written;
}

void text_initials(const char *name, size_t length, char *initials, size_t capacity)
{
	size_t written = 0;
	initials[0] = '\0';
	if (length == 0) {
		return;
	}
	written = add_initial(name, length, 0, initials, capacity);
	const char *last = name + length;
	while (last > name && last[-1] != ' ') {
		last--;
	}
	if (last > name) {
		written += add_initial(name, length, (size_t)(last - name), initials + written, capacity - written);
	}
	initials[written] = '\0';
}
