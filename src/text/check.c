/* One table says what each class of text may hold; two passes judge: the characters, then the bounds. */
#include "text/check.h"

#include <string.h>
#include <utf8proc.h>

#include "model/limits.h"
#include "text/fold.h"
#include "text/utf8.h"

static const struct rule {
	uint32_t min; /* code points, or bytes where `bytes` says so */
	uint32_t max;
	bool bytes;
	bool lines;   /* tab, LF and CR are allowed */
	bool trimmed; /* of white space at both ends; line separators and bidirectional overrides are refused */
	bool (*accepts)(const char *bytes, size_t length);
} RULES[TEXT_CLASS_COUNT];

/* White space by Unicode's property White_Space. */
static bool is_space(uint32_t point)
{
	switch (point) {
	case 0x20:
	case 0x85:
	case 0xa0:
	case 0x1680:
	case 0x2028:
	case 0x2029:
	case 0x202f:
	case 0x205f:
	case 0x3000:
		return true;
	default:
		return (point >= 0x09 && point <= 0x0d) || (point >= 0x2000 && point <= 0x200a);
	}
}

/* What no dialect can print: XML 1.0 forbids it, or it is a control character. */
static bool is_printable(uint32_t point, bool lines)
{
	if (point == '\t' || point == '\n' || point == '\r') {
		return lines;
	}
	return point >= 0x20 && !(point >= 0x7f && point <= 0x9f) && point != 0xfffe && point != 0xffff;
}

/* What would break or turn the line that a name stands in. */
static bool is_in_names(uint32_t point)
{
	return point != 0x2028 && point != 0x2029 && !(point >= 0x202a && point <= 0x202e) &&
	       !(point >= 0x2066 && point <= 0x2069);
}

static bool has_no_comma(const char *bytes, size_t length)
{
	return memchr(bytes, ',', length) == NULL;
}

/* Empty, or something on both sides of its one @, without blanks. */
static bool is_email(const char *bytes, size_t length)
{
	if (length == 0) {
		return true;
	}
	const char *at = memchr(bytes, '@', length);
	const char *end = bytes + length;
	return at != NULL && at > bytes && at + 1 < end && memchr(at + 1, '@', (size_t)(end - at - 1)) == NULL &&
	       memchr(bytes, ' ', length) == NULL;
}

/* Empty, or http or https with a host and without user info. */
static bool is_url(const char *bytes, size_t length)
{
	static const char *const SCHEMES[] = {"http://", "https://"};
	if (length == 0) {
		return true;
	}
	for (size_t i = 0; i < sizeof SCHEMES / sizeof *SCHEMES; i++) {
		size_t scheme = strlen(SCHEMES[i]);
		if (length <= scheme || memcmp(bytes, SCHEMES[i], scheme) != 0) {
			continue;
		}
		size_t host = 0;
		while (scheme + host < length && strchr("/?#", bytes[scheme + host]) == NULL) {
			host++;
		}
		return host > 0 && bytes[scheme] != ':' && memchr(bytes + scheme, '@', host) == NULL &&
		       memchr(bytes, ' ', length) == NULL && memchr(bytes, '\\', length) == NULL;
	}
	return false;
}

static const struct rule RULES[TEXT_CLASS_COUNT] = {
	[TEXT_GROUP_NAME] = {1, GROUP_NAME_MAX, .trimmed = true},
	[TEXT_PERSON_NAME] = {0, PERSON_NAME_MAX, .trimmed = true},
	[TEXT_USERNAME] = {1, USERNAME_MAX, .trimmed = true, .accepts = has_no_comma},
	[TEXT_DESCRIPTION] = {0, DESCRIPTION_MAX, .lines = true},
	[TEXT_MESSAGE] = {0, MESSAGE_MAX, .lines = true},
	[TEXT_LABEL] = {0, LABEL_MAX, .trimmed = true},
	[TEXT_ZIP] = {0, ZIP_MAX},
	[TEXT_EMAIL] = {0, EMAIL_SIZE_MAX, .bytes = true, .accepts = is_email},
	[TEXT_AVATAR_URL] = {0, URL_SIZE_MAX, .bytes = true, .accepts = is_url},
	[TEXT_URL] = {0, URL_SIZE_MAX, .bytes = true, .accepts = is_url},
};

bool text_is_utf8(const char *bytes, size_t length)
{
	size_t size = 0;
	for (size_t at = 0; at < length; at += size) {
		if (utf8_next(bytes, length, at, &size) == UTF8_INVALID) {
			return false;
		}
	}
	return true;
}

/* What a pass over the text finds out: where the part without outer white space lies, and its code points. */
struct extent {
	size_t start;
	size_t end;
	uint32_t points;
};

/* False: not UTF-8, or a character that the class refuses. */
static bool measure(const struct rule *rule, const char *bytes, size_t length, struct extent *extent)
{
	uint32_t points = 0;
	size_t size = 0;
	*extent = (struct extent){0};
	for (size_t at = 0; at < length; at += size) {
		uint32_t point = utf8_next(bytes, length, at, &size);
		bool space = rule->trimmed && point != UTF8_INVALID && is_space(point);
		if (point == UTF8_INVALID || !is_printable(point, rule->lines) ||
		    (rule->trimmed && !is_in_names(point))) {
			return false;
		}
		if (space && points == 0) {
			continue;
		}
		if (points++ == 0) {
			extent->start = at;
		}
		if (!space) {
			extent->end = at + size;
			extent->points = points;
		}
	}
	return true;
}

enum text_verdict text_check(enum text_class class, const char *bytes, size_t length, const char **part,
			     size_t *part_length)
{
	const struct rule *rule = &RULES[class];
	struct extent extent;
	if (!measure(rule, bytes, length, &extent)) {
		return TEXT_MALFORMED;
	}
	size_t found = extent.end - extent.start;
	size_t counted = rule->bytes ? found : extent.points;
	if (counted < rule->min || counted > rule->max) {
		return TEXT_UNACCEPTABLE;
	}
	if (rule->accepts != NULL && !rule->accepts(bytes + extent.start, found)) {
		return TEXT_UNACCEPTABLE;
	}
	*part = bytes + extent.start;
	*part_length = found;
	return TEXT_GOOD;
}

bool text_read_id(const char *bytes, size_t length, uint64_t *id)
{
	if (length == 0 || length > 16 || bytes[0] == '0') {
		return false;
	}
	uint64_t value = 0;
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] < '0' || bytes[i] > '9') {
			return false;
		}
		value = value * 10 + (uint64_t)(bytes[i] - '0');
	}
	if (value > ID_MAX) {
		return false;
	}
	*id = value;
	return true;
}

enum text_verdict text_take(struct request *request, enum text_class class, const char *bytes, size_t length,
			    struct text *taken)
{
	const char *part = NULL;
	size_t part_length = 0;
	enum text_verdict verdict = text_check(class, bytes, length, &part, &part_length);
	if (verdict == TEXT_GOOD && !request_add(request, part, part_length, taken)) {
		return TEXT_UNACCEPTABLE;
	}
	return verdict;
}

enum text_verdict text_take_group_name(struct request *request, const char *bytes, size_t length)
{
	enum text_verdict verdict = text_take(request, TEXT_GROUP_NAME, bytes, length, &request->name);
	if (verdict != TEXT_GOOD) {
		return verdict;
	}
	const char *name = request_text(request, request->name);
	char slug[SLUG_SIZE_MAX + 1];
	if (!fold_digest(name, request->name.length, request->name_fold) ||
	    !fold_order(name, request->name.length, request->name_order) ||
	    !fold_slug(name, request->name.length, "group-", slug) ||
	    !request_add(request, slug, strlen(slug), &request->slug)) {
		return TEXT_UNACCEPTABLE;
	}
	request->given |= GIVEN_NAME;
	return TEXT_GOOD;
}
