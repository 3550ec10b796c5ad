/* What a report counts and keeps while calls come in. Private to the report's files. */
#ifndef MIGRATE_REPORT_TALLY_H
#define MIGRATE_REPORT_TALLY_H

#include "migrate/report.h"
#include "migrate/report_latency.h"

#define ROWS_MAX 256	/* methods times pairs of sides; one more row counts all others */
#define CAUSES_MAX 64	/* of one row; one more counts all others */
#define UNTOLD_MAX 256	/* reasons why a call has no twin, times methods */
#define CAUSE_PATH_SIZE 96

/* What is thought of a difference. */
enum standing_of_difference {
	DIFFERS,  /* nothing explains it */
	ACCEPTED, /* a rule does */
	NOISY,
	DIFFERENCE_STANDING_COUNT,
};

/* Differences of one row that look alike: numbers in paths do not count. */
struct cause {
	enum difference_kind kind;
	enum standing_of_difference standing;
	char path[CAUSE_PATH_SIZE];
	char *rule; /* "" unless accepted; like every text here NULL where there was no memory */
	uint64_t count;
	uint64_t shown; /* calls that are kept in full for it */
	uint64_t first; /* the number of the first such call, and what it had */
	char *left;	/* NULL: not there */
	char *right;
};

struct row {
	char *method;
	char *sides[2];
	uint64_t calls;
	uint64_t equal;
	uint64_t by_standing[DIFFERENCE_STANDING_COUNT]; /* calls, by the worst of their differences */
	struct latency latency[2];
	struct cause *causes;
	uint32_t cause_count;
};

struct untold {
	char *method;
	char *sides[2];
	char *reason;
	uint64_t count;
	uint64_t first;
};

#define KEPT_DIFFERENCES_MAX 64
#define KEPT_TEXT_MAX 65536 /* bytes of a request, a reply, a state diff */

/* A verdict of our own: every text is a copy, and it is settled which rule accepts what. */
struct kept {
	struct verdict verdict; /* its differences are those below */
	struct difference *differences;
	enum standing_of_difference standing; /* the worst of them */
	uint32_t more;			      /* differences beyond those kept */
};

/* False: no memory, and nothing is held. `settled`: the first differences, at most KEPT_DIFFERENCES_MAX. */
bool kept_copy(struct kept *kept, const struct verdict *verdict, const struct difference *settled);
void kept_finish(struct kept *kept);

struct tally {
	struct row *rows[ROWS_MAX + 1];
	uint32_t row_count;
	struct untold untold[UNTOLD_MAX + 1];
	uint32_t untold_count;
	struct kept *kept;
	uint32_t kept_count;
	uint32_t kept_max;
	uint64_t calls; /* compared and not */
	uint64_t compared;
	uint64_t without_twin;
	uint64_t effects[EFFECT_COUNT]; /* calls that were compared: once each, not once per pair */
	uint64_t effect_number; /* the call that was counted last; the verdicts of one call follow each other */
	uint64_t equal;
	uint64_t by_standing[DIFFERENCE_STANDING_COUNT];
	bool out_of_memory; /* something is missing */
};

/* False: no memory. */
bool report_tally_init(struct tally *tally, uint32_t kept_max);
/* Counts a call, and keeps it where it shows something new. */
void report_tally_add(struct tally *tally, struct rules *rules, const struct verdict *verdict);
/* Puts rows, causes and reasons into the order in which they are shown: the worst first, then by name. */
void tally_sort(struct tally *tally);
void report_tally_finish(struct tally *tally);
/* Whether the latency of any call is known. */
bool report_tally_is_timed(const struct tally *tally);
bool row_is_of(const struct row *row, const struct verdict *verdict);

/* Of a difference that the rules were asked about. */
enum standing_of_difference standing_of(const struct difference *difference);
const char *standing_of_difference_name(enum standing_of_difference standing); /* "differs", "accepted", "noise" */

#endif
