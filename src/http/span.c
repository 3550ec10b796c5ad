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
