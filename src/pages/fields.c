/* Reads application/x-www-form-urlencoded text. Strict, because only browsers and our own forms write it. */
#include "pages/fields.h"

#include <string.h>

/* Cuts the text before the first `mark` off the front of `rest`, and the mark with it. */
static struct span cut(struct span *rest, char mark)
{
	const char *end = memchr(rest->bytes, mark, rest->length);
	struct span front = {rest->bytes, end == NULL ? rest->length : (size_t)(end - rest->bytes)};
	size_t taken = front.length + (end != NULL);
	rest->bytes += taken;
	rest->length -= taken;
	return front;
}

struct span fields_find(struct span fields, const char *name)
{
	size_t length = strlen(name);
	while (fields.length > 0) {
		struct span value = cut(&fields, '&');
		struct span found = value.length == 0 ? value : cut(&value, '=');
		if (found.length == length && memcmp(found.bytes, name, length) == 0) {
			return value;
		}
	}
	return (struct span){.bytes = "", .length = 0};
}

static int hex_value(char digit)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = digit == '\0' ? NULL : strchr(digits, digit);
	return found == NULL ? -1 : (int)(found - digits) % 16;
}

bool fields_decode(struct span raw, char *bytes, size_t capacity, size_t *length)
{
	size_t count = 0;
	for (size_t i = 0; i < raw.length; i++) {
		char byte = raw.bytes[i] == '+' ? ' ' : raw.bytes[i];
		if (byte == '%') {
			int high = raw.length - i > 2 ? hex_value(raw.bytes[i + 1]) : -1;
			int low = raw.length - i > 2 ? hex_value(raw.bytes[i + 2]) : -1;
			if (high < 0 || low < 0) {
				return false;
			}
			byte = (char)(high << 4 | low);
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
