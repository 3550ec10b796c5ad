/* Named differences that are accepted, until a date. Zero tolerance is the default: without a rule there is none. */
#ifndef MIGRATE_RULES_H
#define MIGRATE_RULES_H

#include "migrate/report.h"

struct rules;

/* A file of JSON lines, one rule each; empty lines and those that start with '#' are passed over:
 *
 *   {"method":"group.join","kind":"field","path":"group.member_count","reason":"...","expires":"2027-01-31"}
 *
 * method   a method of the report; may end in "*"
 * kind     "outcome", "status", "field", "state" or "check"
 * path     of the difference; may end in "*" behind at least one other character; left out for outcome and status
 * left     (optional) what the left side has, exactly; null: it has nothing there
 * right    (optional) likewise
 * reason   why it is accepted; stands in every report
 * expires  the last day, UTC, on which the rule is good
 *
 * `now`: unix seconds. NULL: it cannot be read, or a line is bad: `why` is one line that names the place. */
struct rules *rules_load(const char *path, int64_t now, char *why, size_t capacity);
/* The same from memory; `name` is what messages call it. The bytes may be of any kind. */
struct rules *rules_read(const char *name, const char *bytes, size_t length, int64_t now, char *why, size_t capacity);
/* The reason of the first rule that accepts it; NULL: none. Counts the rule as used. An expired rule still explains
 * what it accepted, so that the report tells it from new differences; rules_stale names it. One thread at a time; the
 * reason lives as long as the rules. */
const char *rules_accept(struct rules *rules, const char *method, const struct difference *difference);
/* Calls `report` with one line per expired rule, and, unless only a part of the calls was compared, per unused one;
 * returns how many. `rules` may be NULL: none. */
uint32_t rules_stale(const struct rules *rules, bool partial, void (*report)(void *context, const char *line),
		     void *context);
/* NULL does nothing. */
void rules_free(struct rules *rules);

#endif
