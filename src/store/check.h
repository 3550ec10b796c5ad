/* The parts of the check. Each asks of every record whether its index rows stand, and of every index row
 * whether a record implies it. Private to store/. */
#ifndef STORE_CHECK_H
#define STORE_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "store/record.h"
#include "store/txn.h"

struct check {
	struct txn *txn;
	void (*report)(void *context, const char *line);
	void *context;
	struct check_result *result;
	struct texts texts; /* of the record under the eye */
};

/* One error, in a line without secrets: what is wrong with which number. */
void check_report(struct check *check, const char *what, uint64_t id, const char *wrong);
/* Reports unless it holds. */
void check_that(struct check *check, bool holds, const char *what, uint64_t id, const char *wrong);
/* Visits every entry of every set of a table. */
void check_sets(struct check *check, enum table table, rows_visit *visit);
/* Visits every row of a P table. */
void check_rows(struct check *check, enum table table, rows_visit *visit);
/* Whether a row under this number is right: the index by text or number names it. */
bool check_names(struct check *check, enum table table, struct bytes key, uint64_t id);
/* Whether the set has this entry. */
bool check_has_entry(struct check *check, enum table table, struct bytes key, const void *entry, size_t size);
uint64_t check_count_rows(struct check *check, enum table table);
/* The highest id of a table is below its counter. */
void check_counter(struct check *check, enum table table, enum counter counter);

void check_people(struct check *check);
void check_groups(struct check *check);
void check_members(struct check *check);
void check_invites(struct check *check);
void check_replies(struct check *check);
void check_feed(struct check *check);

#endif
