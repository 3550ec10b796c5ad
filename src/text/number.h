/* Numbers as decimal digits: what printf writes, for those that are written thousands of times a second. */
#ifndef TEXT_NUMBER_H
#define TEXT_NUMBER_H

#include <stddef.h>
#include <stdint.h>

#define NUMBER_TEXT_SIZE 21 /* with the NUL */

/* Ends the digits with a NUL; returns how many there are. */
size_t number_write(uint64_t number, char text[NUMBER_TEXT_SIZE]);
/* Writes exactly `digits` digits, without a NUL: zeroes come first, and what a greater number has more is left out.
 * Returns the place behind them. */
char *number_write_digits(uint64_t number, unsigned digits, char *at);

#endif
