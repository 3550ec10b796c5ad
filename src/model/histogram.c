/* Counters without a locked instruction: who adds is alone, and who reads sees some moment of each. */
#include "model/histogram.h"

const uint64_t HISTOGRAM_TIMES_US[HISTOGRAM_BOUNDS_MAX + 1] = {100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000,
	100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000};
const uint64_t HISTOGRAM_SIZES[HISTOGRAM_BOUNDS_MAX + 1] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

void counter_add(_Atomic uint64_t *counter, uint64_t more)
{
	uint64_t before = atomic_load_explicit(counter, memory_order_relaxed);
	atomic_store_explicit(counter, before + more, memory_order_relaxed);
}

void histogram_add(struct histogram *histogram, const uint64_t *bounds, uint64_t value)
{
	unsigned i = 0;
	while (bounds[i] != 0 && value > bounds[i]) {
		i++;
	}
	counter_add(&histogram->counts[i], 1);
	counter_add(&histogram->sum, value);
}

void histogram_merge(struct histogram *sum, const struct histogram *histogram)
{
	for (unsigned i = 0; i <= HISTOGRAM_BOUNDS_MAX; i++) {
		counter_add(&sum->counts[i], atomic_load_explicit(&histogram->counts[i], memory_order_relaxed));
	}
	counter_add(&sum->sum, atomic_load_explicit(&histogram->sum, memory_order_relaxed));
}
