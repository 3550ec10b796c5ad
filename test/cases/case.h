/* The stage of all cases: its secrets, its moment, and one request on it. */
#ifndef TEST_CASES_CASE_H
#define TEST_CASES_CASE_H

#include "migrate/stage.h"

#define CASE_NOW ((int64_t)1736937000) /* 2025-01-15T10:30:00Z */
#define CASE_PUBLIC_URL "http://joinery.example"

/* The master key of all cases: bytes 0 to 31. */
extern const uint8_t case_master_key[32];

extern const struct engine_options case_engine;

/* The moment of all cases: when a request arrives unless it says otherwise. */
extern const struct stage_moment case_moment;

/* A stage on the store; the caller's to destroy, before the store is closed. */
struct stage *case_stage(struct store *store);

/* Runs a request on a stage of its own and keeps what it wrote. False: the text is not an HTTP request, which is a
 * mistake in the case. The result is initialised; what it holds is the caller's to finish. */
bool case_ask(struct store *store, const struct stage_moment *moment, const char *text, struct stage_result *result);

#endif
