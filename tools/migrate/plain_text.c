/* Escapes are looked for once, and text without them is not copied piece by piece. */
#include "migrate/plain_text.h"

#include <string.h>

#include "text/utf8.h"

static const char names[] = "\"\\/bfnrt";
static const char meanings[] = "\"\\/\b\f\n\r\t";

static bool is_utf8(const char *bytes, size_t length)
{
	for (size_t at = 0; at < length;) {
		size_t size = 1;
		if ((unsigned char)bytes[at] >= 0x80 && utf8_next(bytes, length, at, &size) == UTF8_INVALID) {
			return false;
		}
		at += size;
	}
	return true;
}

bool plain_text_take(const char **from, const char *end, struct plain_text *text)
{
	const char *at = *from;
	bool ascii = true;
	bool escaped = false;
	for (; at < end && *at != '"'; at++) {
		unsigned char byte = (unsigned char)*at;
		ascii &= byte < 0x80;
		if (byte < ' ') {
			return false;
		}
		if (byte == '\\') {
			escaped = true;
			at++;
			if (at == end || *at == '\0' || strchr(names, *at) == NULL) {
				return false;
			}
		}
	}
	if (at == end) {
		return false;
	}
	*text = (struct plain_text){.bytes = *from, .length = (size_t)(at - *from), .escaped = escaped};
	*from = at + 1;
	return ascii || is_utf8(text->bytes, text->length);
}

size_t plain_text_decode(const struct plain_text *text, char *meant)
{
	const char *at = text->bytes;
	const char *end = text->bytes + text->length;
	char *to = meant;
	while (at < end) {
		const char *escape = memchr(at, '\\', (size_t)(end - at));
		size_t plain = (size_t)((escape != NULL ? escape : end) - at);
		memmove(to, at, plain);
		to += plain;
		at += plain;
		if (escape != NULL) {
			*to++ = meanings[strchr(names, escape[1]) - names];
			at += 2;
		}
	}
	return (size_t)(to - meant);
}
