/* How often values fell into ranges. One thread adds; any may read while it does. */
#ifndef MODEL_HISTOGRAM_H
#define MODEL_HISTOGRAM_H

#include <stdatomic.h>
#include <stdint.h>

#define HISTOGRAM_BOUNDS_MAX 16

/* Upper bounds, inclusive and ascending; 0 ends them. */
extern const uint64_t HISTOGRAM_TIMES_US[HISTOGRAM_BOUNDS_MAX + 1];
extern const uint64_t HISTOGRAM_SIZES[HISTOGRAM_BOUNDS_MAX + 1];

struct histogram {
	_Atomic uint64_t counts[HISTOGRAM_BOUNDS_MAX + 1]; /* the last ranges: what is above all bounds */
	_Atomic uint64_t sum;
};

/* Adds one to a counter that only this thread changes. */
void counter_add(_Atomic uint64_t *counter, uint64_t more);
void histogram_add(struct histogram *histogram, const uint64_t *bounds, uint64_t value);
/* Adds all of another histogram with the same bounds to one of the caller's own. */
void histogram_merge(struct histogram *sum, const struct histogram *histogram);

#endif
