#include "migrate/replay_keys.h"

#include <string.h>

#include "migrate/replay_pace.h"

static void add(struct replay_keys *keys, enum field_kind kind, const char *text, size_t length)
{
	uint64_t hash = 14695981039346656037u ^ (uint64_t)kind;
	for (size_t i = 0; i < length; i++) {
		hash = (hash ^ (unsigned char)text[i]) * 1099511628211u;
	}
	for (size_t i = 0; i < keys->count; i++) {
		if (keys->hashes[i] == hash) {
			return;
		}
	}
	if (keys->count == REPLAY_KEYS_MAX) {
		keys->all = true;
		return;
	}
	keys->hashes[keys->count++] = hash;
}

static bool is_named(enum field_kind kind)
{
	return kind == FIELD_GROUP || kind == FIELD_INVITE || kind == FIELD_INVITATION || kind == FIELD_SECRET;
}

static void add_path(struct replay_keys *keys, const char *path)
{
	struct span rest = {path, strlen(path)};
	enum field_kind kind = FIELD_PLAIN;
	while (rest.length > 0) {
		struct span cut = span_cut(&rest, '/');
		if (is_named(kind)) {
			add(keys, kind, cut.bytes, cut.length);
		}
		kind = field_kind_behind(cut);
	}
}

static void add_texts(struct replay_keys *keys, json_t *texts)
{
	const char *name;
	json_t *value;
	json_object_foreach(texts, name, value)
	{
		const char *text = json_string_value(value);
		bool is_group = strcmp(name, "group_id") == 0;
		bool is_secret = strcmp(name, "token") == 0 || strcmp(name, "invite_token") == 0 ||
				 strcmp(name, "frob") == 0;
		struct span rest = {text == NULL ? "" : text, text == NULL ? 0 : strlen(text)};
		while ((is_group || is_secret) && rest.length > 0) {
			struct span cut = span_cut(&rest, ',');
			add(keys, is_group ? FIELD_GROUP : FIELD_SECRET, cut.bytes, cut.length);
		}
	}
}

static void add_reply(struct replay_keys *keys, const char *reply, struct fields *memory)
{
	if (!fields_read(memory, (struct span){reply, strlen(reply)}, NULL)) {
		keys->all = true;
		return;
	}
	for (size_t i = 0; i < memory->count; i++) {
		if (is_named(memory->rows[i].kind)) {
			add(keys, memory->rows[i].kind, memory->rows[i].value, strlen(memory->rows[i].value));
		}
	}
}

void replay_keys_find(const struct recorded *recorded, struct fields *memory, struct replay_keys *keys)
{
	const char *caller = replay_caller(recorded);
	*keys = (struct replay_keys){0};
	add(keys, FIELD_SECRET, caller, strlen(caller));
	add_path(keys, recorded->path);
	add_texts(keys, recorded->query);
	add_texts(keys, recorded->form);
	add_texts(keys, recorded->body);
	if (recorded->reply != NULL && strcmp(recorded->method, "GET") != 0) {
		add_reply(keys, recorded->reply, memory);
	}
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
