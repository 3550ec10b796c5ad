/* The way of a request without sockets, threads and clock: the bytes of a request through the server's
 * own dialect and engine into a response, on a store whose transactions the caller decides about. */
#ifndef MIGRATE_STAGE_H
#define MIGRATE_STAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/engine.h"
#include "http/dialect.h"
#include "model/source.h"
#include "store/store.h"
#include "store/written.h"

/* Memory that is used again from run to run, and what all runs have in common. One thread at a time. */
struct stage;

struct stage_options {
	struct store *store;
	const uint8_t *master_key; /* MASTER_KEY_SIZE bytes; must outlive the stage */
	struct engine_options engine;
	const char *public_url; /* must outlive the stage */
};

/* NULL: out of memory. */
struct stage *stage_create(const struct stage_options *options);
/* NULL does nothing. Before the store is closed. */
void stage_destroy(struct stage *stage);

/* Makes room for a request of `length` bytes and for what is read from it; a run does so itself, but then what
 * fails for want of memory may be no reply. False: out of memory. */
bool stage_reserve(struct stage *stage, size_t length);

/* When a request arrives, and what its random values derive from. */
struct stage_moment {
	int64_t now; /* unix seconds */
	uint8_t seed[SEED_SIZE];
};

/* One run. */
struct stage_run {
	const char *text; /* head lines ended by LF or CRLF, an empty line, the body */
	size_t length;
	const struct stage_moment *moment;
	bool keep; /* false: the transaction is abandoned, and the store is as before */
	/* What may write runs at once in the transaction that writes; else first in a try, as in the server, which
	 * costs two runs. */
	bool at_once;
	/* Visits what the run has written, before it is kept or abandoned; NULL: nobody asks. */
	rows_changed *changed;
	void *context;
	/* A second request that is run behind it in the same transaction, and only reads: what the reply
	 * of the first does not show. Not run where the first was refused. NULL: none. */
	const char *probe;
	size_t probe_length;
};

/* What came of a run. Starts zeroed. Texts live until the next run with the same result; stage_result_finish frees. */
struct stage_result {
	enum dialect dialect;
	enum operation operation;
	enum outcome outcome;
	bool wrote; /* where it is kept: committed */
	const char *route; /* its pattern; NULL: none was looked for */
	enum http_method method;
	unsigned methods_allowed;
	struct http_response response;
	struct http_response probe; /* empty where none was asked for */
};

void stage_result_finish(struct stage_result *result);

enum stage_end {
	STAGE_DONE,
	STAGE_NO_REQUEST, /* the text is not an HTTP request */
	STAGE_FAILED, /* out of memory, or the store failed; what the server would say then is the response */
};

/* Behind STAGE_NO_REQUEST, and where there was no memory to read the request (see stage_reserve), the result says
 * nothing. */
enum stage_end stage_run(struct stage *stage, const struct stage_run *run, struct stage_result *result);

/* What the server's writer does beside requests: ends what is due at `now` and sweeps what deleted groups
 * left. False: the store failed. */
bool stage_tend(struct stage *stage, int64_t now);

#endif
