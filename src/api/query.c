/* Finds one parameter of a query and decodes it as a form does: '+' is a blank, %XX a byte. */
#include "api/query.h"

#include <string.h>

/* Decodes into a buffer of API_QUERY_VALUE_MAX bytes. False: a bad percent, or it does not fit. */
static bool decode(struct span raw, char *bytes, size_t *length)
{
	size_t count = 0;
	for (size_t i = 0; i < raw.length; i++) {
		if (count == API_QUERY_VALUE_MAX) {
			return false;
		}
		char byte = raw.bytes[i] == '+' ? ' ' : raw.bytes[i];
		if (byte == '%') {
			if (!span_read_escape((struct span){raw.bytes + i, raw.length - i}, &byte)) {
				return false;
			}
			i += 2;
		}
		bytes[count++] = byte;
	}
	*length = count;
	return true;
}

static void take_pair(struct span pair, const char *name, struct api_query_value *value)
{
	const char *equals = memchr(pair.bytes, '=', pair.length);
	size_t name_length = equals == NULL ? pair.length : (size_t)(equals - pair.bytes);
	char decoded[API_QUERY_VALUE_MAX];
	size_t length;
	if (!decode((struct span){pair.bytes, name_length}, decoded, &length) || length != strlen(name) ||
		memcmp(decoded, name, length) != 0) {
		return;
	}
	struct span raw = {0};
	if (equals != NULL) {
		raw = (struct span){equals + 1, pair.length - name_length - 1};
	}
	value->malformed = value->given || !decode(raw, value->bytes, &value->length);
	value->given = true;
}

void api_query_find(struct span query, const char *name, struct api_query_value *value)
{
	value->given = false;
	value->malformed = false;
	value->length = 0;
	while (query.length > 0) {
		const char *end = memchr(query.bytes, '&', query.length);
		size_t length = end == NULL ? query.length : (size_t)(end - query.bytes);
		if (length > 0) {
			take_pair((struct span){query.bytes, length}, name, value);
		}
		size_t taken = end == NULL ? length : length + 1;
		query.bytes += taken;
		query.length -= taken;
	}
}
