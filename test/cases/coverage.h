/* What the cases have reached: every outcome an operation can give, every cell of both transition tables,
 * every route of the JSON APIs. */
#ifndef TEST_CASES_COVERAGE_H
#define TEST_CASES_COVERAGE_H

#include "cases/case.h"

void coverage_exchange(const struct stage_result *result);
/* Prints what was not reached and returns how many. */
unsigned coverage_missing(void);

#endif
