/* What each side calls the things that a recording names: ids of what was created, and secrets behind aliases. */
#ifndef MIGRATE_REPLAY_MAP_H
#define MIGRATE_REPLAY_MAP_H

#include <stdio.h>

#include "migrate/recording.h"
#include "observe/pairs.h"

#define REPLAY_SIDES_MAX 2

/* When the recording and each side's run began, unix seconds: times since then are "now" in both. 0: not known. */
struct replay_clock {
	int64_t recorded;
	int64_t run;
};

struct replay_map {
	struct pairs *sides[REPLAY_SIDES_MAX]; /* ours: the recording's words; theirs: the side's */
	struct replay_clock clock;
};

/* False: out of memory. */
bool replay_map_init(struct replay_map *map);
void replay_map_finish(struct replay_map *map);

/* Reads lines of {"kind":"token","secret":"..."} (aliases are made with `key`; NULL: there is none),
 * {"alias":"token:...","left":"...","right":"..."}, {"kind":"group","recorded":"17","left":"17","right":"99"} and
 * {"kind":"clock",...}. `right` may be left out: it is then as left. False, with the place in `why`. */
bool replay_map_read(struct replay_map *map, FILE *file, const char *path, const struct alias_key *key, char *why,
	size_t capacity);
bool replay_map_load(
	struct replay_map *map, const char *path, const struct alias_key *key, char *why, size_t capacity);
/* Writes what replay_map_load reads, for the owner only: it holds secrets. */
bool replay_map_save(const struct replay_map *map, const char *path, char *why, size_t capacity);

/* From the side's words to the recording's; the text itself where nothing is known. */
const char *replay_map_from(
	const struct replay_map *map, unsigned side, enum reply_field_kind kind, const char *text);
/* And back: several ids with commas between, or a text that holds an alias; `memory` is used where they change. An
 * invite that was narrowed or forged is made of the one that is known. */
const char *replay_map_text(const struct replay_map *map, unsigned side, enum reply_field_kind kind,
	const char *recorded, struct buffer *memory);

#endif
