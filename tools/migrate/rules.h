/* Named differences that are accepted, until a date. Zero tolerance is the default: without a rule there is none. */
#ifndef MIGRATE_RULES_H
#define MIGRATE_RULES_H

#include "migrate/report.h"

/* A file of JSON lines: {"method":"group.join","kind":"field","path":"group.member_count","reason":"...",
 * "expires":"2027-01-31"}; method and path may end in "*". NULL: it cannot be read, or a rule is bad: `why`. */
struct rules *rules_load(const char *path, int64_t now, char *why, size_t capacity);
/* The reason of the first rule that accepts it; NULL: none. Counts the rule as used. */
const char *rules_accept(struct rules *rules, const char *method, const struct difference *difference);
/* Calls `report` with one line per expired or unused rule; returns how many. */
uint32_t rules_stale(const struct rules *rules, void (*report)(void *context, const char *line), void *context);
void rules_free(struct rules *rules);

#endif
