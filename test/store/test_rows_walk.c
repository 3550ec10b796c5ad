/* Walks against a list that is walked by hand: both kinds and directions, every way to limit one. */
#include "rows_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define STEP 2 /* between two numbers that are there, so that a walk may start between them */
#define ROWS_MAX 3000

static const uint64_t sizes[] = {1, 2, 3, 64, 255, 256, 257, 1000, ROWS_MAX};
#define SIZES (sizeof sizes / sizeof sizes[0])

struct subject {
	const char *name;
	enum table table;
	enum backend backend;
};

struct seen {
	uint64_t count;
	uint64_t numbers[ROWS_MAX];
};

static bool see(void *context, struct bytes key, struct bytes value)
{
	struct seen *seen = context;
	assert_true(seen->count < ROWS_MAX);
	bool is_set = key.size == 4;
	seen->numbers[seen->count++] = is_set ? entry_number(value) : entry_number((struct bytes){
		.data = (const uint8_t *)key.data + 1, .size = 8});
	return true;
}

/* Rows are a letter and a number; sets are four letters. */
static struct bytes row_key(uint8_t buffer[9], char letter, uint64_t number)
{
	uint8_t entry[32];
	(void)entry_of(entry, number, TABLE_USER_TOKEN);
	buffer[0] = (uint8_t)letter;
	for (unsigned i = 0; i < 8; i++) {
		buffer[1 + i] = entry[i];
	}
	return (struct bytes){.data = buffer, .size = 9};
}

static void add_row(struct rows_world *world, enum table table, char letter, uint64_t number)
{
	uint8_t key[9];
	uint8_t entry[32];
	const char set[] = {letter, letter, letter, letter};
	if (table_row(table)->kind == TABLE_KIND_S) {
		rows_put(world, table, (struct bytes){.data = set, .size = sizeof set}, entry_of(entry, number, table));
	} else {
		rows_put(world, table, row_key(key, letter, number), bytes_of("value"));
	}
}

static void remove_row(struct rows_world *world, enum table table, char letter, uint64_t number)
{
	uint8_t key[9];
	uint8_t entry[32];
	const char set[] = {letter, letter, letter, letter};
	if (table_row(table)->kind == TABLE_KIND_S) {
		assert_true(rows_remove(world, table, (struct bytes){.data = set, .size = sizeof set},
			entry_of(entry, number, table)));
	} else {
		assert_true(rows_remove(world, table, row_key(key, letter, number), NOTHING));
	}
}

/* The numbers STEP, 2 * STEP, ..., size * STEP between two neighbours. In a fork half of them lie below, and
 * rows that lie below are gone again. */
static void fill(struct rows_world *world, enum table table, uint64_t size)
{
	rows_begin(world, true);
	add_row(world, table, 'a', 1);
	add_row(world, table, 'c', 1);
	for (uint64_t i = 2; i <= size; i += 2) {
		add_row(world, table, 'b', i * STEP);
	}
	for (uint64_t i = 1; i <= size; i += 3) {
		add_row(world, table, 'b', i * STEP + 1);
	}
	rows_end(world, true);
	rows_world_settle(world);
	rows_begin(world, true);
	for (uint64_t i = 1; i <= size; i += 2) {
		add_row(world, table, 'b', i * STEP);
	}
	for (uint64_t i = 1; i <= size; i += 3) {
		remove_row(world, table, 'b', i * STEP + 1);
	}
	rows_end(world, true);
}

/* What the walk should meet, by trying every number. `from` 0: from the end. */
static uint64_t expect(struct seen *wanted, uint64_t size, uint64_t from, const struct walk *walk)
{
	wanted->count = 0;
	uint64_t skipped = 0;
	for (uint64_t i = 1; i <= size && wanted->count < walk->max; i++) {
		uint64_t number = (walk->backwards ? size + 1 - i : i) * STEP;
		if (from != 0 && (walk->backwards ? number > from : number < from)) {
			continue;
		}
		if (skipped < walk->skip) {
			skipped++;
			continue;
		}
		wanted->numbers[wanted->count++] = number;
	}
	return wanted->count;
}

static void compare(struct rows_world *world, enum table table, uint64_t size, uint64_t from, struct walk walk)
{
	static struct seen seen;
	static struct seen wanted;
	uint8_t key[9];
	uint8_t entry[32];
	bool is_set = table_row(table)->kind == TABLE_KIND_S;
	walk.table = table;
	walk.prefix = bytes_of(is_set ? "bbbb" : "b");
	if (from != 0) {
		walk.from = is_set ? entry_of(entry, from, table) : row_key(key, 'b', from);
	}
	seen.count = 0;
	uint64_t visited = rows_walk_over(world, &walk, see, &seen);
	if (visited != expect(&wanted, size, from, &walk) || visited != seen.count) {
		fail_msg("%llu of %llu visited: size %llu from %llu skip %llu max %llu %s", (unsigned long long)visited,
			(unsigned long long)wanted.count, (unsigned long long)size, (unsigned long long)from,
			(unsigned long long)walk.skip, (unsigned long long)walk.max,
			walk.backwards ? "backwards" : "forwards");
	}
	for (uint64_t i = 0; i < visited; i++) {
		assert_int_equal(seen.numbers[i], wanted.numbers[i]);
	}
}

static void compare_all(struct rows_world *world, enum table table, uint64_t size)
{
	const uint64_t end = size * STEP;
	const uint64_t froms[] = {0, 1, STEP, size / 2 * STEP + 1, size / 2 * STEP + STEP, end, end + 1};
	const uint64_t skips[] = {0, 1, size / 3, size - 1, size, size + 1, 255, 256, 257};
	const uint64_t maxes[] = {0, 1, 20, ROWS_MAX};
	rows_begin(world, false);
	for (size_t i = 0; i < sizeof froms / sizeof froms[0]; i++) {
		for (size_t j = 0; j < sizeof skips / sizeof skips[0]; j++) {
			for (size_t k = 0; k < sizeof maxes / sizeof maxes[0]; k++) {
				struct walk walk = {.skip = skips[j], .max = maxes[k]};
				compare(world, table, size, froms[i], walk);
				walk.backwards = true;
				compare(world, table, size, froms[i], walk);
			}
		}
	}
	rows_end(world, true);
}

static void walk_meets_what_a_list_has(void **state)
{
	const struct subject *subject = *state;
	for (size_t i = 0; i < SIZES; i++) {
		if (subject->backend == BACKEND_FORK && sizes[i] > 1000) {
			continue; /* a fork goes row by row */
		}
		struct rows_world world;
		rows_world_create(&world, subject->backend);
		fill(&world, subject->table, sizes[i]);
		compare_all(&world, subject->table, sizes[i]);
		rows_world_destroy(&world);
	}
}

/* A row before the prefix is no start, one behind it is: `from` limits what the prefix leaves. */
static void from_outside_the_prefix_leaves_all_or_nothing(void **state)
{
	const struct subject *subject = *state;
	static struct seen seen;
	struct rows_world world;
	rows_world_create(&world, subject->backend);
	fill(&world, TABLE_NOTE, 10);
	rows_begin(&world, false);
	static const struct {
		const char *from;
		bool backwards;
		uint64_t visited;
	} cases[] = {{"a", false, 10}, {"d", false, 0}, {"d", true, 10}, {"a", true, 0}, {"c", true, 10}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct walk walk = {
			.table = TABLE_NOTE,
			.prefix = bytes_of("b"),
			.from = bytes_of(cases[i].from),
			.backwards = cases[i].backwards,
			.max = 20,
		};
		seen.count = 0;
		assert_int_equal(rows_walk_over(&world, &walk, see, &seen), cases[i].visited);
	}
	rows_end(&world, true);
	rows_world_destroy(&world);
}

/* The greatest byte has no successor. */
static void prefix_of_greatest_bytes_is_walked_backwards(void **state)
{
	const struct subject *subject = *state;
	struct rows_world world;
	static struct seen seen;
	rows_world_create(&world, subject->backend);
	rows_begin(&world, true);
	add_row(&world, TABLE_NOTE, 'a', 1);
	add_row(&world, TABLE_NOTE, (char)0xff, 2);
	rows_end(&world, true);
	rows_world_settle(&world);
	rows_begin(&world, true);
	add_row(&world, TABLE_NOTE, (char)0xff, 3);
	struct walk walk = {.table = TABLE_NOTE, .prefix = bytes_of("\xff"), .backwards = true, .max = 9};
	seen.count = 0;
	assert_int_equal(rows_walk_over(&world, &walk, see, &seen), 2);
	assert_int_equal(seen.numbers[0], 3);
	assert_int_equal(seen.numbers[1], 2);
	rows_end(&world, true);
	rows_world_destroy(&world);
}

int main(void)
{
	static struct subject subjects[] = {
		{"rows of a folder", TABLE_NOTE, BACKEND_LMDB},
		{"small entries of a folder", TABLE_USER_TOKEN, BACKEND_LMDB},
		{"large entries of a folder", TABLE_ROSTER_NAME, BACKEND_LMDB},
		{"rows in memory", TABLE_NOTE, BACKEND_MEMORY},
		{"entries in memory", TABLE_ROSTER, BACKEND_MEMORY},
		{"rows of a fork", TABLE_NOTE, BACKEND_FORK},
		{"entries of a fork", TABLE_ROSTER, BACKEND_FORK},
	};
	int failed = 0;
	for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
		const struct CMUnitTest tests[] = {
			cmocka_unit_test_prestate(walk_meets_what_a_list_has, &subjects[i]),
			cmocka_unit_test_prestate(from_outside_the_prefix_leaves_all_or_nothing, &subjects[i]),
			cmocka_unit_test_prestate(prefix_of_greatest_bytes_is_walked_backwards, &subjects[i]),
		};
		failed += cmocka_run_group_tests_name(subjects[i].name, tests, NULL, NULL);
	}
	return failed;
}
