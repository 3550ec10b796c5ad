/* A request under faults: on a fork of the store, one call of its rows fails, or one allocation, the first, then the
 * second, until none is left that could. Whatever fails, the answer is the right one, or a refusal that says whose fault it
 * is; and what was refused so was not done, so asking again gives the right answer. */
#ifndef TEST_CASES_FAULTS_H
#define TEST_CASES_FAULTS_H

#include "cases/case.h"

struct faults_observer {
	/* The first refusal of each kind. */
	void (*see)(void *context, const char *request, const struct stage_result *result);
	/* A sentence about an answer that is neither, and the answer. */
	void (*complain)(void *context, const char *what, const char *told);
	void *context;
};

/* Leaves the store as it is. Returns how many faults there were. */
unsigned faults_run(struct store *store, const struct stage_moment *moment, const char *request,
	const struct faults_observer *observer);

#endif
