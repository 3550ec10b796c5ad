/* A text of a recording, and behind its line a replay's file of secrets or map, of any bytes: it is taken, or refused with
 * one line that names its place; then the text is said as each side has it. */
#include <stdlib.h>
#include <string.h>

#include "migrate/replay_map.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const struct alias_key key = {.bytes = {7}};

static void say(const struct replay_map *map, const char *recorded)
{
	struct buffer memory = {0};
	for (unsigned side = 0; side < REPLAY_SIDES_MAX; side++) {
		for (enum reply_field_kind kind = 0; kind < FIELD_KIND_COUNT; kind++) {
			const char *said = replay_map_text(map, side, kind, recorded, &memory);
			if (strchr(recorded, ',') == NULL && strcmp(said, recorded) != 0 &&
				strlen(said) >= PAIRS_TEXT_SIZE) {
				abort();
			}
		}
	}
	buffer_finish(&memory);
}

static void take(const char *recorded, FILE *file)
{
	char why[256] = "";
	struct replay_map map;
	bool made = replay_map_init(&map);
	bool taken = made && replay_map_read(&map, file, "memory", &key, why, sizeof why);
	if (made && taken != (strncmp(why, "memory:", 7) != 0)) {
		abort();
	}
	if (taken) {
		say(&map, recorded);
	}
	replay_map_finish(&map);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const uint8_t *end = size == 0 ? NULL : memchr(bytes, '\n', size);
	size_t length = end == NULL ? 0 : (size_t)(end - bytes);
	char *recorded = strndup((const char *)bytes, length);
	FILE *file = end == NULL || length + 1 == size
			     ? NULL
			     : fmemopen((void *)(uintptr_t)(end + 1), size - length - 1, "r");
	if (recorded != NULL && file != NULL) {
		take(recorded, file);
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	free(recorded);
	return 0;
}
