/* The judge of every text that is stored: one table row per class of text, one pass over its code points. */
#include "text/check.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "model/limits.h"
#include "text/fold.h"
#include "text/utf8.h"

enum rule {
	RULE_NAME = 1 << 0,  /* trimmed; no line breaks or bidirectional overrides, which would confuse a reader */
	RULE_LINES = 1 << 1, /* tab, LF and CR may stand in it */
	RULE_BYTES = 1 << 2, /* the bounds count bytes */
	RULE_COMMA = 1 << 3, /* no comma, because lists of it are comma-separated */
	RULE_URL = 1 << 4,
	RULE_EMAIL = 1 << 5,
	RULE_CALLBACK = 1 << 6,
};

struct class_row {
	unsigned rules; /* of enum rule */
	size_t min;
	size_t max;
};

static const struct class_row CLASSES[TEXT_CLASS_COUNT] = {
	[TEXT_GROUP_NAME] = {RULE_NAME, 1, GROUP_NAME_MAX},
	[TEXT_PERSON_NAME] = {RULE_NAME, 0, PERSON_NAME_MAX},
	[TEXT_USERNAME] = {RULE_NAME | RULE_COMMA, 1, USERNAME_MAX},
	[TEXT_DESCRIPTION] = {RULE_LINES, 0, DESCRIPTION_MAX},
	[TEXT_MESSAGE] = {RULE_LINES, 0, MESSAGE_MAX},
	[TEXT_LABEL] = {RULE_NAME, 0, LABEL_MAX},
	[TEXT_ZIP] = {0, 0, ZIP_MAX},
	[TEXT_EMAIL] = {RULE_BYTES | RULE_EMAIL, 0, EMAIL_SIZE_MAX},
	[TEXT_AVATAR_URL] = {RULE_BYTES | RULE_URL, 0, URL_SIZE_MAX},
	[TEXT_URL] = {RULE_BYTES | RULE_URL, 0, URL_SIZE_MAX},
	[TEXT_CALLBACK] = {RULE_BYTES | RULE_CALLBACK, 0, URL_SIZE_MAX},
};

struct slice {
	const char *bytes;
	size_t length;
};

/* What one pass over a text finds. */
struct survey {
	size_t code_points;
	bool has_lines;	 /* tab, LF or CR */
	bool has_breaks; /* other line breaks, bidirectional overrides */
	bool has_white;
};

static bool is_unprintable(uint32_t code_point)
{
	if (code_point < 0x20) {
		return code_point != '\t' && code_point != '\n' && code_point != '\r';
	}
	return (code_point >= 0x7F && code_point <= 0x9F) || code_point == 0xFFFE || code_point == 0xFFFF;
}

static bool is_confusing(uint32_t code_point)
{
	return code_point == 0x2028 || code_point == 0x2029 || (code_point >= 0x202A && code_point <= 0x202E) ||
	       (code_point >= 0x2066 && code_point <= 0x2069);
}

/* False: not UTF-8, or a character that cannot be printed. */
static bool survey_take(struct survey *survey, struct slice text)
{
	while (text.length > 0) {
		size_t size = 0;
		uint32_t code_point = utf8_next(text.bytes, text.length, 0, &size);
		if (code_point == UTF8_INVALID || is_unprintable(code_point)) {
			return false;
		}
		survey->code_points++;
		survey->has_lines |= code_point < 0x20;
		survey->has_breaks |= is_confusing(code_point);
		survey->has_white |= utf8_is_white(code_point);
		text.bytes += size;
		text.length -= size;
	}
	return true;
}

/* Both ends; the text is valid UTF-8. */
static struct slice trim(struct slice text)
{
	size_t size = 0;
	while (text.length > 0) {
		if (!utf8_is_white(utf8_next(text.bytes, text.length, 0, &size))) {
			break;
		}
		text.bytes += size;
		text.length -= size;
	}
	while (text.length > 0) {
		size_t start = text.length - 1;
		while (start > 0 && ((uint8_t)text.bytes[start] & 0xC0) == 0x80) {
			start--;
		}
		if (!utf8_is_white(utf8_next(text.bytes, text.length, start, &size))) {
			break;
		}
		text.length = start;
	}
	return text;
}

static bool has_any(struct slice text, const char *unwanted)
{
	for (size_t i = 0; i < text.length; i++) {
		if (strchr(unwanted, text.bytes[i]) != NULL) {
			return true;
		}
	}
	return false;
}

/* "host" or "host:port", the host perhaps an address in brackets. */
static bool is_host(struct slice authority)
{
	bool bracketed = authority.length > 0 && authority.bytes[0] == '[';
	const char *end = memchr(authority.bytes, bracketed ? ']' : ':', authority.length);
	if (bracketed && end == NULL) {
		return false;
	}
	size_t host_length = end == NULL ? authority.length : (size_t)(end - authority.bytes) + bracketed;
	size_t port = host_length + 1;
	for (size_t i = port; i < authority.length; i++) {
		if (authority.bytes[i] < '0' || authority.bytes[i] > '9') {
			return false;
		}
	}
	bool has_port = host_length < authority.length;
	return host_length > (bracketed ? 2 : 0) && (!has_port || authority.bytes[host_length] == ':');
}

/* A browser reads '\' as '/', so it may not stand in a URL: it would move the end of the host. */
static bool is_url(struct slice text)
{
	static const char *const schemes[] = {"https://", "http://"};
	if (has_any(text, "\\\"<>^`{|}")) {
		return false;
	}
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		size_t length = strlen(schemes[i]);
		if (text.length < length || strncasecmp(text.bytes, schemes[i], length) != 0) {
			continue;
		}
		struct slice authority = {text.bytes + length, 0};
		while (length + authority.length < text.length &&
			strchr("/?#", authority.bytes[authority.length]) == NULL) {
			authority.length++;
		}
		return !has_any(authority, "@") && is_host(authority);
	}
	return false;
}

static bool is_ascii(struct slice text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.bytes[i] <= 0x20 || text.bytes[i] >= 0x7f) {
			return false;
		}
	}
	return true;
}

/* An application's own scheme, which by its dot is nobody else's: "org.example.client:/back". */
static bool is_private_scheme(struct slice text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789+-.";
	const char *colon = memchr(text.bytes, ':', text.length);
	size_t length = colon == NULL ? 0 : (size_t)(colon - text.bytes);
	bool dotted = false;
	for (size_t i = 0; i < length; i++) {
		if (strchr(letters, text.bytes[i]) == NULL) {
			return false;
		}
		dotted = dotted || text.bytes[i] == '.';
	}
	return dotted && text.bytes[0] >= 'a';
}

/* The authority stands in a header that says where a form may lead, so it holds nothing but names and numbers. */
static bool is_callback(struct slice text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]";
	static const char *const loopbacks[] = {"localhost", "127.0.0.1", "[::1]"};
	if (!is_ascii(text) || has_any(text, "#\\\"<>^`{|}")) {
		return false;
	}
	bool secure = text.length > 8 && strncmp(text.bytes, "https://", 8) == 0;
	bool plain = text.length > 7 && strncmp(text.bytes, "http://", 7) == 0;
	if (!secure && !plain) {
		return is_private_scheme(text);
	}
	struct slice authority = {text.bytes + (secure ? 8 : 7), 0};
	while (authority.bytes + authority.length < text.bytes + text.length &&
		strchr("/?", authority.bytes[authority.length]) == NULL) {
		if (strchr(letters, authority.bytes[authority.length]) == NULL) {
			return false;
		}
		authority.length++;
	}
	for (size_t i = 0; plain && i < sizeof loopbacks / sizeof *loopbacks; i++) {
		size_t length = strlen(loopbacks[i]);
		if (authority.length >= length && memcmp(authority.bytes, loopbacks[i], length) == 0 &&
			(authority.length == length || authority.bytes[length] == ':')) {
			return is_host(authority);
		}
	}
	return secure && is_host(authority);
}

static bool is_email(struct slice text)
{
	const char *at = memchr(text.bytes, '@', text.length);
	if (at == NULL || at == text.bytes) {
		return false;
	}
	size_t domain_length = text.length - (size_t)(at - text.bytes) - 1;
	return domain_length > 0 && memchr(at + 1, '@', domain_length) == NULL;
}

static bool obeys(const struct class_row *row, const struct survey *survey, struct slice text)
{
	size_t count = (row->rules & RULE_BYTES) != 0 ? text.length : survey->code_points;
	if (count < row->min || count > row->max) {
		return false;
	}
	if (survey->has_lines && (row->rules & RULE_LINES) == 0) {
		return false;
	}
	if (survey->has_breaks && (row->rules & RULE_NAME) != 0) {
		return false;
	}
	if ((row->rules & RULE_COMMA) != 0 && has_any(text, ",")) {
		return false;
	}
	if (text.length == 0) {
		return true;
	}
	if (survey->has_white && (row->rules & (RULE_URL | RULE_EMAIL)) != 0) {
		return false;
	}
	return ((row->rules & RULE_URL) == 0 || is_url(text)) &&
	       ((row->rules & RULE_CALLBACK) == 0 || is_callback(text)) &&
	       ((row->rules & RULE_EMAIL) == 0 || is_email(text));
}

enum text_verdict text_check(enum text_class class, const char *bytes, size_t length, const char **part,
			     size_t *part_length)
{
	assert(class < TEXT_CLASS_COUNT);
	const struct class_row *row = &CLASSES[class];
	struct slice text = {bytes, length};
	struct survey survey = {0};
	if (!survey_take(&survey, text)) {
		return TEXT_MALFORMED;
	}
	if ((row->rules & RULE_NAME) != 0) {
		text = trim(text);
		survey = (struct survey){0};
		(void)survey_take(&survey, text); /* a part of what has just passed */
	}
	if (!obeys(row, &survey, text)) {
		return TEXT_UNACCEPTABLE;
	}
	*part = text.bytes;
	*part_length = text.length;
	return TEXT_GOOD;
}

bool text_is_utf8(const char *bytes, size_t length)
{
	while (length > 0) {
		uint64_t eight;
		if (length >= sizeof eight) {
			memcpy(&eight, bytes, sizeof eight);
			if ((eight & UINT64_C(0x8080808080808080)) == 0) { /* eight ASCII bytes at once */
				bytes += sizeof eight;
				length -= sizeof eight;
				continue;
			}
		}
		size_t size = 0;
		if (utf8_next(bytes, length, 0, &size) == UTF8_INVALID) {
			return false;
		}
		bytes += size;
		length -= size;
	}
	return true;
}

bool text_read_id(const char *bytes, size_t length, uint64_t *id)
{
	if (length == 0 || length > 16 || bytes[0] == '0') { /* 2^53-1 has 16 digits */
		return false;
	}
	uint64_t value = 0;
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] < '0' || bytes[i] > '9') {
			return false;
		}
		value = 10 * value + (uint64_t)(bytes[i] - '0');
	}
	if (value > ID_MAX) {
		return false;
	}
	*id = value;
	return true;
}

bool text_is_secret(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] < 0x21 || bytes[i] > 0x7E) {
			return false;
		}
	}
	return length >= 1 && length <= TOKEN_SIZE_MAX;
}

bool text_is_code(const char *bytes, size_t length)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
	for (size_t i = 0; i < length; i++) {
		if (memchr(letters, bytes[i], sizeof letters - 1) == NULL) {
			return false;
		}
	}
	return length >= 1 && length <= CODE_SIZE_MAX;
}

struct naming {
	enum text_class class;
	const char *slug_prefix; /* of a slug that would be digits only */
	uint32_t given;
};

/* What is compared and ordered by its fold, and gives a slug. */
static enum text_verdict take_naming(struct request *request, const struct naming *naming, const char *bytes,
				     size_t length, struct text *taken)
{
	const char *name;
	size_t name_length;
	enum text_verdict verdict = text_check(naming->class, bytes, length, &name, &name_length);
	if (verdict != TEXT_GOOD) {
		return verdict;
	}
	char slug[SLUG_SIZE_MAX + 1];
	bool folded = fold_digest(name, name_length, request->name_fold) &&
		      fold_order(name, name_length, request->name_order) &&
		      fold_slug(name, name_length, naming->slug_prefix, slug);
	assert(folded); /* folding so short a text takes no memory */
	if (!request_add(request, name, name_length, taken) ||
		!request_add(request, slug, strlen(slug), &request->slug)) {
		return TEXT_UNACCEPTABLE;
	}
	request->given |= naming->given;
	return TEXT_GOOD;
}

enum text_verdict text_take_group_name(struct request *request, const char *bytes, size_t length)
{
	static const struct naming naming = {TEXT_GROUP_NAME, "group-", GIVEN_NAME};
	return take_naming(request, &naming, bytes, length, &request->name);
}

enum text_verdict text_take_username(struct request *request, const char *bytes, size_t length)
{
	static const struct naming naming = {TEXT_USERNAME, "user-", GIVEN_USERNAME};
	return take_naming(request, &naming, bytes, length, &request->username);
}

enum text_verdict text_take(struct request *request, enum text_class class, const char *bytes, size_t length,
			    struct text *taken)
{
	const char *part;
	size_t part_length;
	enum text_verdict verdict = text_check(class, bytes, length, &part, &part_length);
	if (verdict != TEXT_GOOD) {
		return verdict;
	}
	return request_add(request, part, part_length, taken) ? TEXT_GOOD : TEXT_UNACCEPTABLE;
}

void text_take_reference(struct request *request, const char *bytes, size_t length, struct reference *reference)
{
	size_t digits = 0;
	while (digits < length && bytes[digits] >= '0' && bytes[digits] <= '9') {
		digits++;
	}
	if (digits == length) {
		reference->kind =
			text_read_id(bytes, length, &reference->id) ? REFERENCE_ID : REFERENCE_MALFORMED;
		return;
	}
	bool fits = length <= SLUG_SIZE_MAX && request_add(request, bytes, length, &reference->slug);
	reference->kind = fits ? REFERENCE_SLUG : REFERENCE_MALFORMED;
}

void text_take_code(struct request *request, const char *bytes, size_t length)
{
	request->invite_kind = INVITE_UNUSABLE;
	if (text_is_code(bytes, length) && request_add(request, bytes, length, &request->invite)) {
		request->invite_kind = INVITE_CODE;
		text_sha256(bytes, length, request->invite_digest);
	}
}
