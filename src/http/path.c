/* Splits and decodes the path of a request target, and picks the dialect that owns it. What is decoded up
 * to a fault stays in the path, so that the refusal can be given in the right form. */
#include "http/dialect.h"

#include <string.h>

/* How many bytes follow the first one of a UTF-8 sequence, and the bounds of the second, which shut out
 * overlong forms, surrogates and what is above U+10FFFF. */
struct utf8_form {
	unsigned char first_min;
	unsigned char first_max;
	unsigned char second_min;
	unsigned char second_max;
	size_t following;
};

static const struct utf8_form utf8_forms[] = {
	{0x01, 0x7f, 0x80, 0xbf, 0},
	{0xc2, 0xdf, 0x80, 0xbf, 1},
	{0xe0, 0xe0, 0xa0, 0xbf, 2},
	{0xe1, 0xec, 0x80, 0xbf, 2},
	{0xed, 0xed, 0x80, 0x9f, 2},
	{0xee, 0xef, 0x80, 0xbf, 2},
	{0xf0, 0xf0, 0x90, 0xbf, 3},
	{0xf1, 0xf3, 0x80, 0xbf, 3},
	{0xf4, 0xf4, 0x80, 0x8f, 3},
};

/* The size of the sequence that starts here; 0: there is none (NUL counts as none). */
static size_t utf8_sequence(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < sizeof utf8_forms / sizeof utf8_forms[0]; i++) {
		const struct utf8_form *form = &utf8_forms[i];
		if (bytes[0] < form->first_min || bytes[0] > form->first_max) {
			continue;
		}
		if (form->following >= length) {
			return 0;
		}
		for (size_t k = 1; k <= form->following; k++) {
			unsigned char min = k == 1 ? form->second_min : 0x80;
			unsigned char max = k == 1 ? form->second_max : 0xbf;
			if (bytes[k] < min || bytes[k] > max) {
				return 0;
			}
		}
		return form->following + 1;
	}
	return 0;
}

static bool is_utf8_without_nul(const char *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		size_t size = utf8_sequence((const unsigned char *)bytes + at, length - at);
		if (size == 0) {
			return false;
		}
		at += size;
	}
	return true;
}

/* Decodes one segment into `memory`. False: a bad percent escape. */
static bool decode_segment(const char *raw, size_t length, char *memory, struct span *segment)
{
	size_t size = 0;
	for (size_t i = 0; i < length; i++) {
		if (raw[i] != '%') {
			memory[size++] = raw[i];
			continue;
		}
		if (!span_read_escape((struct span){raw + i, length - i}, &memory[size++])) {
			return false;
		}
		i += 2;
	}
	*segment = (struct span){.bytes = memory, .length = size};
	return true;
}

static enum outcome add_segment(const char *raw, size_t length, char *memory, struct http_path *path)
{
	struct span segment;
	if (!decode_segment(raw, length, memory, &segment) ||
		!is_utf8_without_nul(segment.bytes, segment.length)) {
		return OUTCOME_MALFORMED;
	}
	if (path->count == PATH_SEGMENTS_MAX || span_is(segment, ".") || span_is(segment, "..")) {
		return OUTCOME_NO_SUCH_PATH;
	}
	path->segments[path->count++] = segment;
	return OUTCOME_NONE;
}

/* Where the path of the target starts: behind scheme and host if it has them. */
static const char *skip_host(const char *target)
{
	if (target[0] == '/') {
		return target;
	}
	const char *host = strstr(target, "://");
	return host == NULL ? target : host + 3 + strcspn(host + 3, "/?");
}

enum outcome http_path_read(const char *target, char *memory, struct http_path *path, struct span *query)
{
	const char *start = skip_host(target);
	const char *end = start + strcspn(start, "?");
	path->count = 0;
	path->trailing_slash = false;
	*query = *end == '?' ? (struct span){.bytes = end + 1, .length = strlen(end + 1)}
			     : (struct span){.bytes = end, .length = 0};
	if (start != end && *start != '/') {
		return OUTCOME_MALFORMED;
	}
	while (start < end) {
		const char *raw = start + 1;
		if (raw == end) {
			path->trailing_slash = true;
			return OUTCOME_NONE;
		}
		const char *slash = memchr(raw, '/', (size_t)(end - raw));
		size_t length = (size_t)((slash != NULL ? slash : end) - raw);
		enum outcome outcome = add_segment(raw, length, memory, path);
		if (outcome != OUTCOME_NONE) {
			return outcome;
		}
		memory += length;
		start = raw + length;
	}
	return OUTCOME_NONE;
}

/* Whether the path starts with the root, which may have several segments; `used` counts them. */
static bool starts_with(const struct http_path *path, const char *root, uint32_t *used)
{
	uint32_t count = 0;
	if (*root == '\0') {
		*used = 0;
		return path->count == 0;
	}
	for (const char *part = root; part != NULL; count++) {
		size_t length = strcspn(part, "/");
		if (count == path->count || path->segments[count].length != length ||
			memcmp(path->segments[count].bytes, part, length) != 0) {
			return false;
		}
		part = part[length] == '/' ? part + length + 1 : NULL;
	}
	*used = count;
	return true;
}

static bool rest_is_empty(const struct http_path *path, uint32_t used)
{
	for (uint32_t i = used; i < path->count; i++) {
		if (path->segments[i].length != 0) {
			return false;
		}
	}
	return true;
}

static bool owns(const struct dialect_driver *driver, const struct http_path *path)
{
	if (driver->roots == NULL) {
		return true;
	}
	for (size_t i = 0; driver->roots[i] != NULL; i++) {
		uint32_t used;
		if (starts_with(path, driver->roots[i], &used) &&
			(!driver->empty_segments || rest_is_empty(path, used))) {
			return true;
		}
	}
	return false;
}

const struct dialect_driver *dialect_pick(
	const struct dialect_driver *const *drivers, const struct http_path *path)
{
	while (drivers[1] != NULL && !owns(*drivers, path)) {
		drivers++;
	}
	return *drivers;
}
