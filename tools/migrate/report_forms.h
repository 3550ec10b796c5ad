/* The forms of a finished report. Private to the report's files. None of them changes what it shows; who calls asks
 * ferror of the file afterwards. */
#ifndef MIGRATE_REPORT_FORMS_H
#define MIGRATE_REPORT_FORMS_H

#include <stdio.h>

#include "migrate/report_tally.h"

struct finished {
	const char *title;
	const struct tally *tally; /* sorted */
	enum migrate_exit end;
	char *const *lines; /* troubles and stale rules */
	uint32_t line_count;
	uint32_t stale_count; /* the last of the lines */
	uint64_t lines_left_out;
	bool whole; /* the text shows calls in full, too */
};

/* "equal", "different, see below". Static. */
const char *finished_word(enum migrate_exit end);

void report_write_text(const struct finished *finished, FILE *out);
/* One object per line: "call" for each that is kept, "method", "cause", "no_twin", "trouble", and at last "end". */
void report_write_json(const struct finished *finished, FILE *out);
/* A suite with one case per method and pair of sides. */
void report_write_junit(const struct finished *finished, FILE *out);
/* One document that needs nothing else, no script either. */
void report_write_html(const struct finished *finished, FILE *out);

#endif
