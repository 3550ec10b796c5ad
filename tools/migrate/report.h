/* What comparing found: counted, printed, and written as JSON lines, JUnit XML and one HTML file. */
#ifndef MIGRATE_REPORT_H
#define MIGRATE_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The program's end. */
enum migrate_exit {
	MIGRATE_EQUAL = 0,
	MIGRATE_DIFFERENT = 1,
	MIGRATE_USAGE = 2,
	MIGRATE_UNREACHABLE = 3,
	MIGRATE_STALE_RULE = 4,
};

enum difference_kind {
	DIFFERENCE_OUTCOME,
	DIFFERENCE_STATUS, /* where both sides speak one dialect */
	DIFFERENCE_FIELD,
	DIFFERENCE_STATE,
	DIFFERENCE_CHECK,  /* fsck found an error in one side's state */
	DIFFERENCE_KIND_COUNT,
};

struct difference {
	enum difference_kind kind;
	const char *path;  /* "group.member_count", "member 7 9", "" for outcome and status */
	const char *left;  /* NULL: not there */
	const char *right;
	bool noise;	   /* it also differs between two runs of the same side */
	const char *rule;  /* the reason of the rule that accepts it; NULL: none does */
};

/* One side of a compared call. */
struct report_side {
	const char *name;    /* "legacy", "v3", "http://old.example" */
	const char *request; /* as text, secrets replaced */
	const char *reply;
	int status;
	const char *outcome;
	int64_t latency_us;  /* -1: not known */
};

struct verdict {
	uint64_t number;    /* line of the recording, or of the generated call */
	const char *method; /* what the rows of the report are: "group.join", "POST /v3/groups" */
	const char *no_twin; /* why it was not compared; NULL: it was */
	struct report_side left;
	struct report_side right;
	const struct difference *differences;
	uint32_t difference_count;
	const char *state_diff; /* lines with - and +; NULL: none */
	const char *repeat;	/* one command that repeats it */
};

struct report_options {
	const char *title;
	const char *json_path; /* NULL: none, "-": standard output */
	const char *junit_path;
	const char *html_path;
	bool progress; /* a bar on a terminal */
	uint32_t kept_max; /* differences that are shown in full; all are counted */
};

struct report;
struct rules;

/* NULL: a file cannot be made, or no memory; `why` says so. `rules` may be NULL; it is asked about every difference. */
struct report *report_open(const struct report_options *options, struct rules *rules, char *why, size_t capacity);
/* Any one thread at a time. The verdict is copied as far as it is kept. */
void report_add(struct report *report, const struct verdict *verdict);
void report_progress(struct report *report, uint64_t done, uint64_t total);
/* Writes everything and says how it went. */
enum migrate_exit report_close(struct report *report);

#endif
