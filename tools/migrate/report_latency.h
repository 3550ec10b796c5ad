/* How long calls took, in bounded memory: each value is known to 1/32 of itself. */
#ifndef MIGRATE_REPORT_LATENCY_H
#define MIGRATE_REPORT_LATENCY_H

#include <stdint.h>

#define LATENCY_STEPS 32	 /* ranges between a power of two and the next */
#define LATENCY_POWERS 31 /* from 32 us: above 2^36 us, nineteen hours, all is one */

struct latency {
	uint64_t counts[LATENCY_STEPS * (LATENCY_POWERS + 1)];
	uint64_t count;
};

/* A value below 0 is not known, and not counted. */
void latency_add(struct latency *latency, int64_t value_us);
/* The value below or at which so many of a thousand lie, rounded up by at most 1/32; -1: none was added. */
int64_t latency_quantile(const struct latency *latency, unsigned of_thousand);

#endif
