/* Reads application/x-www-form-urlencoded text byte by byte, so that a value of any size needs no memory. */
#include "form.h"

bool form_next(struct span *raw, char *byte)
{
	if (raw->length == 0) {
		return false;
	}
	size_t taken = span_read_escape(*raw, byte) ? 3 : 1;
	if (taken == 1) {
		*byte = raw->bytes[0] == '+' ? ' ' : raw->bytes[0];
	}
	raw->bytes += taken;
	raw->length -= taken;
	return true;
}

bool form_copy(struct span raw, char *bytes, size_t capacity, size_t *length)
{
	size_t count = 0;
	char byte;
	while (form_next(&raw, &byte)) {
		if (count == capacity) {
			return false;
		}
		bytes[count++] = byte;
	}
	*length = count;
	return true;
}

static bool is_name(struct span raw, const char *name)
{
	char byte;
	while (form_next(&raw, &byte)) {
		if (*name == '\0' || byte != *name) {
			return false;
		}
		name++;
	}
	return *name == '\0';
}

static void read_pairs(struct span rest, struct form_field *fields, size_t count)
{
	while (rest.length > 0) {
		struct span value = span_cut(&rest, '&');
		if (value.length == 0) {
			continue;
		}
		struct span name = span_cut(&value, '=');
		for (size_t i = 0; i < count; i++) {
			if (is_name(name, fields[i].name)) {
				fields[i].raw = value;
				fields[i].given = true;
			}
		}
	}
}

void form_read(struct span query, struct span body, struct form_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		fields[i].raw = (struct span){0};
		fields[i].given = false;
	}
	read_pairs(query, fields, count);
	read_pairs(body, fields, count); /* later than all of the query, so these count */
}
