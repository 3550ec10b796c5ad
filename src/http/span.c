/* Small questions about pieces of a request, which every reader of one asks. */
#include "http/dialect.h"

#include <string.h>

bool span_is(struct span span, const char *text)
{
	return span.length == strlen(text) && memcmp(span.bytes, text, span.length) == 0;
}

int span_hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9') {
		return digit - '0';
	}
	char lower = (char)(digit | 0x20);
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool span_read_escape(struct span span, char *byte)
{
	if (span.length < 3 || span.bytes[0] != '%') {
		return false;
	}
	int high = span_hex_digit(span.bytes[1]);
	int low = span_hex_digit(span.bytes[2]);
	if (high < 0 || low < 0) {
		return false;
	}
	*byte = (char)(high << 4 | low);
	return true;
}

struct span span_cut(struct span *rest, char mark)
{
	const char *end = memchr(rest->bytes, mark, rest->length);
	struct span front = {rest->bytes, end == NULL ? rest->length : (size_t)(end - rest->bytes)};
	size_t taken = front.length + (end != NULL);
	rest->bytes += taken;
	rest->length -= taken;
	return front;
}

bool span_decode_form(struct span raw, char *bytes, size_t capacity, size_t *length)
{
	size_t count = 0;
	for (size_t i = 0; i < raw.length; i++) {
		char byte = raw.bytes[i] == '+' ? ' ' : raw.bytes[i];
		if (byte == '%') {
			if (!span_read_escape((struct span){raw.bytes + i, raw.length - i}, &byte)) {
				return false;
			}
			i += 2;
		}
		if (count == capacity) {
			return false;
		}
		bytes[count++] = byte;
	}
	*length = count;
	return true;
}
