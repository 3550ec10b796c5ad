/* One pass over code points for all forms: what may be shown is decided in one place. */
#include "migrate/report_words.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"

#define UTF8_SIZE_MAX 4
#define DIGITS_PER_GROUP 3
#define REPLACEMENT "\xef\xbf\xbd"
#define DELETE 0x7f

static const char *const KINDS[DIFFERENCE_KIND_COUNT] = {
	[DIFFERENCE_OUTCOME] = "outcome",
	[DIFFERENCE_STATUS] = "status",
	[DIFFERENCE_FIELD] = "field",
	[DIFFERENCE_STATE] = "state",
	[DIFFERENCE_CHECK] = "check",
};

const char *difference_kind_name(enum difference_kind kind)
{
	return KINDS[kind];
}

/* What XML 1.0 forbids, and what turns the direction of the text behind it. */
static bool is_unfit(uint32_t code_point)
{
	return (code_point >= 0x80 && code_point < 0xa0) || (code_point & 0xfffe) == 0xfffe ||
	       (code_point >= 0x202a && code_point <= 0x202e) || (code_point >= 0x2066 && code_point <= 0x2069) ||
	       code_point == 0x200e || code_point == 0x200f || code_point == 0x061c;
}

/* U+2400 to U+241F picture the control characters, U+2421 pictures DEL. */
static size_t write_picture(unsigned char control, char shown[UTF8_SIZE_MAX])
{
	unsigned char offset = control == DELETE ? 0x21 : control;
	memcpy(shown, "\xe2\x90", 2);
	shown[2] = (char)(0x80 + offset);
	return 3;
}

/* Moves over one character and gives what is shown of it; returns its size. The text ends with a NUL. */
static size_t next_shown(const char *text, size_t length, size_t *at, bool lines, char shown[UTF8_SIZE_MAX])
{
	unsigned char first = (unsigned char)text[*at];
	size_t size = 1;
	if (first < 0x20 || first == DELETE) {
		(*at)++;
		if (lines && first == '\r' && text[*at] == '\n') {
			return 0; /* HTTP's line ends are line ends */
		}
		if (lines && (first == '\n' || first == '\t')) {
			shown[0] = (char)first;
			return 1;
		}
		return write_picture(first, shown);
	}
	uint32_t code_point = utf8_next(text, length, *at, &size);
	if (code_point == UTF8_INVALID || is_unfit(code_point)) {
		*at += size;
		memcpy(shown, REPLACEMENT, 3);
		return 3;
	}
	memcpy(shown, text + *at, size);
	*at += size;
	return size;
}

char *words_clean(const char *text, bool lines)
{
	size_t length = text != NULL ? strlen(text) : 0;
	char *clean = malloc(length * 3 + 1); /* a byte that cannot be shown becomes three */
	if (clean == NULL) {
		return NULL;
	}
	size_t size = 0;
	for (size_t at = 0; at < length;) {
		char shown[UTF8_SIZE_MAX];
		size_t more = next_shown(text, length, &at, lines, shown);
		memcpy(clean + size, shown, more);
		size += more;
	}
	clean[size] = '\0';
	return clean;
}

static const char *html_escape(char byte)
{
	switch (byte) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

void words_write_html(FILE *out, const char *text, bool lines)
{
	size_t length = text != NULL ? strlen(text) : 0;
	for (size_t at = 0; at < length;) {
		char shown[UTF8_SIZE_MAX];
		size_t size = next_shown(text, length, &at, lines, shown);
		const char *escape = size == 1 ? html_escape(shown[0]) : NULL;
		(void)(escape != NULL ? fputs(escape, out) : (int)fwrite(shown, 1, size, out)); /* see ferror */
	}
}

void words_write_short(FILE *out, const char *text, size_t characters_max)
{
	size_t length = text != NULL ? strlen(text) : 0;
	size_t characters = 0;
	for (size_t at = 0; at < length; characters++) {
		if (characters == characters_max) {
			(void)fputs("...", out); /* asked for by ferror at the end */
			return;
		}
		char shown[UTF8_SIZE_MAX];
		size_t size = next_shown(text, length, &at, false, shown);
		(void)fwrite(shown, 1, size, out); /* likewise */
	}
}

void words_pattern(const char *path, char *pattern, size_t capacity)
{
	size_t size = 0;
	for (const char *at = path; *at != '\0' && size + 1 < capacity; at++) {
		bool digit = isdigit((unsigned char)*at) != 0;
		bool again = digit && at > path && isdigit((unsigned char)at[-1]) != 0;
		if (!again) {
			pattern[size++] = digit ? '#' : *at;
		}
	}
	pattern[size] = '\0';
}

const char *words_number(uint64_t number, char text[WORDS_NUMBER_SIZE])
{
	char digits[WORDS_NUMBER_SIZE];
	int count = snprintf(digits, sizeof digits, "%llu", (unsigned long long)number);
	char *to = text;
	for (int i = 0; i < count; i++) {
		if (i > 0 && (count - i) % DIGITS_PER_GROUP == 0) {
			*to++ = ',';
		}
		*to++ = digits[i];
	}
	*to = '\0';
	return text;
}

const char *words_time(int64_t time_us, char text[WORDS_NUMBER_SIZE])
{
	static const struct {
		const char *unit;
		double us;
	} UNITS[] = {{"us", 1}, {"ms", 1000}, {"s", 1000000}};
	if (time_us < 0) {
		(void)strcpy(text, "-");
		return text;
	}
	unsigned i = time_us < 1000 ? 0 : time_us < 1000000 ? 1 : 2;
	double shown = (double)time_us / UNITS[i].us;
	(void)snprintf(text, WORDS_NUMBER_SIZE, "%.*f %s", i == 0 || shown >= 100 ? 0 : 1, shown, UNITS[i].unit);
	return text;
}
