/* A row is found by its kind and never leaves its place, so who reads needs no lock: a count above 0, read with
 * acquire, says that the kind beside it is whole. */
#include "http/counters.h"

#include <stdbool.h>
#include <stddef.h>

static size_t first_place(const struct answer_kind *kind)
{
	uint64_t number = (uint64_t)(uintptr_t)kind->route * 31 + (uint64_t)kind->method;
	number = number * 31 + (uint64_t)kind->outcome;
	number = number * 31 + (uint64_t)kind->status;
	return (size_t)(number * UINT64_C(0x9E3779B97F4A7C15) >> 32) % COUNTERS_ROWS; /* the golden ratio */
}

static bool same_kind(const struct answer_kind *a, const struct answer_kind *b)
{
	return a->route == b->route && a->method == b->method && a->status == b->status &&
	       a->outcome == b->outcome && a->dialect == b->dialect && a->of_server == b->of_server;
}

void counters_add(struct counters *counters, const struct answer_kind *kind)
{
	size_t place = first_place(kind);
	for (size_t i = 0; i < COUNTERS_ROWS; i++) {
		struct counters_row *row = &counters->rows[(place + i) % COUNTERS_ROWS];
		uint64_t count = atomic_load_explicit(&row->count, memory_order_relaxed);
		if (count == 0) {
			row->kind = *kind;
		}
		if (count == 0 || same_kind(&row->kind, kind)) {
			atomic_store_explicit(&row->count, count + 1, memory_order_release);
			return;
		}
	}
	counter_add(&counters->untold, 1);
}
