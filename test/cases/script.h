/* The requests of one file of a case, one after the other on the same store. A line of `=====` stands between two; with
 * "+N" behind it the clock goes N seconds on. `<<Name>>` in a request stands for what the reply before it says: the value
 * of that header (of Link, what is between its angle brackets), else of that string member of its body. Each request has
 * random values of its own. */
#ifndef TEST_CASES_SCRIPT_H
#define TEST_CASES_SCRIPT_H

#include <stdbool.h>
#include <stdio.h>

#include "cases/case.h"

struct script_observer {
	/* NULL, or asked before each request is run. */
	void (*expect)(void *context, struct store *store, const struct stage_moment *moment, const char *request);
	void (*see)(void *context, const char *request, const struct stage_result *result);
	void *context;
};

struct script_result {
	enum outcome outcome; /* of the last request */
	unsigned request_count;
	bool wrote;    /* any of them */
	char *replies; /* as the case's file shows them; the caller's to free */
};

/* Runs the text. False: a request is not HTTP, or names what the reply before it does not say. */
bool script_run(struct store *store, const char *text, const struct script_observer *observer,
	struct script_result *result);

/* A reply as the case's file shows it: status, outcome, the dialect's headers, body. */
void script_write_reply(FILE *out, const struct stage_result *result);

#endif
