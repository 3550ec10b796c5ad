/* What the cases have reached: every outcome an operation can give, every cell of the transition table. */
#ifndef TEST_CASES_COVERAGE_H
#define TEST_CASES_COVERAGE_H

#include "model/outcome.h"

void coverage_outcome(enum outcome outcome);
/* Prints what was not reached and returns how many. */
unsigned coverage_missing(void);

#endif
