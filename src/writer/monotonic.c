/* It counts from some moment before the process began. */
#include "writer/monotonic.h"

#include <time.h>

int64_t monotonic_us(void)
{
	struct timespec now;
	(void)clock_gettime(CLOCK_MONOTONIC, &now); /* always there */
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000 + 1;
}
