/* JSON and XML are read into trees, and written again only where a word has changed. */
#include "observe/retell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <jansson.h>
#include <libxml/tree.h>

#include "observe/named.h"
#include "observe/pairs.h"
#include "observe/reply_xml.h"

#define NUMBER_SIZE 32
#define SCHEME "Bearer "
#define BLANKS " \t"

struct teller {
	const struct reply_words *words;
	struct buffer *memory; /* of a word that is made of several */
	bool changed;
};

static const char *say(struct teller *teller, enum reply_field_kind kind, const char *text)
{
	const char *said =
		kind == FIELD_PLAIN ? text : teller->words->say(teller->words->context, kind, text);
	teller->changed = teller->changed || strcmp(said, text) != 0;
	return said;
}

/* NULL: it is too long to have another word. */
static const char *copied(struct span span, char text[PAIRS_TEXT_SIZE])
{
	if (span.length >= PAIRS_TEXT_SIZE || memchr(span.bytes, '\0', span.length) != NULL) {
		return NULL;
	}
	memcpy(text, span.bytes, span.length);
	text[span.length] = '\0';
	return text;
}

/* One word, or as it came where it is too long for one. */
static void put_word(
	const struct reply_words *words, enum reply_field_kind kind, struct span word, struct buffer *told)
{
	char text[PAIRS_TEXT_SIZE];
	struct teller teller = {.words = words};
	const char *copy = kind == FIELD_PLAIN || word.length == 0 ? NULL : copied(word, text);
	if (copy == NULL) {
		buffer_write(told, word.bytes, word.length);
	} else {
		buffer_puts(told, say(&teller, kind, copy));
	}
}

/* Several with commas and blanks between. */
static void put_list(
	const struct reply_words *words, enum reply_field_kind kind, struct span list, struct buffer *told)
{
	while (list.length > 0) {
		bool last = memchr(list.bytes, ',', list.length) == NULL;
		struct span word = span_cut(&list, ',');
		while (word.length > 0 && strchr(BLANKS, *word.bytes) != NULL) {
			buffer_write(told, word.bytes, 1);
			word = (struct span){word.bytes + 1, word.length - 1};
		}
		put_word(words, kind, word, told);
		buffer_puts(told, last ? "" : ",");
	}
}

/* --- targets and forms */

/* What was said anew is encoded; what was not, stays as it was encoded. */
static void put_encoded(struct buffer *told, struct span raw, struct span plain, const struct buffer *said)
{
	told->failed = told->failed || said->failed;
	bool same = said->size == plain.length &&
		    (plain.length == 0 || memcmp(said->bytes, plain.bytes, plain.length) == 0);
	if (same) {
		buffer_write(told, raw.bytes, raw.length);
	} else {
		buffer_encoded(told, said->bytes, said->size);
	}
}

/* Our ids and codes have no letters that would be escaped. */
static void put_path(const struct reply_words *words, struct span text, struct buffer *told)
{
	struct named_path path = {.rest = text};
	struct span segment;
	enum reply_field_kind kind;
	struct buffer said = {0};
	while (named_path_next(&path, &segment, &kind)) {
		buffer_clear(&said);
		put_word(words, kind, segment, &said);
		put_encoded(told, segment, segment, &said);
		buffer_puts(told, segment.bytes + segment.length == text.bytes + text.length ? "" : "/");
	}
	buffer_wipe(&said);
}

static void put_value(
	const struct reply_words *words, enum reply_field_kind kind, struct span raw, struct buffer *told)
{
	char text[PAIRS_TEXT_SIZE];
	size_t length = 0;
	struct buffer said = {0};
	if (kind != FIELD_PLAIN && span_decode_form(raw, text, sizeof text, &length)) {
		put_list(words, kind, (struct span){text, length}, &said);
		put_encoded(told, raw, (struct span){text, length}, &said);
	} else {
		buffer_write(told, raw.bytes, raw.length);
	}
	buffer_wipe(&said);
}

static void put_parameters(const struct reply_words *words, struct span raw, struct buffer *told)
{
	while (raw.length > 0) {
		bool last = memchr(raw.bytes, '&', raw.length) == NULL;
		struct span value = span_cut(&raw, '&');
		bool has_value = memchr(value.bytes, '=', value.length) != NULL;
		struct span name = span_cut(&value, '=');
		buffer_write(told, name.bytes, name.length);
		buffer_puts(told, has_value ? "=" : "");
		put_value(words, named_parameter(name), value, told);
		buffer_puts(told, last ? "" : "&");
	}
}

void retell_target(const struct reply_words *words, struct span target, struct buffer *told)
{
	struct span query = named_path_of(target);
	buffer_write(told, target.bytes, target.length - query.length);
	bool has_query = memchr(query.bytes, '?', query.length) != NULL;
	struct span path = span_cut(&query, '?');
	put_path(words, path, told);
	buffer_puts(told, has_query ? "?" : "");
	put_parameters(words, query, told);
}

void retell_header(
	const struct reply_words *words, enum captured_header header, struct span value, struct buffer *told)
{
	size_t scheme = strlen(SCHEME);
	switch (header) {
	case HEADER_AUTHORIZATION:
		if (value.length > scheme && strncasecmp(value.bytes, SCHEME, scheme) == 0) {
			buffer_write(told, value.bytes, scheme);
			value = (struct span){value.bytes + scheme, value.length - scheme};
		}
		put_list(words, FIELD_SECRET, value, told);
		return;
	case HEADER_X_AUTH_TOKEN:
	case HEADER_MACAROON:
		put_list(words, FIELD_SECRET, value, told);
		return;
	case HEADER_IF_MATCH:
	case HEADER_IF_NONE_MATCH:
		put_list(words, FIELD_OPAQUE, value, told);
		return;
	case HEADER_CONTENT_TYPE:
	case HEADER_IDEMPOTENCY_KEY:
	case HEADER_X_REQUEST_ID:
	case HEADER_COUNT:
		break;
	}
	buffer_write(told, value.bytes, value.length);
}

/* --- JSON */

static const char *say_link(struct teller *teller, const char *link)
{
	struct buffer *memory = teller->memory;
	buffer_clear(memory);
	retell_target(teller->words, (struct span){link, strlen(link)}, memory);
	buffer_write(memory, "", 1);
	teller->changed = teller->changed || memory->failed || strcmp(memory->bytes, link) != 0;
	return memory->failed ? link : memory->bytes;
}

/* The value itself, or another one in its place: a new reference. What was a number stays one where it can. */
static json_t *tell_scalar(struct teller *teller, enum reply_field_kind kind, json_t *value)
{
	char number[NUMBER_SIZE];
	if (json_is_string(value)) {
		const char *text = json_string_value(value);
		return json_string(kind == FIELD_LINK ? say_link(teller, text) : say(teller, kind, text));
	}
	if (!json_is_integer(value) || kind == FIELD_PLAIN) {
		return json_incref(value);
	}
	(void)snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	const char *said = say(teller, kind, number);
	char *end = NULL;
	long long id = strtoll(said, &end, 10);
	return *end == '\0' ? json_integer(id) : json_string(said);
}

static json_t *tell_json(
	struct teller *teller, const char *within, const char *name, json_t *value, unsigned depth);

static void tell_members(struct teller *teller, const char *name, json_t *object, unsigned depth)
{
	const char *type = json_string_value(json_object_get(object, "type"));
	char within[NUMBER_SIZE]; /* the member may be replaced below; no type that names anything is longer */
	(void)snprintf(within, sizeof within, "%s", type == NULL ? name : type);
	for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
		json_t *told =
			tell_json(teller, within, json_object_iter_key(at), json_object_iter_value(at), depth + 1);
		teller->memory->failed |= json_object_iter_set_new(object, at, told) != 0;
	}
}

static json_t *tell_json(
	struct teller *teller, const char *within, const char *name, json_t *value, unsigned depth)
{
	if (depth > FIELDS_DEPTH_MAX) {
		return json_incref(value);
	}
	if (json_is_object(value)) {
		tell_members(teller, name, value, depth);
		return json_incref(value);
	}
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *told = tell_json(teller, name, name, json_array_get(value, i), depth + 1);
		teller->memory->failed |= json_array_set_new(value, i, told) != 0;
	}
	return json_is_array(value) ? json_incref(value)
				    : tell_scalar(teller, reply_field_kind_of(within, name), value);
}

static void put_json(struct teller *teller, const json_t *root, struct buffer *told)
{
	char *text = json_dumps(root, JSON_COMPACT | JSON_ENCODE_ANY);
	told->failed = told->failed || teller->memory->failed || text == NULL;
	if (text != NULL) {
		buffer_puts(told, text);
		explicit_bzero(text, strlen(text));
	}
	free(text);
}

static bool retell_json_reply(struct teller *teller, struct span reply, struct buffer *told)
{
	const char *open = *reply.bytes == '{' || *reply.bytes == '[' ? NULL
								      : memchr(reply.bytes, '(', reply.length);
	size_t start = open == NULL ? 0 : (size_t)(open - reply.bytes) + 1;
	json_error_t place;
	json_t *root = json_loadb(reply.bytes + start, reply.length - start,
		JSON_DISABLE_EOF_CHECK, &place);
	json_decref(root == NULL ? NULL : tell_json(teller, "", "", root, 0));
	if (root != NULL && teller->changed) {
		size_t end = start + (size_t)place.position;
		buffer_write(told, reply.bytes, start);
		put_json(teller, root, told);
		buffer_write(told, reply.bytes + end, reply.length - end);
	}
	json_decref(root);
	return teller->changed;
}

/* --- XML */

static void tell_element(struct teller *teller, xmlNode *element, unsigned depth)
{
	for (xmlAttr *at = element->properties; at != NULL; at = at->next) {
		const char *name = (const char *)at->name;
		const char *text = at->children == NULL ? NULL : (const char *)at->children->content;
		enum reply_field_kind kind = reply_field_kind_of((const char *)element->name, name);
		const char *said = text == NULL ? NULL : say(teller, kind, text);
		if (said != NULL && said != text) {
			(void)xmlSetProp(element, at->name, (const xmlChar *)said); /* in its place */
		}
	}
	for (xmlNode *child = element->children; child != NULL && depth < FIELDS_DEPTH_MAX; child = child->next) {
		if (child->type == XML_ELEMENT_NODE) {
			tell_element(teller, child, depth + 1);
		}
	}
}

static bool retell_xml_reply(struct teller *teller, struct span reply, struct buffer *told)
{
	xmlDoc *document = reply_xml_load(reply, 0);
	xmlChar *text = NULL;
	int size = 0;
	if (document == NULL) {
		return false;
	}
	tell_element(teller, xmlDocGetRootElement(document), 0);
	if (teller->changed) {
		xmlDocDumpMemory(document, &text, &size);
		told->failed = told->failed || text == NULL;
		buffer_write(told, (const char *)text, (size_t)size);
		xmlFree(text);
	}
	xmlFreeDoc(document);
	return teller->changed;
}

/* --- bodies */

void retell_reply(const struct reply_words *words, struct span reply, struct buffer *told)
{
	struct buffer memory = {0};
	struct teller teller = {.words = words, .memory = &memory};
	bool changed = reply.length > 0 && (*reply.bytes == '<' ? retell_xml_reply(&teller, reply, told)
								: retell_json_reply(&teller, reply, told));
	if (!changed) {
		buffer_write(told, reply.bytes, reply.length);
	}
	buffer_wipe(&memory);
}

static void put_members(struct teller *teller, struct span body, struct buffer *told)
{
	json_t *root = json_loadb(body.bytes, body.length, JSON_REJECT_DUPLICATES, NULL);
	for (void *at = json_object_iter(root); at != NULL; at = json_object_iter_next(root, at)) {
		const char *name = json_object_iter_key(at);
		enum reply_field_kind kind = named_parameter((struct span){name, strlen(name)});
		json_t *said = tell_scalar(teller, kind, json_object_iter_value(at));
		teller->memory->failed |= json_object_iter_set_new(root, at, said) != 0;
	}
	if (teller->changed) {
		put_json(teller, root, told);
	} else {
		buffer_write(told, body.bytes, body.length);
	}
	json_decref(root);
}

void retell_body(const struct reply_words *words, enum dialect dialect, struct span body, struct buffer *told)
{
	struct buffer memory = {0};
	struct teller teller = {.words = words, .memory = &memory};
	if (dialect == DIALECT_LEGACY) {
		put_parameters(words, body, told);
	} else {
		put_members(&teller, body, told);
	}
	buffer_wipe(&memory);
}
