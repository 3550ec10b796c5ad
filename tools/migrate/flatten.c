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
	call_request_finish(&flat->text);
	call_request_finish(&flat->decoded);
	*flat = (struct flat){0};
}

struct flat_item *flat_add_item(struct flat *flat)
{
	if (flat->count == flat->capacity) {
		size_t capacity = flat->capacity == 0 ? FIRST_CAPACITY : 2 * flat->capacity;
		flat->items = memory_grow(flat->items, capacity * sizeof *flat->items);
		flat->capacity = capacity;
	}
	struct flat_item *item = &flat->items[flat->count++];
	*item = (struct flat_item){0};
	return item;
}

/* RFC 3339 in UTC becomes the legacy form; anything else stays as it is. */
void flat_put(struct flat *flat, struct flat_item *item, size_t index, enum field_kind kind,
	const char *text, size_t length)
{
	struct flat_value *value = &item->values[index];
	*value = (struct flat_value){.given = true, .offset = flat->text.length, .length = length};
	call_text_add(&flat->text, text, length);
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

static void read_json(
	struct flat *flat, enum noun noun, enum dialect dialect, const struct http_response *response)
{
	if (flat_read_plain_json(flat, &NOUNS[noun], dialect, response)) {
		flat->readable = true;
		return;
	}
	flat->count = 0;
	json_t *root = json_loadb(response->body, response->body_size, JSON_DECODE_ANY, NULL);
	flat->readable = root != NULL;
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

const char *flat_find_header(const struct http_response *response, const char *name)
{
	for (unsigned i = 0; i < response->header_count; i++) {
		if (strcmp(response->headers[i].name, name) == 0) {
			return response->headers[i].value;
		}
	}
	return NULL;
}

/* Onezone says of what is new only where it is: the id is the last segment. */
static void read_location(struct flat *flat, const struct http_response *response)
{
	const char *location = flat_find_header(response, "Location");
	if (location != NULL) {
		const char *slash = strrchr(location, '/');
		const char *id = slash == NULL ? location : slash + 1;
		struct flat_item *item = flat_add_item(flat);
		item->id_only = true;
		flat_put(flat, item, 0, FIELD_NUMBER, id, strlen(id));
	}
	flat->readable = true;
}

void flat_read(struct flat *flat, enum noun noun, enum dialect dialect, const struct http_response *response)
{
	flat->count = 0;
	flat->readable = false;
	flat->complete = flat_find_header(response, "Link") == NULL || dialect == DIALECT_V3;
	call_text_clear(&flat->text);
	bool xml = response->content_type != NULL && strncmp(response->content_type, "text/xml", 8) == 0;
	if (response->body_size == 0) {
		read_location(flat, response);
	} else if (xml) {
		read_xml(flat, noun, response);
	} else {
		read_json(flat, noun, dialect, response);
	}
}
