/* What one HTTP thread has answered: only that thread adds, any thread reads. */
#ifndef HTTP_COUNTERS_H
#define HTTP_COUNTERS_H

#include <stdatomic.h>
#include <stdint.h>

#include "http/dialect.h"
#include "model/histogram.h"

#define COUNTERS_ROWS 1024 /* kinds of answers that a thread tells apart */

/* Of which kind an answer is. Routes are the static names of dialects, so their number is bounded. */
struct answer_kind {
	const char *route;
	enum http_method method;
	int status;
	enum outcome outcome;
	enum dialect dialect;
	bool of_server; /* a document of the server itself, whose dialect is none */
};

struct counters_row {
	struct answer_kind kind; /* written before the count is first more than 0 */
	_Atomic uint64_t count;
};

struct counters {
	struct counters_row rows[COUNTERS_ROWS]; /* open addressing by route and the rest */
	_Atomic uint64_t untold; /* answers for which no row was left */
	struct histogram times[DIALECT_COUNT]; /* from the request's last byte to its answer, in us */
	_Atomic uint64_t connections; /* accepted */
	_Atomic uint64_t waits_refused; /* polls that were answered at once, because too many waited */
};

void counters_add(struct counters *counters, const struct answer_kind *kind);

#endif
