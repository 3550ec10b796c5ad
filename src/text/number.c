/* Digits from the last to the first. */
#include "text/number.h"

char *number_write_digits(uint64_t number, unsigned digits, char *at)
{
	for (unsigned i = digits; i > 0; i--) {
		at[i - 1] = (char)('0' + number % 10);
		number /= 10;
	}
	return at + digits;
}

size_t number_write(uint64_t number, char text[NUMBER_TEXT_SIZE])
{
	unsigned digits = 1;
	for (uint64_t rest = number / 10; rest > 0; rest /= 10) {
		digits++;
	}
	*number_write_digits(number, digits, text) = '\0';
	return digits;
}
