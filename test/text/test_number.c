/* Numbers as digits. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "text/number.h"

static void is_as_printf_writes_it(uint64_t number)
{
	char wanted[NUMBER_TEXT_SIZE + 1];
	char text[NUMBER_TEXT_SIZE];
	int length = snprintf(wanted, sizeof wanted, "%" PRIu64, number);
	assert_int_equal(number_write(number, text), length);
	assert_string_equal(text, wanted);
}

static void numbers_of_every_length_are_as_printf_writes_them(void **state)
{
	(void)state;
	is_as_printf_writes_it(0);
	is_as_printf_writes_it(UINT64_MAX);
	for (uint64_t power = 1; power < UINT64_MAX / 10; power *= 10) {
		is_as_printf_writes_it(power * 10 - 1);
		is_as_printf_writes_it(power * 10);
	}
}

static void digits_are_filled_up_with_zeroes(void **state)
{
	(void)state;
	char text[] = "----";
	assert_ptr_equal(number_write_digits(7, 3, text), text + 3);
	assert_string_equal(text, "007-");
	(void)number_write_digits(12345, 2, text);
	assert_string_equal(text, "457-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_of_every_length_are_as_printf_writes_them),
		cmocka_unit_test(digits_are_filled_up_with_zeroes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
