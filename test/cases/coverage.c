/* Counts what the cases reach. The transition tables are observed by the linker's --wrap, so the engine knows nothing of
 * it. */
#include "cases/coverage.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "api/onezone_decode.h"
#include "api/v3_decode.h"
#include "engine/transition.h"

#define ROUTES_MAX 128

struct transition __real_transition_find(enum action action, enum kind kind, enum state state);
struct transition __wrap_transition_find(enum action action, enum kind kind, enum state state);
struct transition __real_transition_find_deed(enum deed deed, enum state state);
struct transition __wrap_transition_find_deed(enum deed deed, enum state state);

static const struct api_routes *const ROUTES[] = {&onezone_routes, &v3_routes};
#define ROUTES_COUNT (sizeof ROUTES / sizeof *ROUTES)

static bool outcomes[OUTCOME_COUNT];
static bool routes[ROUTES_COUNT][ROUTES_MAX];
static bool cells[ACTION_COUNT][KIND_COUNT][STATE_COUNT];
static bool deeds[DEED_COUNT][STATE_COUNT];

/* What no operation of an API answers. Sockets and full stores do: test/http, test/writer and test/live reach
 * these. Pages do: test/engine and test/pages. */
static const enum outcome BEYOND_CASES[] = {
	OUTCOME_NOT_IMPLEMENTED,
	OUTCOME_REQUEST_TIMEOUT,
	OUTCOME_TOO_LARGE,
	OUTCOME_URI_TOO_LONG,
	OUTCOME_HEADER_TOO_LARGE,
	OUTCOME_STORE_FAILED,
	OUTCOME_BUSY,
	OUTCOME_STOPPING,
	OUTCOME_STORE_FULL,
	OUTCOME_RATE_LIMITED,
	OUTCOME_NOT_READY,
	OUTCOME_SIGN_IN_NEEDED,
	OUTCOME_SIGNED_IN,
	OUTCOME_SIGN_IN_REFUSED,
	OUTCOME_SIGNED_OUT,
	OUTCOME_VISITOR_UNKNOWN,
	OUTCOME_FORM_REFUSED,
	OUTCOME_APPLICATION_UNKNOWN,
	OUTCOME_APPLICATION_APPROVED,
	OUTCOME_FROB_SHOWN,
};

struct transition __wrap_transition_find(enum action action, enum kind kind, enum state state)
{
	cells[action][kind][state] = true;
	return __real_transition_find(action, kind, state);
}

struct transition __wrap_transition_find_deed(enum deed deed, enum state state)
{
	deeds[deed][state] = true;
	return __real_transition_find_deed(deed, state);
}

void coverage_exchange(const struct stage_result *result)
{
	outcomes[result->outcome] = true;
	for (size_t i = 0; i < ROUTES_COUNT && result->route != NULL; i++) {
		for (size_t j = 0; j < ROUTES[i]->count; j++) {
			const struct api_route *row = &ROUTES[i]->rows[j];
			bool reached = row->method == result->method && strcmp(row->pattern, result->route) == 0;
			routes[i][j] = routes[i][j] || reached;
		}
	}
}

static bool is_beyond(enum outcome outcome)
{
	for (size_t i = 0; i < sizeof BEYOND_CASES / sizeof *BEYOND_CASES; i++) {
		if (BEYOND_CASES[i] == outcome) {
			return true;
		}
	}
	return false;
}

static unsigned missing_outcomes(void)
{
	unsigned missing = 0;
	for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
		if (!outcomes[i] && !is_beyond((enum outcome)i)) {
			printf("MISSING a case for the outcome %s\n", outcome_row((enum outcome)i)->name);
			missing++;
		}
	}
	return missing;
}

static unsigned missing_cells(void)
{
	unsigned missing = 0;
	for (unsigned action = 0; action < ACTION_COUNT; action++) {
		for (unsigned kind = 0; kind < KIND_COUNT; kind++) {
			for (unsigned state = 0; state < STATE_COUNT; state++) {
				if (!cells[action][kind][state]) {
					printf("MISSING a case for action %u, kind %u, state %s\n", action, kind,
						state_name((enum state)state));
					missing++;
				}
			}
		}
	}
	return missing;
}

static unsigned missing_deeds(void)
{
	unsigned missing = 0;
	for (unsigned deed = DEED_FIRST; deed < DEED_COUNT; deed++) {
		for (unsigned state = 0; state < STATE_COUNT; state++) {
			if (!deeds[deed][state]) {
				printf("MISSING a case for deed %u, state %s\n", deed, state_name((enum state)state));
				missing++;
			}
		}
	}
	return missing;
}

static unsigned missing_routes(void)
{
	unsigned missing = 0;
	for (size_t i = 0; i < ROUTES_COUNT; i++) {
		assert(ROUTES[i]->count <= ROUTES_MAX);
		for (size_t j = 0; j < ROUTES[i]->count; j++) {
			if (!routes[i][j]) {
				const struct api_route *row = &ROUTES[i]->rows[j];
				printf("MISSING a case for method %d of the route %s\n", (int)row->method, row->pattern);
				missing++;
			}
		}
	}
	return missing;
}

unsigned coverage_missing(void)
{
	return missing_outcomes() + missing_cells() + missing_deeds() + missing_routes();
}
