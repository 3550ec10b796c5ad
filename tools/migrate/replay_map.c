#include "migrate/replay_map.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "migrate/trial_invite.h"
#include "observe/veil.h"
#include "text/time.h"

#define LINE_SIZE 65536
#define MODE 0600 /* secrets stand in it */

static const char *const kind_names[FIELD_KIND_COUNT] = {
	[FIELD_GROUP] = "group",
	[FIELD_USER] = "user",
	[FIELD_INVITE] = "invite",
	[FIELD_INVITATION] = "invitation",
	[FIELD_TOKEN_ID] = "token_id",
	[FIELD_SECRET] = "secret",
	[FIELD_OPAQUE] = "cursor",
};

bool replay_map_init(struct replay_map *map)
{
	bool made = true;
	*map = (struct replay_map){0};
	for (unsigned side = 0; side < REPLAY_SIDES_MAX; side++) {
		map->sides[side] = pairs_create(0);
		made = made && map->sides[side] != NULL;
	}
	return made;
}

void replay_map_finish(struct replay_map *map)
{
	for (unsigned side = 0; side < REPLAY_SIDES_MAX; side++) {
		pairs_destroy(map->sides[side]);
	}
	*map = (struct replay_map){0};
}

static const char *look_up(
	struct pairs *pairs, enum pairs_side from, enum reply_field_kind kind, const char *text)
{
	const char *found = pairs_find(pairs, from, kind, text);
	return found == NULL ? text : found;
}

static const char *one_to(
	const struct replay_map *map, unsigned side, enum reply_field_kind kind, const char *recorded)
{
	return look_up(map->sides[side], PAIRS_OURS, kind, recorded);
}

const char *replay_map_from(
	const struct replay_map *map, unsigned side, enum reply_field_kind kind, const char *text)
{
	return look_up(map->sides[side], PAIRS_THEIRS, kind, text);
}

/* --- invites that their holders have narrowed */

struct search {
	struct span alias;
	const char *ours; /* NULL: none has been found */
	const char *theirs;
	size_t fits; /* how much of the alias it is the beginning of */
};

static void find_whole(void *context, enum reply_field_kind kind, const char *ours, const char *theirs)
{
	struct search *search = context;
	struct span found = {ours, strlen(ours)};
	bool begins = found.length <= search->alias.length && memcmp(ours, search->alias.bytes, found.length) == 0;
	size_t fits = begins ? found.length : 0;
	if (kind == FIELD_SECRET && invite_alias_same_token(found, search->alias) &&
		(search->ours == NULL || fits > search->fits)) {
		search->ours = ours;
		search->theirs = theirs;
		search->fits = fits;
	}
}

/* Nobody gives away a narrowed token but its holder, so it is made of the whole one, as he has. */
static const char *narrow(struct pairs *pairs, const char *recorded, struct buffer *memory)
{
	struct search search = {.alias = {recorded, invite_alias_length(recorded)}};
	if (search.alias.length == 0 || recorded[search.alias.length] != '\0' ||
		!buffer_reserve(memory, MACAROON_SIZE_MAX + 1)) {
		return recorded;
	}
	pairs_each(pairs, find_whole, &search);
	bool narrowed = search.ours != NULL &&
			invite_alias_narrow((struct span){search.theirs, strlen(search.theirs)},
				(struct span){search.ours, strlen(search.ours)}, search.alias, memory->bytes);
	return narrowed ? memory->bytes : recorded;
}

const char *replay_map_text(const struct replay_map *map, unsigned side, enum reply_field_kind kind,
	const char *recorded, struct buffer *memory)
{
	static const char scheme[] = "Bearer ";
	buffer_clear(memory);
	if (strncmp(recorded, scheme, strlen(scheme)) == 0) {
		buffer_puts(memory, scheme);
		buffer_puts(memory, one_to(map, side, FIELD_SECRET, recorded + strlen(scheme)));
		buffer_write(memory, "", 1);
		return memory->failed ? recorded : memory->bytes;
	}
	if (kind == FIELD_PLAIN || strchr(recorded, ',') == NULL) {
		kind = kind == FIELD_PLAIN ? FIELD_SECRET : kind;
		const char *said = one_to(map, side, kind, recorded);
		return said == recorded ? narrow(map->sides[side], recorded, memory) : said;
	}
	struct span rest = {recorded, strlen(recorded)};
	while (rest.length > 0) {
		char word[PAIRS_TEXT_SIZE];
		bool last = memchr(rest.bytes, ',', rest.length) == NULL;
		struct span cut = span_cut(&rest, ',');
		(void)snprintf(word, sizeof word, "%.*s", (int)cut.length, cut.bytes);
		buffer_puts(memory, one_to(map, side, kind, word));
		buffer_puts(memory, last ? "" : ",");
	}
	buffer_write(memory, "", 1);
	return memory->failed ? recorded : memory->bytes;
}

/* --- files */

static bool complain(const char *path, unsigned long line, const char *what, char *why, size_t capacity)
{
	(void)snprintf(why, capacity, "%s:%lu: %s", path, line, what);
	return false;
}

static const struct {
	const char *name;
	enum veil_kind kind;
} secret_kinds[] = {
	{"api_key", VEIL_API_KEY},
	{"token", VEIL_TOKEN},
	{"frob", VEIL_FROB},
	{"code", VEIL_CODE},
	{"invite", VEIL_INVITE},
	{"email", VEIL_EMAIL},
	{"idempotency_key", VEIL_KEY},
};

static const char *add_secret(
	struct replay_map *map, const char *kind, const char *secret, const struct alias_key *key)
{
	if (key == NULL) {
		return "a plain secret needs the key of the recording's aliases: --data DIR or --alias-key "
		       "FILE";
	}
	for (size_t i = 0; kind != NULL && i < sizeof secret_kinds / sizeof secret_kinds[0]; i++) {
		if (strcmp(secret_kinds[i].name, kind) != 0) {
			continue;
		}
		struct buffer alias = {0};
		veil_write(key, secret_kinds[i].kind, (struct span){secret, strlen(secret)}, &alias);
		buffer_write(&alias, "", 1);
		for (unsigned side = 0; side < REPLAY_SIDES_MAX && !alias.failed; side++) {
			(void)pairs_add(map->sides[side], FIELD_SECRET, alias.bytes,
				secret); /* named twice: fine */
		}
		const char *what = alias.failed ? "out of memory" : NULL;
		buffer_finish(&alias);
		return what;
	}
	return "kind is none of api_key, token, frob, code, invite, email and idempotency_key";
}

static const char *text_of(json_t *root, const char *name)
{
	return json_string_value(json_object_get(root, name));
}

static const char *add_words(struct replay_map *map, json_t *root)
{
	const char *alias = text_of(root, "alias");
	const char *kind = alias == NULL ? text_of(root, "kind") : kind_names[FIELD_SECRET];
	const char *recorded = alias == NULL ? text_of(root, "recorded") : alias;
	const char *left = text_of(root, "left");
	const char *right = text_of(root, "right");
	if (kind == NULL || recorded == NULL || left == NULL) {
		return "it names neither a secret, nor an alias or kind and recorded with left";
	}
	for (unsigned i = 0; i < FIELD_KIND_COUNT; i++) {
		if (kind_names[i] != NULL && strcmp(kind_names[i], kind) == 0) {
			enum reply_field_kind named = (enum reply_field_kind)i;
			/* Named twice: the first one stays. */
			(void)pairs_add(map->sides[0], named, recorded, left);
			(void)pairs_add(map->sides[1], named, recorded, right == NULL ? left : right);
			return NULL;
		}
	}
	return "kind is none of group, user, invite, invitation, token_id, secret, cursor and clock";
}

static const char *take_clock(struct replay_clock *clock, json_t *root)
{
	int64_t recorded = json_integer_value(json_object_get(root, "recorded"));
	int64_t run = json_integer_value(json_object_get(root, "run"));
	if (recorded < 0 || recorded > TIME_MAX || run < 0 || run > TIME_MAX) {
		return "a clock's recorded and run are seconds of Unix time";
	}
	*clock = (struct replay_clock){.recorded = recorded, .run = run};
	return NULL;
}

/* What is wrong with the line; NULL: nothing. */
static const char *take_line(struct replay_map *map, const char *line, const struct alias_key *key)
{
	json_t *root = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	const char *kind = text_of(root, "kind");
	const char *secret = text_of(root, "secret");
	const char *what = NULL;
	if (!json_is_object(root)) {
		what = "it is no JSON object";
	} else if (secret != NULL) {
		what = add_secret(map, kind, secret, key);
	} else if (kind != NULL && strcmp(kind, "clock") == 0) {
		what = take_clock(&map->clock, root);
	} else {
		what = add_words(map, root);
	}
	json_decref(root);
	return what;
}

bool replay_map_read(struct replay_map *map, FILE *file, const char *path, const struct alias_key *key, char *why,
	size_t capacity)
{
	char *line = calloc(LINE_SIZE, 1);
	const char *what = line == NULL ? "out of memory" : NULL;
	unsigned long number = 0;
	while (what == NULL && fgets(line, LINE_SIZE, file) != NULL) {
		number++;
		size_t length = strlen(line);
		bool whole = feof(file) != 0 || (length > 0 && line[length - 1] == '\n');
		what = whole ? NULL : "it is too long, or holds a NUL";
		if (what == NULL && line[strspn(line, " \t\r\n")] != '\0' && line[0] != '#') {
			what = take_line(map, line, key);
		}
		explicit_bzero(line, length);
	}
	if (what == NULL && ferror(file)) {
		what = "it cannot be read";
	}
	free(line);
	return what == NULL || complain(path, number, what, why, capacity);
}

bool replay_map_load(
	struct replay_map *map, const char *path, const struct alias_key *key, char *why, size_t capacity)
{
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		(void)snprintf(why, capacity, "%s: %s", path, strerror(errno));
		return false;
	}
	bool loaded = replay_map_read(map, file, path, key, why, capacity);
	(void)fclose(file); /* only read from */
	return loaded;
}

struct saver {
	const struct replay_map *map;
	FILE *file;
	bool saved;
};

static void save_pair(void *context, enum reply_field_kind kind, const char *recorded, const char *left)
{
	struct saver *saver = context;
	const char *right = pairs_find(saver->map->sides[1], PAIRS_OURS, kind, recorded);
	json_t *line = json_pack("{s:s,s:s,s:s,s:s}", "kind", kind_names[kind], "recorded", recorded, "left",
		left, "right", right == NULL ? left : right);
	saver->saved = saver->saved && line != NULL && json_dumpf(line, saver->file, JSON_COMPACT) == 0 &&
		       fputc('\n', saver->file) != EOF;
	json_decref(line);
}

bool replay_map_save(const struct replay_map *map, const char *path, char *why, size_t capacity)
{
	int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, MODE);
	bool hidden = descriptor >= 0 && fchmod(descriptor, MODE) == 0; /* it may have been there, open to all */
	FILE *file = hidden ? fdopen(descriptor, "w") : NULL;
	if (file == NULL) {
		(void)snprintf(why, capacity, "%s: %s", path, strerror(errno));
		if (descriptor >= 0) {
			(void)close(descriptor); /* nothing was written */
		}
		return false;
	}
	struct saver saver = {.map = map, .file = file};
	saver.saved = fprintf(file, "{\"kind\":\"clock\",\"recorded\":%lld,\"run\":%lld}\n",
			     (long long)map->clock.recorded, (long long)map->clock.run) > 0;
	pairs_each(map->sides[0], save_pair, &saver);
	saver.saved = fclose(file) == 0 && saver.saved;
	if (!saver.saved) {
		(void)snprintf(why, capacity, "%s: it cannot be written", path);
	}
	return saver.saved;
}
