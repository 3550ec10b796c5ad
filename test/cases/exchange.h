/* One HTTP exchange without sockets: the bytes of a request through a dialect and the engine into a response. What the
 * server does between its sockets and its writer, for tests that decide the clock, the seed and the store. */
#ifndef TEST_CASES_EXCHANGE_H
#define TEST_CASES_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "http/dialect.h"
#include "store/store.h"

#define CASE_NOW ((int64_t)1736937000) /* 2025-01-15T10:30:00Z */
#define CASE_PUBLIC_URL "http://joinery.example"

/* The master key of all cases: bytes 0 to 31. */
extern const uint8_t case_master_key[32];

/* What came of it. The response's memory is the caller's to finish. */
struct exchange_result {
	enum dialect dialect;
	enum operation operation;
	enum outcome outcome;
	bool wrote; /* something was committed */
	const char *route; /* its pattern; NULL: none was looked for */
	enum http_method method;
	unsigned methods_allowed;
	struct http_response response;
};

/* When a request arrives, and what its random values derive from. */
struct exchange_moment {
	int64_t now;
	const uint8_t *seed; /* SEED_SIZE bytes */
	uint32_t groups_per_user_max;
	/* NULL, or told when what the server would do begins and ends: what is between may be made to fail. */
	void (*watch)(void *context, bool begins);
	void *context;
};

/* The moment of all cases. */
extern const struct exchange_moment case_moment;

/* As exchange_run below, at another moment than that of all cases. */
bool exchange_run_at(struct store *store, const struct exchange_moment *moment, const char *text, size_t length,
	struct exchange_result *result);

/* Runs a request (head lines ended by LF or CRLF, an empty line, the body) on the store. False: the text is not an HTTP
 * request, which is a mistake in the case. */
bool exchange_run(struct store *store, const char *text, size_t length, struct exchange_result *result);

#endif
