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
	MIGRATE_USAGE = 2, /* also a file that cannot be read or written */
	MIGRATE_UNREACHABLE = 3,
	MIGRATE_STALE_RULE = 4, /* all that differs is accepted, but not by rules that are in order */
};

enum difference_kind {
	DIFFERENCE_OUTCOME,
	DIFFERENCE_STATUS, /* where both sides speak one dialect */
	DIFFERENCE_FIELD,
	DIFFERENCE_STATE,
	DIFFERENCE_CHECK,  /* fsck found an error in one side's state */
	DIFFERENCE_KIND_COUNT,
};

/* The path of the last one, of the kind check, where there is no room for all. */
#define DIFFERENCES_BEYOND "more differences than are told"

struct difference {
	enum difference_kind kind;
	const char *path;  /* "group.member_count", "member 7 9", "" for outcome and status */
	const char *left;  /* NULL: not there */
	const char *right;
	bool noise;	   /* it also differs between two runs of the same side; no rule is asked about it */
	const char *rule;  /* the reason of the rule that accepts it; NULL: the report asks the rules it has */
};

/* What a call did to the state of its own side. */
enum effect {
	EFFECT_UNKNOWN, /* nobody looked */
	EFFECT_CHANGED,
	EFFECT_KEPT, /* a write that was refused, or asked for what was so already */
	EFFECT_READ,
	EFFECT_COUNT,
};

/* One side of a compared call. */
struct report_side {
	const char *name;    /* "legacy", "v3", "http://old.example" */
	const char *request; /* as text, secrets replaced; a curl line, or head and body */
	const char *reply;   /* likewise: the body, or head and body */
	int status;	     /* 0: not known */
	const char *outcome; /* NULL: not known */
	int64_t latency_us;  /* -1: not known */
};

struct verdict {
	uint64_t number;    /* line of the recording, or of the generated call */
	const char *method; /* what the rows of the report are: "group.join", "POST /v3/groups" */
	const char *no_twin; /* why it was not compared; NULL: it was */
	enum effect effect;
	struct report_side left;
	struct report_side right;
	const struct difference *differences;
	uint32_t difference_count;
	const char *state_diff; /* lines with - and +; NULL: none */
	const char *repeat;	/* one command that repeats it; NULL: report_options says it */
};

struct report_options {
	const char *title;
	const char *json_path; /* NULL: none, "-": standard output, and the text goes to standard error */
	const char *junit_path;
	const char *html_path;
	bool progress; /* a bar on standard error, where that is a terminal */
	bool whole;    /* the text shows calls that differ in full, as the HTML file does */
	bool partial;  /* only some calls are compared: a rule that is not used is no error */
	const char *repeat; /* a command that repeats a call, up to its number; NULL: none does */
	uint32_t kept_max; /* calls that differ and are shown in full; all are counted. 0: REPORT_KEPT_MAX */
};

#define REPORT_KEPT_MAX 200

struct report;
struct rules;

/* Makes the files, for their owner only. NULL: one cannot be made, or no memory; `why` says so. Options and `rules`
 * (NULL: zero tolerance) live as long as the report; the rules are asked about every difference that is no noise. */
struct report *report_open(const struct report_options *options, struct rules *rules, char *why, size_t capacity);
/* Any one thread at a time. The verdict is copied as far as it is kept. */
void report_add(struct report *report, const struct verdict *verdict);
/* Something about the whole run that no call can say: "the old system does not answer". One line; the first few are
 * shown, and the worst `end` wins over all but differences. */
void report_trouble(struct report *report, enum migrate_exit end, const char *line);
/* `total` 0: not known. May be called as often as one likes. */
void report_progress(struct report *report, uint64_t done, uint64_t total);
/* How many calls so far changed the state and were compared; each counts once, however many twins it has. */
uint64_t report_changed(const struct report *report);
/* Writes everything, prints the text, says how it went, and frees the report. */
enum migrate_exit report_close(struct report *report);

#endif
