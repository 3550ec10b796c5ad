#include "migrate/replay_keys.h"

#include <string.h>

#include "migrate/replay_pace.h"
#include "observe/named.h"

#define NAMES_MAX 64
#define LINK_SIZE 256

/* What one call names, before it is known what belongs together. */
struct names {
	struct {
		enum reply_field_kind kind;
		const char *text;
		size_t length;
	} rows[NAMES_MAX];
	size_t count;
	bool all; /* there are more */
};

static void add_name(struct names *names, enum reply_field_kind kind, const char *text, size_t length)
{
	if (length == 0 || names->count == NAMES_MAX) {
		names->all |= length != 0;
		return;
	}
	names->rows[names->count].kind = kind;
	names->rows[names->count].text = text;
	names->rows[names->count++].length = length;
}

static bool is_named(enum reply_field_kind kind)
{
	return kind == FIELD_GROUP || kind == FIELD_INVITE || kind == FIELD_INVITATION ||
	       kind == FIELD_SECRET;
}

static void add_path(struct names *names, const char *text)
{
	struct named_path path = {.rest = {text, strlen(text)}};
	struct span cut;
	enum reply_field_kind kind;
	while (named_path_next(&path, &cut, &kind)) {
		if (is_named(kind)) {
			add_name(names, kind, cut.bytes, cut.length);
		}
	}
}

static void add_texts(struct names *names, json_t *texts)
{
	const char *name;
	json_t *value;
	json_object_foreach(texts, name, value)
	{
		const char *text = json_string_value(value);
		enum reply_field_kind kind = named_parameter((struct span){name, strlen(name)});
		struct span rest = {text == NULL ? "" : text, text == NULL ? 0 : strlen(text)};
		while (is_named(kind) && rest.length > 0) {
			struct span cut = span_cut(&rest, ',');
			add_name(names, kind, cut.bytes, cut.length);
		}
	}
}

static void add_reply(struct names *names, const char *reply, struct reply_fields *memory)
{
	if (!reply_fields_read(memory, (struct span){reply, strlen(reply)}, NULL)) {
		names->all = true;
		return;
	}
	for (size_t i = 0; i < memory->count; i++) {
		const struct reply_field *field = &memory->rows[i];
		if (is_named(field->kind) && !field->is_null) {
			add_name(names, field->kind, field->value, strlen(field->value));
		}
	}
}

/* --- what belongs to which group */

static bool make_link(enum reply_field_kind kind, const char *text, size_t length, char link[LINK_SIZE])
{
	int written = snprintf(link, LINK_SIZE, "%d %.*s", (int)kind, (int)length, text);
	return written > 0 && written < LINK_SIZE;
}

static const char *linked(const struct replay_links *links, const struct names *names, size_t i)
{
	char link[LINK_SIZE];
	return make_link(names->rows[i].kind, names->rows[i].text, names->rows[i].length, link)
		       ? json_string_value(json_object_get(links->groups, link))
		       : NULL;
}

static bool is_caller(const struct names *names, size_t i, const char *caller)
{
	return strlen(caller) == names->rows[i].length &&
	       strncmp(caller, names->rows[i].text, strlen(caller)) == 0;
}

/* The first group that is named stands for all that the call names beside it: its slug, its invites. */
static void link_names(struct replay_links *links, const struct names *names, const char *caller)
{
	char root[LINK_SIZE] = "";
	for (size_t i = 0; i < names->count && root[0] == '\0'; i++) {
		const char *found = linked(links, names, i);
		if (found != NULL) {
			(void)snprintf(root, sizeof root, "%s", found);
		} else if (names->rows[i].kind == FIELD_GROUP) {
			(void)make_link(FIELD_GROUP, names->rows[i].text, names->rows[i].length, root);
		}
	}
	for (size_t i = 0; i < names->count && root[0] != '\0'; i++) {
		char link[LINK_SIZE];
		bool links_it = !is_caller(names, i, caller) && linked(links, names, i) == NULL;
		if (links_it &&
			make_link(names->rows[i].kind, names->rows[i].text, names->rows[i].length, link)) {
			(void)json_object_set_new(
				links->groups, link, json_string(root)); /* else fewer keep order */
		}
	}
}

/* --- keys */

static void add_key(struct replay_keys *keys, const char *text, size_t length)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a: equal by chance only costs a wait */
	for (size_t i = 0; i < length; i++) {
		hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
	}
	if (keys->count == REPLAY_KEYS_MAX) {
		keys->all = true;
		return;
	}
	keys->hashes[keys->count++] = hash;
}

void replay_keys_find(const struct recorded *recorded, struct replay_links *links, struct replay_keys *keys)
{
	const char *caller = replay_caller(recorded);
	struct names names = {.count = 0};
	bool changes = strcmp(recorded->method, "GET") != 0;
	*keys = (struct replay_keys){0};
	links->groups = links->groups == NULL ? json_object() : links->groups;
	add_path(&names, recorded->path);
	add_texts(&names, recorded->query);
	add_texts(&names, recorded->form);
	add_texts(&names, recorded->body);
	if (recorded->reply != NULL) {
		add_reply(&names, recorded->reply, &links->memory);
		add_path(&names, recorded->location == NULL ? "" : recorded->location);
	}
	if (changes) {
		link_names(links, &names, caller);
	}
	keys->all = names.all || links->groups == NULL;
	add_key(keys, caller, strlen(caller));
	for (size_t i = 0; i < names.count; i++) {
		const char *group = linked(links, &names, i);
		char link[LINK_SIZE];
		if (group != NULL) {
			add_key(keys, group, strlen(group));
		} else if (make_link(names.rows[i].kind, names.rows[i].text, names.rows[i].length, link)) {
			add_key(keys, link, strlen(link));
		}
	}
}

void replay_links_finish(struct replay_links *links)
{
	json_decref(links->groups);
	reply_fields_finish(&links->memory);
}

bool replay_keys_meet(const struct replay_keys *one, const struct replay_keys *other)
{
	if (one->all || other->all) {
		return true;
	}
	for (size_t i = 0; i < one->count; i++) {
		for (size_t j = 0; j < other->count; j++) {
			if (one->hashes[i] == other->hashes[j]) {
				return true;
			}
		}
	}
	return false;
}
