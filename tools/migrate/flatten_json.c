/* Most of a twin's time once went into trees of JSON of which a dozen members were looked at. This reads the same
 * members in one pass. It accepts less than JSON and nothing else: what is unusual (\u, fractions, bytes that are no
 * UTF-8, deep nesting) is left to the parser. Of a member that is given twice the later one counts, as there. */
#include <string.h>

#include "migrate/call_text.h"
#include "migrate/flatten_inside.h"
#include "migrate/plain_text.h"

#define DEPTH_MAX 12
#define PATH_SIZE 128
#define DIGITS_MAX 18 /* so many never overflow */
#define MORE "/meta/has_more_pages"
#define TOTAL "/meta/total_count"
#define NEXT "/meta/next_cursor"

struct reader {
	const char *at;
	const char *end;
	struct flat *flat;
	const struct noun_row *noun;
	enum dialect dialect;
	const char *list; /* the root's member that holds the items of a list */
	bool listed;
	bool in_item; /* what comes belongs to the last item */
	bool in_root; /* not in an item of a list */
	unsigned hidden; /* arrays around it */
	bool more;
	size_t first; /* the items before are of earlier pages */
	unsigned depth;
	size_t path_length;
	char path[PATH_SIZE]; /* of the value within its item */
};

/* --- what is wanted */

static bool lies_at(const struct reader *reader, const struct field *field, bool or_below)
{
	const char *place = flat_place(field, reader->dialect);
	if (place == NULL || reader->path_length == 0) {
		return false;
	}
	place += *place == '/';
	size_t length = reader->path_length - 1;
	return strncmp(place, reader->path + 1, length) == 0 &&
	       (place[length] == '\0' || (or_below && place[length] == '/'));
}

/* How many fields are there; each gets the value, unless it is NULL. */
static unsigned put(struct reader *reader, const char *value, size_t length, bool or_below)
{
	struct flat *flat = reader->flat;
	unsigned found = 0;
	bool looked_at = reader->in_item && reader->hidden == 0;
	for (size_t i = 0; looked_at && i < FLAT_FIELDS_MAX && reader->noun->fields[i].name != NULL; i++) {
		const struct field *field = &reader->noun->fields[i];
		if (!lies_at(reader, field, or_below)) {
			continue;
		}
		found++;
		if (value != NULL) {
			flat_put(flat, &flat->items[flat->count - 1], i, field->kind, value, length);
		}
	}
	return found;
}

static bool is_meta(const struct reader *reader, const char *path)
{
	return reader->in_root && reader->hidden == 0 && strcmp(reader->path, path) == 0;
}

/* --- tokens */

static void skip_white(struct reader *reader)
{
	while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL && *reader->at != '\0') {
		reader->at++;
	}
}

static bool take(struct reader *reader, char byte)
{
	skip_white(reader);
	bool taken = reader->at < reader->end && *reader->at == byte;
	reader->at += taken;
	return taken;
}

static bool take_word(struct reader *reader, const char *word)
{
	size_t length = strlen(word);
	bool taken =
		(size_t)(reader->end - reader->at) >= length && memcmp(reader->at, word, length) == 0;
	reader->at += taken ? length : 0;
	return taken;
}

static void put_text(struct reader *reader, const struct plain_text *text)
{
	struct call_request *decoded = &reader->flat->decoded;
	if (!text->escaped) {
		(void)put(reader, text->bytes, text->length, false);
		if (is_meta(reader, NEXT)) {
			reader->flat->next = flat_keep(reader->flat, text->bytes, text->length);
		}
		return;
	}
	call_text_clear(decoded);
	call_text_add(decoded, text->bytes, text->length);
	(void)put(reader, decoded->text, plain_text_decode(text, decoded->text), false);
}

static bool read_number(struct reader *reader)
{
	const char *start = reader->at;
	reader->at += *reader->at == '-';
	const char *digits = reader->at;
	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
		reader->at++;
	}
	size_t count = (size_t)(reader->at - digits);
	bool padded = count == 0 || (*digits == '0' && (count > 1 || digits > start));
	bool whole = reader->at < reader->end && strchr(".eE", *reader->at) == NULL;
	if (padded || !whole || count > DIGITS_MAX) {
		return false;
	}
	(void)put(reader, start, (size_t)(reader->at - start), false);
	if (is_meta(reader, TOTAL)) {
		reader->flat->total = flat_keep(reader->flat, start, (size_t)(reader->at - start));
	}
	return true;
}

/* --- values */

static bool read_value(struct reader *reader);

/* Goes down to a member: the path without it is as long as before. */
static bool enter(struct reader *reader, const char *name, size_t length)
{
	if (reader->path_length + length + 2 > PATH_SIZE) {
		return false;
	}
	char *at = reader->path + reader->path_length;
	*at = '/';
	memcpy(at + 1, name, length);
	at[1 + length] = '\0';
	reader->path_length += 1 + length;
	return true;
}

static bool read_member(struct reader *reader)
{
	struct plain_text name;
	size_t length = reader->path_length;
	if (!take(reader, '"') || !plain_text_take(&reader->at, reader->end, &name) || name.escaped ||
		!take(reader, ':') || memchr(name.bytes, '/', name.length) != NULL ||
		!enter(reader, name.bytes, name.length)) {
		return false;
	}
	bool read = read_value(reader);
	reader->path_length = length;
	return read;
}

static bool read_object(struct reader *reader)
{
	if (put(reader, NULL, 0, false) > 0) {
		return false; /* no field is an object */
	}
	if (take(reader, '}')) {
		return true;
	}
	do {
		if (!read_member(reader)) {
			return false;
		}
	} while (take(reader, ','));
	return take(reader, '}');
}

/* An id alone is what it would be as the first field. */
static bool read_item(struct reader *reader)
{
	skip_white(reader);
	const char *place = flat_place(&reader->noun->fields[0], reader->dialect);
	place += *place == '/';
	bool alone = reader->at < reader->end && *reader->at != '{';
	flat_add_item(reader->flat)->id_only = alone;
	reader->path_length = 0;
	return (!alone || enter(reader, place, strlen(place))) && read_value(reader);
}

/* The root is no item after all. */
static bool read_list(struct reader *reader)
{
	size_t length = reader->path_length;
	if (reader->listed) {
		return false;
	}
	reader->listed = true;
	reader->flat->count = reader->first;
	reader->in_item = true;
	reader->in_root = false;
	bool empty = take(reader, ']');
	bool read = true;
	while (!empty && (read = read_item(reader)) && take(reader, ',')) {
	}
	reader->in_item = false;
	reader->in_root = true;
	reader->path_length = length;
	return read && (empty || take(reader, ']'));
}

static bool read_array(struct reader *reader)
{
	if (reader->in_root && reader->hidden == 0 && strcmp(reader->path + 1, reader->list) == 0) {
		return read_list(reader);
	}
	if (put(reader, NULL, 0, false) > 0) {
		return false; /* no field is an array */
	}
	if (take(reader, ']')) {
		return true;
	}
	reader->hidden++; /* nothing in an array is looked at */
	do {
		if (!read_value(reader)) {
			return false;
		}
	} while (take(reader, ','));
	reader->hidden--;
	return take(reader, ']');
}

static bool read_word(struct reader *reader)
{
	if (take_word(reader, "null")) {
		(void)put(reader, "", 0, true); /* below null everything is null */
		return true;
	}
	if (take_word(reader, "false")) {
		(void)put(reader, "0", 1, false);
		return true;
	}
	if (!take_word(reader, "true")) {
		return false;
	}
	(void)put(reader, "1", 1, false);
	reader->more |= is_meta(reader, MORE);
	return true;
}

static bool read_value(struct reader *reader)
{
	struct plain_text text;
	bool read;
	skip_white(reader);
	if (reader->at == reader->end || ++reader->depth > DEPTH_MAX) {
		return false;
	}
	if (take(reader, '{')) {
		read = read_object(reader);
	} else if (take(reader, '[')) {
		read = read_array(reader);
	} else if (take(reader, '"')) {
		read = plain_text_take(&reader->at, reader->end, &text);
		if (read) {
			put_text(reader, &text);
		}
	} else {
		bool number = *reader->at == '-' || (*reader->at >= '0' && *reader->at <= '9');
		read = number ? read_number(reader) : read_word(reader);
	}
	reader->depth--;
	return read;
}

bool flat_read_plain_json(struct flat *flat, const struct noun_row *noun, enum dialect dialect,
	const struct http_response *response)
{
	struct reader reader = {
		.at = response->body,
		.end = response->body + response->body_size,
		.flat = flat,
		.noun = noun,
		.dialect = dialect,
		.list = dialect == DIALECT_V3 ? "data" : noun->ids,
		.in_item = true,
		.in_root = true,
		.first = flat->count,
	};
	if (dialect == DIALECT_LEGACY || flat_place(&noun->fields[0], dialect) == NULL ||
		response->body_size == 0 || *response->body != '{') {
		return false;
	}
	(void)flat_add_item(flat);
	bool read = read_value(&reader);
	skip_white(&reader);
	bool whole = read && reader.at == reader.end;
	flat->complete &= !(whole && reader.listed && reader.more);
	return whole;
}
