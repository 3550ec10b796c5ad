/* Every leniency of queries and forms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "form.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static struct span span_of(const char *text)
{
	return (struct span){text, strlen(text)};
}

static void values_are_decoded_leniently(void **state)
{
	(void)state;
	static const struct {
		const char *raw;
		const char *bytes;
		size_t length;
	} cases[] = {
		{"", "", 0},
		{"plain", "plain", 5},
		{"a+b", "a b", 3},
		{"a%2Bb%20c", "a+b c", 5},
		{"%41%4a%4A", "AJJ", 3},
		{"%00", "\0", 1},
		{"%C3%A9%ff", "\xC3\xA9\xFF", 3},
		{"%", "%", 1},
		{"%4", "%4", 2},
		{"%%41", "%A", 2},
		{"%zz%4g%g4", "%zz%4g%g4", 9},
		{"100%", "100%", 4},
		{"%2541", "%41", 3}, /* once */
		{"a=b", "a=b", 3},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char bytes[16];
		size_t length = 99;
		assert_true(form_copy(span_of(cases[i].raw), bytes, sizeof bytes, &length));
		assert_int_equal(length, cases[i].length);
		assert_memory_equal(bytes, cases[i].bytes, length);
	}
}

static void copying_stops_at_the_capacity(void **state)
{
	(void)state;
	char bytes[3];
	size_t length = 0;
	assert_true(form_copy(span_of("%41%42%43"), bytes, sizeof bytes, &length));
	assert_int_equal(length, 3);
	assert_false(form_copy(span_of("%41%42%43d"), bytes, sizeof bytes, &length));
}

static void the_last_counts_and_the_body_over_the_query(void **state)
{
	(void)state;
	static const struct {
		const char *query;
		const char *body;
		const char *raw;
	} cases[] = {
		{"", "", ""},
		{"id=1", "", "1"},
		{"", "id=1", "1"},
		{"id=1", "id=2", "2"},
		{"id=1&id=2", "", "2"},
		{"id=1&id=2", "id=3&id=4", "4"},
		{"id=1&id=", "", ""},
		{"id=1", "id=", ""},
		{"id=1&id", "", ""},
		{"id", "", ""},
		{"&&id=1&&", "", "1"},
		{"other=5&id=1&more=6", "", "1"},
		{"%69d=1", "", "1"},
		{"i%64=1%202", "", "1%202"},
		{"ID=1", "", ""},
		{"id%00=1", "", ""},
		{"idd=1&i=2&=3", "", ""},
		{"id=a=b", "", "a=b"},
		{"id=1;id=2", "", "1;id=2"},
		{"id+=1", "", ""},
	};
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct form_field field = {.name = "id", .raw = {"stale", 5}};
		form_read(span_of(cases[i].query), span_of(cases[i].body), &field, 1);
		assert_int_equal(field.raw.length, strlen(cases[i].raw));
		if (field.raw.length > 0) {
			assert_memory_equal(field.raw.bytes, cases[i].raw, field.raw.length);
		}
	}
}

static void fields_of_one_name_are_all_filled(void **state)
{
	(void)state;
	struct form_field fields[] = {{.name = "a"}, {.name = "b"}, {.name = "a"}};
	form_read(span_of("a=1&b=2"), span_of(""), fields, COUNT_OF(fields));
	assert_memory_equal(fields[0].raw.bytes, "1", 1);
	assert_memory_equal(fields[1].raw.bytes, "2", 1);
	assert_memory_equal(fields[2].raw.bytes, "1", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_decoded_leniently),
		cmocka_unit_test(copying_stops_at_the_capacity),
		cmocka_unit_test(the_last_counts_and_the_body_over_the_query),
		cmocka_unit_test(fields_of_one_name_are_all_filled),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
