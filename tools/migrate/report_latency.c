/* Ranges grow with the values: LATENCY_STEPS of one microsecond, then as many of each doubled width. */
#include "migrate/report_latency.h"

#include <stddef.h>

#define RANGES (LATENCY_STEPS * (LATENCY_POWERS + 1))
#define THOUSAND 1000

static size_t range_of(uint64_t value)
{
	unsigned power = 0;
	while (value >> power >= 2 * LATENCY_STEPS) {
		power++;
	}
	if (value < LATENCY_STEPS) {
		return (size_t)value;
	}
	size_t range = LATENCY_STEPS * (size_t)power + (size_t)(value >> power);
	return range < RANGES ? range : RANGES - 1;
}

/* The greatest value of a range. */
static int64_t range_end(size_t range)
{
	if (range < 2 * LATENCY_STEPS) {
		return (int64_t)range;
	}
	size_t power = range / LATENCY_STEPS - 1;
	size_t step = range % LATENCY_STEPS + LATENCY_STEPS;
	return (int64_t)(((uint64_t)step + 1) << power) - 1;
}

void latency_add(struct latency *latency, int64_t value_us)
{
	if (value_us >= 0) {
		latency->counts[range_of((uint64_t)value_us)]++;
		latency->count++;
	}
}

int64_t latency_quantile(const struct latency *latency, unsigned of_thousand)
{
	uint64_t rank = (latency->count * of_thousand + THOUSAND - 1) / THOUSAND;
	uint64_t seen = 0;
	for (size_t i = 0; i < RANGES; i++) {
		seen += latency->counts[i];
		if (seen > 0 && seen >= rank) {
			return range_end(i);
		}
	}
	return -1;
}
