/* Files of a recording: whole lines, rotated by size, for their owner's eyes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "observe/record_file.h"

#define HEAD "{\"joinery_recording\":1}\n"
#define PATH_SIZE 300

struct place {
	char folder[64];
	char path[PATH_SIZE];
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof *place);
	(void)snprintf(place->folder, sizeof place->folder, "/tmp/joinery-record-XXXXXX");
	*state = place;
	if (mkdtemp(place->folder) == NULL) {
		return -1;
	}
	(void)snprintf(place->path, sizeof place->path, "%s/rec", place->folder);
	return 0;
}

static int drop_place(void **state)
{
	struct place *place = *state;
	char name[PATH_SIZE + 8];
	for (unsigned i = 0; i < 5; i++) {
		(void)snprintf(name, sizeof name, i == 0 ? "%s" : "%s.%u", place->path, i);
		(void)unlink(name); /* not all of them were made */
	}
	int removed = rmdir(place->folder);
	free(place);
	return removed;
}

static struct record_file open_file(const struct place *place, uint64_t size_max, uint32_t keep)
{
	struct record_file file = {.path = place->path, .size_max = size_max, .keep = keep, .descriptor = -1};
	char why[256] = "";
	assert_true(record_file_open(&file, why, sizeof why));
	return file;
}

/* The text of FILE.number; "-" where there is none. */
static const char *text_of(const struct place *place, unsigned number)
{
	static char text[4096];
	char name[PATH_SIZE + 8];
	(void)snprintf(name, sizeof name, number == 0 ? "%s" : "%s.%u", place->path, number);
	FILE *file = fopen(name, "re");
	if (file == NULL) {
		return "-";
	}
	text[fread(text, 1, sizeof text - 1, file)] = '\0';
	(void)fclose(file);
	return text;
}

static void a_new_file_is_its_owners_alone(void **state)
{
	struct place *place = *state;
	struct stat found;
	FILE *before = fopen(place->path, "we"); /* others may read it until now */
	assert_non_null(before);
	(void)fclose(before);
	struct record_file file = open_file(place, 1000, 1);
	assert_int_equal(stat(place->path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	record_file_close(&file);
	assert_string_equal(text_of(place, 0), HEAD);
}

static void a_full_file_becomes_an_older_one(void **state)
{
	struct place *place = *state;
	struct record_file file = open_file(place, strlen(HEAD) + 6, 2);
	assert_true(record_file_write(&file, "aa\nbb\ncc\ndd\nee\nff\ngg\n", 21));
	record_file_close(&file);
	assert_string_equal(text_of(place, 0), HEAD "gg\n");
	assert_string_equal(text_of(place, 1), HEAD "ee\nff\n");
	assert_string_equal(text_of(place, 2), HEAD "cc\ndd\n");
	assert_string_equal(text_of(place, 3), "-");
}

static void a_line_longer_than_a_file_has_one_for_itself(void **state)
{
	struct place *place = *state;
	struct record_file file = open_file(place, strlen(HEAD) + 4, 3);
	assert_true(record_file_write(&file, "aa\nbbbbbbbb\ncc\n", 15));
	record_file_close(&file);
	assert_string_equal(text_of(place, 2), HEAD "aa\n");
	assert_string_equal(text_of(place, 1), HEAD "bbbbbbbb\n");
	assert_string_equal(text_of(place, 0), HEAD "cc\n");
}

static void none_is_kept_where_none_is_wanted(void **state)
{
	struct place *place = *state;
	struct record_file file = open_file(place, strlen(HEAD) + 3, 0);
	assert_true(record_file_write(&file, "aa\nbb\n", 6));
	record_file_close(&file);
	assert_string_equal(text_of(place, 0), HEAD "bb\n");
	assert_string_equal(text_of(place, 1), "-");
}

static void half_a_line_of_a_crash_is_cut_off(void **state)
{
	struct place *place = *state;
	FILE *before = fopen(place->path, "we");
	assert_non_null(before);
	(void)fputs(HEAD "aa\n{\"at_us", before);
	(void)fclose(before);
	struct record_file file = open_file(place, 1000, 1);
	assert_true(record_file_write(&file, "bb\n", 3));
	record_file_close(&file);
	assert_string_equal(text_of(place, 0), HEAD "aa\nbb\n");
}

static void a_long_piece_of_a_line_is_cut_off(void **state)
{
	struct place *place = *state;
	FILE *before = fopen(place->path, "we");
	assert_non_null(before);
	(void)fprintf(before, HEAD "aa\n%09000d", 0);
	(void)fclose(before);
	struct record_file file = open_file(place, 100000, 1);
	record_file_close(&file);
	assert_string_equal(text_of(place, 0), HEAD "aa\n");
}

/* A limit on the file's size stands for a full disk: the write that meets it is cut short in the same way. */
static void what_a_full_disk_took_half_of_is_taken_back(void **state)
{
	struct place *place = *state;
	struct record_file file = open_file(place, 1000, 1);
	struct rlimit before;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	const struct rlimit small = {.rlim_cur = strlen(HEAD) + 5, .rlim_max = before.rlim_max};
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_true(record_file_write(&file, "aa\n", 3));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	bool written = record_file_write(&file, "bb\ncc\n", 6);
	int error = errno;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_false(written);
	assert_int_equal(error, EFBIG);
	record_file_close(&file);
	assert_string_equal(text_of(place, 0), HEAD "aa\n");
}

static void what_is_no_file_is_refused(void **state)
{
	struct place *place = *state;
	struct record_file file = {.path = place->folder, .size_max = 1000, .keep = 1, .descriptor = -1};
	char why[256] = "";
	assert_false(record_file_open(&file, why, sizeof why));
	assert_non_null(strstr(why, place->folder));
	struct stat found;
	assert_int_equal(mkfifo(place->path, 0644), 0);
	assert_int_equal(chmod(place->path, 0644), 0); /* whatever the mask took off */
	file.path = place->path;
	assert_false(record_file_open(&file, why, sizeof why));
	assert_int_equal(stat(place->path, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0644); /* somebody else's pipe stays as it was */
}

static void expect_refusal(const struct place *place, const char *words)
{
	struct record_file file = {.path = place->path, .size_max = 1000, .keep = 1, .descriptor = -1};
	char why[256] = "";
	assert_false(record_file_open(&file, why, sizeof why));
	assert_non_null(strstr(why, words));
	assert_int_equal(file.descriptor, -1);
}

/* The name of a key may be given by mistake, and has no line's end. */
static void a_file_of_something_else_stays_as_it_was(void **state)
{
	struct place *place = *state;
	static const char *const texts[] = {"key", "{\"joinery_recording\":2}\naa", "aa\nbb"};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		FILE *before = fopen(place->path, "we");
		assert_non_null(before);
		(void)fputs(texts[i], before);
		(void)fclose(before);
		expect_refusal(place, "no recording");
		assert_string_equal(text_of(place, 0), texts[i]);
	}
}

static void a_head_that_a_crash_cut_short_is_written_again(void **state)
{
	struct place *place = *state;
	FILE *before = fopen(place->path, "we");
	assert_non_null(before);
	(void)fputs("{\"joinery_rec", before);
	(void)fclose(before);
	struct record_file file = open_file(place, 1000, 1);
	record_file_close(&file);
	assert_string_equal(text_of(place, 0), HEAD);
}

static void two_servers_do_not_share_a_file(void **state)
{
	struct place *place = *state;
	struct record_file file = open_file(place, strlen(HEAD) + 3, 2);
	assert_true(record_file_write(&file, "aa\nbb\n", 6));
	expect_refusal(place, "another server");
	record_file_close(&file);
	assert_string_equal(text_of(place, 0), HEAD "bb\n");
	file = open_file(place, 1000, 2);
	record_file_close(&file);
}

#define AT_PLACE(test) cmocka_unit_test_setup_teardown(test, make_place, drop_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_PLACE(a_new_file_is_its_owners_alone),
		AT_PLACE(a_full_file_becomes_an_older_one),
		AT_PLACE(a_line_longer_than_a_file_has_one_for_itself),
		AT_PLACE(none_is_kept_where_none_is_wanted),
		AT_PLACE(half_a_line_of_a_crash_is_cut_off),
		AT_PLACE(a_long_piece_of_a_line_is_cut_off),
		AT_PLACE(what_a_full_disk_took_half_of_is_taken_back),
		AT_PLACE(what_is_no_file_is_refused),
		AT_PLACE(a_file_of_something_else_stays_as_it_was),
		AT_PLACE(a_head_that_a_crash_cut_short_is_written_again),
		AT_PLACE(two_servers_do_not_share_a_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
