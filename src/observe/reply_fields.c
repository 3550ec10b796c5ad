/* Both forms end as calls of add(): a JSON member and an XML attribute are the same to it. */
#include "observe/reply_fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include "observe/named.h"
#include "observe/reply_xml.h"
#include "text/fold.h"

#define PATH_SIZE 512
#define SCRIPT_NAME_MAX 64
#define NUMBER_SIZE 32
#define LINK_SIZE 2048

struct reader {
	struct reply_fields *fields;
	const struct reply_words *words;
	char path[PATH_SIZE];
};

/* --- what names mean */

struct meaning {
	const char *within; /* the object's type or the name it has; NULL: any */
	const char *name;
	enum reply_field_kind kind;
};

static const struct meaning meanings[] = {
	{"Group", "id", FIELD_GROUP},
	{"Group", "slug", FIELD_GROUP},
	{"group", "id", FIELD_GROUP},
	{"User", "id", FIELD_USER},
	{"user", "id", FIELD_USER},
	{"GroupInvite", "id", FIELD_INVITE},
	{"GroupInviteToken", "id", FIELD_INVITE},
	{"MembershipInvitation", "id", FIELD_INVITATION},
	{"UserToken", "id", FIELD_TOKEN_ID},
	{NULL, "group_id", FIELD_GROUP},
	{NULL, "groupId", FIELD_GROUP},
	{NULL, "groups", FIELD_GROUP}, /* Onezone's lists hold ids alone */
	{NULL, "users", FIELD_USER},
	{NULL, "user_id", FIELD_USER},
	{NULL, "userId", FIELD_USER},
	{NULL, "owner_user_id", FIELD_USER},
	{NULL, "actor_id", FIELD_USER},
	{"GroupInvite", "code", FIELD_SECRET},
	{NULL, "token", FIELD_SECRET},
	{NULL, "frob", FIELD_SECRET},
	{NULL, "next_cursor", FIELD_OPAQUE},
	{NULL, "href", FIELD_LINK},
	{"GroupInvite", "url", FIELD_LINK},
	{NULL, "Location", FIELD_LINK},
	{NULL, "created_at", FIELD_TIME},
	{NULL, "updated_at", FIELD_TIME},
	{NULL, "accepted_at", FIELD_TIME},
	{NULL, "expires_at", FIELD_TIME},
	{NULL, "since", FIELD_TIME},
	{NULL, "until", FIELD_TIME},
	{NULL, "at", FIELD_TIME},
	{NULL, "timestamp", FIELD_TIME},
	{NULL, "member_timestamp", FIELD_TIME},
};

enum reply_field_kind reply_field_kind_of(const char *within, const char *name)
{
	for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
		const struct meaning *meaning = &meanings[i];
		if (strcmp(meaning->name, name) == 0 &&
			(meaning->within == NULL || strcmp(meaning->within, within) == 0)) {
			return meaning->kind;
		}
	}
	return FIELD_PLAIN;
}

/* --- rows */

static const char *say(const struct reader *reader, enum reply_field_kind kind, const char *text)
{
	return reader->words == NULL ? text : reader->words->say(reader->words->context, kind, text);
}

/* Offsets at first: the texts may move. */
static size_t keep(struct reply_fields *fields, const char *text)
{
	size_t start = fields->texts.size;
	buffer_write(&fields->texts, text, strlen(text) + 1);
	return start;
}

/* Each segment of a link in the words of the comparison, and nothing of its host. */
static const char *say_link(const struct reader *reader, const char *link, char said[LINK_SIZE])
{
	const char *local = named_path_of((struct span){link, strlen(link)}).bytes;
	struct named_path path = {.rest = {local, strcspn(local, "?#")}};
	const char *end = path.rest.bytes + path.rest.length;
	struct span cut;
	enum reply_field_kind kind;
	size_t used = 0;
	said[0] = '\0';
	while (named_path_next(&path, &cut, &kind)) {
		char segment[LINK_SIZE];
		(void)snprintf(segment, sizeof segment, "%.*s", (int)cut.length, cut.bytes);
		const char *word = kind == FIELD_PLAIN ? segment : say(reader, kind, segment);
		bool last = cut.bytes + cut.length == end;
		int length = snprintf(said + used, LINK_SIZE - used, "%s%s", word, last ? "" : "/");
		if (length < 0 || (size_t)length >= LINK_SIZE - used) {
			return link; /* no link of ours is as long */
		}
		used += (size_t)length;
	}
	return said;
}

static void add(struct reader *reader, enum reply_field_kind kind, const char *value, bool is_null)
{
	struct reply_fields *fields = reader->fields;
	char link[LINK_SIZE];
	if (fields->count == FIELDS_MAX) {
		fields->failed = true;
		return;
	}
	if (fields->count == fields->capacity) {
		size_t capacity = fields->capacity == 0 ? 64 : 2 * fields->capacity;
		struct reply_field *rows = realloc(fields->rows, capacity * sizeof *rows);
		if (rows == NULL) {
			fields->failed = true;
			return;
		}
		fields->rows = rows;
		fields->capacity = capacity;
	}
	if (!is_null && reader->words != NULL) {
		value = kind == FIELD_LINK ? say_link(reader, value, link) : say(reader, kind, value);
	}
	fields->rows[fields->count++] = (struct reply_field){
		.path_at = keep(fields, reader->path),
		.value_at = keep(fields, value),
		.kind = kind,
		.is_null = is_null,
	};
}

/* Adds a name to the path; returns its length before, for step_out. */
static size_t step_in(struct reader *reader, const char *before, const char *name, const char *behind)
{
	size_t length = strlen(reader->path);
	const char *dot = length > 0 && *before == '.' ? "." : *before == '.' ? "" : before;
	(void)snprintf(reader->path + length, sizeof reader->path - length, "%s%s%s", dot, name, behind);
	return length;
}

static void step_out(struct reader *reader, size_t length)
{
	reader->path[length] = '\0';
}

/* The names of several, in their order. */
static void add_order(struct reader *reader, struct buffer *order)
{
	const struct reply_words *words = reader->words;
	size_t length = step_in(reader, "[", "]", "");
	buffer_write(order, "", 1);
	reader->words = NULL; /* the names are said already */
	add(reader, FIELD_PLAIN, order->bytes == NULL ? "" : order->bytes, false);
	reader->words = words;
	step_out(reader, length);
	reader->fields->failed |= order->failed;
	buffer_finish(order);
}

/* --- JSON */

static void read_value(
	struct reader *reader, const char *within, const char *name, json_t *value, unsigned depth);

static const char *json_text(json_t *value, char memory[NUMBER_SIZE])
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		return json_string_value(value);
	case JSON_INTEGER:
		(void)snprintf(memory, NUMBER_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		return memory;
	case JSON_REAL:
		(void)snprintf(memory, NUMBER_SIZE, "%.17g", json_real_value(value));
		return memory;
	case JSON_TRUE:
		return "true";
	case JSON_FALSE:
		return "false";
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_NULL:
		break;
	}
	return "null";
}

static void read_object(struct reader *reader, const char *name, json_t *object, unsigned depth)
{
	const char *type = json_string_value(json_object_get(object, "type"));
	const char *member;
	json_t *value;
	json_object_foreach(object, member, value)
	{
		size_t length = step_in(reader, ".", member, "");
		read_value(reader, type == NULL ? name : type, member, value, depth + 1);
		step_out(reader, length);
	}
}

/* What an item of a list is called: its id where it has one, or its place. */
static void name_item(
	const struct reader *reader, const char *list, json_t *item, size_t place, char name[PATH_SIZE])
{
	static const char *const names[] = {"id", "user_id", "group_id", "seq"};
	char number[NUMBER_SIZE];
	const char *type = json_string_value(json_object_get(item, "type"));
	(void)snprintf(name, PATH_SIZE, "%zu", place);
	for (size_t i = 0; reader->words != NULL && i < sizeof names / sizeof names[0]; i++) {
		json_t *id = json_object_get(item, names[i]); /* NULL where the item is no object */
		if (json_is_integer(id) || json_is_string(id)) {
			const char *text = json_text(id, number);
			(void)snprintf(name, PATH_SIZE, "%s",
				say(reader, reply_field_kind_of(type == NULL ? list : type, names[i]), text));
			return;
		}
	}
}

static void read_array(struct reader *reader, const char *name, json_t *array, unsigned depth)
{
	struct buffer order = {0};
	size_t place;
	json_t *item;
	json_array_foreach(array, place, item)
	{
		char called[PATH_SIZE];
		char number[NUMBER_SIZE];
		bool is_plain = !json_is_object(item) && !json_is_array(item);
		name_item(reader, name, item, place, called);
		if (is_plain) {
			(void)snprintf(called, sizeof called, "%s",
				say(reader, reply_field_kind_of("", name), json_text(item, number)));
		}
		buffer_puts(&order, place == 0 ? "" : " ");
		buffer_puts(&order, called);
		if (!is_plain) {
			size_t length = step_in(reader, "[", called, "]");
			read_value(reader, name, name, item, depth + 1);
			step_out(reader, length);
		}
	}
	add_order(reader, &order);
}

static void read_value(
	struct reader *reader, const char *within, const char *name, json_t *value, unsigned depth)
{
	char number[NUMBER_SIZE];
	if (depth > FIELDS_DEPTH_MAX) {
		reader->fields->failed = true;
	} else if (json_is_object(value)) {
		read_object(reader, name, value, depth);
	} else if (json_is_array(value)) {
		read_array(reader, name, value, depth);
	} else {
		add(reader, reply_field_kind_of(within, name), json_text(value, number), json_is_null(value));
	}
}

/* --- XML */

static void read_element(struct reader *reader, const xmlNode *element, const char *called, unsigned depth);

static const char *attribute(const xmlAttr *found)
{
	return found->children == NULL || found->children->content == NULL
		       ? ""
		       : (const char *)found->children->content;
}

static void name_element(
	const struct reader *reader, const xmlNode *element, size_t place, char called[PATH_SIZE])
{
	const char *name = (const char *)element->name;
	(void)snprintf(called, PATH_SIZE, "%s[%zu]", name, place);
	for (const xmlAttr *found = element->properties; reader->words != NULL && found != NULL;
		found = found->next) {
		if (strcmp((const char *)found->name, "id") == 0) {
			(void)snprintf(called, PATH_SIZE, "%s[%s]", name,
				say(reader, reply_field_kind_of(name, "id"), attribute(found)));
		}
	}
}

static void read_children(struct reader *reader, const xmlNode *parent, unsigned depth)
{
	struct buffer order = {0};
	size_t place = 0;
	for (const xmlNode *child = parent->children; child != NULL; child = child->next) {
		char called[PATH_SIZE];
		if (child->type == XML_ELEMENT_NODE) {
			name_element(reader, child, place, called);
			buffer_puts(&order, place++ == 0 ? "" : " ");
			buffer_puts(&order, called);
			read_element(reader, child, called, depth + 1);
		} else if (child->type == XML_TEXT_NODE && !xmlIsBlankNode(child)) {
			add(reader, FIELD_PLAIN, (const char *)child->content, false);
		}
	}
	add_order(reader, &order);
}

static void read_element(struct reader *reader, const xmlNode *element, const char *called, unsigned depth)
{
	const char *name = (const char *)element->name;
	if (depth > FIELDS_DEPTH_MAX) {
		reader->fields->failed = true;
		return;
	}
	size_t length = step_in(reader, ".", called, "");
	for (const xmlAttr *found = element->properties; found != NULL; found = found->next) {
		size_t inner = step_in(reader, ".", (const char *)found->name, "");
		add(reader, reply_field_kind_of(name, (const char *)found->name), attribute(found), false);
		step_out(reader, inner);
	}
	read_children(reader, element, depth);
	step_out(reader, length);
}

static bool read_xml(struct reader *reader, struct span reply)
{
	xmlDoc *document = reply_xml_load(reply, XML_PARSE_NOCDATA);
	if (document == NULL) {
		return false;
	}
	const xmlNode *root = xmlDocGetRootElement(document);
	for (const xmlAttr *found = root->properties; found != NULL; found = found->next) {
		size_t length = step_in(reader, ".", (const char *)found->name, "");
		add(reader, FIELD_PLAIN, attribute(found), false);
		step_out(reader, length);
	}
	read_children(reader, root, 0);
	xmlFreeDoc(document);
	return true;
}

/* --- all of it */

static int compare_rows(const void *left, const void *right)
{
	return strcmp(((const struct reply_field *)left)->path, ((const struct reply_field *)right)->path);
}

/* JSON in a callback's parentheses, whose name is a field, as a client waits for it. A prose that has parentheses is
 * none. */
static json_t *load_script(struct reader *reader, struct span reply)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$.";
	static const char comment[] = "/**/";
	char name[SCRIPT_NAME_MAX + 2];
	size_t skipped = reply.length > strlen(comment) && memcmp(reply.bytes, comment, strlen(comment)) == 0
				 ? strlen(comment)
				 : 0;
	(void)snprintf(name, sizeof name, "%.*s", (int)(reply.length - skipped), reply.bytes + skipped);
	size_t length = strspn(name, letters);
	if (length == 0 || name[length] != '(') {
		return NULL;
	}
	size_t start = skipped + length + 1;
	json_t *root = json_loadb(
		reply.bytes + start, reply.length - start, JSON_DECODE_ANY | JSON_DISABLE_EOF_CHECK, NULL);
	if (root != NULL) {
		size_t outer = step_in(reader, ".", "(script)", "");
		name[length] = '\0';
		add(reader, FIELD_PLAIN, name, false);
		step_out(reader, outer);
	}
	return root;
}

static json_t *load_json(struct reader *reader, struct span reply)
{
	json_t *root = json_loadb(reply.bytes, reply.length, JSON_DECODE_ANY, NULL);
	return root != NULL ? root : load_script(reader, reply);
}

/* What no encoder wrote may hold anything, a secret too: it is known by its size and hash. */
static void read_plain(struct reader *reader, struct span reply)
{
	uint8_t digest[DIGEST_SIZE];
	char text[LINK_SIZE];
	text_sha256(reply.bytes, reply.length, digest);
	(void)snprintf(text, sizeof text, "%zu bytes that are neither XML nor JSON, %02x%02x%02x%02x",
		reply.length, digest[0], digest[1], digest[2], digest[3]);
	add(reader, FIELD_PLAIN, text, false);
}

bool reply_fields_read(struct reply_fields *fields, struct span reply, const struct reply_words *words)
{
	struct reader reader = {.fields = fields, .words = words};
	fields->count = 0;
	fields->failed = false;
	buffer_clear(&fields->texts);
	if (reply.length == 0) {
		return true;
	}
	if (reply.bytes[0] == '<') {
		if (!read_xml(&reader, reply)) {
			read_plain(&reader, reply);
		}
	} else {
		json_t *root = load_json(&reader, reply);
		if (root == NULL) {
			read_plain(&reader, reply);
		} else {
			read_value(&reader, "", "", root, 0);
		}
		json_decref(root);
	}
	fields->failed |= fields->texts.failed;
	fields->count = fields->failed ? 0 : fields->count;
	for (size_t i = 0; i < fields->count && !fields->failed; i++) {
		fields->rows[i].path = fields->texts.bytes + fields->rows[i].path_at;
		fields->rows[i].value = fields->texts.bytes + fields->rows[i].value_at;
	}
	if (!fields->failed && fields->count > 0) {
		qsort(fields->rows, fields->count, sizeof fields->rows[0], compare_rows);
	}
	return !fields->failed;
}

const struct reply_field *reply_fields_find(const struct reply_fields *fields, const char *path)
{
	const struct reply_field wanted = {.path = path};
	return fields->count == 0
		       ? NULL
		       : bsearch(&wanted, fields->rows, fields->count, sizeof wanted, compare_rows);
}

void reply_fields_finish(struct reply_fields *fields)
{
	free(fields->rows);
	buffer_finish(&fields->texts);
	*fields = (struct reply_fields){0};
}
