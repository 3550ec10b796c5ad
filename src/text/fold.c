/* Folds by libutf8proc: decompose and casefold into code points, then work on these. */
#include "text/fold.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <utf8proc.h>

#include "model/limits.h"
#include "text/utf8.h"

/* One code point decomposes into at most 18 (U+FDFA), so every name that may be stored folds here. */
#define POINTS_LENT (GROUP_NAME_MAX * 18 + 1)

/* NFKC casefold as Unicode defines it: ignorable code points drop out. */
#define FOLD_OPTIONS \
	(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE)
#define SLUG_OPTIONS \
	(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK)

/* The decomposed code points of one text. */
struct points {
	utf8proc_int32_t lent[POINTS_LENT];
	utf8proc_int32_t *values;
	size_t count;
};

static void points_finish(struct points *points)
{
	if (points->values != points->lent) {
		free(points->values);
	}
}

/* False: out of memory. */
static bool points_init(struct points *points, const char *text, size_t length, utf8proc_option_t options)
{
	const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)text;
	utf8proc_ssize_t capacity = POINTS_LENT - 1; /* re-encoding writes a NUL behind the last */
	points->values = points->lent;
	utf8proc_ssize_t count = utf8proc_decompose(bytes, (utf8proc_ssize_t)length, points->lent, capacity, options);
	if (count > capacity) {
		capacity = count;
		points->values = reallocarray(NULL, (size_t)capacity + 1, sizeof *points->values);
		if (points->values == NULL) {
			return false;
		}
		count = utf8proc_decompose(bytes, (utf8proc_ssize_t)length, points->values, capacity, options);
	}
	if (count < 0 || count > capacity) {
		points_finish(points);
		return false;
	}
	points->count = (size_t)count;
	return true;
}

/* Each run of white space becomes one blank. */
static void points_collapse(struct points *points)
{
	size_t kept = 0;
	bool in_run = false;
	for (size_t i = 0; i < points->count; i++) {
		bool white = utf8_is_white((uint32_t)points->values[i]);
		if (!white || !in_run) {
			points->values[kept++] = white ? ' ' : points->values[i];
		}
		in_run = white;
	}
	points->count = kept;
}

/* The fold as bytes in place of its code points; `points` must be finished after use. */
static bool points_fold(struct points *points, const char *text, size_t length, const char **fold, size_t *size)
{
	if (!points_init(points, text, length, FOLD_OPTIONS)) {
		return false;
	}
	points_collapse(points);
	utf8proc_ssize_t folded =
		utf8proc_reencode(points->values, (utf8proc_ssize_t)points->count, FOLD_OPTIONS);
	if (folded < 0) {
		points_finish(points);
		return false;
	}
	*fold = (const char *)points->values;
	*size = (size_t)folded;
	return true;
}

bool fold_digest(const char *text, size_t length, uint8_t digest[FOLD_DIGEST_SIZE])
{
	struct points points;
	const char *fold;
	size_t size;
	if (!points_fold(&points, text, length, &fold, &size)) {
		return false;
	}
	uint8_t whole[DIGEST_SIZE];
	text_sha256(fold, size, whole);
	memcpy(digest, whole, FOLD_DIGEST_SIZE);
	points_finish(&points);
	return true;
}

bool fold_order(const char *text, size_t length, uint8_t order[FOLD_ORDER_SIZE])
{
	struct points points;
	const char *fold;
	size_t size;
	if (!points_fold(&points, text, length, &fold, &size)) {
		return false;
	}
	memset(order, 0, FOLD_ORDER_SIZE);
	memcpy(order, fold, size < FOLD_ORDER_SIZE ? size : FOLD_ORDER_SIZE);
	points_finish(&points);
	return true;
}

/* At most SLUG_BASE_SIZE_MAX letters, digits and single '-' between them. */
static size_t slug_write(const struct points *points, char *slug)
{
	size_t size = 0;
	bool gap = false;
	for (size_t i = 0; i < points->count; i++) {
		utf8proc_int32_t point = points->values[i];
		if (!((point >= 'a' && point <= 'z') || (point >= '0' && point <= '9'))) {
			gap = size > 0;
			continue;
		}
		if (size + gap >= SLUG_BASE_SIZE_MAX) {
			break;
		}
		if (gap) {
			slug[size++] = '-';
			gap = false;
		}
		slug[size++] = (char)point;
	}
	slug[size] = '\0';
	return size;
}

bool fold_slug(const char *text, size_t length, const char *prefix, char *slug)
{
	struct points points;
	if (!points_init(&points, text, length, SLUG_OPTIONS)) {
		return false;
	}
	size_t size = slug_write(&points, slug);
	points_finish(&points);
	if (size > 0 && strspn(slug, "0123456789") == size) { /* it would be read as an id */
		size_t prefix_size = strlen(prefix);
		memmove(slug + prefix_size, slug, size + 1);
		memcpy(slug, prefix, prefix_size);
	}
	return true;
}

void fold_email(char *email)
{
	for (; *email != '\0'; email++) {
		if (*email >= 'A' && *email <= 'Z') {
			*email = (char)(*email + ('a' - 'A'));
		}
	}
}

void text_sha256(const void *bytes, size_t size, uint8_t digest[DIGEST_SIZE])
{
	(void)crypto_hash_sha256(digest, bytes, size); /* cannot fail */
}

void text_sha256_hex(const void *bytes, size_t size, size_t digits, char *text)
{
	uint8_t digest[DIGEST_SIZE];
	text_sha256(bytes, size, digest);
	(void)sodium_bin2hex(text, digits + 1, digest, digits / 2);
}

static bool is_letter(utf8proc_int32_t point)
{
	utf8proc_category_t category = utf8proc_category(point);
	return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
	       (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

void text_initials(const char *name, size_t length, char *initials, size_t capacity)
{
	utf8proc_int32_t letters[2] = {0}; /* of the first and the last word that has one */
	utf8proc_int32_t mark = 0;	   /* the first of a name without letters */
	bool in_word = false;
	while (length > 0) {
		size_t size = 0;
		uint32_t point = utf8_next(name, length, 0, &size);
		if (point == UTF8_INVALID) {
			break;
		}
		bool white = utf8_is_white(point);
		mark = mark == 0 && !white ? (utf8proc_int32_t)point : mark;
		if (white) {
			in_word = false;
		} else if (!in_word && is_letter((utf8proc_int32_t)point)) {
			letters[letters[0] != 0] = utf8proc_toupper((utf8proc_int32_t)point);
			in_word = true;
		}
		name += size;
		length -= size;
	}
	letters[0] = letters[0] == 0 ? mark : letters[0];
	size_t written = 0;
	for (size_t i = 0; i < 2 && letters[i] != 0; i++) {
		utf8proc_uint8_t bytes[4];
		size_t size = (size_t)utf8proc_encode_char(letters[i], bytes);
		if (written + size >= capacity) {
			break;
		}
		memcpy(initials + written, bytes, size);
		written += size;
	}
	initials[written] = '\0';
}
