/* The clock that nobody sets, for what is measured and not told. */
#ifndef WRITER_MONOTONIC_H
#define WRITER_MONOTONIC_H

#include <stdint.h>

/* Microseconds; never 0. */
int64_t monotonic_us(void);

#endif
