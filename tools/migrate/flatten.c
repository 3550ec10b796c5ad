/* One table says where each dialect shows a field: the legacy attribute, v3's JSON pointer, Onezone's
 * member. */
#include "migrate/flatten.h"

#include <jansson.h>
#include <libxml/xmlreader.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "migrate/call_text.h"
#include "migrate/flatten_inside.h"
#include "migrate/memory.h"

#define FIRST_CAPACITY 16
#define NUMBER_SIZE 24
#define SEGMENT_SIZE 32
#define TIME_LENGTH 20 /* "2023-01-15T10:30:00Z" */
#define TIME_GAP 10
#define AFTER "after="

static const struct noun_row NOUNS[NOUN_COUNT] = {
	[NOUN_NONE] = {"", "", "", {{0}}},
	[NOUN_GROUP] = {"group", "group", "groups",
		{
			{"id", "id", "/id", "groupId", FIELD_NUMBER},
			{"name", "name", "/name", "name", FIELD_TEXT},
			{"description", "description", "/description/markdown", NULL, FIELD_TEXT},
			{"event_moderation", "event_moderation", "/event_moderation", NULL, FIELD_FLAG},
			{"member_moderation", "member_moderation", "/member_moderation", NULL, FIELD_FLAG},
			{"is_private", "is_private", "/is_private", NULL, FIELD_FLAG},
			{"timestamp", "timestamp", "/created_at", NULL, FIELD_TIME},
			{"owner_user_id", "owner_user_id", "/user/id", NULL, FIELD_NUMBER},
			{"member_count", "member_count", "/counts/users", NULL, FIELD_NUMBER},
			{"type", NULL, "/kind", "type", FIELD_TEXT},
		}},
	[NOUN_MEMBER] = {"member", "user", "users",
		{
			{"id", "id", "/id", "userId", FIELD_NUMBER},
			{"name", "name", "/name", "name", FIELD_TEXT},
			{"photourl", "photourl", "/avatar", NULL, FIELD_TEXT},
			{"is_admin", "is_admin", "/is_admin", NULL, FIELD_FLAG},
			{"member_timestamp", "member_timestamp", "/since", NULL, FIELD_TIME},
			{"username", "username", NULL, NULL, FIELD_TEXT},
			{"role", NULL, "/role", NULL, FIELD_TEXT},
		}},
	[NOUN_USER] = {"user", "user", "users",
		{
			{"id", "id", "/id", NULL, FIELD_NUMBER},
			{"name", "name", "/name", NULL, FIELD_TEXT},
			{"username", "username", "/username", NULL, FIELD_TEXT},
			{"photourl", "photourl", "/avatar", NULL, FIELD_TEXT},
		}},
	[NOUN_TOKEN] = {"token", "token", "",
		{
			{"user_id", "user_id", "/id", NULL, FIELD_NUMBER},
			{"user_username", "user_username", "/username", NULL, FIELD_TEXT},
			{"user_name", "user_name", "/name", NULL, FIELD_TEXT},
		}},
	[NOUN_MACAROON] = {"invite", "", "", {{"token", NULL, "/token", "token", FIELD_TEXT}}},
};

const char *noun_name(enum noun noun)
{
	return NOUNS[noun].name;
}

const char *flat_field_name(enum noun noun, size_t field)
{
	return field < FLAT_FIELDS_MAX ? NOUNS[noun].fields[field].name : NULL;
}

size_t flat_field_named(enum noun noun, const char *name)
{
	size_t i = 0;
	while (flat_field_name(noun, i) != NULL && strcmp(flat_field_name(noun, i), name) != 0) {
		i++;
	}
	return flat_field_name(noun, i) != NULL ? i : FLAT_FIELDS_MAX;
}

const char *flat_place(const struct field *field, enum dialect dialect)
{
	return dialect == DIALECT_LEGACY ? field->legacy : dialect == DIALECT_V3 ? field->v3 : field->onezone;
}

bool flat_field_in(enum noun noun, size_t field, enum dialect dialect)
{
	return flat_place(&NOUNS[noun].fields[field], dialect) != NULL;
}

void flat_finish(struct flat *flat)
{
	free(flat->items);
	free(flat->places);
	call_request_finish(&flat->text);
	call_request_finish(&flat->decoded);
	*flat = (struct flat){0};
}

/* So that one more of `size` bytes fits behind `count`. */
static void *reserve(void *memory, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity) {
		return memory;
	}
	*capacity = *capacity == 0 ? FIRST_CAPACITY : 2 * *capacity;
	return memory_grow(memory, *capacity * size);
}

struct flat_item *flat_add_item(struct flat *flat)
{
	flat->items = reserve(flat->items, flat->count, &flat->capacity, sizeof *flat->items);
	struct flat_item *item = &flat->items[flat->count++];
	*item = (struct flat_item){0};
	return item;
}

struct flat_value flat_keep(struct flat *flat, const char *text, size_t length)
{
	struct flat_value value = {.given = true, .offset = flat->text.length, .length = length};
	call_text_add(&flat->text, text, length);
	return value;
}

/* RFC 3339 in UTC becomes the legacy form; anything else stays as it is. */
void flat_put(struct flat *flat, struct flat_item *item, size_t index, enum field_kind kind,
	const char *text, size_t length)
{
	struct flat_value *value = &item->values[index];
	*value = flat_keep(flat, text, length);
	char *copy = flat->text.text + value->offset;
	if (kind == FIELD_TIME && length == TIME_LENGTH && copy[TIME_GAP] == 'T' &&
		copy[TIME_LENGTH - 1] == 'Z') {
		copy[TIME_GAP] = ' ';
		value->length--;
	}
}

/* --- JSON */

static const json_t *find_pointer(const json_t *value, const char *pointer)
{
	while (value != NULL && *pointer == '/') {
		char segment[SEGMENT_SIZE];
		size_t length = strcspn(pointer + 1, "/");
		(void)snprintf(segment, sizeof segment, "%.*s", (int)length, pointer + 1);
		const json_t *next = json_object_get(value, segment);
		value = next == NULL && json_is_null(value) ? value
							    : next; /* below null everything is null */
		pointer += 1 + length;
	}
	return value;
}

static void put_json(
	struct flat *flat, struct flat_item *item, size_t index, enum field_kind kind, const json_t *value)
{
	char number[NUMBER_SIZE];
	if (value == NULL) {
		return;
	}
	if (json_is_string(value)) {
		flat_put(flat, item, index, kind, json_string_value(value), json_string_length(value));
	} else if (json_is_integer(value)) {
		int length =
			snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		flat_put(flat, item, index, kind, number, (size_t)length);
	} else if (json_is_boolean(value)) {
		flat_put(flat, item, index, kind, json_is_true(value) ? "1" : "0", 1);
	} else if (json_is_null(value)) {
		flat_put(flat, item, index, kind, "", 0);
	} else {
		flat_put(flat, item, index, kind, "?", 1); /* equal to nothing that a dialect shows */
	}
}

static void read_object(struct flat *flat, enum noun noun, enum dialect dialect, const json_t *object)
{
	struct flat_item *item = flat_add_item(flat);
	for (size_t i = 0; i < FLAT_FIELDS_MAX && NOUNS[noun].fields[i].name != NULL; i++) {
		const struct field *field = &NOUNS[noun].fields[i];
		const char *place = flat_place(field, dialect);
		if (place != NULL) {
			const json_t *value =
				*place == '/' ? find_pointer(object, place) : json_object_get(object, place);
			put_json(flat, item, i, field->kind, value);
		}
	}
}

static void read_array(struct flat *flat, enum noun noun, enum dialect dialect, const json_t *array)
{
	size_t index;
	json_t *value;
	json_array_foreach(array, index, value)
	{
		if (json_is_object(value)) {
			read_object(flat, noun, dialect, value);
		} else { /* an id alone */
			struct flat_item *item = flat_add_item(flat);
			item->id_only = true;
			put_json(flat, item, 0, FIELD_NUMBER, value);
		}
	}
}

static void read_meta(struct flat *flat, const json_t *root)
{
	char number[NUMBER_SIZE];
	const json_t *total = find_pointer(root, "/meta/total_count");
	const json_t *next = find_pointer(root, "/meta/next_cursor");
	if (json_is_integer(total)) {
		int length =
			snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(total));
		flat->total = flat_keep(flat, number, (size_t)length);
	}
	if (json_is_string(next)) {
		flat->next = flat_keep(flat, json_string_value(next), json_string_length(next));
	}
}

static void read_json(
	struct flat *flat, enum noun noun, enum dialect dialect, const struct http_response *response)
{
	size_t count = flat->count;
	if (flat_read_plain_json(flat, &NOUNS[noun], dialect, response)) {
		flat->readable = true;
		return;
	}
	flat->count = count;
	json_t *root = json_loadb(response->body, response->body_size, JSON_DECODE_ANY, NULL);
	flat->readable = root != NULL;
	read_meta(flat, root);
	const json_t *list = dialect == DIALECT_LEGACY
				     ? json_object_get(json_object_get(root, "rsp"), NOUNS[noun].element)
			     : dialect == DIALECT_V3 ? json_object_get(root, "data")
						     : json_object_get(root, NOUNS[noun].ids);
	if (json_is_array(list)) {
		flat->complete &= !json_is_true(find_pointer(root, "/meta/has_more_pages"));
		read_array(flat, noun, dialect, list);
	} else if (root != NULL) {
		read_object(flat, noun, dialect, root);
	}
	json_decref(root);
}

/* --- XML */

static void read_element(struct flat *flat, enum noun noun, xmlTextReaderPtr xml)
{
	struct flat_item *item = flat_add_item(flat);
	for (size_t i = 0; i < FLAT_FIELDS_MAX && NOUNS[noun].fields[i].name != NULL; i++) {
		const struct field *field = &NOUNS[noun].fields[i];
		if (field->legacy != NULL &&
			xmlTextReaderMoveToAttribute(xml, (const xmlChar *)field->legacy) == 1) {
			const char *text = (const char *)xmlTextReaderConstValue(xml);
			flat_put(flat, item, i, field->kind, text, strlen(text));
		}
	}
	(void)xmlTextReaderMoveToElement(xml);
}

static _Thread_local xmlTextReaderPtr reader; /* making one costs more than a reply */

void flat_end_thread(void)
{
	if (reader != NULL) {
		xmlFreeTextReader(reader);
		reader = NULL;
	}
}

static void read_xml(struct flat *flat, enum noun noun, const struct http_response *response)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
	int size = (int)response->body_size;
	if (reader == NULL) {
		reader = xmlReaderForMemory(response->body, size, NULL, NULL, options);
	} else if (xmlReaderNewMemory(reader, response->body, size, NULL, NULL, options) != 0) {
		return;
	}
	int read;
	while ((read = xmlTextReaderRead(reader)) == 1) {
		const char *name = (const char *)xmlTextReaderConstName(reader);
		if (xmlTextReaderNodeType(reader) == XML_READER_TYPE_ELEMENT &&
			strcmp(name, NOUNS[noun].element) == 0) {
			read_element(flat, noun, reader);
		}
	}
	flat->readable = read == 0;
}

/* --- headers */

/* Onezone says of what is new only where it is: the id is the last segment. */
static void read_location(struct flat *flat, const struct http_response *response)
{
	const char *location = response_find_header(response, "Location");
	if (location != NULL) {
		const char *slash = strrchr(location, '/');
		const char *id = slash == NULL ? location : slash + 1;
		struct flat_item *item = flat_add_item(flat);
		item->id_only = true;
		flat_put(flat, item, 0, FIELD_NUMBER, id, strlen(id));
	}
	flat->readable = true;
}

/* Onezone's cursor stands in its Link, the legacy API counts pages. */
static void read_link(struct flat *flat, const char *link)
{
	const char *after = strstr(link, AFTER);
	if (after != NULL) {
		after += strlen(AFTER);
		flat->next = flat_keep(flat, after, strcspn(after, "&>"));
	}
}

void flat_read_more(
	struct flat *flat, enum noun noun, enum dialect dialect, const struct http_response *response)
{
	const char *link = dialect == DIALECT_V3 ? NULL : response_find_header(response, "Link");
	flat->readable = false;
	flat->complete = link == NULL;
	flat->place_count = 0;
	flat->next = (struct flat_value){0};
	if (link != NULL) {
		read_link(flat, link);
	}
	bool xml = response->content_type != NULL && strncmp(response->content_type, "text/xml", 8) == 0;
	if (response->body_size == 0) {
		read_location(flat, response);
	} else if (xml) {
		read_xml(flat, noun, response);
	} else {
		read_json(flat, noun, dialect, response);
	}
}

void flat_read(struct flat *flat, enum noun noun, enum dialect dialect, const struct http_response *response)
{
	flat->count = 0;
	flat->total = (struct flat_value){0};
	call_text_clear(&flat->text);
	flat_read_more(flat, noun, dialect, response);
}

/* --- finding */

struct span flat_text(const struct flat *flat, struct flat_value value)
{
	return (struct span){value.given ? flat->text.text + value.offset : "", value.length};
}

bool flat_is_equal(
	const struct flat *left, struct flat_value a, const struct flat *right, struct flat_value b)
{
	return a.given == b.given && a.length == b.length &&
	       memcmp(flat_text(left, a).bytes, flat_text(right, b).bytes, a.length) == 0;
}

/* What is no number is in one place with all of its kind. */
static uint64_t id_of(const struct flat *flat, const struct flat_item *item)
{
	char digits[NUMBER_SIZE];
	struct span text = flat_text(flat, item->values[0]);
	(void)snprintf(digits, sizeof digits, "%.*s", (int)text.length, text.bytes);
	return strtoull(digits, NULL, 10);
}

static int compare_places(const void *left, const void *right)
{
	const struct flat_place *a = left;
	const struct flat_place *b = right;
	int order = (a->id > b->id) - (a->id < b->id);
	return order != 0 ? order : (a->at > b->at) - (a->at < b->at);
}

static void find_places(struct flat *flat)
{
	for (; flat->place_count < flat->count; flat->place_count++) {
		flat->places =
			reserve(flat->places, flat->place_count, &flat->place_capacity, sizeof *flat->places);
		flat->places[flat->place_count] = (struct flat_place){
			.id = id_of(flat, &flat->items[flat->place_count]), .at = flat->place_count};
	}
	if (flat->count > 0) {
		qsort(flat->places, flat->count, sizeof *flat->places, compare_places);
	}
}

/* Mostly it stands where it stands in the other list. */
const struct flat_item *flat_find(struct flat *flat, const struct flat *of, const struct flat_item *wanted)
{
	size_t hint = (size_t)(wanted - of->items);
	if (hint < flat->count && flat_is_equal(flat, flat->items[hint].values[0], of, wanted->values[0])) {
		return &flat->items[hint];
	}
	if (flat->place_count < flat->count) {
		find_places(flat);
	}
	const struct flat_place place = {.id = id_of(of, wanted)};
	size_t low = 0;
	for (size_t high = flat->count; low < high;) {
		size_t middle = low + (high - low) / 2;
		bool before = compare_places(&flat->places[middle], &place) < 0;
		low = before ? middle + 1 : low;
		high = before ? high : middle;
	}
	for (; low < flat->count && flat->places[low].id == place.id; low++) {
		const struct flat_item *found = &flat->items[flat->places[low].at];
		if (flat_is_equal(flat, found->values[0], of, wanted->values[0])) {
			return found;
		}
	}
	return NULL;
}

const struct flat_item *flat_find_repeated(struct flat *flat)
{
	if (flat->place_count < flat->count) {
		find_places(flat);
	}
	for (size_t i = 1; i < flat->count; i++) {
		const struct flat_item *item = &flat->items[flat->places[i].at];
		const struct flat_item *before = &flat->items[flat->places[i - 1].at];
		if (flat->places[i].id == flat->places[i - 1].id &&
			flat_is_equal(flat, item->values[0], flat, before->values[0])) {
			return item;
		}
	}
	return NULL;
}
