/* Arguments of commands: what is taken, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "migrate/arguments.h"

#define WORDS_MAX 8

struct given {
	const char *file;
	bool dry;
	const char *text;
	uint64_t count;
	double real;
	struct argument_list list;
};

static const struct argument_row rows[] = {
	{NULL, ARGUMENT_TEXT, offsetof(struct given, file), 0, 0},
	{"--dry", ARGUMENT_SWITCH, offsetof(struct given, dry), 0, 0},
	{"--text", ARGUMENT_TEXT, offsetof(struct given, text), 0, 0},
	{"--count", ARGUMENT_COUNT, offsetof(struct given, count), 2, UINT64_MAX},
	{"--real", ARGUMENT_REAL, offsetof(struct given, real), 0, 100},
	{"--list", ARGUMENT_LIST, offsetof(struct given, list), 0, 0},
};

/* Words with blanks between them. */
static bool read(const char *line, struct given *given)
{
	static char words[256];
	char *argv[WORDS_MAX] = {"command"};
	int argc = 1;
	*given = (struct given){0};
	(void)strncpy(words, line, sizeof words - 1);
	for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
		argv[argc++] = word;
	}
	return arguments_read(rows, sizeof rows / sizeof *rows, given, argc, argv);
}

static void values_stand_behind_a_sign_or_a_blank(void **state)
{
	(void)state;
	struct given given;
	assert_true(read("--count=18446744073709551615 - --text --dry --dry --real 12.5%", &given));
	assert_true(given.count == UINT64_MAX && given.dry && given.real == 12.5);
	assert_string_equal(given.file, "-");
	assert_string_equal(given.text, "--dry");
	assert_true(read("--list a --list=b", &given));
	assert_int_equal(given.list.count, 2);
	assert_string_equal(given.list.texts[1], "b");
	assert_true(read("", &given));
	assert_null(given.file);
}

static void what_is_wrong_is_refused(void **state)
{
	(void)state;
	static const char *const lines[] = {"--nothing", "--tex x", "--text", "--text=", "--text a --text b", "a b",
		"--dry=1", "--count 1", "--count 18446744073709551616", "--count -2", "--count 2x", "--count +2",
		"--real 0", "--real 100.1", "--real nan", "--real 1e2", "--real 1.2.3", "--list a --list b --list c"};
	struct given given;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		if (read(lines[i], &given)) {
			fail_msg("%s is taken", lines[i]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_stand_behind_a_sign_or_a_blank),
		cmocka_unit_test(what_is_wrong_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
