/* What each side calls the things of a recording: its secrets are found in any text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "migrate/replay_map.h"

#define WORDS                                                            \
	"{\"alias\":\"token:1\",\"left\":\"tok001\",\"right\":\"other1\"}\n" \
	"{\"alias\":\"token:2\",\"left\":\"tok001and2\",\"right\":\"other2\"}\n" \
	"{\"alias\":\"token:3\",\"left\":\"tok\",\"right\":\"other3\"}\n"

static void load(struct replay_map *map)
{
	char path[] = "/tmp/replay-map-XXXXXX";
	char why[256] = "";
	int file = mkstemp(path);
	assert_true(file >= 0);
	assert_int_equal(write(file, WORDS, strlen(WORDS)), strlen(WORDS));
	(void)close(file);
	assert_true(replay_map_init(map));
	bool loaded = replay_map_load(map, path, NULL, why, sizeof why);
	(void)unlink(path);
	assert_string_equal(why, "");
	assert_true(loaded);
}

static void assert_hidden(const struct replay_map *map, unsigned side, const char *text, const char *expected)
{
	char shown[64];
	(void)snprintf(shown, sizeof shown, "%s", text);
	pairs_hide(map->sides[side], 6, shown, strlen(shown));
	assert_string_equal(shown, expected);
}

static void a_side_s_secrets_are_hidden_wherever_they_stand(void **state)
{
	(void)state;
	struct replay_map map;
	load(&map);
	assert_hidden(&map, 0, "tok001", "******");
	assert_hidden(&map, 0, "<a>xtok001tok001y</a>", "<a>x************y</a>");
	assert_hidden(&map, 0, "tok001and2 tok001and", "********** ******and");
	assert_hidden(&map, 0, "tok other1 tok00", "tok other1 tok00");
	assert_hidden(&map, 1, "tok001 other1other2", "tok001 ************");
	assert_hidden(&map, 1, "", "");
	replay_map_finish(&map);
}

static void what_is_saved_is_for_its_owner_only(void **state)
{
	(void)state;
	struct replay_map map;
	struct stat found = {0};
	char path[] = "/tmp/replay-map-XXXXXX";
	char why[256] = "";
	int file = mkstemp(path);
	assert_true(file >= 0);
	assert_int_equal(fchmod(file, 0644), 0);
	(void)close(file);
	load(&map);
	bool saved = replay_map_save(&map, path, why, sizeof why);
	int told = stat(path, &found);
	(void)unlink(path);
	assert_true(saved && told == 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	replay_map_finish(&map);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_side_s_secrets_are_hidden_wherever_they_stand),
		cmocka_unit_test(what_is_saved_is_for_its_owner_only),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
